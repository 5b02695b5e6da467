"""What is said when data is not of the shape that a transform needs?"""

from typing import Any

from connectsdk.config import Lambda, invalid
from connectsdk.errors import DataError
from connectsdk.schema import Schema, Type

__all__ = ("NON_EMPTY_LIST", "not_a_map", "not_a_struct", "require_struct")


def not_a_map(purpose: str, value: Any) -> DataError:
    """Return the error for a value without a schema that is no dict."""
    return DataError(
        f"Only Map objects supported in absence of schema for [{purpose}], found: {_kind(value)}"
    )


def not_a_struct(purpose: str, value: Any) -> DataError:
    """Return the error for a value with a schema that is no struct."""
    return DataError(f"Only Struct objects supported for [{purpose}], found: {_kind(value)}")


def require_struct(purpose: str, schema: Schema) -> None:
    """Check that a schema is a struct's.

    Raises:
        DataError: If it is not.
    """
    if schema.type is not Type.STRUCT:
        raise DataError(f"Only Struct objects supported for [{purpose}], found: {schema.type.name}")


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _check_not_empty(key: str, value: Any) -> None:
    if not value:
        raise invalid(key, value, "Empty list")


NON_EMPTY_LIST = Lambda(_check_not_empty, "non-empty list")
"""The validator of lists with at least one element."""
