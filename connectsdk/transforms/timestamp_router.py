"""How does a record's timestamp become part of its topic's name?"""

from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from connectsdk.config import Importance, config, invalid, option
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord
from connectsdk.transforms._java_dates import java_date_format

__all__ = ("TimestampRouter", "TimestampRouterConfig")

R = TypeVar("R", bound=ConnectRecord)

_MOST_TOPICS = 1_000


@config
class TimestampRouterConfig:
    """What `TimestampRouter` can be told."""

    topic_format: str = option(
        importance=Importance.HIGH,
        default="${topic}-${timestamp}",
        doc="Format string which can contain <code>${topic}</code> and <code>${timestamp}</code> as placeholders "
        "for the topic and timestamp, respectively.",
    )
    timestamp_format: str = option(
        importance=Importance.HIGH,
        default="yyyyMMdd",
        doc="Format string for the timestamp that is compatible with <code>java.text.SimpleDateFormat</code>.",
    )


class TimestampRouter:
    """Make a topic's name of the old one and the record's timestamp."""

    config_class: ClassVar[type[Any]] = TimestampRouterConfig

    def configure(self, config: TimestampRouterConfig) -> None:
        """Take the formats.

        Raises:
            ConfigError: If the timestamp's format is not one of Java's.
        """
        try:
            self._format = java_date_format(config.timestamp_format, datetime.now(UTC)).format
        except ConfigError as error:
            raise invalid("timestamp.format", config.timestamp_format, str(error)) from error
        self._topic_format = config.topic_format
        self._routed: dict[str, str] = {}
        self._text = ""

    def apply(self, record: R) -> R:
        """Return the record with its new topic.

        Raises:
            DataError: If the record has no timestamp.
        """
        timestamp = record.timestamp
        if timestamp is None:
            raise DataError("Timestamp missing on record")
        text = self._format(timestamp)
        if text != self._text or len(self._routed) >= _MOST_TOPICS:
            self._routed.clear()
            self._text = text
        topic = record.topic
        try:
            routed = self._routed[topic]
        except KeyError:
            routed = self._topic_format.replace("${topic}", topic).replace("${timestamp}", text)
            self._routed[topic] = routed
        return record.with_topic(routed)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
