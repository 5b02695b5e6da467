"""How does an author write one key of a configuration?"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, dataclass_transform, overload

import attrs

from connectsdk.config._key import Recommender
from connectsdk.config._kinds import ConfigType, Importance, Width
from connectsdk.config._validators import Validator

__all__ = ("Option", "config", "option", "option_of")

T = TypeVar("T")
_METADATA = "connectsdk.config"


@attrs.frozen(kw_only=True)
class Option:
    """What an author said about one key; see `option`."""

    key: str | None = None
    doc: str = ""
    type: ConfigType | None = None
    validator: Validator | None = None
    importance: Importance = Importance.MEDIUM
    group: str | None = None
    order: int = -1
    width: Width = Width.NONE
    display_name: str | None = None
    dependents: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    recommender: Recommender | None = None
    internal: bool = False
    at_least: float | None = None
    between: tuple[float, float] | None = None
    one_of: tuple[str, ...] | None = attrs.field(default=None, converter=attrs.converters.optional(tuple))
    convert: Callable[[Any], Any] | None = None


@overload
def option(
    default: T,
    *,
    key: str | None = ...,
    doc: str = ...,
    type: ConfigType | None = ...,
    validator: Validator | None = ...,
    importance: Importance = ...,
    group: str | None = ...,
    order: int = ...,
    width: Width = ...,
    display_name: str | None = ...,
    dependents: Sequence[str] = ...,
    recommender: Recommender | None = ...,
    internal: bool = ...,
    at_least: float | None = ...,
    between: tuple[float, float] | None = ...,
    one_of: Sequence[str] | None = ...,
    convert: Callable[[Any], Any] | None = ...,
) -> T: ...
@overload
def option(
    *,
    key: str | None = ...,
    doc: str = ...,
    type: ConfigType | None = ...,
    validator: Validator | None = ...,
    importance: Importance = ...,
    group: str | None = ...,
    order: int = ...,
    width: Width = ...,
    display_name: str | None = ...,
    dependents: Sequence[str] = ...,
    recommender: Recommender | None = ...,
    internal: bool = ...,
    at_least: float | None = ...,
    between: tuple[float, float] | None = ...,
    one_of: Sequence[str] | None = ...,
    convert: Callable[[Any], Any] | None = ...,
) -> Any: ...
def option(default: Any = attrs.NOTHING, **said: Any) -> Any:
    """Return a field of an attrs class that is one configuration key.

    The field is keyword-only, so that required and optional ones may stand in any order.

    Args:
        default: The value when the key is absent; without one the key is required.
        **said: All optional.
            `key`: the key's name; otherwise the field's name with dots for underscores.
            `doc`: what it does.
            `type`: the `ConfigType`; otherwise from the annotation.
            `validator`: which values are valid, see `Validator`.
            `importance`, `group`, `order`, `width`, `display_name`: how it is listed.
            `dependents`: keys whose meaning depends on this one.
            `recommender`: which values to offer, see `Recommender`.
            `internal`: leave it out of documentation.
            `at_least`, `between`: bounds of a number. `one_of`: the valid strings.
            `convert`: turns the valid value into what the field holds; raises ValueError when it cannot.

    Raises:
        TypeError: If an argument is not one of these.
    """
    metadata = {_METADATA: Option(**said)}
    if isinstance(default, list | set | dict):
        copy, kept = type(default), default
        return attrs.field(factory=lambda: copy(kept), kw_only=True, metadata=metadata)
    return attrs.field(default=default, kw_only=True, metadata=metadata)


def option_of(attribute: "attrs.Attribute[Any]") -> Option:
    """Return what the author said about a field; nothing in particular for a plain one."""
    said: Option = attribute.metadata.get(_METADATA) or Option()
    return said


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(option, attrs.field))
def config(cls: type[T]) -> type[T]:
    """Make a class a configuration: `@attrs.frozen(kw_only=True)` whose fields type checkers know.

    With it a type checker knows which options are required, if defaults are written as `option(default=...)`.
    `@attrs.frozen` and `@attrs.define` work as well; a type checker then takes every option as optional.
    """
    return attrs.frozen(cls, kw_only=True)
