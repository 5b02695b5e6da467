"""Does a value fit its schema?

| type | value |
| --- | --- |
| INT8 … INT64 | `int` in range; `bool` is not an int |
| FLOAT32, FLOAT64 | `float` (for FLOAT32 in its range; it is rounded when written), or an `int` that the type holds exactly |
| BOOLEAN, STRING | `bool`, `str` |
| BYTES | `bytes`, `bytearray`, `memoryview` |
| ARRAY, MAP | `list` or `tuple`; `dict` |
| STRUCT | `dict` with no keys but the fields' names; a missing key is None |
| logical | `Decimal` (finite), `date` (no `datetime`), `time` (naive or UTC), `datetime` (aware), whatever the base type |

None fits an optional schema. A default makes None legal for a struct's field, and nowhere else.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NoReturn

from connectsdk.errors import SchemaError
from connectsdk.schema._logical import DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME, without_zone
from connectsdk.schema._recursion import SchemaReference
from connectsdk.schema._schema import Field, Schema, Type

__all__ = ("fits", "validate", "validator")

Check = Callable[[Any], bool]

_TOP = "value"
_INT8_MIN, _INT8_MAX = -(2**7), 2**7 - 1
_INT16_MIN, _INT16_MAX = -(2**15), 2**15 - 1
_INT32_MIN, _INT32_MAX = -(2**31), 2**31 - 1
_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1
_FLOAT32_MAX = 3.4028234663852886e38
_FLOAT32_INT, _FLOAT64_INT = 2**24, 2**53  # every int up to here is exact


def validate(schema: Schema, value: Any, location: str = _TOP) -> None:
    """Check that a value fits a schema.

    Args:
        schema: What the value should look like.
        value: The value.
        location: What the value is, for the message.

    Raises:
        SchemaError: If it does not fit; the message names the location and never the value.
    """
    if not schema.compiled(_compile)(value):
        _explain(schema, value, location)


def validator(schema: Schema) -> Callable[[Any], None]:
    """Return a function that checks one value; it raises as `validate` does and is made once per schema."""
    return schema.compiled(_compile_validator)


def fits(schema: Schema) -> Check:
    """Return a function that says whether a value fits; it is made once per schema."""
    return schema.compiled(_compile)


def _compile_validator(schema: Schema) -> Callable[[Any], None]:
    check = schema.compiled(_compile)

    def validate_value(value: Any) -> None:
        if not check(value):
            _explain(schema, value, _TOP)

    return validate_value


def _compile(schema: Schema) -> Check:
    required = _compile_required(schema)
    if not schema.optional:
        return required

    def check(value: Any) -> bool:
        return value is None or required(value)

    return check


def _compile_required(schema: Schema) -> Check:
    """Return the check of a value that is not None; it answers False to None."""
    leaf = _leaf(schema)
    if leaf is not None:
        return leaf
    match schema.type:
        case Type.ARRAY:
            return _array(schema)
        case Type.MAP:
            return _map(schema)
        case _:
            return _reference(schema) if isinstance(schema, SchemaReference) else _struct(schema)


def _reference(schema: SchemaReference) -> Check:
    # Only a value that goes on leads further: compiling the target here would never end.
    return lambda value: value is not None and fits(schema.target)(value)


def _array(schema: Schema) -> Check:
    element = None if schema.value_schema is None else fits(schema.value_schema)

    def check(value: Any) -> bool:
        return isinstance(value, (list, tuple)) and element is not None and all(map(element, value))

    return check


def _map(schema: Schema) -> Check:
    key = None if schema.key_schema is None else fits(schema.key_schema)
    element = None if schema.value_schema is None else fits(schema.value_schema)

    def check(value: Any) -> bool:
        if key is None or element is None or not isinstance(value, dict):
            return False
        return all(map(key, value)) and all(map(element, value.values()))

    return check


def _struct(schema: Schema) -> Check:
    checks = tuple((field.name, _field_check(field.schema)) for field in schema.fields)
    names = frozenset(field.name for field in schema.fields)

    def check(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        get = value.get
        for name, field_check in checks:
            if not field_check(get(name)):
                return False
        return value.keys() <= names

    return check


def _field_check(schema: Schema) -> Check:
    if schema.default is None:
        return fits(schema)
    required = _compile_required(schema)
    return lambda value: value is None or required(value)


def _is_int8(value: Any) -> bool:
    return isinstance(value, int) and _INT8_MIN <= value <= _INT8_MAX and not isinstance(value, bool)


def _is_int16(value: Any) -> bool:
    return isinstance(value, int) and _INT16_MIN <= value <= _INT16_MAX and not isinstance(value, bool)


def _is_int32(value: Any) -> bool:
    return isinstance(value, int) and _INT32_MIN <= value <= _INT32_MAX and not isinstance(value, bool)


def _is_int64(value: Any) -> bool:
    return isinstance(value, int) and _INT64_MIN <= value <= _INT64_MAX and not isinstance(value, bool)


def _is_float32(value: Any) -> bool:
    if isinstance(value, float):
        return (
            -_FLOAT32_MAX <= value <= _FLOAT32_MAX or value - value != 0
        )  # infinities and NaN are floats too
    return isinstance(value, int) and -_FLOAT32_INT <= value <= _FLOAT32_INT and not isinstance(value, bool)


def _is_float64(value: Any) -> bool:
    if isinstance(value, float):
        return True
    return isinstance(value, int) and -_FLOAT64_INT <= value <= _FLOAT64_INT and not isinstance(value, bool)


def _is_boolean(value: Any) -> bool:
    return value is True or value is False


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


def _is_bytes(value: Any) -> bool:
    return isinstance(value, (bytes, bytearray, memoryview))


def _is_decimal(value: Any) -> bool:
    return isinstance(value, Decimal) and value.is_finite()


def _is_date(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_time(value: Any) -> bool:
    return isinstance(value, time) and without_zone(value)


def _is_timestamp(value: Any) -> bool:
    return isinstance(value, datetime) and value.utcoffset() is not None


_LOGICAL: Mapping[str, Check] = MappingProxyType(
    {DECIMAL_NAME: _is_decimal, DATE_NAME: _is_date, TIME_NAME: _is_time, TIMESTAMP_NAME: _is_timestamp}
)
_PRIMITIVE: Mapping[Type, Check] = MappingProxyType(
    {
        Type.INT8: _is_int8,
        Type.INT16: _is_int16,
        Type.INT32: _is_int32,
        Type.INT64: _is_int64,
        Type.FLOAT32: _is_float32,
        Type.FLOAT64: _is_float64,
        Type.BOOLEAN: _is_boolean,
        Type.STRING: _is_string,
        Type.BYTES: _is_bytes,
    }
)
_CONTAINERS: Mapping[Type, tuple[type, ...]] = MappingProxyType(
    {Type.ARRAY: (list, tuple), Type.MAP: (dict,), Type.STRUCT: (dict,)}
)
_WRONG_VALUES: Mapping[Check, tuple[tuple[type, str], ...]] = MappingProxyType(
    {
        **dict.fromkeys((_is_int8, _is_int16, _is_int32, _is_int64), ((int, "an int out of range"),)),
        _is_float32: ((float, "a float out of range"), (int, "an int that is not exact")),
        _is_float64: ((int, "an int that is not exact"),),
        _is_decimal: ((Decimal, "a Decimal that is not finite"),),
        _is_time: ((time, "a time with a zone other than UTC"),),
        _is_timestamp: ((datetime, "a naive datetime (add a zone, as with datetime.now(UTC))"),),
    }
)
"""What is wrong with a value of the right kind."""


def _leaf(schema: Schema) -> Check | None:
    return _LOGICAL.get(schema.name or "") or _PRIMITIVE.get(schema.type)


def _explain(schema: Schema, value: Any, location: str) -> None:
    """Walk the way the checks went, to say where a value does not fit."""
    if value is None:
        if schema.optional:
            return
        raise SchemaError(
            f"Invalid value: null used for required {location}, schema type: {schema.type.name}"
        )
    leaf = _leaf(schema)
    if leaf is not None:
        if not leaf(value):
            _wrong(schema, _kind(leaf, value), location)
    else:
        _explain_container(schema, value, location)


def _explain_container(schema: Schema, value: Any, location: str) -> None:
    fitting: bool = isinstance(value, _CONTAINERS[schema.type])
    if not fitting:
        _wrong(schema, type(value).__name__, location)
    if schema.type is Type.ARRAY:
        _explain_each(schema.value_schema, value, f"element of array {location}")
    elif schema.type is Type.MAP:
        _explain_each(schema.key_schema, value, f"key of map {location}")
        _explain_each(schema.value_schema, value.values(), f"value of map {location}")
    else:
        _explain_struct(schema, value, location)


def _explain_each(schema: Schema | None, values: Any, location: str) -> None:
    if schema is None:
        raise SchemaError(f"No schema defined for {location}")
    for value in values:
        _explain(schema, value, location)


def _explain_struct(schema: Schema, value: dict[Any, Any], location: str) -> None:
    if isinstance(schema, SchemaReference):
        schema = schema.target
    inside = "" if location == _TOP else f" of {location}"
    for field in schema.fields:
        found = value.get(field.name)
        if found is not None or not _may_lack(field):
            _explain(field.schema, found, f'field: "{field.name}"{inside}')
    for name in value:
        if not isinstance(name, str):
            raise SchemaError(
                f"A struct's dict has a key that is a {type(name).__name__}, not a str, for {location}"
            )
        if schema.field(name) is None:
            raise SchemaError(f"{name} is not a valid field name of {location}, schema: {schema}")


def _may_lack(field: Field) -> bool:
    return field.schema.optional or field.schema.default is not None


def _kind(leaf: Check, value: Any) -> str:
    for kind, wrong in _WRONG_VALUES.get(leaf, ()):
        if isinstance(value, kind) and not isinstance(value, bool):
            return wrong
    return type(value).__name__


def _wrong(schema: Schema, kind: str, location: str) -> NoReturn:
    name = f' "{schema.name}"' if schema.name is not None else ""
    raise SchemaError(f"Invalid object for schema{name} with type {schema.type.name}: {kind} for {location}")
