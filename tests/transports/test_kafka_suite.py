"""The Kafka transport keeps every promise of the port, on a real Apache Kafka."""

import pytest

from connectsdk.testing.broker import KafkaBroker
from connectsdk.testing.transport_suite import TransportSuite
from connectsdk.transports.kafka import KafkaTransport

pytestmark = pytest.mark.kafka


class TestKafkaTransport(TransportSuite):
    deadline = 40.0

    @pytest.fixture
    async def transport(self, kafka_broker: KafkaBroker):
        async with KafkaTransport(kafka_broker.bootstrap_servers) as transport:
            yield transport
