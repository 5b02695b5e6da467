"""Which of Kafka's settings are understood, and what does each become?

Settings come under Kafka's own names, as text. A name that Kafka's Java clients know and that has no meaning here
is ignored with a warning; every other unknown name is an error that names the nearest known one.
"""

import logging
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import attrs

from connectsdk.errors import ConfigError

__all__ = (
    "COMMON",
    "CONSUMER",
    "IGNORED",
    "PRODUCER",
    "SECURITY",
    "parse_settings",
)

logger = logging.getLogger(__name__)

Parser = Callable[[str, str], Any]
INT_MAX = 2**31 - 1


@attrs.frozen
class Setting:
    """One setting: the argument it becomes, and how its text is read."""

    target: str
    parse: Parser


def _int(minimum: int = 0, maximum: int = INT_MAX) -> Parser:
    def parse(key: str, text: str) -> int:
        try:
            number = int(text.strip())
        except ValueError:
            raise ConfigError(f"{key} must be a whole number, not {text!r}", key=key) from None
        if not minimum <= number <= maximum:
            raise ConfigError(f"{key} must be between {minimum} and {maximum}, not {number}", key=key)
        return number

    return parse


def _seconds(key: str, text: str) -> float:
    milliseconds: int = _int(1)(key, text)
    return milliseconds / 1000


def _bool(key: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in {"true", "false"}:
        raise ConfigError(f"{key} must be true or false, not {text!r}", key=key)
    return word == "true"


def _text(_key: str, text: str) -> str:
    return text.strip()


def _one_of(*choices: str) -> Parser:
    def parse(key: str, text: str) -> str:
        word = text.strip().lower()
        if word not in choices:
            raise ConfigError(f"{key} must be one of {', '.join(choices)}, not {text!r}", key=key)
        return word

    return parse


def _always(why: str, *accepted: str) -> Parser:
    def parse(key: str, text: str) -> None:
        if text.strip().lower() not in accepted:
            raise ConfigError(f"{key}={text} is not possible: {why}; take it out", key=key)

    return parse


def _compression(key: str, text: str) -> str | None:
    word: str = _one_of("none", "gzip", "snappy", "lz4", "zstd")(key, text)
    return None if word == "none" else word


def _assignor(key: str, text: str) -> str:
    names = {"RangeAssignor": "range", "RoundRobinAssignor": "roundrobin", "range": "range"}
    for each in text.split(","):
        name = each.strip().rpartition(".")[2]
        if name in names or name == "roundrobin":
            return names.get(name, name)
    raise ConfigError(f"{key}={text} is not supported: use RangeAssignor or RoundRobinAssignor", key=key)


COMMON: Mapping[str, Setting] = {
    "client.id": Setting("client_id", _text),
    "connections.max.idle.ms": Setting("connections_max_idle_ms", _int()),
    "metadata.max.age.ms": Setting("metadata_max_age_ms", _int(1)),
    "request.timeout.ms": Setting("request_timeout_ms", _int(1)),
    "retry.backoff.ms": Setting("retry_backoff_ms", _int(1)),
}
"""Settings of every client; the target is aiokafka's argument."""

SECURITY: frozenset[str] = frozenset(
    {
        "sasl.jaas.config",
        "sasl.mechanism",
        "sasl.password",
        "sasl.username",
        "security.protocol",
        "ssl.enabled.protocols",
        "ssl.endpoint.identification.algorithm",
        "ssl.key.password",
        "ssl.keystore.certificate.chain",
        "ssl.keystore.key",
        "ssl.keystore.location",
        "ssl.keystore.password",
        "ssl.keystore.type",
        "ssl.protocol",
        "ssl.truststore.certificates",
        "ssl.truststore.location",
        "ssl.truststore.password",
        "ssl.truststore.type",
    }
)
"""Settings that `connectsdk.transports.kafka` reads in `_security`."""

PRODUCER: Mapping[str, Setting] = {
    "acks": Setting("", _always("all in-sync replicas always acknowledge", "all", "-1")),
    "batch.size": Setting("batch_size", _int()),
    "buffer.memory": Setting("buffer_bytes", _int(1, 2**63 - 1)),
    "compression.type": Setting("compression", _compression),
    "delivery.timeout.ms": Setting("delivery_timeout", _seconds),
    "enable.idempotence": Setting("", _always("producers are always idempotent", "true")),
    "linger.ms": Setting("linger_ms", _int()),
    "max.block.ms": Setting("max_block", _seconds),
    "max.request.size": Setting("max_request_size", _int(1)),
    "transaction.timeout.ms": Setting("transaction_timeout_ms", _int(1)),
}
"""Settings of a producer; the target is a field of `ProducerOptions`."""

CONSUMER: Mapping[str, Setting] = {
    "auto.offset.reset": Setting("auto_offset_reset", _one_of("earliest", "latest", "none")),
    "check.crcs": Setting("check_crcs", _bool),
    "client.rack": Setting("client_rack", _text),
    "enable.auto.commit": Setting("", _always("offsets are committed after delivery only", "false")),
    "exclude.internal.topics": Setting("exclude_internal_topics", _bool),
    "fetch.max.bytes": Setting("fetch_max_bytes", _int()),
    "fetch.max.wait.ms": Setting("fetch_max_wait_ms", _int()),
    "fetch.min.bytes": Setting("fetch_min_bytes", _int()),
    "group.id": Setting("group", _text),
    "group.instance.id": Setting("group_instance_id", _text),
    "group.protocol": Setting("", _always("the client speaks the classic protocol only", "classic")),
    "heartbeat.interval.ms": Setting("heartbeat_interval_ms", _int(1)),
    "isolation.level": Setting("isolation_level", _one_of("read_committed", "read_uncommitted")),
    "max.partition.fetch.bytes": Setting("fetch_bytes", _int(1)),
    "max.poll.interval.ms": Setting("rebalance_timeout", _seconds),
    "max.poll.records": Setting("max_records", _int(1)),
    "partition.assignment.strategy": Setting("assignor", _assignor),
    "session.timeout.ms": Setting("session_timeout", _seconds),
}
"""Settings of a consumer; the target is a field of `ConsumerOptions`."""

IGNORED: Mapping[str, str] = {
    "allow.auto.create.topics": "the broker's auto.create.topics.enable decides",
    "auto.commit.interval.ms": "offsets are committed after delivery only",
    "auto.include.jmx.reporter": "there is no JMX",
    "client.dns.lookup": "all addresses of a name are tried",
    "default.api.timeout.ms": "every call has a deadline of its own",
    "enable.metrics.push": "client telemetry is not sent",
    "interceptor.classes": "there are no interceptors",
    "key.deserializer": "converters do this",
    "key.serializer": "converters do this",
    "max.in.flight.requests.per.connection": "one request per broker is in flight",
    "metric.reporters": "there are no Java metric reporters",
    "metrics.num.samples": "there are no Java metrics",
    "metrics.recording.level": "there are no Java metrics",
    "metrics.sample.window.ms": "there are no Java metrics",
    "partitioner.adaptive.partitioning.enable": "keyless batches take the partitions in turn",
    "partitioner.availability.timeout.ms": "keyless batches take the partitions in turn",
    "receive.buffer.bytes": "the operating system decides",
    "reconnect.backoff.max.ms": "retry.backoff.ms is used",
    "reconnect.backoff.ms": "retry.backoff.ms is used",
    "retries": "a batch is retried until its delivery timeout",
    "retry.backoff.max.ms": "retry.backoff.ms is used",
    "send.buffer.bytes": "the operating system decides",
    "socket.connection.setup.timeout.max.ms": "request.timeout.ms is used",
    "socket.connection.setup.timeout.ms": "request.timeout.ms is used",
    "ssl.keymanager.algorithm": "OpenSSL is used",
    "ssl.provider": "OpenSSL is used",
    "ssl.secure.random.implementation": "OpenSSL is used",
    "ssl.trustmanager.algorithm": "OpenSSL is used",
    "value.deserializer": "converters do this",
    "value.serializer": "converters do this",
}
"""Settings of the Java clients without a meaning here: name to reason."""


def parse_settings(given: Mapping[str, str], table: Mapping[str, Setting], whose: str) -> dict[str, Any]:
    """Return target and value of each setting; ignored ones are logged and left out.

    Args:
        given: Settings by Kafka's names.
        table: The known ones.
        whose: For messages: `producer`, `consumer`, `client`.

    Raises:
        ConfigError: If a name is unknown or a value is not valid.
    """
    parsed: dict[str, Any] = {}
    for key, text in given.items():
        setting = table.get(key)
        if setting is not None:
            value = setting.parse(key, str(text))
            if setting.target:
                parsed[setting.target] = value
        elif key in IGNORED:
            logger.warning("%s setting %s is ignored: %s", whose, key, IGNORED[key])
        else:
            raise ConfigError(f"{whose} setting {key!r} is unknown{_hint(key, table)}", key=key)
    return parsed


def _hint(key: str, table: Mapping[str, Setting]) -> str:
    near = get_close_matches(key, [*table, *SECURITY], n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else "; take it out"
