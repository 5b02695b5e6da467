"""Which settings of Kafka clients may a connector override?

The policies and their messages are Kafka Connect's; `Allowlist` has a list of its own where nobody gives one: settings that
tune a client and neither say where it goes, nor who it is, nor which group it joins.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from connectsdk.config import ConfigType, parse_value
from connectsdk.errors import ConfigError

__all__ = ("ALL", "HARMLESS", "OverridePolicy", "overrides")

POLICY = "connector.client.config.override.policy"
ALLOWLIST = "connector.client.config.override.allowlist"

HARMLESS = (
    "auto.offset.reset",
    "batch.size",
    "buffer.memory",
    "compression.type",
    "delivery.timeout.ms",
    "fetch.max.bytes",
    "fetch.max.wait.ms",
    "fetch.min.bytes",
    "heartbeat.interval.ms",
    "isolation.level",
    "linger.ms",
    "max.partition.fetch.bytes",
    "max.poll.interval.ms",
    "max.poll.records",
    "max.request.size",
    "request.timeout.ms",
    "session.timeout.ms",
)
"""What `Allowlist` allows unless `connector.client.config.override.allowlist` says otherwise."""

PRINCIPAL = ("sasl.jaas.config", "sasl.mechanism", "security.protocol")
POLICIES = ("All", "Allowlist", "None", "Principal")
PACKAGE, SUFFIX = "org.apache.kafka.connect.connector.policy.", "ConnectorClientConfigOverridePolicy"


@attrs.frozen
class OverridePolicy:
    """Which settings may be overridden.

    Attributes:
        name: The policy.
        allowed: The settings; None allows all.
    """

    name: str
    allowed: frozenset[str] | None

    @classmethod
    def read(cls, properties: Mapping[str, Any], default: str) -> "OverridePolicy":
        """Return the policy that a worker's properties name.

        Args:
            properties: The worker's.
            default: The policy when they name none.

        Raises:
            ConfigError: If there is no such policy.
        """
        written = str(properties.get(POLICY) or default)
        name = written.strip().removeprefix(PACKAGE).removesuffix(SUFFIX)
        if name not in POLICIES:
            message = (
                f"Invalid value {written} for configuration {POLICY}: it must be one of {', '.join(POLICIES)}"
            )
            raise ConfigError(message, key=POLICY)
        if name == "Allowlist":
            listed = parse_value(ALLOWLIST, properties.get(ALLOWLIST), ConfigType.LIST)
            return cls(name, frozenset(HARMLESS if listed is None else listed))
        return cls(name, {"All": None, "Principal": frozenset(PRINCIPAL)}.get(name, frozenset()))

    def refusals(self, properties: Mapping[str, Any], *, source: bool) -> Iterable[ConfigError]:
        """Return what has to be said against a connector's overrides.

        Args:
            properties: The connector's.
            source: Whether it is a source.
        """
        for key in overrides(properties, source=source):
            setting = key.partition(".override.")[2]
            if self.allowed is not None and setting not in self.allowed:
                message = f"The '{self.name}' policy does not allow '{setting}' to be overridden in the connector configuration."
                yield ConfigError(message, key=key)


ALL = OverridePolicy("All", None)


def overrides(properties: Mapping[str, Any], *, source: bool) -> list[str]:
    """Return the keys that override settings of the clients that a connector has."""
    letters = not source and bool(properties.get("errors.deadletterqueue.topic.name"))
    creates = source and any(key.startswith("topic.creation.") for key in properties)
    clients = {"producer": source or letters, "consumer": not source, "admin": creates or letters}
    prefixes = tuple(f"{client}.override." for client, used in clients.items() if used)
    return [key for key in properties if key.startswith(prefixes)]
