"""Do hostile bytes and hostile schemas end as a DataError, in bounded time and memory?

Each case runs in a process of its own, with bounds on its memory and its time: what kills a process must not kill
the tests. All are forked from one, which has imported what they need.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from connectsdk.converters.avro._fastavro import load_fastavro
from connectsdk.errors import DataError

LIMIT_MIB, LIMIT_SECONDS = 600, 20
CHILD = f"""
import json, os, resource, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from conftest import Avro
from connectsdk.errors import DataError

def run(schema, body, repeat, tail):
    resource.setrlimit(resource.RLIMIT_AS, ({LIMIT_MIB} << 20,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, ({LIMIT_SECONDS},) * 2)
    data = bytes.fromhex(body) * repeat + bytes.fromhex(tail)
    try:
        avro = Avro()
        avro.read(avro.message(schema, data) if schema is not None else data)
    except DataError as error:
        return 10 if len(str(error)) < 1000 else 11
    return 12

for name, case in json.loads(sys.stdin.read()).items():
    child = os.fork()
    if child == 0:
        answer = 13
        try:
            answer = run(*case)
        finally:
            os._exit(answer)
    print(json.dumps([name, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]), flush=True)
"""
REFUSED, READ = 10, 12

NODE = {
    "type": "record",
    "name": "Node",
    "fields": [
        {"name": "next", "type": ["null", "Node"]},
        {"name": "more", "type": {"type": "array", "items": "Node"}},
    ],
}
ANYTHING_ARRAY = "000000000000000202"
EMPTY = {"type": "record", "name": "Empty", "fields": []}
ARRAY_OF_RECORDS = {
    "type": "array",
    "items": {
        "type": "record",
        "name": "R",
        "fields": [{"name": "a", "type": "null"}, {"name": "b", "type": EMPTY}],
    },
}


def varint(value: int) -> str:
    number = value << 1 if value >= 0 else ((-value) << 1) - 1
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    made.append(number)
    return made.hex()


CASES: dict[str, tuple[Any, str, int, str]] = {
    "nothing": (None, "", 1, ""),
    "four bytes": (None, "00000000", 1, ""),
    "wrong magic": (None, "0100000001", 1, "02"),
    "text": (None, b'{"a":1}'.hex(), 1, ""),
    "unknown id": (None, "0000ffffff", 1, "02"),
    "negative id": (None, "00ffffffff", 1, "02"),
    "no data": ("long", "", 1, ""),
    "half a double": ("double", "0000", 1, ""),
    "half a boolean": ("boolean", "", 1, ""),
    "endless varint": ("long", "ff", 100_000, ""),
    "varint cut off": ("long", "ff", 1, ""),
    "string of 2^40 bytes": ("string", varint(2**40), 1, "61"),
    "string of 2^62 bytes": ("string", varint(2**62), 1, "61"),
    "string of -1 bytes": ("string", varint(-1), 1, "616161"),
    "no utf-8": ("string", "04c328", 1, ""),
    "bytes of 2^40 bytes": ("bytes", varint(2**40), 1, "61"),
    "array of 2^62 longs": ({"type": "array", "items": "long"}, varint(2**62), 1, "02"),
    "array of -2^62 longs": ({"type": "array", "items": "long"}, varint(-(2**62)) + "02", 1, "02"),
    "array of -2^63 longs": ({"type": "array", "items": "long"}, varint(-(2**63)) + "02", 1, "02"),
    "map of 2^62 longs": ({"type": "map", "values": "long"}, varint(2**62), 1, "026102"),
    "map of -2^62 longs": ({"type": "map", "values": "long"}, varint(-(2**62)) + "02", 1, "026102"),
    "array of 10^9 empty records": ({"type": "array", "items": EMPTY}, varint(10**9), 1, "00"),
    "array of -10^9 empty records": ({"type": "array", "items": EMPTY}, varint(-(10**9)) + "00", 1, "00"),
    "array of 2^62 empty records": ({"type": "array", "items": EMPTY}, varint(2**62), 1, "00"),
    "array of 10^9 records of nothing": (
        {"type": "array", "items": {"type": "record", "name": "R", "fields": [{"name": "b", "type": EMPTY}]}},
        varint(10**9),
        1,
        "00",
    ),
    "blocks of 10^6 empty records": ({"type": "array", "items": EMPTY}, varint(10**6), 1000, "00"),
    "array of 10^9 nulls": ({"type": "array", "items": "null"}, varint(10**9), 1, "00"),
    "records of null": (ARRAY_OF_RECORDS, varint(10**9), 1, "00"),
    "fixed of nothing": ({"type": "array", "items": {"type": "fixed", "name": "F", "size": 0}}, varint(10**9), 1, "00"),
    "fixed of 2^30 bytes": ({"type": "fixed", "name": "F", "size": 2**30}, "61", 100, ""),
    "union's branch 7": (["null", "long"], varint(7), 1, "02"),
    "union's branch 2^62": (["null", "long"], varint(2**62), 1, "02"),
    "symbol 7": ({"type": "enum", "name": "E", "symbols": ["A"]}, varint(7), 1, ""),
    "list of 100,000 nodes": (NODE, "02", 100_000, "00"),
    "list of 10,000,000 nodes": (NODE, "02", 10_000_000, "00"),
    "tree of 100,000 levels": (NODE, "0002", 100_000, "00"),
    "decimal of a megabyte": ({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}, varint(10**6), 1, "7f" * 10**6),
    "date in the year 5,000,000": ({"type": "int", "logicalType": "date"}, varint(2**31 - 1), 1, ""),
    "timestamp far away": ({"type": "long", "logicalType": "timestamp-millis"}, varint(2**63 - 1), 1, ""),
    "time of -1": ({"type": "int", "logicalType": "time-millis"}, varint(-1), 1, ""),
    "int8 of 300": ({"type": "int", "connect.type": "int8"}, varint(300), 1, ""),
    "standalone null": ("null", "", 1, ""),
    "unknown type": ("nothing", "", 1, ""),
    "not a schema": ({"a": 1}, "", 1, ""),
    "nameless record": ({"type": "record", "fields": []}, "", 1, ""),
    "record of itself": ({"type": "record", "name": "R", "fields": [{"name": "r", "type": "R"}]}, "", 1, ""),
    "two types of one name": ({"type": "record", "name": "R", "fields": [{"name": "r", "type": {"type": "enum", "name": "R", "symbols": ["A"]}}]}, "", 1, ""),
    "1.2 MB of schema": ({"type": "string", "doc": "x" * 1_200_000}, "00", 1, ""),
}  # fmt: skip


def nested(levels: int) -> str:
    return '{"type":"array","items":' * levels + '"long"' + "}" * levels


def doubled(levels: int) -> dict[str, Any]:
    """Return a record that holds another twice, which holds another twice: so many levels."""
    made: Any = "long"
    for level in range(levels):
        fields = [{"name": "a", "type": made}, {"name": "b", "type": f"R{level - 1}" if level else "long"}]
        made = {"type": "record", "name": f"R{level}", "fields": fields}
    return made


MORE: dict[str, tuple[Any, str, int, str]] = {
    "a schema of 10,000 levels": (nested(10_000), "00", 1, ""),
    "a schema of 2^40 fields": (doubled(40), "02", 100, ""),
}
ALLOWED: dict[str, tuple[Any, str, int, str]] = {
    "a schema of 90 levels": (nested(90), "00", 1, ""),
    "a schema of 20,000 fields": (
        {"type": "record", "name": "R", "fields": [{"name": f"f{n}", "type": "int"} for n in range(20_000)]},
        "02",
        20_000,
        "",
    ),
    "a schema of 2^14 fields": (doubled(14), "02", 2**14, ""),
    "100 nodes": (NODE, "02", 99, "00" * 101),
    "a thousand of nothing": ({"type": "array", "items": EMPTY}, varint(1000), 1, "00"),
    "blocks of one": ({"type": "array", "items": EMPTY}, "02" * 1000, 1, "00"),
    "blocks with sizes": ({"type": "array", "items": "long"}, varint(-2) + "040202", 1, "00"),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, int]:
    cases = CASES | MORE | ALLOWED
    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return dict(json.loads(line) for line in child.stdout.splitlines())


@pytest.mark.parametrize("name", [*CASES, *MORE])
def test_hostile_data_is_an_error_of_the_record(name: str, answers: dict[str, int]) -> None:
    assert answers[name] == REFUSED


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_is_read(name: str, answers: dict[str, int]) -> None:
    assert answers[name] == READ


LETTER = {"type": "enum", "name": "Letter", "symbols": ["x", "y"]}
PAIR = {
    "type": "record",
    "name": "Pair",
    "fields": [{"name": "a", "type": ["null", LETTER]}, {"name": "b", "type": ["null", "Letter", "Pair"]}],
}
NEGATIVE: dict[str, tuple[Any, str]] = {
    "a branch": (["null", "long"], "01 04"),
    "the first branch": (["null", "long"], "03"),
    "a symbol": (LETTER, "01"),
    "a symbol in an array": ({"type": "array", "items": LETTER}, "02 01 00"),
    "a branch in a map": ({"type": "map", "values": ["null", "long"]}, "02 02 61 01 04 00"),
    "a branch of a record": (PAIR, "01 00 00"),
    "a symbol in a branch": (PAIR, "02 01 00"),
    "a symbol of a type that has a name": (PAIR, "00 02 01"),
    "a branch in a record inside itself": (PAIR, "00 04 00 01 00 00"),
    "a union's branch of three": (["long", LETTER, "string"], "01 02 61"),
}


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "walked"])
@pytest.mark.parametrize("name", NEGATIVE)
def test_no_branch_or_symbol_is_counted_from_behind(
    avro: Any, name: str, strict: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not strict:
        monkeypatch.setattr("connectsdk.converters.avro._fastavro.strict", lambda parsed: parsed)
        monkeypatch.setattr("connectsdk.converters.avro._codec.strict", lambda parsed: parsed)
    schema, body = NEGATIVE[name]
    converter = avro()
    assert load_fastavro().is_strict is strict
    with pytest.raises(DataError):
        converter.read(converter.message(schema, bytes.fromhex(body)))


def test_branches_and_symbols_that_there_are(avro: Any) -> None:
    converter = avro()
    found = [
        converter.read(converter.message(PAIR, bytes.fromhex(body)))[1]
        for body in ("00 00", "02 02 04 00 00")
    ]
    assert found[0]["a"] is None
    assert found[1]["a"] == "y"
    assert converter.read(converter.message(["null", "long"], b"\2\4"))[1] == 2
