"""Where are the jars of a Java artifact?

Apache Maven fetches an artifact with all it depends on into a folder of the cache, once; later calls, also of
other processes at the same time, find the folder there.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from connectsdk.errors import ConfigError, TransportError

__all__ = ("fetch_jars", "missing_tools")

FETCH_TIMEOUT = 600.0

PROJECT = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>connectsdk</groupId><artifactId>jars</artifactId><version>1</version>
  <dependencies>
{dependencies}
  </dependencies>
</project>
"""

DEPENDENCY = (
    "    <dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"
)


def missing_tools() -> tuple[str, ...]:
    """Return which of the programs `java` and `mvn` cannot be found."""
    return tuple(tool for tool in ("java", "mvn") if shutil.which(tool) is None)


def fetch_jars(artifacts: Iterable[str]) -> Path:
    """Return the folder with the jars of these artifacts and of all they depend on.

    Args:
        artifacts: Each as `group:artifact:version`.

    Raises:
        ConfigError: If an artifact is not written so, or `java` or `mvn` is missing.
        TransportError: If Maven cannot fetch them.
    """
    project = _project(sorted(set(artifacts)))
    folder = _cache() / hashlib.sha256(project.encode()).hexdigest()[:16]
    if folder.is_dir():
        return folder
    if missing := missing_tools():
        raise ConfigError(f"Apache Kafka needs {' and '.join(missing)}, not found on the PATH: install it")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        _copy_dependencies(Path(scratch), project)
        try:
            (Path(scratch) / "jars").rename(folder)
        except OSError:
            if not folder.is_dir():  # otherwise another process was quicker
                raise
    return folder


def _cache() -> Path:
    configured = os.environ.get("CONNECTSDK_KAFKA_CACHE")
    if configured:
        return Path(configured)
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # no home directory
        home = Path(tempfile.gettempdir())
    return home / "connectsdk" / "kafka"


def _project(artifacts: list[str]) -> str:
    dependencies = []
    for artifact in artifacts:
        parts = artifact.split(":")
        if len(parts) != 3 or not all(parts):  # noqa: PLR2004 - group, artifact, version
            raise ConfigError(f"artifact {artifact!r} is not written as group:artifact:version")
        dependencies.append(DEPENDENCY.format(*parts))
    return PROJECT.format(dependencies="\n".join(dependencies))


def _copy_dependencies(scratch: Path, project: str) -> None:
    (scratch / "pom.xml").write_text(project)
    command = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=jars"]
    try:
        subprocess.run(  # noqa: S603 - a fixed command
            command, cwd=scratch, check=True, capture_output=True, text=True, timeout=FETCH_TIMEOUT
        )
    except subprocess.CalledProcessError as error:
        raise TransportError(f"mvn could not fetch the artifacts:\n{error.stdout[-2000:]}") from error
    except subprocess.TimeoutExpired as error:
        raise TransportError(f"mvn did not fetch the artifacts within {FETCH_TIMEOUT:.0f} s") from error
