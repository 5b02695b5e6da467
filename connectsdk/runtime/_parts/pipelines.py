"""Which transforms and converters do a connector's records go through?

`Plumbing` makes them anew for each life of a task, so that no state of a failed one lives on.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import attrs

from connectsdk._core.sink_columns import SinkColumns
from connectsdk._core.sink_pipeline import SinkPipeline
from connectsdk._core.source_columns import SourceColumns
from connectsdk._core.source_pipeline import SourcePipeline
from connectsdk._core.tolerance import Tolerance
from connectsdk.config import ConfigType, parse, parse_value, unknown_keys, with_prefix
from connectsdk.converter import BatchConverter
from connectsdk.errors import ConfigError
from connectsdk.runtime._parts.plugins import Plugins

__all__ = ("Plumbing", "SinkPlumbing", "SourcePlumbing")

DEFAULT_CONVERTER = {"class": "JsonConverter", "schemas.enable": "false"}
DEFAULT_HEADER_CONVERTER = {"class": "SimpleHeaderConverter"}
DEFAULTS = {
    "key.converter": DEFAULT_CONVERTER,
    "value.converter": DEFAULT_CONVERTER,
    "header.converter": DEFAULT_HEADER_CONVERTER,
}
CONVERTER_METHODS = {
    "key.converter": ("from_connect_data", "to_connect_data"),
    "value.converter": ("from_connect_data", "to_connect_data"),
    "header.converter": ("from_connect_header", "to_connect_header"),
}


@attrs.define(eq=False)
class SourcePlumbing:
    """A source's pipeline and what is to be closed with it.

    Attributes:
        pipeline: What records go through.
        close: Closes the transforms.
        holds: Whether anything wants to be closed.
    """

    pipeline: SourcePipeline
    close: Callable[[], None]
    holds: bool = True

    async def aclose(self) -> None:
        """Close the transforms, then the converters that want to be.

        Raises:
            Exception: What one of them raised; all were closed.
        """
        await _close_all(self.close, self.pipeline.key, self.pipeline.value, self.pipeline.header)


@attrs.define(eq=False)
class SinkPlumbing:
    """A sink's pipeline and what is to be closed with it.

    Attributes:
        pipeline: What records go through.
        close: Closes the transforms.
        holds: Whether anything wants to be closed.
    """

    pipeline: SinkPipeline
    close: Callable[[], None]
    holds: bool = True

    async def aclose(self) -> None:
        """Close the transforms, then the converters that want to be.

        Raises:
            Exception: What one of them raised; all were closed.
        """
        await _close_all(self.close, self.pipeline.key, self.pipeline.value, self.pipeline.header)


@attrs.frozen
class Plumbing:
    """What a connector's and its worker's properties say about transforms and converters.

    Attributes:
        properties: The connector's properties.
        worker: The worker's properties: converters that the connector does not name come from here.
        plugins: Finds classes by name.
        tolerance: What becomes of a record that cannot be processed.
        aliases: The connector's `transforms`.
    """

    properties: Mapping[str, Any] = attrs.field(repr=False)
    worker: Mapping[str, Any] = attrs.field(repr=False)
    plugins: Plugins
    tolerance: Tolerance
    aliases: tuple[str, ...]

    def open_source(self) -> SourcePlumbing:
        """Make a source's pipeline.

        Raises:
            ConfigError: If a transform or converter cannot work as configured.
        """
        applies, close = self._transforms()
        converters = self._converters()
        columns = SourceColumns(*found) if (found := _columns(applies, *converters[:2])) else None
        pipeline = SourcePipeline(applies, *converters, self.tolerance, columns)
        return SourcePlumbing(pipeline, close, self._holds(converters))

    def open_sink(self) -> SinkPlumbing:
        """Make a sink's pipeline.

        Raises:
            ConfigError: If a transform or converter cannot work as configured.
        """
        applies, close = self._transforms()
        converters = self._converters()
        columns = SinkColumns(*found) if (found := _columns(applies, *converters[:2])) else None
        pipeline = SinkPipeline(applies, *converters, self.tolerance, columns)
        return SinkPlumbing(pipeline, close, self._holds(converters))

    def unknown_converter_keys(self) -> dict[str, str | None]:
        """Return the converters' keys that they do not know, each with the known key most like it, or None."""
        unknown: dict[str, str | None] = {}
        for part, default in DEFAULTS.items():
            found, settings = self._named_converter(part, default)
            own = getattr(found, "config_class", dict)
            if not issubclass(own, dict):
                similar = unknown_keys(own, settings, prefixes=("converter.type",))
                unknown |= {f"{part}.{key}": like and f"{part}.{like}" for key, like in similar.items()}
        return unknown

    def converter_class(self, key: str) -> Any:
        """Return the class, or object, of a converter; the key is `value.converter`, for instance.

        Raises:
            ConfigError: If there is none of this name.
        """
        return self._named_converter(key, DEFAULTS[key])[0]

    def check_predicates(self, names: Iterable[str]) -> None:
        """Make all predicates and close them again, also those that no transform refers to.

        Raises:
            ConfigError: If one cannot work as configured.
        """
        opened: list[Any] = []
        try:
            for name in names:
                self._predicate("predicates", name, opened)
        finally:
            for predicate in opened:
                getattr(predicate, "close", _nothing)()

    # -- converters ------------------------------------------------------------------------------------------

    def _converters(self) -> tuple[Any, Any, Any]:
        return (
            self._converter("key.converter", DEFAULT_CONVERTER, is_key=True),
            self._converter("value.converter", DEFAULT_CONVERTER, is_key=False),
            self._converter("header.converter", DEFAULT_HEADER_CONVERTER),
        )

    def _holds(self, converters: Iterable[Any]) -> bool:
        return bool(self.aliases) or any(hasattr(converter, "aclose") for converter in converters)

    def _converter(self, key: str, default: Mapping[str, str], **arguments: bool) -> Any:
        """Make one converter: the connector's class with its keys, or else the worker's with the worker's.

        As in Kafka Connect the two are not mixed: `value.converter.schemas.enable` in a connector that does not name
        a `value.converter` does nothing, and where it names one, the worker's keys do nothing.
        """
        source = self.worker if self.properties.get(key) is None else self.properties
        settings = with_prefix(source, f"{key}.")
        if source.get(key) is None:
            source = {key: default["class"]}
            settings = {name: value for name, value in default.items() if name != "class"} | settings
        found = self.plugins.converter(key, source[key])
        converter = _configured(key, f"{key}.", found, settings, **arguments)
        for method in CONVERTER_METHODS[key]:
            if not callable(getattr(converter, method, None)):
                shown = getattr(found, "__qualname__", type(found).__qualname__)
                message = f"{key}: {shown} is not a converter for it: it has no {method}"
                raise ConfigError(message, key=key)
        return converter

    def _named_converter(self, key: str, default: Mapping[str, str]) -> tuple[Any, Mapping[str, Any]]:
        source = self.properties if self.properties.get(key) else self.worker
        if source.get(key):
            return self.plugins.converter(key, source[key]), with_prefix(source, f"{key}.")
        settings = {name: value for name, value in default.items() if name != "class"}
        return self.plugins.converter(key, default["class"]), settings

    # -- transforms ------------------------------------------------------------------------------------------

    def _transforms(self) -> tuple[tuple[Callable[[Any], Any], ...], Callable[[], None]]:
        opened: list[Any] = []

        def close() -> None:
            for plugin in opened:
                getattr(plugin, "close", _nothing)()

        try:
            return tuple(self._transform(alias, opened) for alias in self.aliases), close
        except BaseException:
            close()
            raise

    def _transform(self, alias: str, opened: list[Any]) -> Callable[[Any], Any]:
        key = f"transforms.{alias}.type"
        settings = self._own_keys("transforms", alias, {"type", "predicate", "negate"})
        transform = _configured(
            key, f"transforms.{alias}.", self.plugins.transform(key, self._named(key)), settings
        )
        opened.append(transform)
        apply: Callable[[Any], Any] = getattr(transform, "apply", transform)
        if not callable(apply):
            message = f"{key} is neither a transform nor a function"
            raise ConfigError(message, key=key)
        named_in = f"transforms.{alias}.predicate"
        predicate = self.properties.get(named_in)
        negate = self.properties.get(f"transforms.{alias}.negate")
        if predicate is not None:
            condition = _where_not if self._negated(alias, negate) else _where
            return condition(self._listed_predicate(named_in, predicate, opened), apply)
        if negate is not None:
            message = (
                f"Config 'transforms.{alias}.negate' was provided but there is no config "
                f"'transforms.{alias}.predicate' defining a predicate to be negated."
            )
            raise ConfigError(message, key=f"transforms.{alias}.negate")
        return apply

    def _listed_predicate(self, named_in: str, name: str, opened: list[Any]) -> Callable[[Any], bool]:
        """Make a predicate that a transform refers to; having keys is not enough, `predicates` must list it."""
        test = self._predicate(named_in, name, opened)
        if name not in (parse_value("predicates", self.properties.get("predicates"), ConfigType.LIST) or ()):
            message = f"{named_in} names {name!r}, but the list of predicates does not"
            raise ConfigError(message, key=named_in)
        return test

    def _predicate(self, named_in: str, name: str, opened: list[Any]) -> Callable[[Any], bool]:
        key = f"predicates.{name}.type"
        if not self.properties.get(key):
            message = f"{named_in} names {name!r}, but there is no {key}"
            raise ConfigError(message, key=named_in)
        settings = self._own_keys("predicates", name, {"type"})
        found = self.plugins.predicate(key, self.properties[key])
        predicate = _configured(key, f"predicates.{name}.", found, settings)
        opened.append(predicate)
        test: Callable[[Any], bool] = getattr(predicate, "test", predicate)
        if not callable(test):
            message = f"{key} is neither a predicate nor a function"
            raise ConfigError(message, key=key)
        return test

    def _negated(self, alias: str, negate: Any) -> bool | None:
        negated: bool | None = parse_value(f"transforms.{alias}.negate", negate, ConfigType.BOOLEAN)
        return negated

    def _named(self, key: str) -> Any:
        if not self.properties.get(key):
            message = f'Missing required configuration "{key}" which has no default value.'
            raise ConfigError(message, key=key)
        return self.properties[key]

    def _own_keys(self, family: str, alias: str, implicit: set[str]) -> dict[str, Any]:
        settings = with_prefix(self.properties, f"{family}.{alias}.")
        return {key: value for key, value in settings.items() if key not in implicit}


def _configured(key: str, prefix: str, found: Any, settings: Mapping[str, Any], **arguments: bool) -> Any:
    """Return a plugin, made when a class was named, and configured."""
    try:
        plugin = found() if isinstance(found, type) else found
        configure = getattr(plugin, "configure", None)
        if configure is not None:
            config_class = getattr(plugin, "config_class", dict)
            configure(parse(config_class, settings), **arguments)
    except ConfigError as error:
        own = prefix + error.key if error.key else key
        message = f"{own}: {error}"
        raise ConfigError(message, key=own, problems=error.problems) from error
    except Exception as error:
        message = f"{key}: {type(error).__name__}: {error}"
        raise ConfigError(message, key=key) from error
    return plugin


def _columns(applies: Iterable[Callable[[Any], Any]], key: Any, value: Any) -> tuple[Any, Any, Any] | None:
    """Return what these plugins do to whole batches; None if one of them takes only single records."""
    batches = tuple(getattr(getattr(apply, "__self__", None), "apply_columns", None) for apply in applies)
    able = all(isinstance(converter, BatchConverter) for converter in (key, value))
    return (batches, key, value) if able and None not in batches else None


def _where(test: Callable[[Any], bool], apply: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a transform that applies another one where a predicate holds."""
    return lambda record: apply(record) if test(record) else record


def _where_not(test: Callable[[Any], bool], apply: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a transform that applies another one where a predicate does not hold."""
    return lambda record: record if test(record) else apply(record)


async def _close_all(close: Callable[[], None], *converters: Any) -> None:
    try:
        close()
    finally:
        async with AsyncExitStack() as stack:
            for converter in converters:
                aclose = getattr(converter, "aclose", None)
                if aclose is not None:
                    stack.push_async_callback(aclose)


def _nothing() -> None:
    return
