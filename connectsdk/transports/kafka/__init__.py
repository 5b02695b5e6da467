"""Apache Kafka as the runtime's messaging system."""

from connectsdk.transports.kafka._transport import KafkaTransport

__all__ = ("KafkaTransport",)
