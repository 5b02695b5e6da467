"""Where does the REST API listen?"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Sequence

import attrs

from connectsdk.errors import ConfigError
from connectsdk.http._authenticating import knows_users
from connectsdk.http._config import HttpConfig
from connectsdk.http._tls import tls_context

__all__ = ("Listener", "advertised", "check_listeners", "read_admin_listeners", "read_listeners")

WRITTEN = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[^\]]*\]|[^:/\[\]@?#]*)(?::(?P<port>\d{1,5}))?/?", re.ASCII
)
DEFAULT_PORT = 8083
MAX_PORT = 65_535


@attrs.frozen
class Listener:
    """One address to listen on.

    Attributes:
        scheme: `http` or `https`.
        host: A name or an address; empty for all of this machine's.
        port: 0 for a free one.
    """

    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """It as a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"


def read_listeners(written: Sequence[str], key: str = "listeners") -> list[Listener]:
    """Return listeners from how they are written.

    Raises:
        ConfigError: If one is not a URL of the kind `http://host:port`.
    """
    return [_read(each.strip(), key) for each in written if each.strip()]


def read_admin_listeners(config: HttpConfig) -> list[Listener]:
    """Return the listeners that `/admin` has for itself.

    Raises:
        ConfigError: If one is not a URL of the kind `http://host:port`.
    """
    return read_listeners(config.admin_listeners or (), "admin.listeners")


def advertised(bound: Sequence[Listener], config: HttpConfig) -> str:
    """Return the host and port under which others reach a worker that listens there: its id."""
    wanted = config.rest_advertised_listener
    chosen = next((each for each in bound if each.scheme == wanted), bound[0])
    host = config.rest_advertised_host_name or chosen.host
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104 - everywhere is no address
        host = socket.gethostname()
    return f"{f'[{host}]' if ':' in host else host}:{config.rest_advertised_port or chosen.port}"


def check_listeners(listeners: Sequence[Listener], config: HttpConfig) -> ssl.SSLContext | None:
    """Make sure that nobody from elsewhere can do anything unasked; return what https listeners speak.

    Raises:
        ConfigError: If there is no listener, one is open to others without TLS or without authentication, or TLS
            cannot work.
    """
    if not listeners:
        raise ConfigError("listeners: there is none; leave the REST API out to have none", key="listeners")
    for listener in listeners:
        if not (listener.is_loopback or config.rest_insecure):
            _check_open(listener, config)
    return tls_context(config) if any(each.scheme == "https" for each in listeners) else None


def _check_open(listener: Listener, config: HttpConfig) -> None:
    remedy = "listen on 127.0.0.1, or set rest.insecure=true to serve whoever reaches this worker"
    if listener.scheme != "https":
        message = f"listeners: {listener.url} is open to other machines without TLS: use https, {remedy}"
        raise ConfigError(message, key="listeners")
    if not (knows_users(config) or config.ssl_client_auth == "required"):
        message = (
            f"listeners: {listener.url} is open to other machines without authentication: set rest.auth.users, "
            f"rest.auth.tokens or ssl.client.auth=required, {remedy}"
        )
        raise ConfigError(message, key="listeners")


def _read(written: str, key: str) -> Listener:
    found = WRITTEN.fullmatch(written.lower())
    if found is None:
        raise ConfigError(f"{key}: {written} is not written http://host:port or https://host:port", key=key)
    port = int(found["port"] or DEFAULT_PORT)
    if port > MAX_PORT:
        raise ConfigError(f"{key}: {written} has no port between 0 and {MAX_PORT}", key=key)
    return Listener(found["scheme"], found["host"].strip("[]"), port)
