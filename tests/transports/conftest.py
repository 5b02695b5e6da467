"""A second Apache Kafka: topics only on request, logins, a small limit of message size."""

from collections.abc import Iterator

import pytest

from connectsdk.testing.broker import KafkaBroker
from connectsdk.testing.broker_fixtures import QUICK_START

CANARY = "canary-9f2c71-password"


@pytest.fixture(scope="session")
def strict_broker(require_kafka: None) -> Iterator[KafkaBroker]:
    broker = KafkaBroker(
        properties={"auto.create.topics.enable": "false"},
        listeners={"LOGIN": "SASL_PLAINTEXT"},
        users={"alice": CANARY},
        java_options=QUICK_START,
    )
    with broker:
        yield broker
