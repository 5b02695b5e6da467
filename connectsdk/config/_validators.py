"""Which values of a key are valid?

A validator is any callable of a key and its parsed value that returns nothing, or raises: `ConfigError`, whose
message is used as it is, or `ValueError`, whose message becomes the reason. Its `str()` describes what is valid.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, Self

import attrs

from connectsdk.config._values import invalid

__all__ = (
    "CaseInsensitiveValidString",
    "Composite",
    "Lambda",
    "ListSize",
    "NonEmptyString",
    "NonEmptyStringWithoutControlChars",
    "NonNull",
    "NullOr",
    "Range",
    "ValidList",
    "ValidString",
    "Validator",
)


class Validator(Protocol):
    """Check one parsed value of one key."""

    def __call__(self, key: str, value: Any, /) -> None:
        """Return if the value is valid.

        Raises:
            ConfigError: If the value is not valid; the message is used as it is.
            ValueError: If the value is not valid; the message is the reason.
        """
        ...


@attrs.frozen
class Range:
    """A number inside bounds, which are valid themselves."""

    minimum: float | None
    maximum: float | None

    @classmethod
    def at_least(cls, minimum: float) -> Self:
        """Return the validator for numbers from `minimum` up."""
        return cls(minimum, None)

    @classmethod
    def between(cls, minimum: float, maximum: float) -> Self:
        """Return the validator for numbers from `minimum` to `maximum`."""
        return cls(minimum, maximum)

    def __call__(self, key: str, value: Any) -> None:
        if value is None:
            raise invalid(key, value, "Value must be non-null")
        if self.minimum is not None and value < self.minimum:
            raise invalid(key, value, f"Value must be at least {self.minimum}")
        if self.maximum is not None and value > self.maximum:
            raise invalid(key, value, f"Value must be no more than {self.maximum}")

    def __str__(self) -> str:
        ends = [str(end) if end is not None else "" for end in (self.minimum, self.maximum)]
        return f"[{','.join((*ends[:1], '...', *ends[1:])).strip(',')}]"


@attrs.frozen
class ValidString:
    """One of some strings."""

    strings: tuple[str, ...]

    @classmethod
    def in_(cls, *strings: str) -> Self:
        """Return the validator for one of these."""
        return cls(strings)

    def __call__(self, key: str, value: Any) -> None:
        if value not in self.strings:
            raise invalid(key, value, f"String must be one of: {', '.join(self.strings)}")

    def __str__(self) -> str:
        return f"[{', '.join(self.strings)}]"


@attrs.frozen
class CaseInsensitiveValidString:
    """One of some strings, in any case."""

    strings: tuple[str, ...]

    @classmethod
    def in_(cls, *strings: str) -> Self:
        """Return the validator for one of these, in any case."""
        return cls(tuple(string.upper() for string in strings))

    def __call__(self, key: str, value: Any) -> None:
        if not isinstance(value, str) or value.upper() not in self.strings:
            raise invalid(key, value, f"String must be one of (case insensitive): {', '.join(self.strings)}")

    def __str__(self) -> str:
        return f"(case insensitive) [{', '.join(self.strings)}]"


@attrs.frozen
class ValidList:
    """A list whose every element is one of some strings."""

    element: ValidString

    @classmethod
    def in_(cls, *strings: str) -> Self:
        """Return the validator for lists of these."""
        return cls(ValidString(strings))

    def __call__(self, key: str, value: Any) -> None:
        if value is None:
            raise invalid(key, value, "entry must be non null")
        for element in value:
            self.element(key, element)

    def __str__(self) -> str:
        return str(self.element)


@attrs.frozen
class ListSize:
    """A list of at most so many elements."""

    maximum: int

    @classmethod
    def at_most(cls, maximum: int) -> Self:
        """Return the validator for lists of at most so many elements."""
        return cls(maximum)

    def __call__(self, key: str, value: Any) -> None:
        if value is not None and len(value) > self.maximum:
            raise invalid(key, value, f"exceeds maximum list size of [{self.maximum}].")

    def __str__(self) -> str:
        return f"List containing maximum of {self.maximum} elements"


@attrs.frozen
class NonNull:
    """Anything but null."""

    def __call__(self, key: str, value: Any) -> None:
        if value is None:
            raise invalid(key, value, "entry must be non null")

    def __str__(self) -> str:
        return "non-null string"


@attrs.frozen
class NonEmptyString:
    """Any string but the empty one; null is valid."""

    def __call__(self, key: str, value: Any) -> None:
        if value is not None and not value:
            raise invalid(key, value, "String must be non-empty")

    def __str__(self) -> str:
        return "non-empty string"


@attrs.frozen
class NonEmptyStringWithoutControlChars:
    """Any string but the empty one and those with control characters; null is valid."""

    def __call__(self, key: str, value: Any) -> None:
        if value is None:
            return
        if not value:
            raise invalid(key, value, "String may not be empty")
        found = [str(ord(character)) for character in value if _is_control(character)]
        if found:
            reason = "String may not contain control sequences but had the following ASCII chars:"
            raise invalid(key, value, f"{reason} {', '.join(found)}")

    def __str__(self) -> str:
        return "non-empty string without ISO control characters"


def _is_control(character: str) -> bool:
    return character <= "\x1f" or "\x7f" <= character <= "\x9f"


@attrs.frozen
class Lambda:
    """Whatever a function accepts."""

    check: Callable[[str, Any], None]
    description: str

    def __call__(self, key: str, value: Any) -> None:
        self.check(key, value)

    def __str__(self) -> str:
        return self.description


@attrs.frozen
class Composite:
    """What every one of some validators accepts; the first complaint counts."""

    validators: Sequence[Validator]

    @classmethod
    def of(cls, *validators: Validator) -> Self:
        """Return the validator for what all of these accept."""
        return cls(validators)

    def __call__(self, key: str, value: Any) -> None:
        for validator in self.validators:
            validator(key, value)

    def __str__(self) -> str:
        return ", ".join(map(str, self.validators))


@attrs.frozen
class NullOr:
    """Null, or what another validator accepts."""

    validator: Validator

    def __call__(self, key: str, value: Any) -> None:
        if value is not None:
            self.validator(key, value)

    def __str__(self) -> str:
        return str(self.validator)
