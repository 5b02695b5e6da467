"""Schema registries for tests: one that is not ours, and servers that answer as a test wants."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.registry.scripted import ScriptedServer

SRFAKE = Path(__file__).parent / "srfake"


@pytest.fixture(scope="session")
def srfake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of a registry that others wrote, franz-go's; the first build takes a minute or two."""
    if shutil.which("go") is None:
        reason = "go not found on the PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CI must run the tests against a schema registry")
        pytest.skip(reason)
    program = tmp_path_factory.mktemp("srfake") / "srfake"
    command = ["go", "build", "-mod=readonly", "-o", str(program), "."]
    try:
        built = subprocess.run(command, cwd=SRFAKE, capture_output=True, text=True, timeout=280, check=False)
        problem = built.stderr if built.returncode else None
    except subprocess.TimeoutExpired:
        problem = "it took too long"
    if problem is not None:
        reason = f"the schema registry for tests cannot be built: {problem[-500:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return program


@pytest.fixture
def srfake_url(srfake: Path) -> Iterator[Callable[..., str]]:
    """Start a registry of its own for each call; return its URL."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> str:
        process = subprocess.Popen(
            [str(srfake), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout is not None
        return process.stdout.readline().strip()

    yield start
    for process in running:
        process.communicate(timeout=30)


@pytest.fixture
def server() -> Iterator[Callable[..., ScriptedServer]]:
    """Start a server that answers what a test says."""
    running: list[ScriptedServer] = []

    def start(*answers: object, **options: object) -> ScriptedServer:
        running.append(ScriptedServer(*answers, **options))
        return running[-1]

    yield start
    for one in running:
        one.close()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with `key.pem`, `cert.pem` and `both.pem` for localhost, and `locked.pem` with a password."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl not found on the PATH")
    folder = tmp_path_factory.mktemp("certificates")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost"
        " -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True, timeout=60)
    lock = "openssl rsa -in key.pem -aes256 -passout pass:secret -out locked.key"
    subprocess.run(lock.split(), cwd=folder, check=True, capture_output=True, timeout=60)
    certificate = (folder / "cert.pem").read_text()
    (folder / "both.pem").write_text((folder / "key.pem").read_text() + certificate)
    (folder / "locked.pem").write_text((folder / "locked.key").read_text() + certificate)
    return folder
