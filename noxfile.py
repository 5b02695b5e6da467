"""Which checks are there, and how are they run?

`nox -s tests` runs every test; `nox` runs what a change has to pass. Arguments after `--` go to the tool of
the session: `nox -s tests -- tests/core -k retry`.
"""

import nox

nox.needs_version = ">=2024.10"
nox.options.sessions = ["lint", "layers", "typing", "docs", "tests"]
nox.options.reuse_venv = "yes"

IMPORT_LINTER = "import-linter>=2.6"


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    session.install("ruff>=0.9")
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check", *session.posargs)


@nox.session
def layers(session: nox.Session) -> None:
    """Check who imports whom."""
    session.install(IMPORT_LINTER)
    session.run("lint-imports", "--no-cache", *session.posargs)


@nox.session
def typing(session: nox.Session) -> None:
    """Check types with mypy (strict) and pyright."""
    session.install(".[lint,tests]", "nox")
    session.run("mypy", *session.posargs)
    session.run("pyright", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run every test; without arguments also check that tests/core covers every branch of the decisions."""
    session.install(".[tests]", IMPORT_LINTER)
    if session.posargs:
        session.run("python", "-m", "pytest", *session.posargs)
        return
    _cover_decisions(session)
    # The tests that need a broker share one, so they are one group and stay in one process.
    session.run("python", "-m", "pytest", "-n", "2", "--dist", "loadgroup")


def _cover_decisions(session: nox.Session) -> None:
    data = f"{session.create_tmp()}/coverage"
    run = ("--branch", "--source=connectsdk._core", f"--data-file={data}", "-m", "pytest", "-q", "tests/core")
    session.run("python", "-m", "coverage", "run", *run)
    session.run("python", "-m", "coverage", "report", f"--data-file={data}", "--fail-under=100")


@nox.session
def kafka(session: nox.Session) -> None:
    """Run only the tests that need a real Apache Kafka broker (Java and Maven)."""
    session.install(".[tests]", IMPORT_LINTER)
    session.run("python", "-m", "pytest", "-m", "kafka", *session.posargs)


@nox.session
def oracle(session: nox.Session) -> None:
    """Ask Apache Kafka's own classes the recorded cases again, and new ones; fail on a difference (Java and Maven)."""
    session.install(".[tests]")
    session.run("python", "-m", "tests.differential.check", *session.posargs)
    session.run("python", "-m", "tests.differential.fresh")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure beside Apache Kafka Connect and a hand-written loop (Java and Maven)."""
    session.install(".[tests]")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error."""
    session.install(".[docs]", "ruff>=0.9")  # ruff formats the signatures
    session.run("mkdocs", "build", "--strict", *session.posargs, env={"NO_MKDOCS_2_WARNING": "1"})


@nox.session(python=["3.11", "3.12", "3.13"])
def versions(session: nox.Session) -> None:
    """Run the tests that need no broker on every supported Python."""
    session.install(".[tests]", IMPORT_LINTER)
    session.run("python", "-m", "pytest", "-m", "not kafka", *session.posargs)
