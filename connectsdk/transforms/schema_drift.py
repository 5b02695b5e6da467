"""May a record's shape differ from what its topic had so far?

The contract of a topic is the shape of its first record's value: of its schema, or without one the names of a dict's fields and the
kinds of their values. It is kept in memory, so that after a restart the next record is the first; `fields` declares it instead.
A drift is a field that the contract does not have, a field that it requires and that is gone, or a field of another type; what
is inside of a field belongs to its type. A field without a schema may always be missing, and its numbers are of one kind.

| mode | a new field | a required field that is gone | another type |
| --- | --- | --- | --- |
| `evolve` | joins the contract | is no longer required | joins when it is a wider number, else refused |
| `discard_field` | is removed | refused | is removed if it may be missing, else refused |
| `dead_letter` | refused | refused | refused |
| `freeze` | refused, and so is all that follows in the topic | the same | the same |

A record with a schema leaves `evolve` with the schema of the topic, which only grows: that of the first record, to which each later one
adds what it has beside it. So a record of an older shape that comes after a newer one does not bring the older schema back: a field that
it does not have is None, or the field's default. Where two of them give one Protobuf number to different fields, the later one gets another.

What is refused is a `DataError`: `errors.tolerance` says whether the task fails, or the record is dead-lettered or skipped.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import config, option
from connectsdk.errors import DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema, SchemaBuilder
from connectsdk.transforms._contracts import (
    WHOLE,
    Contract,
    Expected,
    declared,
    expected_of_plain,
    expected_of_schema,
)
from connectsdk.transforms._growth import grown

__all__ = ("SchemaDrift", "SchemaDriftConfig")

R = TypeVar("R", bound=ConnectRecord)

_MOST_SCHEMAS, _MOST_SHAPES = 64, 1_000
_MOST_TOPICS = 1_000


@config
class SchemaDriftConfig:
    """What `SchemaDrift` can be told."""

    mode: str = option(
        one_of=("evolve", "freeze", "discard_field", "dead_letter"),
        doc="What happens to a record whose shape is not that of the topic's contract.",
    )
    fields: tuple[str, ...] = option(
        default=(),
        doc="The contract of every topic, instead of its first record: name:type pairs with Kafka Connect's types "
        "(int8, int16, int32, int64, float32, float64, boolean, string, bytes, array, map, struct); a ? behind the "
        "type makes a field optional.",
    )


@attrs.define(eq=False)
class _Topic:
    """What is known of one topic.

    Attributes:
        contract: What its records have to look like.
        has_schemas: Whether they have schemas; None: either.
        plans: By the id of a schema: the schema, the schema afterwards, and the names of what is removed.
        shapes: By the names and types of a value without a schema: the names of what is removed.
        grown: The schema that records leave with under `evolve`; None: no record with a schema came yet.
        closed: Why nothing more is let through, if so.
    """

    contract: Contract
    has_schemas: bool | None
    plans: dict[int, tuple[Schema, Schema, tuple[str, ...]]] = attrs.field(factory=dict)
    shapes: dict[tuple[Any, ...], tuple[str, ...]] = attrs.field(factory=dict)
    grown: Schema | None = None
    closed: str | None = None


class SchemaDrift:
    """Hold the values of a topic to one shape, or let that shape grow.

    Beyond 1,000 topics the oldest contract is forgotten: the topic's next record makes a new one.
    """

    config_class: ClassVar[type[Any]] = SchemaDriftConfig

    def configure(self, config: SchemaDriftConfig) -> None:
        """Take the mode, and the contract if it is declared.

        Raises:
            ConfigError: If the declared fields are no pairs of name and type.
        """
        self._mode = config.mode
        self._declared = declared(config.fields)
        self._topics: dict[str, _Topic] = {}

    def apply(self, record: R) -> R:
        """Return the record: as it is, or without what its topic's contract does not have.

        Raises:
            DataError: If it is refused.
        """
        value, schema = record.value, record.value_schema
        if value is None:
            return record
        topic = self._topics.get(record.topic)
        if topic is None:
            if len(self._topics) >= _MOST_TOPICS:
                self._forget_one()
            topic = self._topics[record.topic] = self._first(schema, value)
        if topic.closed is not None:
            raise DataError(
                f"The shape of topic {record.topic} is frozen, and an earlier record broke it: {topic.closed}"
            )
        if topic.has_schemas is not None and topic.has_schemas is (schema is None):
            self._refuse(topic, record.topic, "it has a schema" if schema is not None else "it has no schema")
        if schema is None:
            removed = self._plain(topic, record.topic, value)
            return record.with_value(None, _without(value, removed)) if removed else record
        plan = topic.plans.get(id(schema)) or self._plan(topic, record.topic, schema)
        if plan[2]:
            return record.with_value(plan[1], _without(value, plan[2]))
        return record if plan[1] is schema else record.with_value(plan[1], value)

    def close(self) -> None:
        """Forget all contracts."""
        self._topics.clear()

    def _forget_one(self) -> None:
        """Forget the oldest contract, but rather one that holds than one that is broken and frozen."""
        holding = (name for name, topic in self._topics.items() if topic.closed is None)
        del self._topics[next(holding, next(iter(self._topics)))]

    def _first(self, schema: Schema | None, value: Any) -> _Topic:
        if self._declared:
            return _Topic(Contract(dict(self._declared)), None)
        found = expected_of_plain(value) if schema is None else expected_of_schema(schema)
        return _Topic(Contract(found), schema is not None)

    def _plan(self, topic: _Topic, name: str, schema: Schema) -> tuple[Schema, Schema, tuple[str, ...]]:
        removed = self._removed(topic, name, expected_of_schema(schema))
        made = self._grown(topic, schema) if self._mode == "evolve" else schema
        if len(topic.plans) >= _MOST_SCHEMAS:
            topic.plans.clear()
        plan = (schema, _narrowed(schema, removed) if removed else made, removed)
        topic.plans[id(schema)] = plan
        return plan

    def _grown(self, topic: _Topic, schema: Schema) -> Schema:
        """Return the topic's schema, which has all that this one has."""
        known = topic.grown or schema
        made = grown(known, schema)
        if made != known:
            topic.plans.clear()  # they lead to what it was
            known = made
        topic.grown = known
        return known

    def _plain(self, topic: _Topic, name: str, value: Any) -> tuple[str, ...]:
        shape = (*value, *map(type, value.values())) if type(value) is dict else (type(value),)
        removed = topic.shapes.get(shape)
        if removed is None:
            removed = self._removed(topic, name, expected_of_plain(value))
            if len(topic.shapes) >= _MOST_SHAPES:
                topic.shapes.clear()
            topic.shapes[shape] = removed
        return removed

    def _removed(self, topic: _Topic, name: str, found: Mapping[str, Expected]) -> tuple[str, ...]:
        """Return the fields that are to be removed; the contract has evolved if it is to."""
        contract = Contract(dict(topic.contract.fields))  # what is refused leaves the topic's own as it was
        contract.learn(found)
        removed = []
        for drift in list(contract.drifts(found)):
            if self._mode == "evolve" and contract.evolve(drift, found):
                continue
            if self._mode == "discard_field" and drift.field != WHOLE:
                expected = contract.fields.get(drift.field)
                if drift.kind != "gone" and (expected is None or not expected.required):
                    removed.append(drift.field)
                    continue
            self._refuse(topic, name, str(drift))
        topic.contract = contract
        return tuple(removed)

    def _refuse(self, topic: _Topic, name: str, reason: str) -> None:
        if self._mode == "freeze":
            topic.closed = reason
        raise DataError(f"The record does not have the shape of topic {name}: {reason}")


def _without(value: dict[str, Any], removed: tuple[str, ...]) -> dict[str, Any]:
    kept = value.copy()
    for name in removed:
        kept.pop(name, None)
    return kept


def _narrowed(schema: Schema, removed: tuple[str, ...]) -> Schema:
    builder = SchemaBuilder.like(schema)
    for field in schema.fields:
        if field.name not in removed:
            builder.field(field.name, field.schema)
    return builder.optional().build() if schema.optional else builder.build()
