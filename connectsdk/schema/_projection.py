"""What does a value look like to a reader with a newer or older schema?"""

from collections.abc import Sequence
from typing import Any

from connectsdk.errors import SchemaError
from connectsdk.schema._schema import Field, Schema, Type

__all__ = ("project",)

_NUMBERS = (Type.INT8, Type.INT16, Type.INT32, Type.INT64, Type.FLOAT32, Type.FLOAT64)
_FLOAT32_DIGITS = 24


def project(source: Schema, value: Any, target: Schema) -> Any:
    """Return a value of one schema as a value of another, compatible one.

    Numbers go to any wider type (INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, in this order, so INT64 to FLOAT32 rounds).
    Names and parameters must be equal; versions and docs may differ. Fields that the target does not know are
    dropped; fields that the source does not know take the target's default, or stay away when they are optional.

    Raises:
        SchemaError: If the schemas are not compatible.
    """
    _check_compatible(source, target)
    if source.optional and not target.optional:
        if target.default is None:
            raise SchemaError(
                "Writer schema is optional, however, target schema does not provide a default value."
            )
        if value is None:
            return target.default
    return None if value is None else _project_present(source, value, target)


def _check_compatible(source: Schema, target: Schema) -> None:
    if source.type is not target.type and not _promotable(source.type, target.type):
        raise SchemaError(
            f"Schema type mismatch. source type: {source.type.name} and target type: {target.type.name}"
        )
    if source.name != target.name:
        raise SchemaError(f"Schema name mismatch. source name: {source.name} and target name: {target.name}")
    if source.parameters != target.parameters:
        raise SchemaError(
            f"Schema parameters not equal. source parameters: {dict(source.parameters)} and target parameters: "
            f"{dict(target.parameters)}"
        )


def _promotable(source: Type, target: Type) -> bool:
    return source in _NUMBERS and target in _NUMBERS and _NUMBERS.index(source) < _NUMBERS.index(target)


def _project_present(source: Schema, value: Any, target: Schema) -> Any:
    match target.type:
        case Type.STRUCT:
            return _project_struct(source, value, target)
        case Type.ARRAY:
            return _project_array(source, value, target)
        case Type.MAP:
            return _project_map(source, value, target)
        case Type.FLOAT32 | Type.FLOAT64 if isinstance(value, int):
            return _to_float32(value) if target.type is Type.FLOAT32 else float(value)
        case _:
            return value


def _project_array(source: Schema, value: Sequence[Any], target: Schema) -> list[Any]:
    old, new = _known(source.value_schema, "elements"), _known(target.value_schema, "elements")
    return [project(old, element, new) for element in value]


def _project_map(source: Schema, value: dict[Any, Any], target: Schema) -> dict[Any, Any]:
    old_key, new_key = _known(source.key_schema, "keys"), _known(target.key_schema, "keys")
    old, new = _known(source.value_schema, "values"), _known(target.value_schema, "values")
    return {project(old_key, key, new_key): project(old, element, new) for key, element in value.items()}


def _known(schema: Schema | None, what: str) -> Schema:
    if schema is None:
        raise SchemaError(f"No schema defined for the {what} to project")
    return schema


def _project_struct(source: Schema, value: dict[str, Any], target: Schema) -> dict[str, Any]:
    projected = {}
    for field in target.fields:
        name = field.name
        known = source.field(name)
        if known is not None:
            projected[name] = _project_field(known, value, field)
        elif field.schema.optional:
            continue
        elif field.schema.default is not None:
            projected[name] = field.schema.default
        else:
            raise SchemaError(f"Required field `{name}` is missing from source schema: {source}")
    return projected


def _project_field(known: Field, value: dict[str, Any], field: Field) -> Any:
    try:
        projected = project(known.schema, known.value_in(value), field.schema)
    except SchemaError as error:
        raise SchemaError(f"Error projecting {field.name}: {error}") from error
    if projected is None and not field.schema.optional:
        raise SchemaError(
            f'Invalid value: null used for required field: "{field.name}", schema type: {field.schema.type.name}'
        )
    return projected


def _to_float32(value: int) -> float:
    surplus = value.bit_length() - _FLOAT32_DIGITS
    if surplus > 0:  # by hand, because a way over float64 would round twice
        kept, rest = divmod(value, 1 << surplus)
        half = 1 << (surplus - 1)
        value = (kept + (rest > half or (rest == half and kept & 1))) << surplus
    return float(value)
