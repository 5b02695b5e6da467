"""What does JSON data become under a schema?

A reader is compiled once per schema. Where the Java implementation turns data of the wrong type into zeros, empty
text or other numbers, a `DataError` says so instead.
"""

import re
from binascii import Error as Base64Error, a2b_base64
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from connectsdk.converters._json_structs import Plain, StructField, careful_struct, quick_struct
from connectsdk.errors import DataError
from connectsdk.schema import (
    DATE_NAME,
    DECIMAL_NAME,
    TIME_NAME,
    TIMESTAMP_NAME,
    Logical,
    Schema,
    Type,
    logical,
)
from connectsdk.schema.java_text import float32

__all__ = ("InexactError", "Reader", "compile_reader")

Reader = Callable[[Any], Any]

_BASE64_GROUP = re.compile(r"[A-Za-z0-9+/]{2}(?:[A-Za-z0-9+/]{2}|[A-Za-z0-9+/]=|==)")
_SPACED_BASE64 = re.compile(rf"(?:[\0- ]*{_BASE64_GROUP.pattern})*[\0- ]*")
"""What Jackson reads: blanks between groups, and padding at the end of any of them."""
_INT32 = (-(2**31), 2**31 - 1)
_INT64 = (-(2**63), 2**63 - 1)
_BOUNDS = {
    Type.INT8: (-(2**7), 2**7 - 1),
    Type.INT16: (-(2**15), 2**15 - 1),
    Type.INT32: _INT32,
    Type.INT64: _INT64,
}
_NOT_FINITE = MappingProxyType({"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")})
_CALENDAR: Mapping[str, tuple[str, str, tuple[int, int]]] = MappingProxyType(
    {
        DATE_NAME: ("Date", "integer", _INT32),
        TIME_NAME: ("Time", "integer", _INT32),
        TIMESTAMP_NAME: ("Timestamp", "integral", _INT64),
    }
)


class InexactError(Exception):
    """A decimal was read as a float: read the text again, exactly."""


def compile_reader(schema: Schema, *, defaults_for_null: bool) -> Reader:
    """Return the reader for the values of a schema.

    Args:
        schema: The schema.
        defaults_for_null: Whether a default is read in place of null.
    """
    required = _required_reader(schema, defaults_for_null)
    if schema.default is not None and defaults_for_null:
        default = schema.default
        return lambda value: default if value is None else required(value)
    if schema.optional:
        return lambda value: None if value is None else required(value)
    name = schema.type.name

    def read(value: Any) -> Any:
        if value is None:
            raise DataError(f"Invalid null value for required {name} field")
        return required(value)

    return read


def _required_reader(schema: Schema, defaults_for_null: bool) -> Reader:  # noqa: FBT001 - private, see above
    found = logical(schema)
    if found is not None:
        return _decimal_reader(found) if schema.name == DECIMAL_NAME else _calendar_reader(schema, found)
    match schema.type:
        case Type.ARRAY:
            return _array_reader(schema, defaults_for_null)
        case Type.MAP:
            return _map_reader(schema, defaults_for_null)
        case Type.STRUCT:
            return _struct_reader(schema, defaults_for_null)
        case _:
            return _LEAVES[schema.type]


def _exact(kind: type, name: str) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise _wrong(name, value)
        return value

    return read


def _int_reader(name: str, bounds: tuple[int, int]) -> Reader:
    low, high = bounds

    def read(value: Any) -> Any:
        if type(value) is int and low <= value <= high:
            return value
        if isinstance(value, (float, Decimal)) and low <= value <= high and value == int(value):
            return int(value)
        raise _wrong(name, value)

    return read


def _read_real(value: Any, name: str) -> float:
    if isinstance(value, (float, int, Decimal)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and value in _NOT_FINITE:
        return _NOT_FINITE[value]
    raise _wrong(name, value)


def _read_bytes(value: Any) -> bytes:
    if not isinstance(value, str):
        raise _wrong("BYTES", value)
    return _from_base64(value, "Invalid bytes field")


def _from_base64(text: str, invalid: str) -> bytes:
    try:
        if len(text) & 3 or text[-3:] == "===":  # the strict mode passes over padding that is not needed
            return _from_spaced_base64(text, invalid)
        return a2b_base64(text.encode("ascii"), strict_mode=True) if text else b""
    except (Base64Error, UnicodeEncodeError):
        return _from_spaced_base64(text, invalid)


def _from_spaced_base64(text: str, invalid: str) -> bytes:
    if _SPACED_BASE64.fullmatch(text) is None:
        raise DataError(invalid) from None
    return b"".join(map(a2b_base64, _BASE64_GROUP.findall(text)))


def _decimal_reader(found: Logical) -> Reader:
    def read(value: Any) -> Any:
        if isinstance(value, str):
            unscaled = _from_base64(value, "Invalid bytes for Decimal field")
            if not unscaled:
                raise DataError("Invalid bytes for Decimal field")
            return found.to_logical(unscaled)
        if isinstance(value, float):
            raise InexactError
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return Decimal(value)
        raise DataError(
            "Invalid type for Decimal, underlying representation should be numeric or bytes but was "
            + _node_type(value)
        )

    return read


def _calendar_reader(schema: Schema, found: Logical) -> Reader:
    name, kind, (low, high) = _CALENDAR[schema.name or ""]
    to_logical = found.to_logical

    def read(value: Any) -> Any:
        if type(value) is int and low <= value <= high:
            return to_logical(value)
        raise DataError(
            f"Invalid type for {name}, underlying representation should be {kind} but was {_node_type(value)}"
        )

    return read


def _array_reader(schema: Schema, defaults_for_null: bool) -> Reader:  # noqa: FBT001 - private, see above
    read_item = _reader_of(schema.value_schema, defaults_for_null)

    def read(value: Any) -> Any:
        if type(value) is not list:
            raise _wrong("ARRAY", value)
        return [read_item(item) for item in value]

    return read


def _map_reader(schema: Schema, defaults_for_null: bool) -> Reader:  # noqa: FBT001 - private, see above
    read_item = _reader_of(schema.value_schema, defaults_for_null)
    if schema.key_schema is not None and schema.key_schema.type is not Type.STRING:
        return _pairs_reader(_reader_of(schema.key_schema, defaults_for_null), read_item)

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise DataError(
                f"Maps with string fields should be encoded as JSON objects, but found {_node_type(value)}"
            )
        return {key: read_item(item) for key, item in value.items()}

    return read


def _pairs_reader(read_key: Reader, read_item: Reader) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not list:
            raise DataError(
                "Maps with non-string fields should be encoded as JSON array of tuples, but found "
                + _node_type(value)
            )
        return dict(map(read_pair, value))

    def read_pair(pair: Any) -> tuple[Any, Any]:
        if type(pair) is not list:
            raise DataError(f"Found invalid map entry instead of array tuple: {_node_type(pair)}")
        if len(pair) != 2:  # noqa: PLR2004 - a key and a value
            raise DataError(f"Found invalid map entry, expected length 2 but found :{len(pair)}")
        key = read_key(pair[0])
        try:
            hash(key)
        except TypeError:
            raise DataError(f"A map's key that is a {type(key).__name__} cannot be held in a dict") from None
        return key, read_item(pair[1])

    return read


def _struct_reader(schema: Schema, defaults_for_null: bool) -> Reader:  # noqa: FBT001 - private, see above
    fields = [
        StructField(field.name, _reader_of(field.schema, defaults_for_null), _plain(field.schema))
        for field in schema.fields
    ]
    read_fields = careful_struct(fields)

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise DataError(f"Structs should be encoded as JSON objects, but found {_node_type(value)}")
        return read_fields(value)

    return quick_struct(fields, read)


def _plain(schema: Schema) -> Plain | None:
    return None if logical(schema) is not None else _PLAIN.get(schema.type)


def _reader_of(schema: Schema | None, defaults_for_null: bool) -> Reader:  # noqa: FBT001 - private, see above
    if schema is None:
        return lambda value: value
    return compile_reader(schema, defaults_for_null=defaults_for_null)


def _wrong(name: str, value: Any) -> DataError:
    return DataError(f"Invalid type for {name}, found {_node_type(value)}")


def _node_type(value: Any) -> str:
    """Return what the kind of a JSON value is called."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, (int, float, Decimal)):
        return "NUMBER"
    return "STRING" if isinstance(value, str) else "ARRAY" if isinstance(value, list) else "OBJECT"


_PLAIN: Mapping[Type, Plain] = MappingProxyType(
    {
        **{kind: Plain(int, range(low, high + 1).__contains__) for kind, (low, high) in _BOUNDS.items()},
        Type.FLOAT64: Plain(float),
        Type.STRING: Plain(str),
        Type.BOOLEAN: Plain(bool),
    }
)
_LEAVES: Mapping[Type, Reader] = MappingProxyType(
    {
        **{kind: _int_reader(kind.name, bounds) for kind, bounds in _BOUNDS.items()},
        Type.FLOAT32: lambda value: float32(_read_real(value, "FLOAT32")),
        Type.FLOAT64: lambda value: value if type(value) is float else _read_real(value, "FLOAT64"),
        Type.STRING: _exact(str, "STRING"),
        Type.BOOLEAN: _exact(bool, "BOOLEAN"),
        Type.BYTES: _read_bytes,
    }
)
