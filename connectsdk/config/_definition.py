"""Which keys does a configuration class define?"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, get_type_hints

import attrs

from connectsdk.config._annotations import Shape, UnknownShapeError, shape_of
from connectsdk.config._key import ConfigKey, Convert, Recommender
from connectsdk.config._kinds import ConfigType
from connectsdk.config._option import Option, option_of
from connectsdk.config._prefix import with_prefix
from connectsdk.config._reading import read_value
from connectsdk.config._validators import Composite, NullOr, Range, Validator, ValidList, ValidString
from connectsdk.config._values import to_text
from connectsdk.errors import ConfigError

__all__ = ("Definition", "definition", "embed", "undefined_dependents")

Definition = type[Any] | Iterable[ConfigKey]
"""A configuration class, or keys; `dict` defines none."""

_COMPATIBLE = {
    (ConfigType.INT, ConfigType.SHORT),
    (ConfigType.INT, ConfigType.LONG),
    (ConfigType.STRING, ConfigType.CLASS),
    (ConfigType.CLASS, ConfigType.STRING),
}
_INT_LIMIT = 1 << 31
KEPT = 256
"""Configuration classes whose keys are kept: a worker seldom has more, and none is kept for ever."""
_FACTORY: Any = attrs.Factory  # a class, which its type stubs call a function


def definition(source: Definition) -> tuple[ConfigKey, ...]:
    """Return the keys in the order in which they are listed.

    Those without a group come first, then group by group; inside by `order`, required ones first, by
    importance, by name.

    Raises:
        ConfigError: If a key is defined twice, or a default is not valid.
        TypeError: If the source is no attrs class, or an annotation has no configuration type.
    """
    if isinstance(source, type):
        cls: Any = source  # hashable, which type checkers doubt
        return () if issubclass(source, dict) else _listed_of(cls)
    return _listed(tuple(source))


@lru_cache(maxsize=KEPT)
def _listed_of(cls: type[Any]) -> tuple[ConfigKey, ...]:
    """Return a class's keys, as `definition` does: the class does not change, and is asked for each connector."""
    return _listed(_keys_of(cls))


def _listed(keys: tuple[ConfigKey, ...]) -> tuple[ConfigKey, ...]:
    _check_twice(keys)
    groups = {group: place for place, group in enumerate(dict.fromkeys(key.group for key in keys))}
    return tuple(sorted(keys, key=lambda key: (key.group is not None, groups[key.group], *_place(key))))


def embed(prefix: str, group: str, start_order: int, source: Definition) -> tuple[ConfigKey, ...]:
    """Return the keys of a definition as part of a larger one.

    Args:
        prefix: Goes before every key, for instance `transforms.mask.`.
        group: The heading for all of them.
        start_order: The place of the first in the group.
        source: What is embedded.

    Raises:
        ConfigError: As `definition`.
        TypeError: As `definition`.
    """
    keys = sorted(definition(source), key=lambda key: _place(key)[1:])
    return tuple(_embedded(key, prefix, group, start_order + place) for place, key in enumerate(keys))


def _keys_of(cls: type[Any]) -> tuple[ConfigKey, ...]:
    if not attrs.has(cls):
        message = f"{cls.__qualname__} is not an attrs class; decorate it with @attrs.frozen"
        raise TypeError(message)
    fields = [attribute for attribute in attrs.fields(cls) if attribute.init]
    annotations = _annotations(cls, fields)
    return tuple(_key_of(cls, attribute, annotations[attribute.name]) for attribute in fields)


def _annotations(cls: type[Any], fields: "list[attrs.Attribute[Any]]") -> dict[str, Any]:
    annotations = {attribute.name: attribute.type for attribute in fields}
    if any(isinstance(annotation, str) for annotation in annotations.values()):
        try:
            annotations |= get_type_hints(cls, include_extras=True)
        except NameError as error:
            message = f"{cls.__qualname__}: an annotation cannot be resolved ({error}); import or define it at module level"
            raise TypeError(message) from error
    return annotations


def _key_of(cls: type[Any], attribute: "attrs.Attribute[Any]", annotation: Any) -> ConfigKey:
    said = option_of(attribute)
    default = _default(attribute)
    shape = _shape(cls, attribute.name, annotation, said, default)
    alias = attribute.alias or attribute.name
    name = said.key or alias.strip("_").replace("_", ".")
    key = ConfigKey(
        name=name,
        type=shape.kind,
        validator=_validator(said, shape, nullable=shape.nullable or default is None),
        importance=said.importance,
        documentation=said.doc,
        group=said.group,
        order=said.order,
        width=said.width,
        display_name=said.display_name or name,
        dependents=said.dependents,
        recommender=said.recommender,
        internal=said.internal,
        nullable=shape.nullable or default is None,
        resolves=shape.resolves,
        accepts=shape.accepts,
        convert=_convert(said, shape),
        field=alias,
    )
    return key if default is attrs.NOTHING else _with_default(cls, key, default)


def _default(attribute: "attrs.Attribute[Any]") -> Any:
    default: Any = attribute.default
    if not isinstance(default, _FACTORY):
        return default
    # What is computed from other fields has no value that can be listed.
    return None if default.takes_self else default.factory()


def _shape(cls: type[Any], name: str, annotation: Any, said: Option, default: Any) -> Shape:
    try:
        shape = shape_of(annotation)
    except UnknownShapeError as error:
        if said.type is not None:
            return Shape(said.type, nullable=True)
        message = f"{cls.__qualname__}.{name}: {error}; name one with option(type=ConfigType...)"
        raise TypeError(message) from None
    if said.type is None:
        large = shape.kind is ConfigType.INT and isinstance(default, int) and abs(default) >= _INT_LIMIT
        return attrs.evolve(shape, kind=ConfigType.LONG) if large else shape
    if said.type is not shape.kind and (shape.kind, said.type) not in _COMPATIBLE:
        message = f"{cls.__qualname__}.{name}: {said.type.value} does not fit the annotation {annotation!r}"
        raise TypeError(message)
    if said.type is ConfigType.CLASS and shape.kind is ConfigType.STRING:
        return Shape(ConfigType.CLASS, shape.nullable, convert=_class_name, resolves=False)
    if said.type is ConfigType.STRING and shape.kind is ConfigType.CLASS:
        return Shape(ConfigType.STRING, shape.nullable, accepts=(type,))
    return attrs.evolve(shape, kind=said.type)


def _class_name(_: str, value: Any) -> str | None:
    """Return the name of a class, for a field that holds a name: nobody looks it up."""
    return to_text(value, ConfigType.CLASS)


def _validator(said: Option, shape: Shape, *, nullable: bool) -> Validator | None:
    implied: list[Validator] = []
    if said.at_least is not None:
        implied.append(Range.at_least(said.at_least))
    if said.between is not None:
        implied.append(Range.between(*said.between))
    if said.one_of is not None:
        valid = ValidString(said.one_of)
        implied.append(ValidList(valid) if shape.kind is ConfigType.LIST else valid)
    found: list[Validator] = [NullOr(validator) if nullable else validator for validator in implied]
    found += [validator for validator in (shape.validator, said.validator) if validator is not None]
    return Composite(found) if len(found) > 1 else next(iter(found), None)


def _convert(said: Option, shape: Shape) -> Convert | None:
    own, first = said.convert, shape.convert
    if own is None:
        return first
    return lambda key, value: own(value if first is None else first(key, value))


def undefined_dependents(keys: Iterable[ConfigKey]) -> tuple[str, ...]:
    """Return the dependents that are no keys, in order."""
    keys = tuple(keys)
    names = {key.name for key in keys}
    return tuple(sorted({dependent for key in keys for dependent in key.dependents} - names))


def _with_default(cls: type[Any], key: ConfigKey, default: Any) -> ConfigKey:
    reading = read_value(key, default)
    if reading.problems:
        message = f"{cls.__qualname__}: the default does not fit: {reading.problems[0]}"
        raise ConfigError(message, key=key.name)
    return attrs.evolve(key, default=reading.value)


def _check_twice(keys: Iterable[ConfigKey]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key.name in seen:
            message = f"Configuration {key.name} is defined twice."
            raise ConfigError(message, key=key.name)
        seen.add(key.name)


def _place(key: ConfigKey) -> tuple[int, bool, int, str]:
    return key.order, not key.required, key.importance, key.name


def _embedded(key: ConfigKey, prefix: str, group: str, order: int) -> ConfigKey:
    return attrs.evolve(
        key,
        name=prefix + key.name,
        group=group if key.group is None else f"{group}: {key.group}",
        order=order,
        dependents=tuple(prefix + dependent for dependent in key.dependents),
        recommender=None if key.recommender is None else _EmbeddedRecommender(key.recommender, prefix),
    )


@attrs.frozen
class _EmbeddedRecommender:
    """A recommender that sees its own part of a larger configuration, without the prefix."""

    inner: Recommender
    prefix: str

    def valid_values(self, key: str, values: Mapping[str, Any]) -> Sequence[Any]:
        return self.inner.valid_values(key.removeprefix(self.prefix), with_prefix(values, self.prefix))

    def visible(self, key: str, values: Mapping[str, Any]) -> bool:
        return self.inner.visible(key.removeprefix(self.prefix), with_prefix(values, self.prefix))
