"""How is a value without parts written?"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from connectsdk.converters.avro._binary_schema import native_logical
from connectsdk.converters.avro._decimals import bytes_of
from connectsdk.converters.avro._plans import Plan
from connectsdk.converters.avro._quick import (
    Quick,
    boolean,
    bytes_,
    day,
    double,
    integer_in,
    made_by,
    moment,
    real_in,
    string,
    symbol_of,
)
from connectsdk.converters.avro._types import AvroType
from connectsdk.errors import DataError, SchemaError
from connectsdk.schema import (
    DATE_NAME,
    DECIMAL_NAME,
    Schema,
    Type,
    decimal_scale,
    fits,
    logical,
)

__all__ = ("leaf_plan",)

Step = Callable[[Any], Any]

_REAL = frozenset({"float", "double"})
_WRITABLE: Mapping[Type, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys((Type.INT8, Type.INT16, Type.INT32), frozenset({"int", "long"}) | _REAL),
        Type.INT64: frozenset({"long"}) | _REAL,
        Type.FLOAT32: _REAL,
        Type.FLOAT64: frozenset({"double"}),
        Type.BOOLEAN: frozenset({"boolean"}),
        Type.STRING: frozenset({"string", "enum"}),
        Type.BYTES: frozenset({"bytes", "fixed"}),
    }
)
_KINDS: Mapping[Type, type] = MappingProxyType(
    {
        **dict.fromkeys((Type.INT8, Type.INT16, Type.INT32, Type.INT64), int),
        **dict.fromkeys((Type.FLOAT32, Type.FLOAT64), float),
        Type.BOOLEAN: bool,
        Type.STRING: str,
        Type.BYTES: bytes,
    }
)

_QUICK: Mapping[Type, Quick] = MappingProxyType(
    {
        Type.INT8: integer_in(-(2**7), 2**7 - 1),
        Type.INT16: integer_in(-(2**15), 2**15 - 1),
        Type.INT32: integer_in(-(2**31), 2**31 - 1),
        Type.INT64: integer_in(-(2**63), 2**63 - 1),
        Type.FLOAT32: real_in(fits(Schema(Type.FLOAT32))),
        Type.FLOAT64: double,
        Type.BOOLEAN: boolean,
        Type.STRING: string,
        Type.BYTES: bytes_,
    }
)
_AS_IS = frozenset({(Type.FLOAT32, "float"), (Type.FLOAT64, "double")})


def leaf_plan(avro: AvroType, schema: Schema) -> Plan:
    """Return how the values of a schema are written as this Avro type.

    Raises:
        SchemaError: If they cannot be.
    """
    if avro.kind not in _WRITABLE.get(schema.type, frozenset()):
        raise SchemaError(f"{schema} cannot be written as the Avro type {avro.full_name}")
    if logical(schema) is not None:
        return _logical_plan(avro, schema)
    if avro.kind == "enum":
        return _enum_plan(avro, _converter(schema, str))
    if avro.kind == "fixed":
        return _fixed_plan(avro, _converter(schema, bytes))
    kind = _KINDS[schema.type]
    if avro.kind not in _REAL:
        return Plan(_converter(schema, kind), _QUICK[schema.type])
    make = _converter(schema, float)
    as_is = (schema.type, avro.kind) in _AS_IS
    return Plan(make, _QUICK[schema.type] if as_is else made_by(make, avro.kind))


def _converter(schema: Schema, convert: Step) -> Step:
    check, name, is_int = fits(schema.as_required()), schema.type.name, _KINDS[schema.type] is int

    def make(value: Any) -> Any:
        if check(value):
            return convert(value)
        wrong = type(value).__name__
        if is_int and isinstance(value, int) and not isinstance(value, bool):
            wrong = "an int out of range"
        raise DataError(f"Invalid type for {name}: {wrong}")

    return make


def _enum_plan(avro: AvroType, convert: Step) -> Plan:
    symbols = frozenset(avro.symbols)

    def make(value: Any) -> str:
        symbol: str = convert(value)
        if symbol not in symbols:
            raise DataError(f"A value is no symbol of the enum {avro.name}")
        return symbol

    return Plan(make, symbol_of(avro.symbols))


def _fixed_plan(avro: AvroType, convert: Step) -> Plan:
    size = avro.size

    def make(value: Any) -> bytes:
        made: bytes = convert(value)
        if len(made) != size:
            raise DataError(f"A value has {len(made)} bytes, and the fixed {avro.name} has {size}")
        return made

    return Plan(make, made_by(make, "fixed"))


def _logical_plan(avro: AvroType, schema: Schema) -> Plan:
    if schema.name == DECIMAL_NAME:
        return _decimal_plan(avro, schema)
    found = logical(schema)
    if found is None:
        raise SchemaError(f"{schema} is no logical schema")
    make = _checked(found.from_logical)
    if native_logical(avro, schema) is None:
        return Plan(make, made_by(make, avro.kind))
    return Plan(make, day if schema.name == DATE_NAME else moment)


def _checked(write: Step) -> Step:
    def make(value: Any) -> Any:
        if value is None:
            raise DataError("Found null value for non-optional schema")
        return write(value)

    return make


def _decimal_plan(avro: AvroType, schema: Schema) -> Plan:
    write, size = bytes_of(decimal_scale(schema)), avro.size

    def make(value: Any) -> bytes:
        if not isinstance(value, Decimal):
            raise DataError(f"A Decimal must be a decimal.Decimal, not a {type(value).__name__}.")
        return write(value)

    def make_fixed(value: Any) -> bytes:
        made = make(value)
        if len(made) > size:
            raise DataError(f"Unscaled value byte array length {len(made)} is greater than fixed size {size}")
        return (b"\xff" if made[0] & 0x80 else b"\0") * (size - len(made)) + made

    made = make_fixed if avro.kind == "fixed" else make
    return Plan(made, made_by(made, avro.kind))
