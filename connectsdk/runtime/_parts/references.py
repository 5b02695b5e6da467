"""What do references in a configuration stand for?

Config providers are code of somebody else, and may ask other systems: each call runs on a thread of its own, inside a deadline,
and one that does not end is left behind and counted like other plugin code. No event loop waits for one.
"""

import math
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import anyio
import attrs

from connectsdk.config import (
    ConfigData,
    ConfigType,
    parse_value,
    references,
    replace_references,
    with_prefix,
)
from connectsdk.errors import ConfigError, ConnectError
from connectsdk.runtime._calls.consultations import Consultations
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime._settings import TaskSettings

__all__ = (
    "DEADLINE",
    "NOTHING",
    "PROVIDERS",
    "References",
    "Resolved",
    "open_references",
    "resolve_properties",
    "waited_for",
)

PROVIDERS = "config.providers"
DEADLINE = 10.0
"""Seconds that config providers have for one configuration, all of them together; and each, to be made ready."""

T = TypeVar("T")


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
    """The config providers of a worker, by the names that references use.

    Attributes:
        providers: The providers.
        deadline: Seconds that they have for one configuration.
        consultations: Runs them, and counts what was left behind.
    """

    providers: Mapping[str, Any] = attrs.field(factory=dict)
    deadline: float = DEADLINE
    consultations: Consultations = attrs.field(factory=Consultations, eq=False)

    async def resolve(self, properties: Mapping[str, Any]) -> Resolved:
        """Return properties with references replaced; the providers are asked on threads.

        Raises:
            ConfigError: If a provider refuses, fails or takes too long; the message names it, the path and the key, and no
                value.
        """
        wanted = self._wanted(properties)
        if not wanted:
            return Resolved(properties)
        known: dict[tuple[str, str, str], str] = {}
        lives: list[float] = []
        until = anyio.current_time() + self.deadline
        for (provider, path), keys in wanted.items():
            data = await self._ask(provider, path, keys, until - anyio.current_time())
            known |= {(provider, path, key): value for key, value in data.values.items() if key in keys}
            lives += [] if data.ttl is None else [data.ttl]
        resolved = dict(properties)
        secrets: set[str] = set()
        for key, value in properties.items():
            if isinstance(value, str):
                resolved[key], used = replace_references(value, known)
                secrets.update(used)
        return Resolved(resolved, frozenset(secrets), min(lives, default=None))

    async def close(self) -> None:
        """Close the providers; what they raise is nobody's concern any more."""
        for name, provider in self.providers.items():

            async def close(provider: Any = provider) -> None:
                _quietly(provider.close)

            owner = f"config provider {name}"
            try:
                await self.consultations.ask(owner, f"{owner}: close", _settings(self.deadline), close)
            except ConnectError:
                continue  # it was logged and counted when it was left behind

    def _wanted(self, properties: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
        """Return the keys to ask for, by provider and path, each with a property that refers to it."""
        wanted: dict[tuple[str, str], dict[str, str]] = {}
        for key, value in properties.items():
            for found in references(value) if isinstance(value, str) else ():
                if found.provider in self.providers:
                    wanted.setdefault((found.provider, found.path), {}).setdefault(found.key, key)
        return wanted

    async def _ask(self, name: str, path: str, keys: Mapping[str, str], seconds: float) -> ConfigData:
        provider = self.providers[name]
        named = next(iter(keys.values()))
        owner = f"config provider {name}"

        async def get() -> ConfigData | ConfigError:
            return _asked(provider, path, keys)

        try:
            answer = await self.consultations.ask(owner, f"{owner}: get", _settings(max(seconds, 0.001)), get)
        except ConnectError:
            shown = ", ".join(repr(key) for key in keys)
            answer = ConfigError(
                f"it did not answer within {self.deadline:g} s when it was asked for {shown} of path {path!r}"
            )
        if isinstance(answer, ConfigError):
            raise ConfigError(f"{named}: {owner}: {answer}", key=named)
        return answer


NOTHING = References()


def _settings(seconds: float) -> TaskSettings:
    return TaskSettings(isolation="thread", start_timeout=seconds, graceful=2.0)


def _asked(provider: Any, path: str, keys: Mapping[str, str]) -> ConfigData | ConfigError:
    """Ask a provider; what it raised, unless it is meant for operators, may hold the secret: its type has to do."""
    asked = f"{', '.join(repr(key) for key in keys)} of path {path!r}"
    try:
        data = provider.get(path, frozenset(keys))
        values = {key: data.values[key] for key in keys if key in data.values}
        ttl = data.ttl
        if any(not isinstance(value, str) for value in values.values()):
            return ConfigError(f"it has something else than text for {asked}")
        if ttl is not None and (isinstance(ttl, bool) or not isinstance(ttl, int | float)):
            return ConfigError(f"its ttl for {asked} is no number of seconds")
        return ConfigData(values, None if ttl is None else _seconds(ttl))
    except ConfigError as error:
        return ConfigError(str(error))
    except BaseException as error:  # noqa: BLE001 - this thread runs nothing but the provider's own code
        return ConfigError(f"failed when it was asked for {asked}: {type(error).__name__}")


def _seconds(ttl: float) -> float:
    """Return a time to live as a float, whatever number it is."""
    try:
        return 0.0 if math.isnan(ttl) else float(ttl)
    except OverflowError:
        return math.inf if ttl > 0 else -math.inf


def _quietly(call: Callable[[], object]) -> None:
    with suppress(BaseException):  # this thread runs nothing but the provider's own code
        call()


async def open_references(
    properties: Mapping[str, Any], plugins: Plugins, consultations: Consultations | None = None
) -> References:
    """Return the config providers that a worker's properties name; none unless they do.

    Args:
        properties: The worker's.
        plugins: Finds the providers' classes.
        consultations: Runs them, and counts what was left behind.

    Raises:
        ConfigError: If one cannot be used, or not as it is configured.
    """
    names = parse_value(PROVIDERS, properties.get(PROVIDERS), ConfigType.LIST) or ()
    asked = consultations or Consultations()
    opened = {}
    for name in names:
        if name:
            opened[name] = await _opened(name, properties, plugins, asked)
    return References(opened, DEADLINE, asked)


async def _opened(
    name: str, properties: Mapping[str, Any], plugins: Plugins, consultations: Consultations
) -> Any:
    owner, key = f"config provider {name}", f"{PROVIDERS}.{name}.class"

    async def make() -> Any:
        return _made(name, properties, plugins)

    try:
        return await consultations.ask(owner, f"{owner}: configure", _settings(DEADLINE), make)
    except ConfigError:
        raise
    except ConnectError as error:
        message = f"{key}: {error}"
        raise ConfigError(message, key=key) from None


def _made(name: str, properties: Mapping[str, Any], plugins: Plugins) -> Any:
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


def waited_for(call: Callable[[], Awaitable[T]]) -> T:
    """Return what a coroutine function returns, in a program that has no event loop; one that has waits for it too.

    It runs in an event loop of its own, on a thread of its own.

    Raises:
        BaseException: What it raises.
    """
    results: list[T] = []
    raised: list[BaseException] = []

    async def run() -> None:
        results.append(await call())

    def live() -> None:
        try:
            anyio.run(run)
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            raised.append(error)

    thread = threading.Thread(target=live, name="connectsdk config providers")
    thread.start()
    thread.join()
    if raised:
        raise raised[0]
    return results[0]


def resolve_properties(properties: Mapping[str, Any], plugins: Plugins | None = None) -> Mapping[str, Any]:
    """Return a worker's properties with references to its own config providers replaced.

    This waits for the providers, ten seconds at most: a coroutine calls it by `anyio.to_thread.run_sync`.

    Raises:
        ConfigError: If a provider cannot be used, refuses, fails or takes too long.
    """
    if not properties.get(PROVIDERS):
        return properties

    async def resolve() -> Mapping[str, Any]:
        opened = await open_references(properties, plugins or Plugins())
        try:
            return (await opened.resolve(properties)).properties
        finally:
            await opened.close()

    return waited_for(resolve)
