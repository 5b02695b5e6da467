import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectsdk.errors import ConfigError, DataError
from connectsdk.record import Header, Headers, SourceRecord
from connectsdk.schema import STRING_SCHEMA, TIMESTAMP_SCHEMA, SchemaBuilder, decimal_schema
from connectsdk.transforms.expression import ExpressionConfig, ExpressionHolds, FilterByExpression

SCHEMA = (
    SchemaBuilder.struct()
    .field("price", decimal_schema(2))
    .field("at", TIMESTAMP_SCHEMA)
    .field("all", SchemaBuilder.array(decimal_schema(1)))
    .field("by", SchemaBuilder.map(STRING_SCHEMA, decimal_schema(1)))
    .field("name", STRING_SCHEMA)
    .build()
)
VALUE = {
    "price": Decimal("9.50"),
    "at": datetime(1970, 1, 2, tzinfo=UTC),
    "all": [Decimal("1.5"), Decimal("2.5")],
    "by": {"x": Decimal("0.5")},
    "name": "tea",
}
HEADERS = Headers((Header("h", 1), Header("h", "last")))


def holds(expression: str, value: Any, schema: Any = None) -> bool:
    predicate = ExpressionHolds()
    predicate.configure(ExpressionConfig(expression=expression))
    return predicate.test(SourceRecord("t", 3, None, "k", schema, value, 7, HEADERS))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("value.price > `9`", True),
        ("value.price > `9.5`", False),
        ("value.at == `86400000` && value.all[1] == `2.5` && value.by.x < `1`", True),
        ("starts_with(value.name, 't') && key == 'k'", True),
        ("topic == 't' && partition == `3` && timestamp == `7` && headers.h == 'last'", True),
        ("value.missing", False),
        ("value.name", True),
        ("value.all[?@ > `5`]", False),
        ("!(value.missing)", True),
    ],
)
def test_what_holds(expression: str, expected: bool) -> None:
    assert holds(expression, VALUE, SCHEMA) is expected
    assert holds(expression, VALUE, SCHEMA) is expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0, True), ("", False), ([], False), ({}, False), (None, False), (False, False)]
)
def test_what_is_empty_does_not_hold(value: Any, expected: bool) -> None:
    assert holds("value", value) is expected


def test_the_filter_keeps_what_holds() -> None:
    transform = FilterByExpression()
    transform.configure(ExpressionConfig(expression="value.n > `1`"))
    records = [SourceRecord("t", value={"n": n}) for n in range(4)]
    assert [transform.apply(record) for record in records] == [None, None, *records[2:]]


def test_a_function_of_the_wrong_type_is_the_records_fault() -> None:
    with pytest.raises(DataError, match="cannot be answered"):
        holds("starts_with(value.name, 't')", {"name": 5})


@pytest.mark.parametrize("expression", ["", "value.", "no_such(value)) ", "a" * 20_000, "[" * 5_000])
def test_what_is_no_expression_is_told(expression: str) -> None:
    with pytest.raises(ConfigError):
        holds(expression, {})


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jmespath", None)
    with pytest.raises(ConfigError, match=r"connectsdk\[expressions\]"):
        holds("value", {})
