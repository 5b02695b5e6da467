"""Which attrs class does a struct schema describe?"""

import keyword
import re
from copy import deepcopy
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Annotated, Any, Optional

import attrs

from connectsdk.errors import SchemaError
from connectsdk.schema._classes import load_as
from connectsdk.schema._logical import DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME
from connectsdk.schema._schema import Field, Schema, Type

__all__ = ("class_of",)

_CACHED_CLASSES = 1024
_UNNAMED = "Struct"
_LOGICAL = MappingProxyType(
    {DECIMAL_NAME: Decimal, DATE_NAME: date, TIME_NAME: time, TIMESTAMP_NAME: datetime}
)
_PRIMITIVE = MappingProxyType(
    {
        Type.INT8: int,
        Type.INT16: int,
        Type.INT32: int,
        Type.INT64: int,
        Type.FLOAT32: float,
        Type.FLOAT64: float,
        Type.BOOLEAN: bool,
        Type.STRING: str,
        Type.BYTES: bytes,
    }
)


def class_of(schema: Schema) -> type:
    """Return a frozen attrs class, all of whose arguments are keywords, for a struct schema.

    It is called what follows the last dot of the schema's name; `schema_of` gives the schema back, and `from_data` and
    `to_data` work on it. A field whose name cannot be an argument gets a similar one. Optional fields without a default
    default to None. The same schema gives the same class.

    Raises:
        SchemaError: If it is not a struct schema, or holds an array or map of unknown contents.
    """
    if schema.type is not Type.STRUCT:
        raise SchemaError(f"Only a struct describes a class, not {schema}")
    return _class_of(schema)


@lru_cache(_CACHED_CLASSES)
def _class_of(schema: Schema) -> type:
    arguments: dict[str, Any] = {}
    for field in schema.fields:
        arguments[_free_name(field.name, arguments)] = _attribute(field)
    name = _identifier((schema.name or _UNNAMED).rpartition(".")[2] or _UNNAMED)
    return attrs.make_class(
        name, arguments, class_body={"__schema__": schema}, frozen=True, slots=True, kw_only=True
    )


def _attribute(field: Field) -> Any:
    annotation = _annotation(field.schema)
    metadata = {"name": field.name}
    if field.schema.default is not None:
        default = load_as(annotation, field.schema.default, f'default of field: "{field.name}"')
        if isinstance(default, (list, dict)):
            return attrs.field(type=annotation, metadata=metadata, factory=partial(deepcopy, default))
        return attrs.field(type=annotation, metadata=metadata, default=default)
    if field.schema.optional:
        return attrs.field(type=annotation, metadata=metadata, default=None)
    return attrs.field(type=annotation, metadata=metadata)


def _annotation(schema: Schema) -> Any:
    kind = _kind(schema)
    required = attrs.evolve(schema, optional=False, default=None)
    if schema.type is not Type.STRUCT:
        kind = Annotated[kind, required]
    return Optional[kind] if schema.optional else kind  # noqa: UP045 - the kind is known at run time only


def _kind(schema: Schema) -> Any:
    found = _LOGICAL.get(schema.name or "") or _PRIMITIVE.get(schema.type)
    if found is not None:
        return found
    match schema.type:
        case Type.STRUCT:
            return _class_of(attrs.evolve(schema, optional=False, default=None))
        case Type.ARRAY:
            return list[_known(schema.value_schema, schema)]  # type: ignore[misc] # made at run time
        case _:
            return dict[_known(schema.key_schema, schema), _known(schema.value_schema, schema)]  # type: ignore[misc] # the same


def _known(schema: Schema | None, outer: Schema) -> Any:
    if schema is None:
        raise SchemaError(f"No schema defined for the contents of {outer}")
    return _annotation(schema)


def _free_name(name: str, taken: dict[str, Any]) -> str:
    free = base = _identifier(name)
    number = 1
    while free in taken:
        number += 1
        free = f"{base}_{number}"
    return free


def _identifier(name: str) -> str:
    candidate = re.sub(r"\W", "_", name)
    if candidate.isidentifier() and not candidate.startswith("_") and not keyword.iskeyword(candidate):
        return candidate
    return f"field_{candidate.lstrip('_')}"
