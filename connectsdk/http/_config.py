"""How is the REST API configured?"""

from collections.abc import Mapping
from typing import Any, Literal, Self

from connectsdk.config import ConfigType, Importance, Password, config, option, parse
from connectsdk.errors import ConfigError

__all__ = ("HttpConfig",)

PREFIX = "listeners.https."
MiB = 1 << 20


@config
class HttpConfig:
    """What the REST API can be told; names and meanings are Kafka Connect's where it has them."""

    listeners: tuple[str, ...] = option(
        default=("http://127.0.0.1:8083",),
        doc="Where the REST API listens: `http://host:port` or `https://host:port`, separated by commas. Port 0 takes a free one.",
        importance=Importance.HIGH,
    )
    admin_listeners: tuple[str, ...] | None = option(
        default=None,
        doc="Where `/admin` is served instead of `listeners`; empty: nowhere. Absent: on `listeners`.",
    )
    rest_advertised_host_name: str | None = option(
        default=None, doc="The host name by which others reach this worker.", importance=Importance.LOW
    )
    rest_advertised_port: int | None = option(
        default=None, doc="The port by which others reach this worker.", importance=Importance.LOW
    )
    rest_advertised_listener: Literal["http", "https"] | None = option(
        default=None, doc="The protocol by which others reach this worker.", importance=Importance.LOW
    )
    rest_insecure: bool = option(
        default=False,
        doc="Whether to listen beyond this machine without TLS or without authentication.",
        importance=Importance.HIGH,
    )

    rest_auth_users: Password | None = option(
        default=None,
        doc="Users and hashed passwords, `name:hash` separated by commas; `connectsdk.http.hash_password` makes the hashes.",
    )
    rest_auth_users_file: str | None = option(
        default=None, doc="A file with users and hashed passwords, one `name:hash` a line."
    )
    rest_auth_tokens: Password | None = option(
        default=None,
        doc="Names and hashed bearer tokens, `name:hash` separated by commas; `connectsdk.http.hash_token` makes the hashes.",
    )
    rest_auth_tokens_file: str | None = option(
        default=None, doc="A file with names and hashed bearer tokens, one `name:hash` a line."
    )
    rest_auth_roles: tuple[str, ...] = option(
        default=(),
        doc="Who may do what: `name=role` or `name=role:prefix*`, the role one of `read`, `operate` and `admin`. Without any, whoever is authenticated may do everything.",
    )
    rest_allowed_hosts: tuple[str, ...] = option(
        default=(),
        doc="Names by which this worker may be addressed, beside addresses, `localhost`, and the names in `listeners` and `rest.advertised.host.name`; `*` for any.",
    )
    rest_request_timeout_ms: int = option(
        default=90_000, type=ConfigType.LONG, at_least=1, doc="How long a request may take, in milliseconds."
    )
    rest_request_max_bytes: int = option(default=MiB, at_least=1, doc="The most bytes of a request's body.")
    rest_request_max_parallel: int = option(
        default=64, at_least=1, doc="The most requests carried out at once."
    )

    access_control_allow_origin: tuple[str, ...] = option(
        default=(),
        doc="Web sites whose pages may use this API, `*` for all.",
        importance=Importance.LOW,
    )
    access_control_allow_methods: tuple[str, ...] = option(
        default=(),
        doc="The methods that they may use; by default GET, POST and HEAD.",
        importance=Importance.LOW,
    )
    response_http_headers_config: str = option(
        default="",
        doc="Headers of every answer: `[set|add|setDate|addDate] name: value`, separated by commas.",
        importance=Importance.LOW,
    )

    ssl_keystore_location: str | None = option(
        default=None, doc="A PEM file with the private key and the certificates of https listeners."
    )
    ssl_key_password: Password | None = option(default=None, doc="What the private key is encrypted with.")
    ssl_truststore_location: str | None = option(
        default=None, doc="A PEM file with the authorities whose client certificates are trusted."
    )
    ssl_client_auth: Literal["none", "requested", "required"] = option(
        default="none", doc="Whether clients show certificates."
    )
    ssl_keystore_type: Literal["PEM"] = option(default="PEM", doc="The kind of the key store.", internal=True)
    ssl_truststore_type: Literal["PEM"] = option(
        default="PEM", doc="The kind of the trust store.", internal=True
    )
    rest_extension_classes: tuple[str, ...] = option(default=(), internal=True, doc="Refused.")

    @classmethod
    def read(cls, properties: Mapping[str, Any]) -> Self:
        """Return the configuration that a worker's properties say.

        Keys after `listeners.https.` come before the same ones without; without any of them, `ssl.*` is meant.

        Raises:
            ConfigError: If it cannot work.
        """
        for key in properties:
            if key.startswith("admin.listeners.https."):
                message = f"{key}: listeners for administration use the TLS of the others, remove it"
                raise ConfigError(message, key=key)
        own = {key.removeprefix(PREFIX): value for key, value in properties.items() if key.startswith(PREFIX)}
        shared = {key: value for key, value in properties.items() if not (own and key.startswith("ssl."))}
        found = parse(cls, {**shared, **own})
        if found.rest_extension_classes:
            message = (
                "rest.extension.classes: Java classes cannot be loaded here. Users are configured by rest.auth.*; "
                "an embedding program may wrap connectsdk.http.app in middleware of its own"
            )
            raise ConfigError(message, key="rest.extension.classes")
        return found
