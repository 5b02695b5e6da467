"""Under which subject is a record's schema registered?"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from connectsdk.errors import ConfigError, DataError

__all__ = ("STRATEGIES", "SubjectName", "subject_name")

SubjectName = Callable[[str, str | None], str]
"""Turns a topic and a schema's full name into a subject."""

_PACKAGE = "io.confluent.kafka.serializers.subject."
_SHORT = {"topic": "TopicName", "record": "RecordName", "topic-record": "TopicRecordName"}
STRATEGIES: Mapping[str, str] = MappingProxyType(
    {
        spelling: short
        for short, name in _SHORT.items()
        for spelling in (short, f"{name}Strategy", f"{_PACKAGE}{name}Strategy")
    }
)
"""The short names of the strategies, by all their names."""


def subject_name(key: str, strategy: str, *, is_key: bool) -> SubjectName:
    """Return what names the subjects.

    Args:
        key: The configuration key, for messages.
        strategy: Confluent's class name, with its package or without, or `topic`, `record`, `topic-record`.
        is_key: Whether it is for keys.

    Raises:
        ConfigError: If there is no such strategy.
    """
    short = STRATEGIES.get(strategy.strip())
    if short is None:
        raise ConfigError(
            f"Invalid value {strategy} for configuration {key}: name one of {', '.join(_SHORT)}, "
            f"or {_PACKAGE}TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy",
            key=key,
        )
    if short == "topic":
        suffix = "-key" if is_key else "-value"
        return lambda topic, _: topic + suffix
    if short == "record":
        return lambda _, name: _named(name, key)
    return lambda topic, name: f"{topic}-{_named(name, key)}"


def _named(name: str | None, key: str) -> str:
    if not name:
        raise DataError(
            f"{key} names subjects by the record's schema, and this schema has no name: "
            "name the schema, or use the strategy `topic`"
        )
    return name
