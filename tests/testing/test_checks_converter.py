"""Does `check_converter` find what is planted, name the rule, and show a small case?"""

import itertools
import json
from functools import partial
from typing import Any

import anyio.lowlevel
import pytest
from hypothesis import settings, strategies as st

from connectsdk.converters.bytes import ByteArrayConverter
from connectsdk.converters.json import JsonConverter
from connectsdk.errors import DataError, LookupNeeded
from connectsdk.schema import INT64_SCHEMA
from connectsdk.testing import CheckFailed, check_converter, check_header_converter, configured
from connectsdk.testing.strategies import schemaless

SURE = settings(max_examples=300, derandomize=True)
TEXTS = schemaless(st.none() | st.text(max_size=4))


def anything(schema: Any, value: Any) -> None:
    return None


class Texts:
    """Writes text as UTF-8, well: what plants differ from."""

    def configure(self, config: Any, *, is_key: bool = False) -> None:
        self.known: Any = {}

    def from_connect_data(self, topic, headers, schema, value):
        if value is None:
            return None
        if not isinstance(value, str):
            raise DataError("text is needed")
        return value.encode()

    def to_connect_data(self, topic, headers, data):
        try:
            return None, None if data is None else data.decode()
        except UnicodeDecodeError as error:
            raise DataError("that is no text") from error


class EmptyForNone(Texts):
    def from_connect_data(self, topic, headers, schema, value):
        return super().from_connect_data(topic, headers, schema, value or "")


class NoneForEmpty(Texts):
    def to_connect_data(self, topic, headers, data):
        return None, data.decode(errors="replace") if data else None


class SwallowsErrors(Texts):
    def from_connect_data(self, topic, headers, schema, value):
        try:
            return json.dumps(value, allow_nan=False).encode()
        except (TypeError, ValueError):
            return b"null"

    def to_connect_data(self, topic, headers, data):
        try:
            return None, None if data is None else json.loads(data)
        except ValueError as error:
            raise DataError("that is no JSON") from error


class ForeignErrors(Texts):
    def to_connect_data(self, topic, headers, data):
        return None, None if data is None else data.decode()


class NoBytes(Texts):
    def from_connect_data(self, topic, headers, schema, value):
        super().from_connect_data(topic, headers, schema, value)
        return value


class Remembers(Texts):
    def to_connect_data(self, topic, headers, data):
        if data is not None and data not in self.known:
            self.known[data] = len(self.known)
        return None, None if data is None else str(self.known[data])


class WrongSchema(Texts):
    def to_connect_data(self, topic, headers, data):
        return INT64_SCHEMA, super().to_connect_data(topic, headers, data)[1]


class KnowsNamesOnly(JsonConverter):
    """Keeps what it compiled by the schema's text, which is its name and type."""

    def configure(self, config: Any, *, is_key: bool = False) -> None:
        super().configure(config, is_key=is_key)
        self.known: Any = {}

    def from_connect_data(self, topic, headers, schema, value):
        return super().from_connect_data(
            topic, headers, schema and self.known.setdefault(str(schema), schema), value
        )


class EditsIt(Texts):
    def from_connect_data(self, topic, headers, schema, value):
        if isinstance(value, dict):
            value["schema"] = str(schema)
        return None if value is None else b'{"schema":null,"payload":1}'


class BatchDiffers(Texts):
    def from_connect_batch(self, topic, schema, values):
        return [str(value).encode() for value in values]

    def to_connect_batch(self, topic, data):
        return None, [text and text.decode() for text in data]


class DrawsLots(Texts):
    def from_connect_data(self, topic, headers, schema, value):
        found = super().from_connect_data(topic, headers, schema, value)
        return found and found + str(next(LOTS)).encode()


LOTS = itertools.count()
PLANTED = [
    (DrawsLots, "deterministic", TEXTS),
    (EmptyForNone, "null", TEXTS),
    (NoneForEmpty, "round trip", TEXTS),
    (SwallowsErrors, "null", None),
    (ForeignErrors, "errors", TEXTS),
    (NoBytes, "bytes", TEXTS),
    (Remembers, "independent", TEXTS),
    (WrongSchema, "fits", TEXTS),
    (KnowsNamesOnly, "independent", None),
    (EditsIt, "input", None),
    (BatchDiffers, "batch", TEXTS),
    (Texts, "works", schemaless(st.integers())),
]


@pytest.mark.parametrize(("plant", "rule", "data"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_bug_is_found(plant: Any, rule: str, data: Any) -> None:
    with pytest.raises(CheckFailed) as caught:
        check_converter(
            plant,
            data,
            settings=SURE,
            **({"expected": anything} if plant in {Remembers, EditsIt, DrawsLots} else {}),
        )
    failure = caught.value
    assert failure.rule == rule, failure
    assert sum(len(text) for word, text in failure.facts if word == "given") < 200, failure


def test_a_good_converter_passes() -> None:
    check_converter(Texts, TEXTS, settings=SURE)
    check_converter(configured(ByteArrayConverter), schemaless(st.binary()), expected=anything)


def test_errors_swallowed_into_none_are_lost_values() -> None:
    class Swallows(SwallowsErrors):
        def from_connect_data(self, topic, headers, schema, value):
            return None if value is None else super().from_connect_data(topic, headers, schema, value)

    with pytest.raises(CheckFailed) as caught:
        check_converter(Swallows, schemaless(), settings=SURE)
    assert (caught.value.rule, dict(caught.value.facts)["read"]) == ("round trip", "value = None")


def test_what_comes_back_can_be_said() -> None:
    class Loud(Texts):
        def from_connect_data(self, topic, headers, schema, value):
            written = super().from_connect_data(topic, headers, schema, value)
            return written and written.upper()

    check_converter(
        Loud, schemaless(st.text("abc")), expected=lambda _, value: (None, value and value.upper())
    )
    with pytest.raises(CheckFailed) as caught:
        check_converter(Loud, TEXTS, settings=SURE)
    assert str(caught.value) == (
        "rule 'round trip' is broken: what was written is read as it was; say expected=… where it comes back as something else\n"
        "  given     (None, 'a')\n"
        "  written   b'A'\n"
        "  expected  value = 'a'\n"
        "  read      value = 'A'"
    )


class Asks(Texts):
    """Looks up each text before it writes or reads it."""

    async def look_up(self, text):
        await anyio.lowlevel.checkpoint()
        self.known[text] = True

    def from_connect_data(self, topic, headers, schema, value):
        if value is not None and value not in self.known:
            raise LookupNeeded("it is new", partial(self.look_up, value))
        return super().from_connect_data(topic, headers, schema, value)

    async def aclose(self):
        self.known = None


class AsksForever(Asks):
    async def look_up(self, text): ...


def test_what_a_converter_lacks_is_looked_up() -> None:
    check_converter(Asks, TEXTS, settings=settings(max_examples=20))
    with pytest.raises(CheckFailed) as caught:
        check_converter(AsksForever, TEXTS, settings=settings(max_examples=20))
    assert (caught.value.rule, "without end" in str(caught.value)) == ("works", True)


async def test_look_ups_work_where_a_loop_runs() -> None:
    check_converter(Asks, TEXTS, settings=settings(max_examples=5))


def test_header_converters_are_checked() -> None:
    class Header(Texts):
        def configure(self, config):
            super().configure(config)

        def from_connect_header(self, topic, key, schema, value):
            return Texts.from_connect_data(self, topic, (), schema, value)

        def to_connect_header(self, topic, key, data):
            return Texts.to_connect_data(self, topic, (), data)

    class Empty(Header):
        def from_connect_header(self, topic, key, schema, value):
            return super().from_connect_header(topic, key, schema, value or "")

    check_header_converter(lambda: made(Header), TEXTS)
    with pytest.raises(CheckFailed) as caught:
        check_header_converter(lambda: made(Empty), TEXTS)
    assert caught.value.rule == "null"


def made(cls: Any) -> Any:
    converter = cls()
    converter.configure({})
    return converter


class AsHeader:
    """A planted converter's bug in a header converter."""

    closed = 0

    def __init__(self, plant: Any) -> None:
        self.plant = configured(plant)()

    def from_connect_header(self, topic, key, schema, value):
        return self.plant.from_connect_data(topic, (), schema, value)

    def to_connect_header(self, topic, key, data):
        return self.plant.to_connect_data(topic, (), data)

    async def aclose(self) -> None:
        type(self).closed += 1


@pytest.mark.parametrize(
    ("plant", "rule", "data"),
    [row for row in PLANTED if row[1] != "batch"],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_planted_bug_of_a_header_converter_is_found(plant: Any, rule: str, data: Any) -> None:
    more = {"expected": anything} if plant in {Remembers, EditsIt, DrawsLots} else {}
    with pytest.raises(CheckFailed) as caught:
        check_header_converter(lambda: AsHeader(plant), data, settings=SURE, **more)
    assert caught.value.rule == rule, caught.value


def test_header_converters_are_closed() -> None:
    before = AsHeader.closed
    check_header_converter(lambda: AsHeader(Texts), TEXTS, settings=settings(max_examples=5))
    assert AsHeader.closed > before


def test_a_function_is_no_converter() -> None:
    with pytest.raises(TypeError, match="without arguments"):
        check_converter(lambda value: value)
