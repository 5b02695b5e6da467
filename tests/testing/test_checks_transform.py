"""Does `check_transform` find what is planted, name the rule, and show a small case?"""

import itertools
import pickle
import random
import re
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from connectsdk.errors import ConfigError, DataError
from connectsdk.record import SinkRecord, SourceRecord
from connectsdk.schema import INT64_SCHEMA, STRING_SCHEMA, SchemaBuilder, Type
from connectsdk.testing.checks import CheckFailed, check_predicate, check_transform, configured
from connectsdk.testing.strategies import schemaless, sink_records, source_records, typed_values
from connectsdk.transforms.hoist_field import HoistFieldValue
from tests.ids import shown

SURE = settings(max_examples=400, derandomize=True)


class Plant:
    """A transform that does nothing, for plants to differ from."""

    def configure(self, config: Any) -> None:
        self.seen: Any = {}

    def apply(self, record: Any) -> Any:
        return record

    def close(self) -> None: ...


def edits_nested(record):
    if isinstance(record.value, dict):
        for inner in record.value.values():
            if isinstance(inner, dict):
                inner["seen"] = True
    return record


def edits_default(record):
    schema = record.value_schema
    if schema is not None and isinstance(schema.default, dict):
        schema.default["seen"] = True
    return record


def drops_headers(record):
    return SourceRecord(
        record.topic, record.partition, record.key_schema, record.key, record.value_schema, record.value, record.timestamp,
        source_partition=record.source_partition, source_offset=record.source_offset,
    ) if isinstance(record, SourceRecord) else record  # fmt: skip


def loses_timestamp(record):
    return record.new_record(
        record.topic, record.partition, record.key_schema, record.key, record.value_schema, record.value, None, record.headers
    )  # fmt: skip


def loses_offset(record):
    return SourceRecord(
        record.topic, record.partition, record.key_schema, record.key, record.value_schema, record.value, record.timestamp,
        record.headers,
    ) if isinstance(record, SourceRecord) else record  # fmt: skip


def forgets_origin(record):
    if not isinstance(record, SinkRecord):
        return record
    moved = record.with_topic("new")
    moved.origin = None
    return moved


def changes_kind(record):
    return SourceRecord(record.topic, record.partition) if isinstance(record, SinkRecord) else record


def wrong_schema(record):
    if record.value_schema is not None and record.value_schema.type is Type.STRUCT:
        return record.with_value(STRING_SCHEMA, record.value)
    return record


def forgets_schema_of_header(record):
    return record.with_headers(record.headers.add("n", "1", INT64_SCHEMA))


def needs_a_value(record):
    return record.with_value(None, {"n": record.value["n"]} if isinstance(record.value, dict) else None)


def not_deterministic(record):
    return record.with_value(None, random.random())


def refuses_all(record):
    raise DataError("no")


class CachedByName(Plant):
    def apply(self, record):
        schema, value = record.value_schema, record.value
        if schema is None or schema.type is not Type.STRUCT or value is None:
            return record
        if schema.name not in self.seen:
            builder = SchemaBuilder.like(schema)
            for field in schema.fields:
                builder.field(field.name, field.schema)
            self.seen[schema.name] = builder.field("added", INT64_SCHEMA.as_optional()).build()
        return record.with_value(self.seen[schema.name], {**value})


class CachedById(Plant):
    def apply(self, record):
        if record.value_schema is None:
            return record
        return record.with_value(
            None, self.seen.setdefault(id(record.value_schema), repr(record.value_schema))
        )


class Remembers(Plant):
    def apply(self, record):
        last, self.seen = self.seen, record.value
        return record.with_value(None, last or None)


class SharesAList(Plant):
    def __init__(self):
        self.values = []

    def apply(self, record):
        self.values.clear()
        self.values.append(record.value)
        return record.with_value(None, self.values)


class ClosesOnce(Plant):
    def close(self):
        del self.seen


class ColumnsDiffer(Plant):
    def apply_columns(self, columns):
        return type(columns)(
            columns.topic, columns.partitions, columns.key_schema, columns.keys, None, columns.values, columns.timestamps,
            columns.offsets,
        )  # fmt: skip


class ColumnsEdit(Plant):
    def apply_columns(self, columns):
        columns.values[0] = None
        return columns


class ColumnsLoseOne(Plant):
    def apply_columns(self, columns):
        return attrs.evolve(columns, values=[*columns.values[1:], *columns.values[:1]])


class ColumnsTakeWhatIsFiltered(Plant):
    def apply(self, record):
        return None if record.key is None else record

    def apply_columns(self, columns):
        return columns


def needs_a_schema(record):
    return record.with_value(record.value_schema.as_optional(), record.value)


def needs_every_field(record):
    if isinstance(record.value, dict):
        return record.with_value(None, {name: value + value for name, value in record.value.items()})
    return record


def returns_nonsense(record):
    return record.value if isinstance(record.value, str) else record


PLANTED = [
    (ColumnsEdit, "input", 120),
    (ColumnsLoseOne, "columns", 220),  # two numbers in a field, or, a little longer, 0 and nothing
    (ColumnsTakeWhatIsFiltered, "columns", 120),
    (needs_a_schema, "errors", 60),
    (needs_every_field, "errors", 80),
    (returns_nonsense, "kind", 60),
    (edits_nested, "input", 160),
    (edits_default, "input", 120),
    (drops_headers, "keeps", 60),
    (loses_timestamp, "keeps", 90),
    (loses_offset, "keeps", 100),
    (changes_kind, "kind", 60),
    (wrong_schema, "fits", 80),
    (needs_a_value, "errors", 60),
    (not_deterministic, "deterministic", 40),
    (refuses_all, "works", 60),
    (CachedByName, "independent", 240),
    (CachedById, "independent", 300),  # which records share an id depends on where Python puts their schemas
    (Remembers, "independent", 200),
    (SharesAList, "outputs", 200),
    (ClosesOnce, "close", 60),
    (ColumnsDiffer, "columns", 120),
]


def test_every_rule_has_a_planted_bug() -> None:
    rules = re.findall(r"^    \| `(\w+)` \|", check_transform.__doc__ or "", re.MULTILINE)
    assert {rule for _, rule, _ in PLANTED} == set(rules)


@pytest.mark.parametrize(("plant", "rule", "most"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_bug_is_found(plant: Any, rule: str, most: int) -> None:
    with pytest.raises(CheckFailed) as caught:
        check_transform(plant, settings=SURE)
    failure = caught.value
    assert failure.rule == rule, failure
    assert str(failure).startswith(f"rule '{rule}' is broken: ")
    records = failure.case if isinstance(failure.case, list) else [failure.case]
    assert len(records) <= (3 if plant is CachedById else 2)
    assert sum(len(text) for word, text in failure.facts if word in {"given", "record"}) <= most, failure


@pytest.mark.parametrize(
    ("plant", "owns"), [(forgets_origin, "topic"), (forgets_schema_of_header, "headers")], ids=shown
)
def test_what_it_owns_has_rules_too(plant: Any, owns: str) -> None:
    rules = {forgets_origin: "keeps", forgets_schema_of_header: "fits"}
    with pytest.raises(CheckFailed) as caught:
        check_transform(plant, owns={owns}, settings=SURE)
    assert caught.value.rule == rules[plant]


def test_ownership_is_declared() -> None:
    def renamed(record):
        return record.with_topic(record.topic + "-new")

    check_transform(renamed, owns={"topic"})
    check_transform(renamed, owns="topic")
    with pytest.raises(
        CheckFailed, match=r"topic is not its own to change; if it may change it, say owns=\{'topic'\}"
    ):
        check_transform(renamed)
    with pytest.raises(ValueError, match="owns names offset; there are headers, key"):
        check_transform(renamed, owns={"offset"})


def test_a_schema_alone_may_be_owned() -> None:
    def documented(record):
        schema = record.value_schema
        if schema is None:
            return record
        return record.with_value(SchemaBuilder.like(STRING_SCHEMA).doc("x").build(), record.value)

    strings = source_records(value=typed_values(st.just(STRING_SCHEMA)))
    check_transform(documented, strings, owns={"value_schema"})


def test_state_is_declared() -> None:
    class Numbers(Plant):
        def configure(self, config):
            self.numbers = itertools.count()

        def apply(self, record):
            return record.with_value(None, next(self.numbers))

    check_transform(Numbers, stateful=True)
    with pytest.raises(CheckFailed) as caught:
        check_transform(Numbers)
    assert caught.value.rule == "independent"


def test_a_state_that_two_share_is_not_deterministic() -> None:
    numbers = itertools.count()

    class Shared(Plant):
        def apply(self, record):
            return record.with_value(None, next(numbers))

    with pytest.raises(CheckFailed) as caught:
        check_transform(Shared, stateful=True)
    assert caught.value.rule == "deterministic"


def test_records_can_be_given() -> None:
    def doubled(record):
        return record.with_value(None, {**record.value, "n": record.value["n"] * 2})

    numbers = st.fixed_dictionaries({"n": st.integers()})
    check_transform(doubled, source_records(value=schemaless(numbers)))
    check_transform(doubled, sink_records(value=schemaless(numbers)))
    with pytest.raises(CheckFailed) as caught:
        check_transform(doubled)
    assert caught.value.rule == "errors"


def test_a_filter_and_a_refusal_are_fine() -> None:
    def only_dicts(record):
        if record.value is None:
            return None
        if not isinstance(record.value, dict):
            raise DataError("a dict is needed")
        return record

    check_transform(only_dicts)


def test_bad_configurations_and_factories_are_the_callers() -> None:
    with pytest.raises(ConfigError):
        check_transform(configured(HoistFieldValue, {}))
    with pytest.raises(TypeError, match="give a function that makes"):
        check_transform(HoistFieldValue())  # type: ignore[arg-type]


def test_it_can_be_repeated() -> None:
    texts = []
    for _ in range(2):
        with pytest.raises(CheckFailed) as caught:
            check_transform(CachedByName, seed=5, settings=settings(max_examples=300))
        texts.append(str(caught.value))
    assert texts[0] == texts[1]


@settings(max_examples=3, suppress_health_check=[HealthCheck.nested_given])
@given(st.sampled_from(["a", "b"]))
def test_it_runs_inside_a_test_of_hypothesis(field: str) -> None:
    check_transform(configured(HoistFieldValue, {"field": field}), settings=settings(max_examples=5))


def test_a_failure_travels_between_processes() -> None:
    with pytest.raises(CheckFailed) as caught:
        check_transform(changes_kind)
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert (str(again), again.rule) == (str(caught.value), "kind")


# -- predicates ----------------------------------------------------------------------------------------------


class PredicatePlant:
    def configure(self, config):
        self.seen = set()

    def test(self, record):
        return bool(record.value)

    def close(self): ...


class NoBool(PredicatePlant):
    def test(self, record):
        return record.value


class FirstOfATopic(PredicatePlant):
    def test(self, record):
        new = record.topic not in self.seen
        self.seen.add(record.topic)
        return new


class NeedsADict(PredicatePlant):
    def test(self, record):
        return "a" in record.value


class EditsIt(PredicatePlant):
    def test(self, record):
        return isinstance(record.value, dict) and record.value.pop("a", None) is None


@pytest.mark.parametrize(
    ("plant", "rule"),
    [(NoBool, "answer"), (FirstOfATopic, "independent"), (NeedsADict, "errors"), (EditsIt, "input")],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_planted_bug_of_a_predicate_is_found(plant: Any, rule: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        check_predicate(plant, settings=SURE)
    assert caught.value.rule == rule
    assert len(str(caught.value)) < 400


def test_good_predicates_pass() -> None:
    check_predicate(PredicatePlant)
    check_predicate(lambda record: record.value is None)
    check_predicate(lambda record: record.value["a"] > 0, source_records(value=schemaless(st.just({"a": 1}))))


def test_a_factory_may_make_a_plain_function() -> None:
    check_transform(lambda: lambda record: record, settings=settings(max_examples=5))
    with pytest.raises(CheckFailed, match="input"):
        check_transform(lambda: edits_nested, settings=SURE)
    check_predicate(lambda: lambda record: record.value is None, settings=settings(max_examples=5))
