"""Which schema does a plain Python value have?"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from connectsdk.schema._logical import DATE_SCHEMA, TIME_SCHEMA, TIMESTAMP_SCHEMA, decimal_schema
from connectsdk.schema._primitives import (
    BOOLEAN_SCHEMA,
    BYTES_SCHEMA,
    FLOAT64_SCHEMA,
    INT64_SCHEMA,
    STRING_SCHEMA,
)
from connectsdk.schema._schema import Schema, Type
from connectsdk.schema._validation import fits

__all__ = ("infer",)

_CANDIDATES = (  # bool before int and datetime before date: each is a kind of the other
    (bool, BOOLEAN_SCHEMA),
    (int, INT64_SCHEMA),
    (float, FLOAT64_SCHEMA),
    (str, STRING_SCHEMA),
    ((bytes, bytearray, memoryview), BYTES_SCHEMA),
    (datetime, TIMESTAMP_SCHEMA),
    (date, DATE_SCHEMA),
    (time, TIME_SCHEMA),
)


def infer(value: Any) -> Schema | None:
    """Return the schema of a value, or None when it has no single one.

    An int is INT64, a float FLOAT64, a dict a MAP (never a STRUCT: a dict does not say which fields could be missing),
    a list or tuple an ARRAY. `Decimal`, `date`, `time` and aware `datetime` have their logical schemas. None beside
    other elements makes the elements' schema optional. Empty containers, mixed ones, None, an int beyond 64 bits, a
    naive datetime, and anything else have no schema.
    """
    for kind, schema in _CANDIDATES:
        if isinstance(value, kind):
            return schema if fits(schema)(value) else None
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return decimal_schema(-exponent) if isinstance(exponent, int) else None
    if isinstance(value, (list, tuple)):
        element = _infer_shared(value)
        return None if element is None else Schema(Type.ARRAY, value_schema=element)
    if isinstance(value, dict):
        return _infer_map(value)
    return None


def _infer_map(value: dict[Any, Any]) -> Schema | None:
    key, element = _infer_shared(value), _infer_shared(value.values())
    if key is None or element is None:
        return None
    return Schema(Type.MAP, key_schema=key, value_schema=element)


def _infer_shared(values: Any) -> Schema | None:
    shared: Schema | None = None
    optional = False
    for value in values:
        if value is None:
            optional = True
            continue
        schema = infer(value)
        if schema is None or (shared is not None and schema != shared):
            return None
        shared = schema
    return shared.as_optional() if shared is not None and optional else shared
