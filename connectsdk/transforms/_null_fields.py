"""What becomes of a struct's fields that are null?

Kafka Connect's transforms copy structs field by field: a null field that has a default becomes the default if
`replace.null.with.default` says so, and otherwise must be optional.
"""

from collections.abc import Iterable
from typing import Any

from connectsdk.errors import SchemaError
from connectsdk.schema import Field

__all__ = ("REPLACE_NULL_DOC", "NullRules", "fill_nulls", "null_rules")

REPLACE_NULL_DOC = (
    "Whether a field that is null becomes the default value that its schema has. When false, it stays null."
)

NullRules = tuple[tuple[str, Any], ...]
"""The fields to look at, each with what replaces null; None means that the field cannot be null."""


def null_rules(fields: Iterable[Field], *, replace: bool) -> NullRules:
    """Return the rules for some fields of a struct: none for those that have no default."""
    with_default = [field for field in fields if field.schema.default is not None]
    if replace:
        return tuple((field.name, field.schema.default) for field in with_default)
    return tuple((field.name, None) for field in with_default if not field.schema.optional)


def fill_nulls(struct: dict[str, Any], rules: NullRules) -> None:
    """Put defaults in the place of nulls, in a struct that nobody else has yet.

    Raises:
        SchemaError: If a field is null and cannot be.
    """
    for name, default in rules:
        if struct.get(name) is None:
            if default is None:
                raise SchemaError(f'Invalid value: null used for required field: "{name}"')
            struct[name] = default
