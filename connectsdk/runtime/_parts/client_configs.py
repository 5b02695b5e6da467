"""How are a connector's producers and consumers configured?

The worker's `producer.*` and `consumer.*` come first, the connector's `producer.override.*` and
`consumer.override.*` over them; keys that the port itself knows become its settings, the rest is passed on to
the transport by Kafka's own names.
"""

from collections.abc import Mapping
from typing import Any

from connectsdk.config import ConfigType, parse_value, with_prefix
from connectsdk.config.connector import SinkConnectorConfig
from connectsdk.transport import ConsumerConfig, ProducerConfig

__all__ = ("consumer_config", "consumer_group", "dead_letter_config", "producer_config")


def producer_config(
    connector: str, task: int, properties: Mapping[str, Any], worker: Mapping[str, Any]
) -> ProducerConfig:
    """Return how a task's producer behaves.

    Raises:
        ConfigError: If a setting cannot be read.
    """
    given = _merged("producer", properties, worker)
    known: dict[str, Any] = {
        "client_id": given.pop("client.id", f"connector-producer-{connector}-{task}"),
        "compression": _compression(given.pop("compression.type", None)),
    }
    _take(given, "max.request.size", ConfigType.INT, known, "max_request_size")
    _take(given, "buffer.memory", ConfigType.LONG, known, "buffer_bytes")
    _take(given, "delivery.timeout.ms", ConfigType.LONG, known, "delivery_timeout", 1_000)
    return ProducerConfig(**known, overrides=_texts(given))


def dead_letter_config(
    connector: str, task: int, properties: Mapping[str, Any], worker: Mapping[str, Any]
) -> ProducerConfig:
    """Return how a task's producer of dead letters behaves: like its other one, under a name of its own.

    Raises:
        ConfigError: If a setting cannot be read.
    """
    named = {"producer.client.id": f"connector-dlq-producer-{connector}-{task}"}
    return producer_config(connector, task, properties, {**named, **worker})


def consumer_config(
    connector: str,
    task: int,
    sink: SinkConnectorConfig,
    properties: Mapping[str, Any],
    worker: Mapping[str, Any],
) -> ConsumerConfig:
    """Return how a task's consumer behaves.

    Raises:
        ConfigError: If a setting cannot be read.
    """
    given = _merged("consumer", properties, worker)
    known: dict[str, Any] = {
        "group": given.pop("group.id", f"connect-{connector}"),
        "client_id": given.pop("client.id", f"connector-consumer-{connector}-{task}"),
        "topics": sink.topics,
        "pattern": sink.topics_regex or None,
    }
    for key, name in (("auto.offset.reset", "auto_offset_reset"), ("isolation.level", "isolation_level")):
        if key in given:
            known[name] = given.pop(key)
    _take(given, "max.poll.records", ConfigType.INT, known, "max_records")
    _take(given, "max.partition.fetch.bytes", ConfigType.INT, known, "fetch_bytes")
    _take(given, "session.timeout.ms", ConfigType.LONG, known, "session_timeout", 1_000)
    _take(given, "max.poll.interval.ms", ConfigType.LONG, known, "rebalance_timeout", 1_000)
    return ConsumerConfig(**known, overrides=_texts(given))


def consumer_group(connector: str, properties: Mapping[str, Any], worker: Mapping[str, Any]) -> str:
    """Return the group in which a sink connector's tasks share its topics."""
    group: str = _merged("consumer", properties, worker).get("group.id", f"connect-{connector}")
    return group


def _merged(kind: str, properties: Mapping[str, Any], worker: Mapping[str, Any]) -> dict[str, Any]:
    return {**with_prefix(worker, f"{kind}."), **with_prefix(properties, f"{kind}.override.")}


def _take(
    given: dict[str, Any], key: str, kind: ConfigType, known: dict[str, Any], name: str, divisor: int = 1
) -> None:
    if key in given:
        value = parse_value(key, given.pop(key), kind)
        known[name] = value if divisor == 1 else value / divisor


def _compression(value: Any) -> str | None:
    return None if value in {None, "none"} else str(value)


def _texts(given: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in given.items()}
