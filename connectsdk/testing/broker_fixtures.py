"""Which pytest fixture hands out a real Apache Kafka?

Add `pytest_plugins = ["connectsdk.testing.broker_fixtures"]` to a `conftest.py` and ask for `kafka_broker`.
Without `java` and `mvn` the test is skipped with that reason; with the environment variable `CI` set it fails.
"""

import os
from collections.abc import Iterator

import pytest

from connectsdk.testing.broker import KafkaBroker, missing_tools

__all__ = ("kafka_broker", "require_kafka")

QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


@pytest.fixture(scope="session")
def require_kafka() -> None:
    """Skip where Apache Kafka cannot run; fail there in continuous integration."""
    missing = " and ".join(missing_tools())
    if missing and os.environ.get("CI"):
        pytest.fail(f"{missing} not found on the PATH, and CI must run the tests on Apache Kafka")
    if missing:
        pytest.skip(f"{missing} not found on the PATH")


@pytest.fixture(scope="session")
def kafka_broker(require_kafka: None) -> Iterator[KafkaBroker]:  # noqa: ARG001 - it decides whether to go on
    """One Apache Kafka for the whole session. Do not stop it; use topics and groups of your own."""
    with KafkaBroker(java_options=QUICK_START) as broker:
        yield broker
