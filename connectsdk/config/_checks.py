"""Which values of aliases, counts and patterns are valid in a connector's or worker's configuration?"""

from typing import Any

from connectsdk.config._validators import Composite, Lambda, NonNull, Validator
from connectsdk.config.java_regex import compile_java
from connectsdk.errors import ConfigError

__all__ = ("COUNT", "PATTERN", "unique")


def unique(what: str) -> Validator:
    """Return the validator for lists without duplicates."""
    return Composite.of(NonNull(), Lambda(_refuse_duplicates, f"unique {what}"))


def _refuse_duplicates(_: str, aliases: Any) -> None:
    if aliases is not None and len(set(aliases)) < len(aliases):
        message = "Duplicate alias provided."
        raise ValueError(message)


def _refuse_bad_pattern(_: str, pattern: Any) -> None:
    try:
        compile_java(pattern)
    except ConfigError as error:
        raise ValueError(str(error)) from None


def _refuse_zero_count(_: str, count: Any) -> None:
    if count is not None and count != -1 and count < 1:
        message = "Value must be a positive number, or -1 for the broker's default"
        raise ValueError(message)


PATTERN = Lambda(_refuse_bad_pattern, "valid regex")
"""A regular expression."""

COUNT = Lambda(_refuse_zero_count, "Positive number, or -1 to use the broker's default")
"""How many partitions or replicas."""
