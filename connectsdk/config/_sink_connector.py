"""Which keys does every sink connector have?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from connectsdk.config._checks import PATTERN
from connectsdk.config._connector import ConnectorConfig
from connectsdk.config._kinds import Importance, Width
from connectsdk.config._option import option
from connectsdk.config.java_regex import compile_java
from connectsdk.errors import ConfigError

__all__ = ("SinkConnectorConfig",)

_COMMON = "Common"
_TOPIC = re.compile(r"(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}")
_NO_TOPIC = "{0!r} cannot be a topic's name: use 1 to 249 of a-z A-Z 0-9 . _ - and commas between names"


def _without_blanks(topics: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(topic for topic in topics if topic))


@attrs.frozen(kw_only=True)
class SinkConnectorConfig(ConnectorConfig):
    """What every sink connector can be told."""

    topics: tuple[str, ...] = option(
        default=(),
        doc="The topics to read.",
        convert=_without_blanks,
        importance=Importance.HIGH,
        group=_COMMON,
        order=4,
        width=Width.LONG,
        display_name="Topics",
    )
    topics_regex: str = option(
        default="",
        doc="A regular expression that a whole topic name has to match to be read; in place of `topics`.",
        validator=PATTERN,
        importance=Importance.HIGH,
        group=_COMMON,
        order=4,
        width=Width.LONG,
        display_name="Topics regex",
    )

    @classmethod
    def config_problems(cls, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the topics that are read and the one for dead letters."""
        topics, pattern = values["topics"], values["topics.regex"]
        if bool(topics) == bool(pattern):
            problem = "Must configure one of topics or topics.regex"
            if topics:
                problem = "topics and topics.regex are mutually exclusive options, but both are set."
            yield "topics", problem
            yield "topics.regex", problem
        yield from (
            ("topics", _NO_TOPIC.format(name)) for name in topics or () if name and not _TOPIC.fullmatch(name)
        )
        yield from _dead_letter_problems(topics, pattern, values["errors.deadletterqueue.topic.name"])


def _dead_letter_problems(topics: Any, pattern: Any, letters: Any) -> Iterator[tuple[str, str]]:
    if letters and letters in (topics or ()):
        listed = (
            f"The DLQ topic '{letters}' may not be included in the list of topics "
            f"('topics=[{', '.join(topics)}]') consumed by the connector"
        )
        yield "topics", listed
    if letters and pattern and _matches(pattern, letters):
        matched = (
            f"The DLQ topic '{letters}' may not be matched by the regex for the topics "
            f"('topics.regex={pattern}') consumed by the connector"
        )
        yield "topics.regex", matched


def _matches(pattern: str, topic: str) -> bool:
    try:
        return compile_java(pattern).matches(topic)
    except ConfigError:  # said already of the pattern itself
        return False
