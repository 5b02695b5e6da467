"""Where is a registry, and as whom is it asked?"""

from base64 import b64encode
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

import attrs

from connectsdk.config import Password
from connectsdk.errors import ConfigError
from connectsdk.registry._config import SchemaRegistryConfig

__all__ = ("Endpoint", "endpoints")

_KEY = "schema.registry.url"


@attrs.frozen
class Endpoint:
    """One address of a registry.

    Attributes:
        url: Without user, password and a slash at its end; it may be shown.
        authorization: The header's value, or None.
    """

    url: str
    authorization: Password | None


def endpoints(config: SchemaRegistryConfig) -> tuple[Endpoint, ...]:
    """Return the addresses in the order in which they are tried.

    Raises:
        ConfigError: If one cannot be used, or the credentials contradict each other.
    """
    given = _given(config)
    found = []
    for number, text in enumerate(config.urls, 1):
        parts = _split(text, number)
        own = _from_url(parts)
        if own is not None and given is not None:
            message = f"{_KEY} has a user in it, and basic.auth.user.info or bearer.auth.token is set: use one of them"
            raise ConfigError(message, key=_KEY)
        host = parts.netloc.rpartition("@")[2]
        found.append(Endpoint(f"{parts.scheme.lower()}://{host}{parts.path.rstrip('/')}", given or own))
    return tuple(found)


def _split(text: str, number: int) -> SplitResult:
    """Split a URL; what is wrong is told without the URL, which may hold a password."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _bad(number, "cannot be read") from None
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise _bad(number, "is not http://HOST or https://HOST, with a port and a path if need be")
    if parts.query or parts.fragment:
        raise _bad(number, "has a query or a fragment, which a registry's has not")
    if any(char.isspace() or not char.isprintable() for char in text):
        raise _bad(number, "has a space or a control character in it")
    if _link_local(host):
        raise _bad(number, f"is of the link-local address {host}, where no registry is")
    return parts


def _link_local(host: str) -> bool:
    try:
        return ip_address(host.partition("%")[0]).is_link_local
    except ValueError:
        return False


def _given(config: SchemaRegistryConfig) -> Password | None:
    user_info = config.basic_auth_user_info or config.schema_registry_basic_auth_user_info
    user_info = user_info if user_info is not None and user_info.value else None
    token = config.bearer_auth_token
    token = token if token is not None and token.value else None
    from_key = config.basic_auth_credentials_source == "USER_INFO"
    if user_info is not None and not from_key:
        raise ConfigError(
            "basic.auth.user.info has no effect unless basic.auth.credentials.source=USER_INFO: set it too",
            key="basic.auth.credentials.source",
        )
    if from_key and (user_info is None or ":" not in user_info.value):
        raise ConfigError(
            "basic.auth.credentials.source=USER_INFO needs basic.auth.user.info, as user:password",
            key="basic.auth.user.info",
        )
    if token is not None and user_info is not None:
        raise ConfigError("Set one of basic.auth.user.info and bearer.auth.token", key="bearer.auth.token")
    if token is not None:
        return Password(f"Bearer {_clean(token.value, 'bearer.auth.token')}")
    return None if user_info is None else _basic(user_info.value)


def _from_url(parts: SplitResult) -> Password | None:
    user, at, _ = parts.netloc.rpartition("@")
    return _basic(unquote(user)) if at else None


def _basic(user_info: str) -> Password:
    return Password(f"Basic {b64encode(user_info.encode()).decode()}")


def _clean(token: str, key: str) -> str:
    token = token.strip()
    if not token.isascii() or not token.isprintable():
        raise ConfigError(f"{key} has characters that no token has", key=key)
    return token


def _bad(number: int, reason: str) -> ConfigError:
    return ConfigError(f"{_KEY}: URL {number} of the list {reason}", key=_KEY)
