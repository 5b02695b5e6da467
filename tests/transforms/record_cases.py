"""Which cases are Kafka Connect's routers, header transforms, predicates and its TimestampConverter asked about?

    python -m tests.transforms.record_cases ORACLE

asks them, and records the answers in `fixtures/records.jsonl`. ORACLE is a program that reads one case a line and prints one
answer a line.
"""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

Case = dict[str, Any]
Data = dict[str, Any]

PACKAGE = "org.apache.kafka.connect.transforms."
FIXTURE = Path(__file__).parent / "fixtures" / "records.jsonl"

I32, I64, TEXT, BOOL = ({"type": kind} for kind in ("int32", "int64", "string", "boolean"))
DATE = {"type": "int32", "name": "org.apache.kafka.connect.data.Date", "version": 1}
TIME = {"type": "int32", "name": "org.apache.kafka.connect.data.Time", "version": 1}
STAMP = {"type": "int64", "name": "org.apache.kafka.connect.data.Timestamp", "version": 1}
NOTHING: Data = {
    "topic": None,
    "partition": None,
    "timestamp": None,
    "key": None,
    "value": None,
    "headers": [],
}
KEEP = {"replace.null.with.default": "false"}

PATTERNS = (
    r"(.*)-(\d+)",
    r"orders",
    r"a|ab",
    r"(a|ab)(c|bcd)(d*)",
    r"(?<name>\w+)\.(?<rest>.*)",
    r"db\.([^.]+)\.(.*)",
    r"[a-z&&[^aeiou]]+",
    r"[a-d[m-p]]*",
    r"[^a-c[x]]*",
    r"[a-z&&b-y]+",
    r"\Qa.b\E.*",
    r"\p{Alpha}+\d?",
    r"\p{Lu}\p{Ll}*",
    r"\p{IsL}+",
    r"\P{Punct}+",
    r"\x61\u0062\143?\0143",
    r"(?i)ORDERS(?-i)-x",
    r"(?i:a[b-d])e",
    r"(?s).*",
    r"a++b",
    r"(?>a|ab)c",
    r"(?=a)\w+",
    r"(?!ab)\w+",
    r"(\w)\1.*",
    r"(?<x>\w)\k<x>",
    r"^orders$",
    r"\Aorders\z",
    r"\bx\b.*",
    r"(\w+\.)*\w+",
    r"[a-z]+(\.[a-z]+)*",
    r"(a+)+",
    r"(foo|bar)*",
    r"\h*\w\s*",
    r"a{2}b{1,2}c{0,}",
    r".*?-(.*)",
    r"",
    r"[]a]+",
    r"[a\]]+",
    r"[a&&&b]*",
    r"\.+",
    r"a\-b",
    r"x}]",
    # what Java refuses
    *(
        "(",
        ")",
        "[a",
        "*a",
        "a**",
        "{1}",
        "a{2,1}",
        "a{",
        "a{x}",
        "\\",
        r"\y",
        r"(?<1a>x)",
        r"\k<no>",
        "(?<a>x)(?<a>y)",
    ),
    *(r"\p{Nothing}", "[z-a]", "(?z)a", r"\E", r"a{99999999999}", "[&&]", r"(?<=a*)b"),
)
TOPICS = (
    *(
        "orders",
        "orders-12",
        "a",
        "ab",
        "abcd",
        "aab",
        "abc",
        "x",
        "a.b",
        "a.bc",
        "db.shop.orders",
        "bcd",
        "ORDERS-x",
        "aBe",
    ),
    *(
        "Ab1",
        "é",
        "Éa",
        "foobar",
        "aaaaaaaaaaaaaaaaaaaaab",
        "one.two.three",
        "x-1",
        "-",
        "",
        "]a",
        "a-b",
        "x}]",
        "a b",
        "aabbc",
    ),
)
REPLACEMENTS = (
    "new",
    "$0-x",
    "<$1>",
    r"\$1",
    "a${name}b",
    "$2",
    "$12",
    "$",
    "${",
    "${1}",
    "\\",
    "${no}",
    "$x",
    "${rest}.$1",
)

STAMPS = (
    0,
    1,
    -1,
    1_700_000_000_123,
    951_782_400_000,
    253_402_300_799_999,
    -62_135_596_800_000,
    -12_219_292_800_000,
)
FORMATS = (
    *(
        "yyyyMMdd",
        "yyyy-MM-dd",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
        "yyyy-MM-dd'T'HH:mm:ssXXX",
    ),
    *(
        "EEE, d MMM yyyy HH:mm:ss Z",
        "EEEE, MMMM d, y G",
        "h:mm a",
        "kk:mm",
        "KK a",
        "D",
        "yyyy-DDD",
        "YYYY-'W'ww-u",
        "F W w",
    ),
    *(
        "yyyyMMddHHmmssSSS",
        "''yy''",
        "dd/MM/yyyy",
        "yyyy.MM.dd G 'at' HH:mm:ss z",
        "SSSS",
        "LLL L",
        "zzzz",
        "X",
        "XX",
        "M-d-y",
    ),
)
BAD_FORMATS = ("b", "yyyy'", "XXXX", "yyyy-MM-ddThh", "")
TEXTS = (
    *(
        "20200229",
        "2020-02-29",
        "2020-13-45",
        "2020-2-9",
        " 2020-02-29",
        "2020-02-29 01:02:03",
        "2020-02-29 25:61:61",
    ),
    *(
        "2020-02-29T01:02:03.456Z",
        "2020-02-29T01:02:03.4Z",
        "2020-02-29T01:02:03+02:00",
        "2020-02-29T01:02:03Z",
        "2020-02-29T01",
    ),
    *(
        "Sat, 29 Feb 2020 01:02:03 +0130",
        "saturday, february 29, 2020 ad",
        "12:30 AM",
        "12:30 pm",
        "24:00",
        "11 PM",
        "60",
        "2020-060",
    ),
    *(
        "2020-W09-6",
        "2020-W60-9",
        "1 2 3",
        "20200229010203456",
        "29/02/2020",
        "2020.02.29 BC at 01:02:03 UTC",
        "7",
        "Feb 2",
        "UTC",
    ),
    *(
        "GMT+01:00",
        "+01",
        "-0130",
        "Z",
        "2-29-2020",
        "",
        "x",
        "-1",
        "2020-02-29trailing",
        "1969-12-31",
        "0001-01-01",
        "2020--1-01",
    ),
    *("2020-02-30", "12:5 a", "13:00 AM", "2020-1", "2020"),
)


def record(**parts: Any) -> Data:
    """Return a record."""
    return {"topic": "orders", "timestamp": 1_700_000_000_123, **parts}


def transform(name: str, config: Data, asked: Data) -> Case:
    """Return a case about a transform."""
    return {"op": "transform", "class": PACKAGE + name, "config": config, "record": asked}


def predicate(name: str, config: Data, asked: Data) -> Case:
    """Return a case about a predicate."""
    return {"op": "predicate", "class": f"{PACKAGE}predicates.{name}", "config": config, "record": asked}


def data(schema: Data | None, payload: Any) -> Data:
    """Return an envelope."""
    return {"schema": schema, "payload": payload}


def struct(*fields: tuple[str, Data], **more: Any) -> Data:
    """Return a struct's schema."""
    return {"type": "struct", "fields": [{**schema, "field": name} for name, schema in fields], **more}


def routes() -> Iterator[Case]:
    chosen = random.Random(7)
    for pattern in PATTERNS:
        yield predicate("TopicNameMatches", {"pattern": pattern}, record(topic="orders"))
        for topic in chosen.sample(TOPICS, 9):
            yield transform("RegexRouter", {"regex": pattern, "replacement": "<$0>"}, record(topic=topic))
    for pattern, replacement in product((r"(?<name>[a-z])(.*?)(?<rest>x?)", "(a)(b)", "a.*"), REPLACEMENTS):
        yield transform("RegexRouter", {"regex": pattern, "replacement": replacement}, record(topic="ab"))
    yield transform("RegexRouter", {"regex": "a"}, record())
    yield transform("RegexRouter", {"replacement": "a"}, record())
    for pattern, topic in product(("(?<x>a|ab)c?", "[^-]+-.*", "(?i)ABC"), TOPICS):
        yield predicate("TopicNameMatches", {"pattern": pattern}, record(topic=topic))
    for topic in (
        "${topic}",
        "${topic}_${timestamp}",
        "${timestamp}/${topic}/${timestamp}",
        "$1\\x",
        "",
        "${other}",
    ):
        yield transform("TimestampRouter", {"topic.format": topic}, record(topic="a${timestamp}$1"))
    for form, stamp in product(FORMATS, STAMPS):
        config = {"topic.format": "${timestamp}", "timestamp.format": form}
        yield transform("TimestampRouter", config, record(timestamp=stamp))
    yield transform("TimestampRouter", {}, record())
    yield transform("TimestampRouter", {}, record(timestamp=None))
    for form in BAD_FORMATS:
        yield transform("TimestampRouter", {"timestamp.format": form}, record())


def headers() -> Iterator[Case]:
    some = [{"key": key, "data": data(I32, number)} for number, key in enumerate(("a", "b", "a", "c"))]
    for names in ("a", "b,c", "x", "a,b,c", "", " a , c "):
        yield transform("DropHeaders", {"headers": names}, record(headers=some))
    for value in (
        "5",
        "x",
        "null",
        "true",
        "[1,2]",
        '{"a":1}',
        "",
        "1.5",
        "2020-01-31",
        " 5 ",
        "99999999999999999999",
    ):
        yield transform("InsertHeader", {"header": "a", "value.literal": value}, record(headers=some))
    yield transform("InsertHeader", {"header": "", "value.literal": "x"}, record())
    yield transform("InsertHeader", {"header": "h"}, record())
    for name in ("a", "x", "A"):
        yield predicate("HasHeaderKey", {"name": name}, record(headers=some))
        yield predicate("HasHeaderKey", {"name": name}, record())
    yield predicate("HasHeaderKey", {"name": ""}, record())
    yield predicate("HasHeaderKey", {}, record())
    row = struct(
        ("a", I32),
        ("s", {**TEXT, "optional": True}),
        ("d", {**I32, "optional": True, "default": 7}),
        name="row",
        version=2,
    )
    values = (
        data(row, {"a": 1, "s": None, "d": None}),
        data({**row, "optional": True}, {"a": 1, "s": "x", "d": 3}),
        data({**row, "optional": True}, None),
        data(None, {"a": 1, "s": "x", "n": {"b": 1}}),
        data(None, None),
        data(None, 5),
        data(I32, 5),
        data(None, {}),
    )
    configs = (
        {"fields": "a", "headers": "h"},
        {"fields": "a,s,d", "headers": "x,y,z"},
        {"fields": "s,s", "headers": "h,i"},
        {"fields": "missing", "headers": "h"},
        {"fields": "d", "headers": "a", **KEEP},
        {"fields": "n.b", "headers": "h"},
        {"fields": "a,s", "headers": "h"},
        {"fields": "", "headers": ""},
    )
    for value, config, operation in product(values, configs, ("move", "copy")):
        for part in ("Key", "Value"):
            asked = record(**{part.lower(): value}, headers=some[:1])
            yield transform(f"HeaderFrom${part}", {**config, "operation": operation}, asked)
    yield transform("HeaderFrom$Value", {**configs[0], "operation": "drop"}, record(value=values[0]))
    for value in values:
        yield transform("Filter", {}, record(value=value))
        yield predicate("RecordIsTombstone", {}, record(value=value))


def timestamps() -> Iterator[Case]:
    number = 1_700_000_000_123
    wholes = (
        *(
            data(schema, payload)
            for schema, payload in ((STAMP, number), (DATE, 19_000), (TIME, 3_723_004), (I64, number))
        ),
        *(data({**STAMP, "optional": True}, payload) for payload in (None, -1)),
        data(TEXT, "2020-02-29"),
        data({**TEXT, "optional": True}, None),
        data(I32, 5),
        data(BOOL, True),
        *(data(None, payload) for payload in (number, "2020-02-29", None, True, 1.5, [], {"a": 1})),
    )
    targets = ("string", "unix", "Date", "Time", "Timestamp")
    for whole, target in product(wholes, targets):
        yield transform(
            "TimestampConverter$Value", {"target.type": target, "format": "yyyy-MM-dd"}, record(value=whole)
        )
    for target, unit in product(
        ("unix", "Timestamp"), ("seconds", "milliseconds", "microseconds", "nanoseconds", "days")
    ):
        for stamp in (1_700_000_000, -1, -1_500_000_001, 9_223_372_036_854):
            config = {"target.type": target, "unix.precision": unit}
            yield transform("TimestampConverter$Value", config, record(value=data(I64, stamp)))
            yield transform("TimestampConverter$Key", config, record(key=data(STAMP, stamp // 1000)))
    for form, text in product(FORMATS, TEXTS):
        if "yy''" not in form:  # two digits of a year depend on the day of asking
            config = {"target.type": "unix", "format": form}
            yield transform("TimestampConverter$Value", config, record(value=data(TEXT, text)))
    for form, target in product(BAD_FORMATS, ("string", "unix")):
        config = {"target.type": target, "format": form}
        yield transform("TimestampConverter$Value", config, record(value=data(TEXT, "5")))
    yield transform("TimestampConverter$Value", {"target.type": "Else"}, record(value=wholes[0]))
    yield transform("TimestampConverter$Value", {}, record(value=wholes[0]))
    yield from _fields(targets)


def _fields(targets: tuple[str, ...]) -> Iterator[Case]:
    row = struct(
        ("t", STAMP),
        ("o", {**I64, "optional": True, "default": 1000}),
        ("x", {**TEXT, "optional": True}),
        name="r",
        version=3,
    )
    full = {"t": 1_700_000_000_123, "o": None, "x": "2020-02-29"}
    rows = (
        data(row, full),
        data({**row, "optional": True}, None),
        data({**row, "optional": True}, full),
        data(None, full),
        data(None, {"t": None}),
        data(None, {}),
        data(None, 5),
        data(I64, 5),
    )
    for value, field, target in product(rows, ("t", "o", "x", "no", "t.x"), targets):
        config = {"target.type": target, "format": "yyyy-MM-dd", "field": field}
        yield transform("TimestampConverter$Value", config, record(value=value))
    for value, field in product(rows, ("t", "o")):
        config = {"target.type": "string", "format": "yyyy", "field": field, **KEEP}
        yield transform("TimestampConverter$Key", config, record(key=value))


def ask(oracle: str, cases: list[Case]) -> list[Any]:
    """Return what the oracle answers."""
    asked = "\n".join(json.dumps(case) for case in cases)
    done = subprocess.run([oracle], input=asked.encode(), capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.decode().rstrip("\n").split("\n")]


def write(oracle: str) -> None:
    """Ask all cases and record the answers."""
    cases = [*routes(), *headers(), *timestamps()]
    answers = ask(oracle, cases)
    rows = [_short(case, answer) for case, answer in zip(cases, answers, strict=True)]
    FIXTURE.write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows))


def _short(case: Case, answer: Data) -> list[Any]:
    """Return a case and its answer without what nearly all have in common."""
    asked = {part: found for part, found in case["record"].items() if record().get(part) != found}
    java = dict(answer)
    if isinstance(java.get("record"), dict):
        before = {**NOTHING, **case["record"]}
        java["record"] = {part: found for part, found in java["record"].items() if before[part] != found}
    return [case["class"].removeprefix(PACKAGE), case["config"], asked, java]


def recorded() -> Iterator[tuple[Case, Data]]:
    """Yield the recorded cases with Java's answers."""
    for line in FIXTURE.read_text().splitlines():
        name, config, asked, java = json.loads(line)
        whole = record(**asked)
        if isinstance(java.get("record"), dict):
            java["record"] = {**NOTHING, **whole, **java["record"]}
        op = "predicate" if name.startswith("predicates.") else "transform"
        yield {"op": op, "class": PACKAGE + name, "config": config, "record": whole}, java


if __name__ == "__main__":
    write(sys.argv[1])
