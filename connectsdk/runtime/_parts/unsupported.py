"""Which settings would have no effect here?

One that changes what happens to data is refused; any other is warned of. Nothing is ignored silently.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectsdk.config import definition, unknown_keys
from connectsdk.config.connector import ConnectorConfig, SourceConnectorConfig
from connectsdk.config.worker import WorkerConfig
from connectsdk.errors import ConfigError

__all__ = ("check_connector", "check_worker", "refused", "warn_of_keys")

log = logging.getLogger("connectsdk.worker")

PASSED_ON = (
    "producer.",
    "consumer.",
    "admin.",
    "security.",
    "sasl.",
    "ssl.",
    "key.converter.",
    "value.converter.",
    "header.converter.",
    "client.",
    "config.providers",
    "connector.client.config.override.",
    "request.timeout.ms",
    "listeners",
    "rest.",
    "access.control.",
    "response.http.headers.config",
)

FAMILIES = (
    "producer.override.",
    "consumer.override.",
    "admin.override.",
    "key.converter.",
    "value.converter.",
    "header.converter.",
    "transforms.",
    "predicates.",
    "topic.creation.",
)

VERSIONS = (
    "connector.plugin.version",
    "key.converter.plugin.version",
    "value.converter.plugin.version",
    "header.converter.plugin.version",
)
"""What says which version of a plugin is wanted; there is one only."""

NEVER = ("", "none", "disabled", "requested")


def check_worker(properties: Mapping[str, Any]) -> None:
    """Refuse worker properties whose effect is missing, and warn of those that are not known.

    Raises:
        ConfigError: If one of them changes what happens to data.
    """
    _refuse(properties, "exactly.once.source.support", "sources deliver at least once: set it to disabled")
    for key, similar in unknown_keys(WorkerConfig, properties, prefixes=PASSED_ON).items():
        log.warning("the worker property %s has no effect here%s", key, _hint(similar))


def check_connector(
    properties: Mapping[str, Any], common: ConnectorConfig, config_classes: Iterable[type[Any]]
) -> None:
    """Refuse connector properties whose effect is missing, and warn of those that nobody knows.

    Args:
        properties: As written.
        common: The keys that every connector has.
        config_classes: The connector's and its tasks' own; with `dict` among them every key may mean something.

    Raises:
        ConfigError: If one of them changes what happens to data.
    """
    for error in refused(properties, source=isinstance(common, SourceConnectorConfig)):
        raise error
    if common.errors_deadletterqueue_topic_name and common.errors_tolerance == "none":
        log.warning(
            "connector %s: errors.deadletterqueue.topic.name has no effect without errors.tolerance=all: a record "
            "that cannot be processed fails its task, and is read again",
            common.name,
        )
    for key in VERSIONS:
        if properties.get(key):
            log.warning(
                "connector %s: %s=%s has no effect: the installed version is used",
                common.name,
                key,
                properties[key],
            )
    own = set(config_classes)
    if dict not in own:
        known = [key for cls in (type(common), *own) for key in definition(cls)]
        warn_of_keys(common.name, unknown_keys(known, properties, prefixes=FAMILIES))


def refused(properties: Mapping[str, Any], *, source: bool) -> Iterator[ConfigError]:
    """Return what has to be said against connector properties whose effect is missing."""
    if source:
        yield from _refusals(properties, "exactly.once.support", "sources deliver at least once: remove it")
        if str(properties.get("transaction.boundary", "")).strip().lower() == "connector":
            message = "transaction.boundary=connector: there are no transactions here, remove it"
            yield ConfigError(message, key="transaction.boundary")


def warn_of_keys(name: str, unknown: Mapping[str, str | None]) -> None:
    """Warn of a connector's keys that have no effect, each with the key that may have been meant."""
    for key, similar in unknown.items():
        log.warning("connector %s: the property %s has no effect%s", name, key, _hint(similar))


def _refuse(properties: Mapping[str, Any], key: str, remedy: str) -> None:
    for error in _refusals(properties, key, remedy):
        raise error


def _refusals(properties: Mapping[str, Any], key: str, remedy: str) -> Iterator[ConfigError]:
    value = str(properties.get(key, "")).strip()
    if value.lower() not in NEVER:
        yield ConfigError(f"{key}={value} is not available in this version; {remedy}", key=key)


def _hint(similar: str | None) -> str:
    return "" if similar is None else f"; did you mean {similar}?"
