"""The Kafka transport keeps every promise of the port, on a real Apache Kafka."""

import pytest

from connectsdk.testing.broker import KafkaBroker
from connectsdk.testing.transport_suite import TransportSuite
from connectsdk.transports.kafka import KafkaTransport

pytestmark = pytest.mark.kafka

SETTINGS = {"metadata.max.age.ms": "2000"}  # how soon a pattern takes in a new topic


class TestKafkaTransport(TransportSuite):
    deadline = 40.0

    @pytest.fixture
    async def transport(self, kafka_broker: KafkaBroker):
        async with KafkaTransport(kafka_broker.bootstrap_servers, settings=SETTINGS) as transport:
            yield transport
