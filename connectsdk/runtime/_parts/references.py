"""What do references in a configuration stand for?"""

from collections.abc import Mapping
from typing import Any

import attrs

from connectsdk.config import ConfigType, parse_value, references, replace_references, with_prefix
from connectsdk.errors import ConfigError
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._parts.plugins import Plugins

__all__ = ("NOTHING", "References", "Resolved", "open_references", "resolve_properties")

PROVIDERS = "config.providers"


@attrs.frozen
class Resolved:
    """Properties with references replaced.

    Attributes:
        properties: The properties; they hold secrets, so they are not in the repr.
        secrets: What came in place of references.
        ttl: Seconds after which to resolve them again; None if never.
    """

    properties: Mapping[str, Any] = attrs.field(repr=False)
    secrets: frozenset[str] = attrs.field(default=frozenset(), repr=False)
    ttl: float | None = None


@attrs.frozen
class References:
    """The config providers of a worker, by the names that references use."""

    providers: Mapping[str, Any] = attrs.field(factory=dict)

    def resolve(self, properties: Mapping[str, Any]) -> Resolved:
        """Return properties with references replaced; calls providers, which may block.

        Raises:
            ConfigError: If a provider refuses or fails; the message names the key, and no value.
        """
        wanted = self._wanted(properties)
        if not wanted:
            return Resolved(properties)
        known: dict[tuple[str, str, str], str] = {}
        lives: list[float] = []
        for (provider, path), keys in wanted.items():
            data = self._ask(provider, path, keys)
            known |= {(provider, path, key): value for key, value in data.values.items() if key in keys}
            lives += [] if data.ttl is None else [data.ttl]
        resolved = dict(properties)
        secrets: set[str] = set()
        for key, value in properties.items():
            if isinstance(value, str):
                resolved[key], used = replace_references(value, known)
                secrets.update(used)
        return Resolved(resolved, frozenset(secrets), min(lives, default=None))

    def close(self) -> None:
        """Close the providers."""
        for provider in self.providers.values():
            provider.close()

    def _wanted(self, properties: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
        """Return the keys to ask for, by provider and path, each with a property that refers to it."""
        wanted: dict[tuple[str, str], dict[str, str]] = {}
        for key, value in properties.items():
            for found in references(value) if isinstance(value, str) else ():
                if found.provider in self.providers:
                    wanted.setdefault((found.provider, found.path), {}).setdefault(found.key, key)
        return wanted

    def _ask(self, provider: str, path: str, keys: Mapping[str, str]) -> Any:
        named = next(iter(keys.values()))
        try:
            return self.providers[provider].get(path, frozenset(keys))
        except ConfigError as error:
            message = f"{named}: config provider {provider}: {error}"
            raise ConfigError(message, key=named) from None
        except Exception as error:  # noqa: BLE001 - what it raised may hold the secret: its type has to do
            message = f"{named}: config provider {provider} failed: {type(error).__name__}"
            raise ConfigError(message, key=named) from None


NOTHING = References()


def open_references(properties: Mapping[str, Any], plugins: Plugins) -> References:
    """Return the config providers that a worker's properties name; none unless they do.

    Raises:
        ConfigError: If one cannot be used, or not as it is configured.
    """
    names = parse_value(PROVIDERS, properties.get(PROVIDERS), ConfigType.LIST) or ()
    return References({name: _open(name, properties, plugins) for name in names if name})


def _open(name: str, properties: Mapping[str, Any], plugins: Plugins) -> Any:
    key = f"{PROVIDERS}.{name}.class"
    named = properties.get(key)
    if not named:
        message = f'Missing required configuration "{key}" which has no default value.'
        raise ConfigError(message, key=key)
    found = plugins.find("config_provider", key, named)
    prefix = f"{PROVIDERS}.{name}.param."
    try:
        provider = found() if isinstance(found, type) else found
        provider.configure(with_prefix(properties, prefix))
    except ConfigError as error:
        own = prefix + error.key if error.key else key
        message = f"{own}: {error}"
        raise ConfigError(message, key=own) from error
    except Exception as error:
        message = f"{key}: {describe(error)}"
        raise ConfigError(message, key=key) from error
    return provider


def resolve_properties(properties: Mapping[str, Any], plugins: Plugins | None = None) -> Mapping[str, Any]:
    """Return a worker's properties with references to its own config providers replaced.

    Raises:
        ConfigError: If a provider cannot be used, refuses or fails.
    """
    return open_references(properties, plugins or Plugins()).resolve(properties).properties
