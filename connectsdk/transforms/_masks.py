"""What stands in the place of a value that is hidden?"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from connectsdk.errors import DataError
from connectsdk.schema import DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME, Schema, Type
from connectsdk.schema.java_decimal import java_decimal
from connectsdk.schema.java_text import float32
from connectsdk.transforms._java_numbers import whole, wrapping

__all__ = ("Kind", "Mask", "kind_in", "kind_of", "mask")

Kind = Type | str
"""What decides over the mask: a logical type's name, or else the type."""

Mask = Callable[[], Any]
"""Makes what stands in the place of a value; for lists and dicts a new one each time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY, _MIDNIGHT = date(1970, 1, 1), time()
_BITS: Mapping[Kind, int] = MappingProxyType({Type.INT8: 8, Type.INT16: 16, Type.INT32: 32, Type.INT64: 64})
_EMPTY: Mapping[Kind, Mask] = MappingProxyType(
    {
        **dict.fromkeys(_BITS, int),
        Type.FLOAT32: float,
        Type.FLOAT64: float,
        Type.BOOLEAN: bool,
        Type.STRING: str,
        Type.ARRAY: list,
        Type.MAP: dict,
        DECIMAL_NAME: Decimal,
        DATE_NAME: lambda: _EPOCH_DAY,
        TIME_NAME: lambda: _MIDNIGHT,
        TIMESTAMP_NAME: lambda: _EPOCH,
    }
)
_LOGICAL = frozenset({DECIMAL_NAME, DATE_NAME, TIME_NAME, TIMESTAMP_NAME})
_KINDS: Mapping[type, Kind] = MappingProxyType(
    {
        bool: Type.BOOLEAN,
        int: Type.INT64,
        float: Type.FLOAT64,
        str: Type.STRING,
        bytes: Type.BYTES,
        dict: Type.MAP,
        list: Type.ARRAY,
        tuple: Type.ARRAY,
        Decimal: DECIMAL_NAME,
        datetime: TIMESTAMP_NAME,
        date: DATE_NAME,
        time: TIME_NAME,
    }
)


def kind_in(schema: Schema) -> Kind:
    """Return what decides over the mask of a schema's values."""
    return schema.name if schema.name in _LOGICAL else schema.type


def kind_of(value: Any) -> Kind:
    """Return what decides over the mask of a value without a schema."""
    found = _KINDS.get(type(value))
    if found is not None:
        return found
    return next((kind for cls, kind in _KINDS.items() if isinstance(value, cls)), type(value).__name__)


def mask(kind: Kind, replacement: str | None) -> Mask:
    """Return what makes the mask: the replacement in the value's type, or the type's nothing without one."""
    if replacement is None:
        return _EMPTY.get(kind) or _refusal(f"Cannot mask value of type: {_shown(kind)}")
    try:
        replaced = _replaced(kind, replacement)
    except ValueError:
        return _refusal("Unable to convert the replacement to a number")
    if replaced is None:
        return _refusal(f"Cannot mask value of type {_shown(kind)} with custom replacement.")
    return lambda: replaced


def _replaced(kind: Kind, text: str) -> Any:
    if kind is Type.STRING:
        return text
    if kind is Type.FLOAT64:
        return float(java_decimal(text))
    if kind is Type.FLOAT32:
        return float32(float(java_decimal(text)))
    if kind == DECIMAL_NAME:
        return java_decimal(text)
    bits = _BITS.get(kind)
    return None if bits is None else wrapping(bits)(whole(java_decimal(text)))


def _shown(kind: Kind) -> str:
    return kind.name if isinstance(kind, Type) else kind


def _refusal(message: str) -> Mask:
    def refuse() -> Any:
        raise DataError(message)

    return refuse
