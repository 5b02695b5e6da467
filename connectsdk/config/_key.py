"""What is known of one configuration key, and what became of it?"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, Protocol

import attrs

from connectsdk.config._kinds import ConfigType, Importance, Width
from connectsdk.config._validators import Validator

__all__ = ("REQUIRED", "ConfigKey", "ConfigValue", "Convert", "Recommender", "Required")


class Required(Enum):
    """The place of a default that does not exist."""

    REQUIRED = "required"


REQUIRED = Required.REQUIRED
"""In place of a default: the key must be given."""

Classes = tuple[type[Any], ...]

Convert = Callable[[str, Any], Any]
"""Turn a key's parsed, valid value into what its field holds; raises as a `Validator` does."""


class Recommender(Protocol):
    """Say which values a key can have, given the values of other keys."""

    def valid_values(self, key: str, values: Mapping[str, Any], /) -> Sequence[Any]:
        """Return the values to offer for the key.

        Args:
            key: The key.
            values: Every key's parsed value; None where it did not parse.

        Raises:
            ConfigError: If something is wrong; the message becomes a problem of the key.
        """
        ...

    def visible(self, key: str, values: Mapping[str, Any], /) -> bool:
        """Return whether the key matters, given the other values.

        Raises:
            ConfigError: If something is wrong; the message becomes a problem of the key.
        """
        ...


@attrs.frozen(kw_only=True)
class ConfigKey:
    """One key of a definition.

    Attributes:
        name: The key as an operator writes it.
        type: The type of its value.
        default: The parsed default; `REQUIRED` when there is none.
        required: Whether there is no default.
        validator: Which values are valid.
        importance: How likely an operator needs to set it.
        documentation: What it does.
        group: The heading that it is listed under.
        order: Its place in the group; -1 when it has none.
        width: How wide a form should draw its input.
        display_name: What a form calls it; the key itself unless given.
        dependents: Keys whose meaning depends on this one.
        recommender: Which values to offer.
        internal: Whether it is left out of documentation.
        nullable: Whether its value may be None.
        resolves: Whether a class's name is looked up.
        accepts: Classes of values that are taken as they are, whatever the type.
        convert: Turns the valid value into what the field holds.
        field: The parameter of the configuration class that takes it.
    """

    name: str
    type: ConfigType = ConfigType.STRING
    default: Any = REQUIRED
    validator: Validator | None = None
    importance: Importance = Importance.MEDIUM
    documentation: str = ""
    group: str | None = None
    order: int = -1
    width: Width = Width.NONE
    display_name: str = attrs.field(default=attrs.Factory(lambda self: self.name, takes_self=True))
    dependents: tuple[str, ...] = ()
    recommender: Recommender | None = None
    internal: bool = False
    nullable: bool = True
    resolves: bool = True
    accepts: Classes = ()
    convert: Convert | None = None
    field: str | None = None

    @property
    def required(self) -> bool:
        """Whether there is no default."""
        return self.default is REQUIRED


@attrs.frozen
class ConfigValue:
    """What became of one key of a configuration.

    Attributes:
        name: The key.
        value: Its parsed value; None when it did not parse.
        recommended_values: Values to offer.
        error_messages: What is wrong with it.
        visible: Whether it matters, given the other values.
    """

    name: str
    value: Any = None
    recommended_values: tuple[Any, ...] = ()
    error_messages: tuple[str, ...] = ()
    visible: bool = True
