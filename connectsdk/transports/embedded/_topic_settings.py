"""Which names and settings may a topic have, and what do they mean here?"""

import re
from collections.abc import Mapping

import attrs

from connectsdk.errors import ConfigError
from connectsdk.transport import NewTopic

__all__ = ("TopicSettings", "check_topic", "parse_settings")

_NAME = re.compile(r"[a-zA-Z0-9._-]{1,249}")
_POLICIES = {"compact", "delete"}
_TIMESTAMP_TYPES = {"CreateTime": 0, "LogAppendTime": 1}
_DEFAULTS = {
    "cleanup.policy": "delete",
    "delete.retention.ms": "86400000",
    "max.message.bytes": "1048588",
    "message.timestamp.type": "CreateTime",
    "min.cleanable.dirty.ratio": "0.5",
    "retention.bytes": "-1",
    "retention.ms": "604800000",
    "segment.bytes": "1073741824",
}
_WITHOUT_MEANING_HERE = {
    "compression.type",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "follower.replication.throttled.replicas",
    "index.interval.bytes",
    "leader.replication.throttled.replicas",
    "local.retention.bytes",
    "local.retention.ms",
    "max.compaction.lag.ms",
    "message.downconversion.enable",
    "message.format.version",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "message.timestamp.difference.max.ms",
    "min.compaction.lag.ms",
    "min.insync.replicas",
    "preallocate",
    "remote.storage.enable",
    "segment.index.bytes",
    "segment.jitter.ms",
    "segment.ms",
    "unclean.leader.election.enable",
}


@attrs.frozen(kw_only=True)
class TopicSettings:
    """A topic's settings, parsed.

    Attributes:
        compact: Keep the latest record of each key.
        delete: Delete what is too old or too much.
        retention_bytes: Bytes kept per partition; None for no limit.
        retention_ms: Milliseconds for which a record is kept; None for no limit.
        tombstone_ms: Milliseconds for which compaction keeps a tombstone.
        max_record_bytes: Largest record.
        timestamp_type: 0 when the producer sets the timestamp, 1 when the broker does.
        dirty_ratio: Share of new bytes at which a partition is compacted.
        dirty_bytes: New bytes below which it never is.
    """

    compact: bool
    delete: bool
    retention_bytes: int | None
    retention_ms: int | None
    tombstone_ms: int
    max_record_bytes: int
    timestamp_type: int
    dirty_ratio: float
    dirty_bytes: int


def check_topic(topic: NewTopic) -> None:
    """Check what a topic to be created asks for.

    Raises:
        ConfigError: If its name, partitions, copies or settings are invalid.
    """
    if not _NAME.fullmatch(topic.name) or topic.name in {".", ".."}:
        raise ConfigError(
            f"Topic name {topic.name!r} is invalid: use 1 to 249 of the characters a-z A-Z 0-9 . _ -"
        )
    if topic.partitions == 0 or topic.partitions < -1:
        raise ConfigError(
            f"Topic {topic.name} cannot have {topic.partitions} partitions: use 1 or more, or -1"
        )
    if topic.replication_factor == 0 or topic.replication_factor < -1:
        raise ConfigError(
            f"Topic {topic.name} cannot have {topic.replication_factor} copies: use 1 or more, or -1"
        )
    parse_settings(topic.name, topic.config)


def full_config(config: Mapping[str, str]) -> Mapping[str, str]:
    """Return these settings and the defaults of those that are not given."""
    return {**_DEFAULTS, **config}


def parse_settings(topic: str, config: Mapping[str, str]) -> TopicSettings:
    """Return the settings of a topic.

    Raises:
        ConfigError: If a setting does not exist or its value is invalid.
    """
    unknown = [key for key in config if key not in _DEFAULTS and key not in _WITHOUT_MEANING_HERE]
    if unknown:
        raise ConfigError(f"Topic {topic} has unknown settings: {', '.join(sorted(unknown))}", key=unknown[0])
    full = full_config(config)
    policies = {policy.strip() for policy in full["cleanup.policy"].split(",")}
    if not policies or policies - _POLICIES:
        raise _invalid(topic, "cleanup.policy", "compact, delete, or both with a comma")
    timestamp_type = _TIMESTAMP_TYPES.get(full["message.timestamp.type"])
    if timestamp_type is None:
        raise _invalid(topic, "message.timestamp.type", "CreateTime or LogAppendTime")
    return TopicSettings(
        compact="compact" in policies,
        delete="delete" in policies,
        retention_bytes=_limit(topic, full, "retention.bytes"),
        retention_ms=_limit(topic, full, "retention.ms"),
        tombstone_ms=_number(topic, full, "delete.retention.ms", 0),
        max_record_bytes=_number(topic, full, "max.message.bytes", 0),
        timestamp_type=timestamp_type,
        dirty_ratio=_ratio(topic, full, "min.cleanable.dirty.ratio"),
        dirty_bytes=min(_number(topic, full, "segment.bytes", 1), _MOST_DIRTY_BYTES),
    )


_MOST_DIRTY_BYTES = 1_048_576


def _number(topic: str, config: Mapping[str, str], key: str, least: int) -> int:
    try:
        number = int(config[key])
    except (TypeError, ValueError):
        raise _invalid(topic, key, "a whole number") from None
    if number < least:
        raise _invalid(topic, key, f"{least} or more")
    return number


def _limit(topic: str, config: Mapping[str, str], key: str) -> int | None:
    number = _number(topic, config, key, -1)
    return None if number == -1 else number


def _ratio(topic: str, config: Mapping[str, str], key: str) -> float:
    try:
        ratio = float(config[key])
    except (TypeError, ValueError):
        raise _invalid(topic, key, "a number from 0 to 1") from None
    if not 0 <= ratio <= 1:
        raise _invalid(topic, key, "a number from 0 to 1")
    return ratio


def _invalid(topic: str, key: str, allowed: str) -> ConfigError:
    return ConfigError(f"Setting {key} of topic {topic} is invalid: use {allowed}", key=key)
