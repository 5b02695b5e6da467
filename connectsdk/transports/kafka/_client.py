"""With which arguments is every client made?"""

from collections.abc import Mapping
from typing import Any

import attrs

from connectsdk.errors import ConfigError
from connectsdk.transports.kafka._security import security_arguments
from connectsdk.transports.kafka._settings import COMMON, SECURITY, parse_settings

__all__ = ("ClientOptions",)

DEFAULTS: Mapping[str, Any] = {
    "connections_max_idle_ms": 540_000,
    "metadata_max_age_ms": 60_000,  # a moved partition is noticed after this at the latest
    "request_timeout_ms": 30_000,
    "retry_backoff_ms": 200,
}
PORTS = range(1, 65_536)


@attrs.frozen
class ClientOptions:
    """What all clients of one transport have in common.

    Attributes:
        servers: Where to begin, as `host:port`.
        arguments: aiokafka's arguments; they hold the password.
    """

    servers: tuple[str, ...]
    arguments: Mapping[str, Any] = attrs.field(repr=False)

    @classmethod
    def parse(cls, bootstrap_servers: str, settings: Mapping[str, str]) -> "ClientOptions":
        """Return the options for these settings, by Kafka's names.

        Raises:
            ConfigError: If an address or a setting is not valid.
        """
        servers = tuple(_address(each) for each in bootstrap_servers.split(",") if each.strip())
        if not servers:
            raise ConfigError(
                "bootstrap.servers is empty: name at least one host:port", key="bootstrap.servers"
            )
        security = {key: str(value) for key, value in settings.items() if key in SECURITY}
        common = {key: value for key, value in settings.items() if key not in SECURITY}
        arguments = {**DEFAULTS, **parse_settings(common, COMMON, "client"), **security_arguments(security)}
        return cls(servers, arguments)

    def overridden(self, settings: Mapping[str, str]) -> "ClientOptions":
        """Return these options with common and security settings replaced.

        Raises:
            ConfigError: If a setting is not valid.
        """
        if not settings:
            return self
        security = {key: value for key, value in settings.items() if key in SECURITY}
        common = {key: value for key, value in settings.items() if key not in SECURITY}
        changed = parse_settings(common, COMMON, "client")
        if security:
            changed |= security_arguments(security)
        return ClientOptions(self.servers, {**self.arguments, **changed})

    def for_client(self, client_id: str) -> dict[str, Any]:
        """Return the keyword arguments of one aiokafka object."""
        return {"client_id": client_id, **self.arguments, "bootstrap_servers": list(self.servers)}

    def for_connection(self) -> dict[str, Any]:
        """Return the keyword arguments of one aiokafka connection, less its address and deadline."""
        arguments = {key: value for key, value in self.arguments.items() if key not in DEFAULTS}
        return {"client_id": "connectsdk", **arguments}


def _address(text: str) -> str:
    address = text.strip().rpartition("://")[2]
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or int(port) not in PORTS:
        raise ConfigError(
            f"bootstrap.servers: {address!r} is not written as host:port", key="bootstrap.servers"
        )
    return address
