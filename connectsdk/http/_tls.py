"""As whom do https listeners appear, and whom do they trust?"""

import ssl

from connectsdk.errors import ConfigError
from connectsdk.http._config import HttpConfig

__all__ = ("tls_context",)

MODES = {"none": ssl.CERT_NONE, "requested": ssl.CERT_OPTIONAL, "required": ssl.CERT_REQUIRED}


def tls_context(config: HttpConfig) -> ssl.SSLContext:
    """Return what https listeners speak; reads the files that the configuration names.

    Raises:
        ConfigError: If one is missing or cannot be used.
    """
    location, trusted = config.ssl_keystore_location, config.ssl_truststore_location
    if not location:
        raise ConfigError(
            "ssl.keystore.location: https listeners need a PEM file with a private key and its certificate",
            key="ssl.keystore.location",
        )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    password = config.ssl_key_password
    try:
        # Without a password OpenSSL would ask for one at the terminal.
        context.load_cert_chain(location, password=password.value if password else "")
    except (OSError, ValueError) as error:
        raise _unusable("ssl.keystore.location", location, error) from None
    context.verify_mode = MODES[config.ssl_client_auth]
    if config.ssl_client_auth != "none":
        _trust(context, trusted)
    return context


def _trust(context: ssl.SSLContext, location: str | None) -> None:
    if not location:
        raise ConfigError(
            "ssl.truststore.location: ssl.client.auth needs a PEM file with the authorities of clients",
            key="ssl.truststore.location",
        )
    try:
        context.load_verify_locations(location)
    except (OSError, ValueError) as error:
        raise _unusable("ssl.truststore.location", location, error) from None


def _unusable(key: str, location: str, error: Exception) -> ConfigError:
    reason = getattr(error, "strerror", None) or error
    return ConfigError(f"{key}: {location} cannot be used as a PEM file: {reason}", key=key)
