"""Whom does the connection to a registry trust, and as whom does it appear?"""

import ssl

from connectsdk.errors import ConfigError
from connectsdk.registry._config import SchemaRegistryConfig

__all__ = ("tls_context",)

_PREFIX = "schema.registry.ssl."


def tls_context(config: SchemaRegistryConfig) -> ssl.SSLContext:
    """Return what verifies the registry; reads the files that the configuration names.

    Raises:
        ConfigError: If one of them cannot be used.
    """
    context = _trusting(config)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not config.schema_registry_ssl_endpoint_identification_algorithm:
        context.check_hostname = False
    location = config.schema_registry_ssl_keystore_location
    if location:
        password = config.schema_registry_ssl_key_password
        try:
            # Without a password OpenSSL would ask for one at the terminal.
            context.load_cert_chain(location, password=password.value if password else "")
        except (OSError, ValueError) as error:
            raise _unusable("keystore.location", location, error) from None
    return context


def _trusting(config: SchemaRegistryConfig) -> ssl.SSLContext:
    location = config.schema_registry_ssl_truststore_location
    text = config.schema_registry_ssl_truststore_certificates
    if text:  # authorities' names stand between certificates, in any language
        text = text.encode("ascii", "replace").decode()
    try:
        return ssl.create_default_context(cafile=location or None, cadata=text or None)
    except (OSError, ValueError) as error:
        key = "truststore.location" if location else "truststore.certificates"
        raise _unusable(key, location or "its text", error) from None


def _unusable(name: str, what: str, error: Exception) -> ConfigError:
    reason = getattr(error, "strerror", None) or error
    key = _PREFIX + name
    return ConfigError(f"{key}: {what} cannot be used as a PEM file: {reason}", key=key)
