"""However deep data, a schema and the stack of whoever converts are: it ends in a value or in a DataError."""

import json
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from connectsdk.config import parse
from connectsdk.converter import resolve
from connectsdk.converters.json_schema import JsonSchemaConverter, JsonSchemaConverterConfig
from connectsdk.converters.json_schema._stack import refuse_full_stack
from connectsdk.errors import DataError, LookupNeeded
from connectsdk.registry import MemoryRegistry, SchemaDefinition
from connectsdk.schema import SchemaBuilder

AGAIN = {"$ref": "#/definitions/again"}
INNER: dict[str, dict[str, Any]] = {
    "properties": {"properties": {"b": AGAIN}},
    "additionalProperties": {"type": "object", "additionalProperties": AGAIN},
    "patternProperties": {"patternProperties": {"^b": AGAIN}},
    "allOf": {"allOf": [{"properties": {"b": AGAIN}}]},
    "anyOf": {"anyOf": [{"type": "null"}, {"properties": {"b": AGAIN}}]},
    "oneOf": {"oneOf": [{"type": "null"}, {"properties": {"b": AGAIN}}]},
    "if": {"if": {"properties": {"b": AGAIN}}, "then": True},
}
BOUND = "more than 200 keywords inside of each other"
FULL = "nested too deep, for how deep Python's stack is"

Outcome = Callable[[], str]


def deeper(frames: int, call: Outcome) -> str:
    """Call from the end of so many frames."""
    return deeper(frames - 1, call) if frames else call()


def room() -> int:
    """Return how many frames the stack has room for here."""
    used, frame = 0, sys._getframe()
    while frame.f_back is not None:
        used, frame = used + 1, frame.f_back
    return sys.getrecursionlimit() - used


def in_a_thread(call: Outcome) -> str:
    said: list[str] = []
    thread = Thread(target=lambda: said.append(call()))
    thread.start()
    thread.join(60)
    return said[0]


def outcome(call: Callable[[], Any]) -> str:
    """Return "fine", or what the DataError says; anything else fails the test."""
    try:
        call()
    except DataError as error:
        return str(error)
    return "fine"


def text_of(levels: int) -> bytes:
    return b'{"b":' * levels + b"{}" + b"}" * levels


async def reader(schema: Any) -> Callable[[bytes], str]:
    """Return what reads JSON text by a schema; nothing has been read by it yet, and nothing has to be asked for it."""
    name = uuid4().hex
    found = await MemoryRegistry.named(name).register("s", SchemaDefinition(json.dumps(schema), "JSON"))
    converter = JsonSchemaConverter()
    keys = {
        "schema.registry.url": f"mock://{name}",
        "json.fail.invalid.schema": "true",
        "use.optional.for.nonrequired": "true",
    }
    converter.configure(parse(JsonSchemaConverterConfig, keys))
    header = b"\0" + found.id.to_bytes(4, "big")
    with pytest.raises(LookupNeeded) as asked:
        converter.to_connect_data("t", (), header)
    await asked.value.look_up()
    MemoryRegistry.drop(name)
    return lambda text: outcome(lambda: converter.to_connect_data("t", (), header + text))


def recursive(inner: Any) -> dict[str, Any]:
    """Return a schema one of whose properties is nothing to us, and as deep as one likes."""
    named = {"a": {"type": "string"}}
    return {
        "type": "object",
        "properties": named,
        "additionalProperties": AGAIN,
        "definitions": {"again": inner},
    }


@pytest.mark.timeout(60)
@pytest.mark.parametrize("inner", INNER)
async def test_how_deep_a_value_may_be_does_not_depend_on_the_caller(
    inner: str, capfd: pytest.CaptureFixture[str]
) -> None:
    read = await reader(recursive(INNER[inner]))
    said = {
        levels: {
            where(lambda levels=levels, frames=frames: deeper(frames, lambda: read(text_of(levels))))  # type: ignore[misc]
            for where in (lambda call: call(), in_a_thread)
            for frames in (0, 100, 200)
        }
        for levels in (1, 20, 40, 110, 160, 900)
    }
    assert said[1] == said[20] == said[40] == {"fine"}
    assert all(BOUND in one for levels in (110, 160) for one in said[levels])
    assert all(
        BOUND in one or FULL in one for one in said[900]
    )  # the library's messages have all of the value in them
    assert capfd.readouterr() == ("", "")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("inner", INNER)
async def test_on_a_full_stack_it_is_a_data_error_and_no_panic(
    inner: str, capfd: pytest.CaptureFixture[str]
) -> None:
    read = await reader(recursive(INNER[inner]))
    last = room() - 25
    said = ""
    for frames in (*range(0, last, 23), *range(last - 120, last)):
        for levels in (10, 900):
            said = deeper(frames, lambda levels=levels: read(text_of(levels)))  # type: ignore[misc]
            assert said == "fine" or BOUND in said or FULL in said
    assert FULL in said
    assert read(text_of(10)) == "fine"
    assert capfd.readouterr() == ("", "")


async def test_what_is_unevaluated_in_a_schema_that_refers_to_itself_is_no_panic(
    capfd: pytest.CaptureFixture[str],
) -> None:
    itself = {"unevaluatedProperties": False, "$ref": "#/definitions/again"}
    read = await reader({**recursive(itself), "$schema": "https://json-schema.org/draft/2020-12/schema"})
    for frames in range(40):
        said = deeper(frames, lambda: read(b'{"b":{"c":1}}'))
        assert BOUND in said or FULL in said
    assert capfd.readouterr() == ("", "")


async def test_a_schema_first_met_on_a_full_stack_is_not_refused_for_good() -> None:
    read = await reader(recursive(INNER["anyOf"]))
    for left in (60, 80):
        assert FULL in deeper(room() - left, lambda: read(b"{}"))
    assert read(b"{}") == "fine"


async def test_writing_on_a_full_stack_is_a_data_error() -> None:
    schema = SchemaBuilder.string().build()
    value: Any = "x"
    for _ in range(60):
        schema, value = SchemaBuilder.array(schema).build(), [value]
    name = uuid4().hex
    converter = JsonSchemaConverter()
    converter.configure(parse(JsonSchemaConverterConfig, {"schema.registry.url": f"mock://{name}"}))

    def write() -> str:
        return outcome(lambda: converter.from_connect_data("t", (), schema, value))

    def write_batch() -> str:
        return outcome(lambda: converter.from_connect_batch("t", schema, [value]))

    assert FULL in deeper(room() - 80, write)
    await resolve(converter.from_connect_data, "t", (), schema, value)
    for call in (write, write_batch):
        assert call() == "fine"
        assert FULL in deeper(room() - 60, call)
    MemoryRegistry.drop(name)


def test_what_says_something_else_is_left_alone() -> None:
    for error in (KeyboardInterrupt(), SystemExit(), ValueError(), DataError("x")):
        refuse_full_stack(error)
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})
    for full in (panic("__eq__ failed!"), RecursionError()):
        with pytest.raises(DataError, match=FULL):
            refuse_full_stack(full)
