"""What do Apache Kafka's own classes answer?"""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from connectsdk.testing._maven import fetch_jars

__all__ = ("ask",)

KAFKA = "4.1.0"
ARTIFACTS = (
    *(f"org.apache.kafka:connect-{part}:{KAFKA}" for part in ("file", "json", "runtime", "transforms")),
    "org.slf4j:slf4j-simple:1.7.36",
)
PROGRAM = Path(__file__).parent / "oracle" / "Asker.java"
# Texts of dates, and letters in them, are those of UTC and English wherever the question is asked.
OPTIONS = (
    "-Xmx512m",
    "-Duser.timezone=UTC",
    "-Duser.language=en",
    "-Duser.country=US",
    "-Dfile.encoding=UTF-8",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
)
TIMEOUT = 300.0


def ask(lines: Iterable[str]) -> list[str]:
    """Return the answers to cases, a line each; needs `java`, and `mvn` once.

    Raises:
        ConfigError: If `java` or `mvn` is missing.
        TransportError: If Maven cannot fetch Apache Kafka.
        RuntimeError: If Java stops before the last case.
    """
    asked = list(lines)
    command = ["java", *OPTIONS, "-cp", f"{fetch_jars(ARTIFACTS)}/*", str(PROGRAM)]
    done = subprocess.run(
        command,
        input="\n".join(asked),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )
    answers = [line for line in done.stdout.split("\n") if line]
    if done.returncode or len(answers) != len(asked):
        message = f"{len(answers)} answers to {len(asked)} cases: {done.stderr[-2000:]}"
        raise RuntimeError(message)
    return answers
