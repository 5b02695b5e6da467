r"""How does a topic's name become another one, by a regular expression?

Pattern and replacement are Java's: `$1` and `${name}` are groups, and a backslash makes the next character literal.
"""

from typing import Any, ClassVar, TypeVar

from connectsdk.config import Importance, config, invalid, option
from connectsdk.config.java_regex import compile_java
from connectsdk.errors import ConfigError
from connectsdk.record import ConnectRecord

__all__ = ("RegexRouter", "RegexRouterConfig")

R = TypeVar("R", bound=ConnectRecord)

_MOST_TOPICS = 1_000


@config
class RegexRouterConfig:
    """What `RegexRouter` can be told."""

    regex: str = option(importance=Importance.HIGH, doc="Regular expression to use for matching.")
    replacement: str = option(importance=Importance.HIGH, doc="Replacement string.")


class RegexRouter:
    """Rename the topic where the pattern matches its whole name: its first match is replaced."""

    config_class: ClassVar[type[Any]] = RegexRouterConfig

    def configure(self, config: RegexRouterConfig) -> None:
        """Take the pattern and its replacement.

        Raises:
            ConfigError: If Java refuses the pattern or the replacement, or the pattern could take too long.
        """
        try:
            regex = compile_java(config.regex)
        except ConfigError as error:
            raise invalid("regex", config.regex, str(error)) from error
        try:
            self._replacement = regex.replacement(config.replacement)
        except ConfigError as error:
            raise invalid("replacement", config.replacement, str(error)) from error
        self._renamed: dict[str, str | None] = {}

    def apply(self, record: R) -> R:
        """Return the record with its new topic; the same one where the pattern does not match."""
        topic = record.topic
        try:
            renamed = self._renamed[topic]
        except KeyError:
            renamed = self._rename(topic)
        return record if renamed is None else record.with_topic(renamed)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _rename(self, topic: str) -> str | None:
        renamed = self._replacement.of_first(topic)
        if len(self._renamed) >= _MOST_TOPICS:
            self._renamed.clear()
        self._renamed[topic] = renamed
        return renamed
