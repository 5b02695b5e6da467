"""Which kinds of value can a configuration key have?"""

from enum import Enum, IntEnum

__all__ = ("ConfigType", "Importance", "Width")


class ConfigType(Enum):
    """The type of a key's value, by Kafka's names."""

    BOOLEAN = "BOOLEAN"
    STRING = "STRING"
    INT = "INT"
    SHORT = "SHORT"
    LONG = "LONG"
    DOUBLE = "DOUBLE"
    LIST = "LIST"
    CLASS = "CLASS"
    PASSWORD = "PASSWORD"  # noqa: S105 - a type's name, not a secret


class Importance(IntEnum):
    """How likely an operator needs to set a key; the smaller number is listed first."""

    HIGH = 0
    MEDIUM = 1
    LOW = 2


class Width(Enum):
    """How wide a form should draw a key's input."""

    NONE = "NONE"
    SHORT = "SHORT"
    MEDIUM = "MEDIUM"
    LONG = "LONG"
