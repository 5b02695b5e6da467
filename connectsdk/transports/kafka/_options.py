"""How does one producer or consumer behave, after its overrides?"""

from collections.abc import Mapping
from typing import Any

import attrs

from connectsdk.errors import ConfigError
from connectsdk.transport import ConsumerConfig, ProducerConfig
from connectsdk.transports.kafka._client import ClientOptions
from connectsdk.transports.kafka._settings import (
    COMMON,
    CONSUMER,
    PRODUCER,
    SECURITY,
    parse_settings,
)

__all__ = ("ConsumerOptions", "ProducerOptions")

FEWEST_HEARTBEATS = 3


@attrs.frozen(kw_only=True)
class ProducerOptions:
    """A `ProducerConfig` with its overrides applied.

    Attributes:
        client: What it has in common with all clients.
        client_id: As in `ProducerConfig`.
        max_request_size: As in `ProducerConfig`.
        buffer_bytes: As in `ProducerConfig`.
        delivery_timeout: As in `ProducerConfig`.
        compression: As in `ProducerConfig`.
        batch_size: Largest batch of one partition, in bytes.
        linger_ms: How long a batch waits for more records.
        max_block: Seconds to wait for a topic to be known.
        transaction_timeout_ms: After this the broker aborts an open transaction.
    """

    client: ClientOptions
    client_id: str = "connectsdk-producer"
    max_request_size: int = 1_048_576
    buffer_bytes: int = 8_388_608
    delivery_timeout: float = 120.0
    compression: str | None = None
    batch_size: int = 1_000_000
    linger_ms: int = 0
    max_block: float = 30.0
    transaction_timeout_ms: int = 60_000

    @classmethod
    def parse(cls, config: ProducerConfig | None, client: ClientOptions) -> "ProducerOptions":
        """Return the options for a configuration.

        Raises:
            ConfigError: If an override is unknown or not valid.
        """
        config = ProducerConfig() if config is None else config
        common, own = _divide(config.overrides)
        fields: dict[str, Any] = attrs.asdict(config, recurse=False)
        del fields["overrides"]
        fields |= parse_settings(own, PRODUCER, "producer")
        fields["client_id"] = common.pop("client.id", fields["client_id"])
        options = cls(client=client.overridden(common), **fields)
        if options.batch_size == 0:  # Kafka's way to say: no batches
            return attrs.evolve(options, batch_size=1)
        return options


@attrs.frozen(kw_only=True)
class ConsumerOptions:
    """A `ConsumerConfig` with its overrides applied.

    Attributes:
        client: What it has in common with all clients.
        group: As in `ConsumerConfig`, and so all that are not named here.
        assignor: `roundrobin` or `range`.
        arguments: Further arguments of aiokafka's consumer.
    """

    client: ClientOptions
    group: str
    topics: tuple[str, ...] = ()
    pattern: str | None = None
    client_id: str = "connectsdk-consumer"
    auto_offset_reset: str = "earliest"
    isolation_level: str = "read_committed"
    max_records: int = 5_000
    fetch_bytes: int = 1_048_576
    session_timeout: float = 45.0
    rebalance_timeout: float = 60.0
    heartbeat_interval_ms: int = 3_000
    assignor: str = "roundrobin"
    arguments: Mapping[str, Any] = attrs.field(factory=dict)

    @classmethod
    def parse(cls, config: ConsumerConfig, client: ClientOptions) -> "ConsumerOptions":
        """Return the options for a configuration.

        Raises:
            ConfigError: If it cannot work, or an override is unknown or not valid.
        """
        if bool(config.topics) == (config.pattern is not None):
            raise ConfigError("a consumer needs topics or a pattern, and not both", key="topics")
        common, own = _divide(config.overrides)
        fields: dict[str, Any] = attrs.asdict(config, recurse=False)
        del fields["overrides"]
        fields |= parse_settings(own, CONSUMER, "consumer")
        fields["client_id"] = common.pop("client.id", fields["client_id"])
        fields["topics"] = tuple(fields["topics"])
        known = {field.name for field in attrs.fields(cls)}
        arguments = {key: fields.pop(key) for key in list(fields) if key not in known}
        options = cls(client=client.overridden(common), arguments=arguments, **fields)
        fastest = int(options.session_timeout * 1000) // FEWEST_HEARTBEATS
        return attrs.evolve(
            options, heartbeat_interval_ms=max(1, min(options.heartbeat_interval_ms, fastest))
        )


def _divide(overrides: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the overrides common to all clients, and those of this kind of client."""
    common = {key: str(value) for key, value in overrides.items() if key in COMMON or key in SECURITY}
    own = {key: str(value) for key, value in overrides.items() if key not in common}
    return common, own
