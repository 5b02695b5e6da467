"""Does the name of a record's topic match a regular expression?"""

from typing import Any, ClassVar

from connectsdk.config import NonEmptyString, config, invalid, option
from connectsdk.config.java_regex import compile_java
from connectsdk.errors import ConfigError
from connectsdk.record import ConnectRecord

__all__ = ("TopicNameMatches", "TopicNameMatchesConfig")

_MOST_TOPICS = 1_000


@config
class TopicNameMatchesConfig:
    """What `TopicNameMatches` can be told."""

    pattern: str = option(
        doc="A Java regular expression for matching against the name of a record's topic.",
        validator=NonEmptyString(),
    )


class TopicNameMatches:
    """A predicate that holds for records whose topic's whole name matches."""

    config_class: ClassVar[type[Any]] = TopicNameMatchesConfig

    def configure(self, config: TopicNameMatchesConfig) -> None:
        """Take the pattern.

        Raises:
            ConfigError: If Java refuses the pattern, or it could take too long.
        """
        try:
            self._matches = compile_java(config.pattern).matches
        except ConfigError as error:
            raise invalid("pattern", config.pattern, str(error)) from error
        self._known: dict[str, bool] = {}

    def test(self, record: ConnectRecord) -> bool:
        """Return whether the topic's whole name matches."""
        topic = record.topic
        try:
            return self._known[topic]
        except KeyError:
            return self._look(topic)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _look(self, topic: str) -> bool:
        found = self._matches(topic)
        if len(self._known) >= _MOST_TOPICS:
            self._known.clear()
        self._known[topic] = found
        return found
