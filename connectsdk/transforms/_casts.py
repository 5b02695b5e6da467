"""Which function casts values of one type to another?

The functions do what Java's conversions do: a whole number keeps its lowest bits, a real one is cut and is at most the
largest whole number, text must be a number and nothing else.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from connectsdk.errors import DataError
from connectsdk.schema import (
    DATE_NAME,
    DECIMAL_NAME,
    TIME_NAME,
    TIMESTAMP_NAME,
    TIMESTAMP_SCHEMA,
    Schema,
    Type,
    from_logical,
    to_logical,
)
from connectsdk.schema.java_text import double_text, float32, float_text
from connectsdk.schema.values import value_text
from connectsdk.transforms._java_numbers import (
    float32_of,
    parse_float32,
    parse_float64,
    parse_int,
    saturating,
    whole,
    wrapping,
)

__all__ = ("Cast", "cast_from", "cast_schemaless", "unchanged")

Cast = Callable[[Any], Any]

_BITS: Mapping[Type, int] = MappingProxyType({Type.INT8: 8, Type.INT16: 16, Type.INT32: 32, Type.INT64: 64})
_INT, _LONG = 32, 64
_MS_PER_DAY = 86_400_000


def unchanged(value: Any) -> Any:
    """Return the value: the cast that has nothing to do."""
    return value


def cast_from(schema: Schema, target: Type) -> Cast:
    """Return the function that casts a schema's values, which are not None; it may refuse all of them."""
    made = _LOGICAL.get(schema.name or "")
    if made is not None:
        return made(schema, target)
    if schema.type in _BITS:
        return _from_int(_BITS[schema.type], target)
    plain = _PLAIN.get(schema.type)
    return _unsupported(schema.type.name) if plain is None else plain(target)


def cast_schemaless(target: Type) -> Cast:
    """Return the function that casts values without a schema, by their Python types; None stays None."""
    casts = {kind: make(target) for kind, make in _SCHEMALESS.items()}
    if target is Type.FLOAT32:
        casts = {kind: _then(_shortest, cast) for kind, cast in casts.items()}

    def cast(value: Any) -> Any:
        found = casts.get(type(value))
        if found is None:
            if value is None:
                return None
            found = _of_subclass(casts, value)
        return found(value)

    return cast


def _of_subclass(casts: Mapping[type, Cast], value: Any) -> Cast:
    for kind, cast in casts.items():
        if isinstance(value, kind):
            return cast
    for kinds, name in (((list, tuple), "ARRAY"), (dict, "MAP")):
        if isinstance(value, kinds):
            return _unsupported(name)
    raise DataError(
        f"Cast transformation was passed a value of type {type(value).__name__} which is not supported by "
        "Connect's data API"
    )


def _unsupported(name: str) -> Cast:
    message = (
        f"Cast transformation does not support casting from {name}; supported types are [INT8, INT16, INT32, INT64, "
        "FLOAT32, FLOAT64, BOOLEAN, STRING, BYTES]"
    )

    def refuse(_: Any) -> Any:
        raise DataError(message)

    return refuse


def _then(last: Cast, first: Cast) -> Cast:
    """Return both casts, one after the other."""
    if last is unchanged or first is unchanged:
        return first if last is unchanged else last
    return lambda value: last(first(value))


# -- from each type ------------------------------------------------------------------------------------------


def _from_int(bits: int, target: Type) -> Cast:
    if target in _BITS:
        return unchanged if bits <= _BITS[target] else wrapping(_BITS[target])
    others: dict[Type, Cast] = {
        Type.FLOAT32: float32_of,
        Type.FLOAT64: float,
        Type.BOOLEAN: bool,
        Type.STRING: str,
    }
    return others[target]


def _from_long(target: Type) -> Cast:
    """Return the cast of an int without a schema, which must be one of 64 bits."""
    cast = _from_int(_LONG, target)

    def checked(value: int) -> Any:
        if value.bit_length() >= _LONG and value != -(2**63):
            raise DataError("Cast transformation was passed an int of more than 64 bits")
        return cast(value)

    return checked


def _from_double(target: Type) -> Cast:
    if target in _BITS:
        return _real_to_int(_BITS[target])
    others: dict[Type, Cast] = {
        Type.FLOAT32: float32,
        Type.FLOAT64: float,
        Type.BOOLEAN: _is_one_or_more,
        Type.STRING: lambda value: double_text(float(value)),
    }
    return others[target]


def _from_float(target: Type) -> Cast:
    return float_text if target is Type.STRING else _then(_from_double(target), float32)


def _real_to_int(bits: int) -> Cast:
    # Java cuts a real number to 32 bits first, and then those to less.
    return _then(_from_int(max(bits, _INT), _type_of(bits)), saturating(max(bits, _INT)))


def _type_of(bits: int) -> Type:
    return next(kind for kind, found in _BITS.items() if found == bits)


def _is_one_or_more(value: float) -> bool:
    return abs(value) >= 1


def _from_bool(target: Type) -> Cast:
    if target in _BITS:
        return int
    others: dict[Type, Cast] = {
        Type.FLOAT32: float,
        Type.FLOAT64: float,
        Type.BOOLEAN: unchanged,
        Type.STRING: lambda value: "true" if value else "false",
    }
    return others[target]


def _from_text(target: Type) -> Cast:
    if target is Type.STRING:
        return unchanged
    if target is Type.BOOLEAN:
        return lambda text: text.lower() == "true"
    if target in _BITS:
        bits = _BITS[target]
        return _parsing(lambda text: parse_int(text, bits))
    return _parsing(parse_float32 if target is Type.FLOAT32 else parse_float64)


def _parsing(parse: Cast) -> Cast:
    def cast(text: str) -> Any:
        try:
            return parse(text)
        except ValueError:
            raise DataError("Value was out of range for requested data type") from None

    return cast


def _from_bytes(target: Type) -> Cast:
    return _base64 if target is Type.STRING else _refuse


def _base64(value: Any) -> str:
    return b64encode(value).decode("ascii")


def _refuse(value: Any) -> Any:
    raise DataError(f"Unexpected type in Cast transformation: {type(value).__name__}")


# -- from each logical type ----------------------------------------------------------------------------------


def _from_decimal(_: Schema, target: Type) -> Cast:
    if target in _BITS:
        return _then(wrapping(_BITS[target]), whole)
    others: dict[Type, Cast] = {
        Type.FLOAT32: float32_of,
        Type.FLOAT64: float,
        Type.BOOLEAN: _then(bool, _then(wrapping(_LONG), whole)),
        Type.STRING: str,
    }
    return others[target]


def _from_date(schema: Schema, target: Type) -> Cast:
    if target is not Type.STRING:
        return _encoded(schema, _from_int(_INT, target))
    return lambda value: _moment_text(from_logical(schema, value) * _MS_PER_DAY)


def _from_time(schema: Schema, target: Type) -> Cast:
    if target is not Type.STRING:
        return _encoded(schema, _from_int(_INT, target))
    return lambda value: _moment_text(from_logical(schema, value))


def _from_timestamp(schema: Schema, target: Type) -> Cast:
    if target is not Type.STRING:
        return _encoded(schema, _from_int(_LONG, target))
    return lambda value: _moment_text(from_logical(schema, value))


def _encoded(schema: Schema, cast: Cast) -> Cast:
    return lambda value: cast(from_logical(schema, value))


def _moment_text(millis: int) -> str:
    """Return a date, time or timestamp as text: which of these it is, is guessed from the number."""
    moment: datetime = to_logical(TIMESTAMP_SCHEMA, millis)
    if millis < _MS_PER_DAY:
        return value_text(None, moment.time())
    return value_text(None, moment if millis % _MS_PER_DAY else moment.date())


def _shortest(value: float) -> float:
    """Return the number with as many digits as tell a 32-bit float, since nothing else says what it is."""
    return float(float_text(value))


_LOGICAL: Mapping[str, Callable[[Schema, Type], Cast]] = MappingProxyType(
    {
        DECIMAL_NAME: _from_decimal,
        DATE_NAME: _from_date,
        TIME_NAME: _from_time,
        TIMESTAMP_NAME: _from_timestamp,
    }
)
_PLAIN: Mapping[Type, Callable[[Type], Cast]] = MappingProxyType(
    {
        Type.FLOAT32: _from_float,
        Type.FLOAT64: _from_double,
        Type.BOOLEAN: _from_bool,
        Type.STRING: _from_text,
        Type.BYTES: _from_bytes,
    }
)
_SCHEMALESS: Mapping[type, Callable[[Type], Cast]] = MappingProxyType(
    {
        bool: _from_bool,
        int: _from_long,
        float: _from_double,
        str: _from_text,
        bytes: _from_bytes,
        bytearray: _from_bytes,
        memoryview: _from_bytes,
    }
)
