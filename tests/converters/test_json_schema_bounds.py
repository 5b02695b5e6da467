"""No JSON Schema and no value hangs the worker that checks one by the other."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from connectsdk.config import parse
from connectsdk.config.java_find import compile_java_find
from connectsdk.converter import resolve
from connectsdk.converters.json_schema import JsonSchemaConverter, JsonSchemaConverterConfig
from connectsdk.converters.json_schema._documents import open_document
from connectsdk.converters.json_schema._validation import validator_of
from connectsdk.errors import ConfigError, DataError
from connectsdk.registry import MemoryRegistry, RegisteredSchema, SchemaDefinition
from connectsdk.schema import Schema

DRAFTS = (
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
)
HANGING = (r"^(a+)+$", r"(a|aa)+$", r"^(.*a){25}$", r"^(a*)*b", r"^([a-z]+)*1", r"(x+x+)+y")
POISON = "a" * 60 + "!"
TEXT = {"type": "object", "properties": {"a": {"type": "string"}}}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if this takes more CPU time; it is measured, since what hangs holds the interpreter."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


@pytest.fixture
def check() -> Iterator[Callable[..., Any]]:
    """Return what reads data with `json.fail.invalid.schema`."""
    name = uuid4().hex

    async def read(schema: Any, value: Any, **properties: str) -> tuple[Schema | None, Any]:
        found = await MemoryRegistry.named(name).register("s", SchemaDefinition(json.dumps(schema), "JSON"))
        converter = JsonSchemaConverter()
        keys = {"schema.registry.url": f"mock://{name}", "json.fail.invalid.schema": "true"} | properties
        converter.configure(parse(JsonSchemaConverterConfig, keys))
        data = b"\0" + found.id.to_bytes(4, "big") + json.dumps(value).encode()
        return await resolve(converter.to_connect_data, "t", (), data)

    yield read
    MemoryRegistry.drop(name)


def text_schema(pattern: str, draft: str = DRAFTS[2]) -> dict[str, Any]:
    return {
        "$schema": draft,
        "type": "object",
        "properties": {"a": {"type": "string", "pattern": pattern}},
    }


def validator(schema: Any) -> Callable[[bytes], None]:
    """Return what checks JSON text."""
    found = RegisteredSchema(1, SchemaDefinition(json.dumps(schema), "JSON"))
    return validator_of(open_document(found), draft_7=False)


CHECK = """
import json, sys
from connectsdk.converters.json_schema._documents import open_document
from connectsdk.converters.json_schema._validation import validator_of
from connectsdk.errors import DataError
from connectsdk.registry import RegisteredSchema, SchemaDefinition

for schema, value in json.load(sys.stdin):
    try:
        found = RegisteredSchema(1, SchemaDefinition(json.dumps(schema), "JSON"))
        validator_of(open_document(found), draft_7=False)(json.dumps(value).encode())
    except DataError as error:
        print(error)
"""


@pytest.mark.timeout(90)
def test_no_pattern_hangs_on_a_poison_value() -> None:
    cases = [
        (text_schema(pattern, draft), {"a": text})
        for pattern in HANGING
        for draft in DRAFTS
        for text in (POISON, POISON * 100)
    ]
    # In a process of its own: what backtracks lets no other thread run, and no signal in.
    told = subprocess.run(
        [sys.executable, "-c", CHECK],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.splitlines()
    assert len(told) <= len(cases)
    assert len(told) >= len(cases) // 2  # the others are in the text somewhere
    for line in told:
        assert line.endswith("breaks #/properties/a/pattern") or "cannot be used" in line


@pytest.mark.timeout(60)
@pytest.mark.parametrize("pattern", HANGING)
async def test_without_re2_such_a_pattern_is_refused_with_its_reason(
    check: Callable[..., Any], pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    refused = r"The pattern .* cannot be used: Invalid regex: it could take exponential time.*"
    with within(5), pytest.raises(DataError, match=refused):
        await check(text_schema(pattern), {"a": "fine"})


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "part",
    [
        {"patternProperties": {HANGING[0]: {"type": "string"}}},
        {"patternProperties": {HANGING[0]: {"type": "string"}}, "additionalProperties": False},
        {"propertyNames": {"pattern": HANGING[0]}},
        {"additionalProperties": {"$ref": "#/definitions/old"}},
    ],
)
async def test_names_of_properties_do_not_hang_either(
    check: Callable[..., Any], part: dict[str, Any]
) -> None:
    # A part that names another dialect is checked with the same bounds.
    old = {"$schema": DRAFTS[1], "type": "string", "pattern": HANGING[0]}
    schema = {**TEXT, **part, "definitions": {"old": old}}
    with within(5):
        try:
            await check(schema, {"a": "x", POISON: POISON})
        except DataError as error:
            assert "breaks #/" in str(error)  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^[a-z]*$", "", True),
        ("^[a-z]*$", "A", False),
        ("b", "abc", True),
        (r"^\p{Lu}", "Éa", True),
        (r"^\d{3}-\d+$", "123-4", True),
        ("^a$", "a\n", True),
        ("^(a+)+$", "aaa\r\n", True),
        (r"^(a+)+\z", "aaa\n", False),
    ],
)
async def test_patterns_mean_what_they_mean_in_java(
    check: Callable[..., Any], pattern: str, text: str, found: bool
) -> None:
    if found:
        assert (await check(text_schema(pattern), {"a": text}))[1] == {"a": text}
    else:
        with pytest.raises(DataError, match=r"breaks #/properties/a/pattern$"):
            await check(text_schema(pattern), {"a": text})


@pytest.mark.parametrize("pattern", ["(", r"(a+)+\1", "a" * 70_000])
async def test_a_pattern_that_is_none_is_told_with_the_schema(
    check: Callable[..., Any], pattern: str
) -> None:
    with pytest.raises(ConfigError):
        compile_java_find(pattern)
    with pytest.raises(DataError, match=r"^The pattern .* in a JSON Schema cannot be used: Invalid regex"):
        await check(text_schema(pattern), {})


def doubling(depth: int, keyword: str = "allOf") -> dict[str, Any]:
    """Return a small schema that says very much: each definition refers twice to the next."""
    definitions: dict[str, Any] = {
        f"d{n}": {keyword: [{"$ref": f"#/definitions/d{n + 1}"}] * 2} for n in range(depth)
    }
    definitions[f"d{depth}"] = {"type": "string"}
    return {**TEXT, "additionalProperties": {"$ref": "#/definitions/d0"}, "definitions": definitions}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
async def test_references_that_double_at_every_level_end(check: Callable[..., Any], keyword: str) -> None:
    with within(20), pytest.raises(DataError, match="too many steps"):
        await check(doubling(60, keyword), {"b": "x" if keyword != "anyOf" else 1})


async def test_what_refers_to_itself_follows_the_value_and_ends(check: Callable[..., Any]) -> None:
    tree: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
    tree["additionalProperties"] = {"$ref": "#/definitions/tree"}
    tree["definitions"] = {
        "tree": {"type": "object", "additionalProperties": {"$ref": "#/definitions/tree"}},
        "self": {"$ref": "#/definitions/self"},
    }
    assert (await check(tree, {"a": "x", "b": {"c": {}}}))[1] == {"a": "x"}
    deep: Any = {}
    for _ in range(900):
        deep = {"b": deep}
    with within(10), pytest.raises(DataError, match="more than 200 keywords inside of each other"):
        await check(tree, deep)
    tree["additionalProperties"] = {"$ref": "#/definitions/self"}
    with within(10), pytest.raises(DataError, match="more than 200 keywords inside of each other"):
        await check(tree, {"b": 1})


@pytest.mark.timeout(120)
async def test_names_of_parts_are_found_without_going_through_the_whole_schema(
    check: Callable[..., Any],
) -> None:
    others = {f"d{n}": {"type": "object", "properties": {"x": {"type": "string"}}} for n in range(3_000)}
    named = {"$anchor": "named", "type": "integer"}
    schema = {
        "$schema": DRAFTS[4],
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"$ref": "#named"}}},
        "$defs": {**others, "named": named},
    }
    with within(15):
        assert (await check(schema, {"a": list(range(3_000))}))[1] == {"a": list(range(3_000))}


async def test_unique_items_are_found_in_linear_time(check: Callable[..., Any]) -> None:
    items: list[Any] = [{"n": n} for n in range(50_000)]
    item = {"type": "object", "properties": {"n": {"type": "number"}}}
    schema = {
        "type": "object",
        "properties": {"a": {"type": "array", "uniqueItems": True, "items": item}},
    }
    with within(20):
        assert len((await check(schema, {"a": items}))[1]["a"]) == 50_000
    with within(20), pytest.raises(DataError, match=r"uniqueItems$"):
        await check(schema, {"a": [*items, {"n": 7.0}]})


LONG = {f"p{n}": {"type": "string"} for n in range(5_000)}
COSTLY: dict[str, tuple[dict[str, Any], Any]] = {
    "a long enum": ({"items": {"enum": [f"s{n}" for n in range(5_000)]}}, ["s4999"] * 20_000),
    "many properties": ({"items": {"properties": LONG}}, [{}] * 50_000),
    "many dependencies": ({"items": {"dependencies": {name: [] for name in LONG}}}, [{}] * 50_000),
    "many patterns": ({"patternProperties": {f"x{n}": True for n in range(500)}}, {f"{n}": 1 for n in range(20_000)}),
    "no more items": ({"$schema": DRAFTS[4], "prefixItems": [True], "allOf": [{"items": True}], "unevaluatedItems": False}, [1] * 50_000),
    "no more properties": (
        {"$schema": DRAFTS[4], "allOf": [{"additionalProperties": True}], "unevaluatedProperties": False},
        {f"{n}": 1 for n in range(50_000)},
    ),
    "long messages": ({"allOf": [{"anyOf": [{"type": "null"}] * 2_000}]}, ["x" * 1_000] * 500),
    "the same twice": ({"uniqueItems": True}, [[n, {"n": n}] for n in range(50_000)]),
}  # fmt: skip


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", COSTLY)
def test_what_costs_much_for_each_part_of_a_value_is_bounded(name: str) -> None:
    schema, value = COSTLY[name]
    validate = validator(schema)
    with within(20):
        try:
            validate(json.dumps(value).encode())
        except DataError as error:
            assert "too many steps" in str(error) or "breaks #/" in str(error)  # noqa: PT017 - either is right


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"uniqueItems": True}, [1, True, 0, False, [1], [True], {"a": 1}, {"a": True}, "1", None], [1, 1.0]),
        ({"uniqueItems": True}, [{"a": 1, "b": [2]}, {"a": 1, "b": [3]}], [{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}]),
        ({"uniqueItems": False}, [1, 1], None),
        ({"enum": [1, "a", [True], None]}, 1.0, True),
        ({"enum": [1, "a", [True], None]}, [True], [1]),
        ({"enum": [{"a": 1}]}, {"a": 1.0}, {"a": True}),
        ({"pattern": "^a"}, 5, "b"),
        ({"patternProperties": {"^a": {"type": "integer"}}}, {"a": 1, "b": "x"}, {"ab": "x"}),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"a": 1}, {"b": 1}),
        ({"patternProperties": {"^a": {}}, "additionalProperties": False}, {"ab": 1}, {"b": 1}),
        ({"additionalProperties": {"type": "integer"}}, {"a": 1}, {"a": "x"}),
        ({"properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"a": 1}, {}),
    ],
)  # fmt: skip
def test_bounded_keywords_mean_what_they_mean(
    schema: dict[str, Any], good: Any, bad: Any, draft: str
) -> None:
    validate = validator({"$schema": draft, **schema})
    validate(json.dumps(good).encode())
    if bad is not None:
        with pytest.raises(DataError, match="breaks #/"):
            validate(json.dumps(bad).encode())


async def test_nothing_is_fetched_that_a_schema_refers_to(check: Callable[..., Any]) -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/other.json"
        for part in (
            {"additionalProperties": {"$ref": url}},
            {"$schema": url},
            {"$id": url, "additionalProperties": {"$ref": "more.json"}},
        ):
            try:
                await check({**TEXT, **part}, {"a": "x", "b": 1})
            except DataError as error:
                assert "cannot be applied" in str(error)  # noqa: PT017 - either is right
        with pytest.raises(DataError, match="cannot be applied"):
            await check({"$ref": url}, {})
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


async def test_formats_are_not_checked(check: Callable[..., Any]) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "format": "regex"}, "b": {"type": "string", "format": "date"}},
        "required": ["a", "b"],
    }
    value = {"a": "(", "b": "x"}
    assert (await check(schema, value))[1] == value


async def test_two_keywords_without_bounds_are_refused(check: Callable[..., Any]) -> None:
    schema = {
        **TEXT,
        "$schema": DRAFTS[4],
        "patternProperties": {"^x": True},
        "unevaluatedProperties": False,
    }
    with pytest.raises(DataError, match="unevaluatedProperties beside patternProperties"):
        await check(schema, {"a": "x"})
