"""Which values fit a schema?"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from connectsdk.errors import SchemaError
from connectsdk.schema import Schema, Type
from connectsdk.testing.strategies._leaves import leaf_values
from connectsdk.testing.strategies._weights import weighted

__all__ = ("values",)

_MOST = 3


def values(schema: Schema) -> SearchStrategy[Any]:
    """Draw values that fit a schema.

    None where it is optional; the borders of numbers, NaN, infinities and -0.0; empty and non-ASCII text; a struct may
    lack the fields that are optional or have a default.

    Raises:
        SchemaError: If an array or map in it does not say what it holds.
    """
    return schema.compiled(_strategy)


def _strategy(schema: Schema) -> SearchStrategy[Any]:
    present = _present(schema)
    return weighted((1, st.none()), (3, present)) if schema.optional else present


def _present(schema: Schema) -> SearchStrategy[Any]:
    leaf = leaf_values(schema)
    if leaf is not None:
        return leaf
    if schema.type is Type.STRUCT:
        return _structs(schema)
    if schema.value_schema is None or (schema.type is Type.MAP and schema.key_schema is None):
        raise SchemaError(f"Values cannot be drawn: {schema} does not say what it holds")
    inner = values(schema.value_schema)
    if schema.key_schema is None:
        return st.lists(inner, max_size=_MOST)
    return st.dictionaries(values(schema.key_schema), inner, max_size=_MOST)


def _structs(schema: Schema) -> SearchStrategy[dict[str, Any]]:
    required: dict[str, SearchStrategy[Any]] = {}
    lacking: dict[str, SearchStrategy[Any]] = {}
    for field in schema.fields:
        inner = field.schema
        if inner.default is not None:
            lacking[field.name] = weighted((1, st.none()), (3, _present(inner)))
        elif inner.optional:
            lacking[field.name] = values(inner)
        else:
            required[field.name] = values(inner)
    if not lacking:
        return st.fixed_dictionaries(required)
    whole = {field.name: (lacking | required)[field.name] for field in schema.fields}
    sparse = st.fixed_dictionaries(required, optional=lacking)
    return weighted((2, st.fixed_dictionaries(whole)), (1, sparse))
