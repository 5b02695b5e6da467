"""How does a client prove who it is, and whom does it trust?

Kafka's `security.*`, `sasl.*` and `ssl.*` settings, as text, become aiokafka's arguments. Certificates and keys
are PEM, in files or in the settings themselves; Java key stores are refused with what to do about them.
"""

import os
import re
import ssl
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectsdk.errors import ConfigError

__all__ = ("parse_jaas", "security_arguments")

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
LOGIN_MODULES = ("PlainLoginModule", "ScramLoginModule")
TLS_VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
PEM = "-----BEGIN"
JAAS_OPTION = re.compile(r"""([\w.]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s;"']+))""")


def security_arguments(settings: Mapping[str, str]) -> dict[str, Any]:
    """Return aiokafka's arguments for these settings; others are left alone.

    Raises:
        ConfigError: If they cannot work together, or name something that is not supported.
    """
    protocol = settings.get("security.protocol", "PLAINTEXT").strip().upper()
    if protocol not in PROTOCOLS:
        raise ConfigError(
            f"security.protocol must be one of {', '.join(PROTOCOLS)}, not {settings['security.protocol']}",
            key="security.protocol",
        )
    arguments: dict[str, Any] = {"security_protocol": protocol}
    if protocol.startswith("SASL"):
        arguments |= _sasl(settings)
    if protocol.endswith("SSL"):
        arguments["ssl_context"] = _tls(settings)
    return arguments


def parse_jaas(text: str) -> tuple[str, str]:
    """Return user name and password from a `sasl.jaas.config`.

    Raises:
        ConfigError: If it is not a PlainLoginModule or ScramLoginModule with both; it never shows the text.
    """
    key = "sasl.jaas.config"
    words = text.split(None, 1)
    module = words[0].rpartition(".")[2] if words else ""
    if module not in LOGIN_MODULES:
        raise ConfigError(f"{key} must name one of {', '.join(LOGIN_MODULES)}", key=key)
    options = {
        name: re.sub(r"\\(.)", r"\1", double or single or bare)
        for name, double, single, bare in JAAS_OPTION.findall(words[1] if len(words) > 1 else "")
    }
    if "username" not in options or "password" not in options:
        raise ConfigError(f'{key} must have username="..." and password="..."', key=key)
    return options["username"], options["password"]


def _sasl(settings: Mapping[str, str]) -> dict[str, Any]:
    written = settings.get("sasl.mechanism", "").strip()
    mechanism = written.upper()
    if mechanism not in MECHANISMS:
        raise ConfigError(
            f"sasl.mechanism must be one of {', '.join(MECHANISMS)}, not {written or 'empty'}",
            key="sasl.mechanism",
        )
    if "sasl.jaas.config" in settings:
        user, password = parse_jaas(settings["sasl.jaas.config"])
    elif "sasl.username" in settings and "sasl.password" in settings:
        user, password = settings["sasl.username"], settings["sasl.password"]
    else:
        raise ConfigError(
            "SASL needs sasl.jaas.config, or sasl.username and sasl.password", key="sasl.jaas.config"
        )
    return {"sasl_mechanism": mechanism, "sasl_plain_username": user, "sasl_plain_password": password}


def _tls(settings: Mapping[str, str]) -> ssl.SSLContext:
    trusted = _pem(settings, "ssl.truststore", "ssl.truststore.certificates")
    if trusted is not None:  # authorities' names stand between certificates, in any language
        trusted = trusted.encode("ascii", "replace").decode()
    try:
        context = ssl.create_default_context(cadata=trusted)
    except (ssl.SSLError, ValueError) as error:
        key = "ssl.truststore.location"
        raise ConfigError(f"the trust store holds no PEM certificate: {error}", key=key) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _limit_versions(context, settings)
    algorithm = settings.get("ssl.endpoint.identification.algorithm", "https").strip()
    if algorithm.lower() not in {"", "https"}:
        key = "ssl.endpoint.identification.algorithm"
        raise ConfigError(f"{key} must be https or empty, not {algorithm}", key=key)
    context.check_hostname = bool(algorithm)
    _load_own_certificate(context, settings)
    return context


def _limit_versions(context: ssl.SSLContext, settings: Mapping[str, str]) -> None:
    key = "ssl.enabled.protocols" if "ssl.enabled.protocols" in settings else "ssl.protocol"
    named = [name.strip() for name in settings.get(key, "").split(",") if name.strip()]
    if not named or named == ["TLS"]:
        return
    if unknown := [name for name in named if name not in TLS_VERSIONS]:
        raise ConfigError(f"{key} must be of {', '.join(TLS_VERSIONS)}, not {', '.join(unknown)}", key=key)
    if key == "ssl.enabled.protocols":
        context.minimum_version = min(TLS_VERSIONS[name] for name in named)
        context.maximum_version = max(TLS_VERSIONS[name] for name in named)


def _load_own_certificate(context: ssl.SSLContext, settings: Mapping[str, str]) -> None:
    chain = _pem(settings, "ssl.keystore", "ssl.keystore.certificate.chain")
    if chain is None:
        return
    pem = chain if "ssl.keystore.key" not in settings else settings["ssl.keystore.key"] + "\n" + chain
    password = settings.get("ssl.key.password", "")
    handle, name = tempfile.mkstemp(suffix=".pem")  # OpenSSL reads it from a file only; mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(pem)
        context.load_cert_chain(name, password=lambda: password)
    except (ssl.SSLError, ValueError) as error:
        key = "ssl.keystore.location"
        raise ConfigError(
            f"the key store holds no usable PEM key and certificate: {error}", key=key
        ) from None
    finally:
        Path(name).unlink()


def _pem(settings: Mapping[str, str], store: str, inline: str) -> str | None:
    kind = settings.get(f"{store}.type", "PEM").strip()
    key = f"{store}.location"
    if kind.upper() != "PEM":
        raise ConfigError(f"{store}.type={kind} is not supported: {_conversion(store)}", key=f"{store}.type")
    if inline in settings:
        return settings[inline]
    if key not in settings:
        return None
    path = Path(settings[key])
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: no path at all
        raise ConfigError(f"{key} cannot be read: {error}", key=key) from None
    if PEM.encode() not in content:
        raise ConfigError(f"{key} is not a PEM file: {_conversion(store)}", key=key)
    return content.decode(errors="replace")


def _conversion(store: str) -> str:
    what = "-nokeys" if store == "ssl.truststore" else "-nodes"
    return (
        "convert it with `keytool -importkeystore -srckeystore STORE -destkeystore STORE.p12"
        f" -deststoretype PKCS12` and `openssl pkcs12 -in STORE.p12 {what} -out STORE.pem`,"
        f" then set {store}.type=PEM and {store}.location=STORE.pem"
    )
