"""Which records meet in one batch?"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from connectsdk.converter import SchemaAndValue
from connectsdk.record import ConnectRecord, SinkRecord, SourceRecord
from connectsdk.schema import INT32_SCHEMA, OPTIONAL_STRING_SCHEMA, Field, Schema, Type
from connectsdk.testing.strategies._records import data, records, typed_values
from connectsdk.testing.strategies._schemas import SchemaLimits, schemas
from connectsdk.testing.strategies._weights import weighted

__all__ = ("batches", "pair_batches", "similar_schemas")

R = TypeVar("R", bound=ConnectRecord)

_FLAT = SchemaLimits(max_depth=1)
_SHAPES = weighted(
    (2, schemas([Type.STRUCT], limits=_FLAT)), (1, schemas([Type.STRUCT])), (1, schemas(limits=_FLAT))
)
_MOST = 4


@st.composite
def similar_schemas(draw: DrawFn, of: SearchStrategy[Schema] = _SHAPES) -> tuple[Schema, ...]:  # noqa: D417 - the caller does not give draw
    """Draw three schemas that are easily taken for each other: what a cache may not confuse.

    The first, an equal one that is another object, and one that differs from it in one thing: optional, version, doc,
    parameters, or a field more, less or of another type.

    Args:
        of: The first one.
    """
    first = draw(of)
    change = draw(_CHANGE)
    return first, _equal(first), change(first)


def _equal(schema: Schema) -> Schema:
    return attrs.evolve(schema)


def _with_other_fields(schema: Schema) -> Schema:
    """Give the first field another type; a schema without fields is returned as it is."""
    if not schema.fields:
        return attrs.evolve(schema)
    first, *rest = schema.fields
    other = OPTIONAL_STRING_SCHEMA if first.schema.type is not Type.STRING else INT32_SCHEMA
    return attrs.evolve(schema, fields=[Field(first.name, 0, other), *rest], default=None)


def _with_a_field_more(schema: Schema) -> Schema:
    if schema.type is not Type.STRUCT or schema.field("more") is not None:
        return attrs.evolve(schema)
    more = Field("more", len(schema.fields), OPTIONAL_STRING_SCHEMA)
    return attrs.evolve(schema, fields=[*schema.fields, more])


def _with_a_field_less(schema: Schema) -> Schema:
    return attrs.evolve(schema, fields=schema.fields[:-1], default=None) if schema.fields else _equal(schema)


def _with_a_doc(schema: Schema) -> Schema:
    return attrs.evolve(schema, doc="another")


def _with_a_parameter(schema: Schema) -> Schema:
    return attrs.evolve(schema, parameters={**schema.parameters, "another": "1"})


def _with_a_version(schema: Schema) -> Schema:
    return attrs.evolve(schema, version=(schema.version or 0) + 1)


def _otherwise_optional(schema: Schema) -> Schema:
    return attrs.evolve(schema, optional=not schema.optional)


_CHANGE: SearchStrategy[Any] = st.sampled_from(
    [
        _with_other_fields,
        _otherwise_optional,
        _with_a_field_more,
        _with_a_field_less,
        _with_a_version,
        _with_a_doc,
        _with_a_parameter,
    ]
)


def batches(
    of: SearchStrategy[R] | None = None, *, max_size: int = _MOST
) -> SearchStrategy[Sequence[R | SourceRecord | SinkRecord]]:
    """Draw one record or several.

    Args:
        of: The records. By default all there are, many of them with `similar_schemas`.
        max_size: The most of one batch.
    """
    if of is not None:
        return _some(of, max_size)
    return weighted((1, _LOOSE.map(lambda record: [record])), (2, _families(max_size)))


def _some(one: SearchStrategy[Any], most: int) -> SearchStrategy[list[Any]]:
    several = st.lists(one, min_size=min(2, most), max_size=most)
    return weighted((1, st.lists(one, min_size=1, max_size=most)), (2, several))


@st.composite
def _families(draw: DrawFn, max_size: int) -> list[Any]:
    """Draw records that differ in one part only: what is narrow shrinks well."""
    record = draw(_LOOSE)
    replaced = draw(_PART)(record)
    pairs = typed_values(st.sampled_from(draw(_SIMILAR)))
    return [replaced(*pair) for pair in draw(_some(pairs, max_size))]


def pair_batches(of: SearchStrategy[SchemaAndValue] | None, max_size: int = _MOST) -> SearchStrategy[Any]:
    """Draw one pair of a schema and a value or several; by default many of them with `similar_schemas`."""
    if of is not None:
        return _some(of, max_size)
    return weighted((1, st.tuples(data())), (1, st.tuples(_SCALARS)), (2, _pair_families(max_size)))


@st.composite
def _pair_families(draw: DrawFn, max_size: int) -> Any:
    return draw(_some(typed_values(st.sampled_from(draw(_SIMILAR))), max_size))


_LOOSE = records()
_SCALARS = typed_values(schemas(limits=SchemaLimits(max_depth=0)))
_SIMILAR = similar_schemas()
_PART = st.sampled_from([attrgetter("with_value"), attrgetter("with_key")])
