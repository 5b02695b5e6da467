"""With which settings is a source's topic created?

Groups of topics are tried in the order of `topic.creation.groups`; the group `default` is the last and takes
every topic.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from connectsdk.config import parse, with_prefix
from connectsdk.config.connector import TopicCreationDefaults, TopicCreationGroup
from connectsdk.config.java_regex import JavaRegex, compile_java
from connectsdk.errors import ConfigError

__all__ = ("TopicCreation", "TopicGroup")

PREFIX = "topic.creation."


@attrs.frozen
class TopicGroup:
    """Topics that are created alike.

    Attributes:
        include: What a topic's whole name must match.
        exclude: What it must not match.
        partitions: How many; -1 for the system's default.
        replication_factor: Copies; -1 for the system's default.
        config: Topic settings by Kafka's names.
    """

    include: JavaRegex
    exclude: JavaRegex | None
    partitions: int
    replication_factor: int
    config: Mapping[str, str]

    def takes(self, topic: str) -> bool:
        """Return whether a topic belongs to the group."""
        excluded = self.exclude is not None and self.exclude.matches(topic)
        return not excluded and self.include.matches(topic)


@attrs.frozen
class TopicCreation:
    """How one connector's topics are created."""

    _groups: tuple[TopicGroup, ...]

    @classmethod
    def read(cls, properties: Mapping[str, Any], names: Sequence[str]) -> "TopicCreation | None":
        """Return what a connector's properties say; None when they say nothing of creating topics.

        Args:
            properties: The connector's properties.
            names: Its `topic.creation.groups`, in order.

        Raises:
            ConfigError: If they cannot work.
        """
        if not any(key.startswith(PREFIX) for key in properties):
            return None
        defaults = _parsed(TopicCreationDefaults, properties, "default")
        groups = [_group(name, properties, defaults) for name in names if name != "default"]
        everything = TopicGroup(
            compile_java(".*"),
            None,
            defaults.partitions,
            defaults.replication_factor,
            _settings(properties, "default"),
        )
        return cls((*groups, everything))

    def group(self, topic: str) -> TopicGroup:
        """Return the group that a topic belongs to."""
        return next(group for group in self._groups if group.takes(topic))


def _group(name: str, properties: Mapping[str, Any], defaults: TopicCreationDefaults) -> TopicGroup:
    config = _parsed(TopicCreationGroup, properties, name)
    partitions = defaults.partitions if config.partitions is None else config.partitions
    replicas = defaults.replication_factor if config.replication_factor is None else config.replication_factor
    return TopicGroup(
        _pattern(name, "include", config.include),
        _pattern(name, "exclude", config.exclude) if config.exclude else None,
        partitions,
        replicas,
        _settings(properties, name),
    )


def _parsed(cls: type[Any], properties: Mapping[str, Any], group: str) -> Any:
    try:
        return parse(cls, with_prefix(properties, f"{PREFIX}{group}."))
    except ConfigError as error:
        key = f"{PREFIX}{group}.{error.key or ''}".rstrip(".")
        message = f"{key}: {error}"
        raise ConfigError(message, key=key, problems=error.problems) from error


def _pattern(group: str, side: str, patterns: Sequence[str]) -> JavaRegex:
    try:
        return compile_java("|".join(patterns))
    except ConfigError as error:
        key = f"{PREFIX}{group}.{side}"
        message = f"{key}: {error}"
        raise ConfigError(message, key=key) from error


def _settings(properties: Mapping[str, Any], group: str) -> dict[str, str]:
    """Return what is said of a group beyond our own keys: topic settings by Kafka's names."""
    own = {"include", "exclude", "partitions", "replication.factor"}
    given = with_prefix(properties, f"{PREFIX}{group}.")
    return {key: str(value) for key, value in given.items() if key not in own}
