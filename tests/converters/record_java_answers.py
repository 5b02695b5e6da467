"""Ask Apache Kafka's own classes, and record what they answer; the tests read the records and need no Java.

    python tests/converters/record_java_answers.py ORACLE

ORACLE is a program that reads one JSON case a line and prints one answer a line. A case that carries `ours` is one where
connectsdk differs on purpose: `ours` is `error`, or the data it reads instead.
"""

import base64
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
JSON = "org.apache.kafka.connect.json.JsonConverter"
STRING = "org.apache.kafka.connect.storage.StringConverter"
BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter"
SIMPLE = "org.apache.kafka.connect.storage.SimpleHeaderConverter"
TRANSFORMS = "org.apache.kafka.connect.transforms."
BARE = {"schemas.enable": "false"}
KEEP = {"replace.null.with.default": "false"}
NUMERIC = {"decimal.format": "numeric"}

I8, I16, I32, I64 = ({"type": f"int{bits}"} for bits in (8, 16, 32, 64))
FLOAT, DOUBLE, BOOL, TEXT, BLOB = (
    {"type": kind} for kind in ("float", "double", "boolean", "string", "bytes")
)
OPTIONAL_TEXT = {"type": "string", "optional": True}


def logical(name: str, base: str, **more: object) -> dict:
    return {"type": base, "name": f"org.apache.kafka.connect.data.{name}", "version": 1, **more}


def decimal(scale: int) -> dict:
    return logical("Decimal", "bytes", parameters={"scale": str(scale)})


DATE, TIME, STAMP = logical("Date", "int32"), logical("Time", "int32"), logical("Timestamp", "int64")
ROW = {
    "type": "struct",
    "name": "row",
    "version": 2,
    "doc": "a row",
    "parameters": {"b": "1", "a": "2"},
    "fields": [
        {**I64, "field": "id"},
        {**OPTIONAL_TEXT, "field": "name"},
        {**DOUBLE, "field": "x"},
        {**BOOL, "field": "on"},
        {**I32, "optional": True, "default": 7, "field": "count", "doc": "how many"},
        {"type": "array", "items": TEXT, "optional": True, "field": "tags"},
        {"type": "map", "keys": TEXT, "values": I32, "optional": True, "field": "sizes", "name": "m"},
        {
            "type": "struct",
            "fields": [{**STAMP, "optional": True, "field": "at"}],
            "optional": True,
            "field": "inner",
        },
    ],
}
FULL = {
    "id": 2**63 - 1,
    "name": 'né"\\\n',
    "x": 1e10,
    "on": True,
    "count": 5,
    "tags": ["a", ""],
    "sizes": {"k": 1},
    "inner": {"at": 17},
}
SPARSE = {
    "id": 1,
    "name": None,
    "x": 0.5,
    "on": False,
    "count": None,
    "tags": None,
    "sizes": None,
    "inner": None,
}


def envelope(schema: object, payload: object) -> dict:
    return {"schema": schema, "payload": payload}


def writes(converter: str, schema: object, payload: object, config: dict | None = None) -> dict:
    return {
        "op": "from_connect_data",
        "class": converter,
        "config": config or {},
        "data": envelope(schema, payload),
    }


def reads(converter: str, data: str | bytes, config: dict | None = None, **ours: object) -> dict:
    raw = data if isinstance(data, bytes) else data.encode()
    text = base64.b64encode(raw).decode()
    return {"op": "to_connect_data", "class": converter, "config": config or {}, "bytes": text, **ours}


def reads_payload(schema: object, payload: str, config: dict | None = None, **ours: object) -> dict:
    return reads(JSON, f'{{"schema":{json.dumps(schema)},"payload":{payload}}}', config, **ours)


ERROR = {"ours": "error"}


def json_writes() -> list[dict]:
    values = [
        (ROW, FULL),
        (ROW, SPARSE),
        (I8, -128),
        (I16, 300),
        (I32, -1),
        (I64, 2**63 - 1),
        (BOOL, True),
        (TEXT, ""),
        (TEXT, '\u001b\u0000\t\n\r\b\f\u007f\u2028/é"\\ \\u001b 😀'),
        (BLOB, "AQL/"),
        (BLOB, ""),
        (FLOAT, 0.1),
        (FLOAT, 16777216),
        (FLOAT, 1e-5),
        (FLOAT, -2.5),
        (FLOAT, 0),
        (FLOAT, 123456.79),
        (FLOAT, 3e38),
        (DOUBLE, 1),
        (DOUBLE, 0.001),
        (DOUBLE, 0.00099),
        (DOUBLE, 9999999.5),
        (DOUBLE, 1e7),
        (DOUBLE, -12345678.9),
        (DOUBLE, 5e-324),
        (DOUBLE, 1.7976931348623157e308),
        (DOUBLE, 1e21),
        (DOUBLE, 123456789012.0),
        ({"type": "array", "items": OPTIONAL_TEXT, "doc": "q"}, ["a", None]),
        ({"type": "array", "items": DOUBLE}, [1.5, 1e9]),
        ({"type": "array", "items": {"type": "array", "items": I8}}, [[1], []]),
        (
            {"type": "map", "keys": TEXT, "values": {"type": "string", "optional": True}},
            {"a": None, "b": "x"},
        ),
        ({"type": "map", "keys": I32, "values": DOUBLE}, [[1, 2.5], [3, 1e10]]),
        ({"type": "struct", "fields": []}, {}),
        ({**TEXT, "default": "dd"}, None),
        ({**TEXT, "optional": True}, None),
        (DATE, 19000),
        (DATE, -1),
        (TIME, 1234),
        (STAMP, 1700000000123),
        (STAMP, -1),
        ({**DATE, "default": 5}, 5),
        ({**decimal(2), "default": "AQI="}, "AQI="),
        (decimal(2), "/w=="),
        (decimal(0), "AA=="),
        (decimal(-3), "AQI="),
        (None, {"a": 1, "b": [1, 2.5, None, True, "x", {"c": {}}]}),
        (None, 5),
        (None, "x"),
        (None, 1e10),
        (None, []),
        (None, None),
        (None, {"x": 1e-7, "y": -0.5, "z": 12345678.5}),
    ]
    cases = [writes(JSON, schema, payload) for schema, payload in values]
    cases += [writes(JSON, schema, payload, BARE) for schema, payload in values]
    cases += [
        writes(JSON, decimal(scale), text, NUMERIC)
        for scale, text in ((8, "AQI="), (-3, "AQI="), (0, "/w=="), (2, "AA=="))
    ]
    return [
        *cases,
        writes(JSON, {**I32, "optional": True, "default": 4}, None, KEEP),
        writes(JSON, ROW, SPARSE, KEEP),
    ]


def json_reads() -> list[dict]:
    array, texts, pairs = (
        {"type": "array", "items": I32},
        {"type": "map", "keys": TEXT, "values": I32},
        {"type": "map", "keys": I32, "values": I32},
    )
    struct = {
        "type": "struct",
        "fields": [
            {**I32, "field": "a"},
            {**OPTIONAL_TEXT, "field": "b"},
            {**I32, "default": 7, "field": "c"},
        ],
    }
    cases = [reads_payload(I32, text) for text in ("5", "1.0", "1e2", "007", "null", "-2147483648")]
    cases += [
        reads_payload(I32, text, **ERROR) for text in ('"abc"', "1.7", "3000000000", "true", "[]", "{}")
    ]
    cases += [
        reads_payload(BOOL, '"true"', **ERROR),
        reads_payload(TEXT, "5", **ERROR),
        reads_payload(BLOB, "5", **ERROR),
        reads_payload(array, "5", **ERROR),
    ]
    cases += [
        reads_payload(array, '{"a":1}', **ERROR),
        reads_payload(array, "[1,null]"),
        reads_payload(array, "[1,2]"),
    ]
    cases += [reads_payload(BLOB, text) for text in ('"AQ=="', '"AQ"', '"A Q=="', '"A!=="', '"_-8="', '""')]
    cases += [
        reads_payload(schema, text)
        for schema in (DATE, TIME)
        for text in ('"x"', "1.5", "3000000000", "1000", "99999999999999999999")
    ]
    cases += [reads_payload(STAMP, text) for text in ('"x"', "1.5", "3000000000", "-1")] + [
        reads_payload(DATE, "-1"),
        reads_payload(TIME, "-1"),
    ]
    cases += [reads_payload(STAMP, "99999999999999999999", **ERROR), reads_payload(TIME, "86400000", **ERROR)]
    cases += [
        reads_payload(decimal(2), text)
        for text in ('"AQI="', "1.50", "-0.01", "true", '"!!"', '""', "12345678901234567890.12")
    ]
    cases += [reads_payload(texts, text) for text in ('{"a":1}', '[["a",1]]', '{"a":null}')]
    cases += [
        reads_payload(pairs, text)
        for text in ("[[1,2]]", '{"1":2}', "[[1]]", "[1]", "[[1,2],[1,3]]", "[[null,2]]")
    ]
    cases += [
        reads_payload(struct, text)
        for text in ('{"a":1}', '{"a":1,"z":5}', '{"b":"x"}', "[]", '{"a":1,"c":null}')
    ]
    cases += [
        reads_payload(struct, '{"a":1,"b":5}', **ERROR),
        reads_payload(ROW, json.dumps(FULL)),
        reads_payload(ROW, json.dumps(SPARSE), KEEP),
    ]
    schemas = [
        {"type": "array"},
        {"type": "array", "items": None},
        {"type": "map", "keys": TEXT},
        {"type": "map", "values": TEXT},
        {"type": "struct"},
        {"type": "struct", "fields": [I32]},
        {"type": "foo"},
        {"type": 5},
        {},
        5,
        {**I32, "parameters": {"a": 1}},
        {**I32, "default": None},
        {**I32, "optional": True, "default": None},
        {**I32, "version": 1.5, "name": 5, "doc": [], "parameters": [], "optional": "true"},
        {**I32, "parameters": {}},
        {
            **I32,
            "name": "n",
            "version": 3,
            "doc": "d",
            "parameters": {"k": "v"},
            "optional": True,
            "default": 9,
        },
    ]
    cases += [reads_payload(schema, "1") for schema in schemas]
    cases += [
        reads_payload({**I32, "default": 5}, "null"),
        reads_payload({**I32, "default": 5}, "null", KEEP),
        reads_payload({**I32, "default": "x"}, "1", **ERROR),
    ]
    cases += [
        reads(JSON, text)
        for text in (
            '{"a":1}',
            "",
            " ",
            "null",
            "[]",
            '{"schema":null,"payload":{"a":1}}',
            '{"schema":{"type":"int32"},"payload":1,"x":1}',
        )
    ]
    cases += [
        reads(JSON, text)
        for text in (
            '{"payload":1,"schema":{"type":"int32"}}',
            '{ "schema" : {"type":"int8"} , "payload" : 1 }',
            '{"schema":{"type":"int8"}}',
        )
    ]
    plain = [
        "",
        "  ",
        '\ufeff{"a":1}',
        '{"a":1,"a":2}',
        '{"a":01}',
        '{"a":-007.5,"b":"001"}',
        "NaN",
        '{"a":NaN}',
        "[1,]",
        '{"a":1.0}',
        "1E5",
        "1.5e3",
        "{a:1}",
        "{'a':1}",
        "// c\n1",
        "+1",
        ".5",
        "5.",
        "0x10",
        '"a\tb"',
        "\u00a01",
        '"\\u00e9"',
        "[[[]]]",
        '{"a":{"b":[null,true]}}',
        "5",
        '"x"',
        "null",
    ]
    cases += [reads(JSON, text, BARE) for text in plain] + [reads(JSON, b'{"a":"\xff"}', BARE)]
    cases += [
        reads(JSON, text, BARE, **ERROR)
        for text in ("1 2", '{"a":1}x', b'{"a":"\xed\xa0\x80"}', b'{"a":"\xc0\x80"}')
    ]
    return [
        *cases,
        reads(JSON, '{"a":9223372036854775808}', BARE, ours={"a": 2**63}),
        reads(JSON, "12345678901234567890123", BARE, ours=12345678901234567890123),
    ]


def others() -> list[dict]:
    cases = [
        writes(STRING, schema, payload)
        for schema, payload in (
            (TEXT, "né😀"),
            (I32, -5),
            (BOOL, True),
            (BOOL, False),
            (DOUBLE, 1e10),
            (DOUBLE, 0.5),
            (FLOAT, 0.1),
            (FLOAT, 1e10),
            (None, None),
            (TEXT, ""),
            (None, {"a": 1, "b": [1, 2.5, None, True]}),
            (STAMP, 1700000000123),
            (DATE, 19000),
            (TIME, 3723004),
            (decimal(8), "AQI="),
            (decimal(-3), "AQI="),
            (decimal(2), "AQI="),
            (
                {
                    "type": "struct",
                    "fields": [
                        {**I32, "field": "a"},
                        {**OPTIONAL_TEXT, "field": "s"},
                        {**FLOAT, "field": "f"},
                        {"type": "array", "items": TEXT, "field": "l"},
                    ],
                },
                {"a": 1, "s": None, "f": 0.1, "l": ["x", "y"]},
            ),
            (DOUBLE, -1e-5),
            (I64, 2**62),
        )
    ]
    cases += [
        writes(STRING, TEXT, "é€", {"converter.encoding": name})
        for name in ("ISO-8859-1", "US-ASCII", "UTF-16BE", "UTF-8", "windows-1252")
    ]
    cases += [
        reads(STRING, b"\xe9", {"converter.encoding": "ISO-8859-1"}),
        reads(STRING, b"a\xffb"),
        reads(STRING, ""),
        reads(STRING, "né"),
    ]
    cases += [
        writes(BYTES, BLOB, "AQI="),
        writes(BYTES, TEXT, "x"),
        writes(BYTES, None, 5),
        reads(BYTES, b"\x00\xff"),
        reads(BYTES, b""),
    ]
    return cases


def headers() -> list[dict]:
    texts = [
        "true}",
        " false",
        "tRue",
        "1",
        "1.0",
        "1e3",
        "-7",
        "+5",
        "+",
        "-",
        "1.",
        "+.5",
        ".5",
        "128",
        "32768",
        "2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "0.1",
        "1e39",
        "1e400",
        "1e-400",
        "0.0",
        "-0",
        "00012",
        "0x10",
        "1_000",
        "12abc",
        "2020-01-31",
        "2020-13-45",
        "2020-1-1xx",
        "1234567890",
        "12:34:56.789Z",
        "12\\:34\\:56.789Z",
        "2020-01-31T12:34:56.789Z",
        "null=",
        "2020-01-31T12\\:34\\:56.789Z",
        '"2020-01-31"',
        "[]",
        "[1,2]",
        "[1, 2, 32768]",
        '[1, 2, 300, "four"]',
        "[[]]",
        "[1,2.5]",
        "[1,null]",
        "[null]",
        "[null,1]",
        "[1,,2]",
        "[1,2",
        "[1,2,]",
        "[foo]",
        "[true,false]",
        '["a","b"]',
        '["a",1]',
        "[0 1 2]",
        "{6:9 4:20}",
        "{3: null}",
        '{"a":1}',
        '{"a":[1,2.5,null]}',
        '{"a":1,"b":"x"}',
        '{"a":1,"b":2.5}',
        "{a:1}",
        "{1:2,3:4}",
        "{:1}",
        "{1}",
        "{1:}",
        "{null:1}",
        "[2020-01-31]",
        "",
        '["2020-01-31","2020-02-01"]',
        '["2020-01-31",5]',
        "[12:34:56.789Z]",
        "  ",
        "a,b",
        "a:b",
        '"q"',
        '"q',
        '["q]',
        '["a\\"b"]',
        '["a\\\\b"]',
        "[ 1 , 2 ]",
        " [1]",
        "[1] ",
        "[1]x",
        '[{"a":1},{"b":2}]',
        '{"a":{"b":[1,{"c":null}]}}',
        "é",
        "1 2",
        "12:34",
        "[12:34]",
        '[""]',
        '{"":1}',
        '["a" "b"]',
        '["a"b]',
        '{"a":1 "b":2}',
        "1,2",
        "1:2",
        "12:34:56.789Zx",
        "[-]",
        "[+1]",
        "[1e5,1]",
        "[0.1,1e39]",
        "[32768,0.5]",
        "\\",
        "[\\]",
        "[0:1]",
        "--1",
        "2020--1-01",
        "1970-01-01",
        "1969-12-31",
        '[{"j":12:34:56.789Z,"k":2.5}]',
        "1e3300300",
    ]
    parsed = [{"op": "parse_value", "text": text} for text in texts]
    written = [
        (TEXT, 'a"b'),
        (I32, 5),
        (BOOL, True),
        (DOUBLE, 1e10),
        (FLOAT, 0.1),
        (BLOB, "AQI="),
        ({"type": "array", "items": TEXT}, ['a"\\', "b"]),
        (DATE, 19000),
        ({"type": "map", "keys": TEXT, "values": I32}, {"k": 1, "l": 2}),
        (ROW, SPARSE),
        (STAMP, 1700000000123),
        (TIME, 3723004),
        (decimal(2), "AQI="),
        (None, {"a": [1, None, {"b": "c"}]}),
        ({"type": "array", "items": BLOB}, ["AQI="]),
        ({"type": "array", "items": DATE}, [19000]),
        (None, None),
        (TEXT, ""),
    ]
    return parsed + [
        {"op": "header_from_connect", "class": SIMPLE, "config": {}, "data": envelope(*pair)}
        for pair in written
    ]


def transforms() -> list[dict]:
    row = {
        "type": "struct",
        "name": "row",
        "version": 2,
        "doc": "d",
        "parameters": {"p": "q"},
        "fields": [
            {**I32, "field": "a"},
            {**OPTIONAL_TEXT, "field": "s"},
            {**I32, "optional": True, "default": 7, "field": "d"},
        ],
    }
    some, none = envelope(row, {"a": 1, "s": None, "d": 3}), envelope(None, None)
    values = [
        envelope(I32, 5),
        envelope(None, 5),
        none,
        envelope(OPTIONAL_TEXT, None),
        envelope(None, {"a": 1}),
        some,
        envelope({**row, "optional": True}, None),
    ]
    sink = {"kind": "sink", "offset": 42}
    facts = {
        "topic.field": "topic",
        "partition.field": "p!",
        "timestamp.field": "ts",
        "static.field": "sf?",
        "static.value": "x",
    }
    configs = [
        facts,
        {"topic.field": "t!", "timestamp.field": "ts!", **KEEP},
        {"offset.field": "o"},
        {"topic.field": "a"},
        {"topic.field": "x??"},
        {"topic.field": "x", "static.field": "x", "static.value": "q"},
        {},
        {"static.field": "x"},
        {"static.value": "x"},
        {"topic.field": ""},
    ]

    def case(name: str, config: dict, value: object, **more: object) -> dict:
        record = {
            "topic": "t",
            "partition": 3,
            "timestamp": 1700000000123,
            "key": none,
            "value": value,
            "headers": [],
            **more,
        }
        return {"op": "transform", "class": TRANSFORMS + name, "config": config, "record": record}

    cases = [case("HoistField$Value", {"field": "f"}, value) for value in values] + [
        case("HoistField$Value", {}, some),
        case("HoistField$Value", {"field": ""}, some),
    ]
    cases += [case("HoistField$Key", {"field": "f"}, some, key=value) for value in values]
    cases += [case("InsertField$Value", config, value) for config in configs for value in values]
    cases += [case("InsertField$Value", {"offset.field": "o!"}, value, **sink) for value in values]
    cases += [case("InsertField$Key", facts, some, key=value) for value in values]
    cases += [
        case(
            "InsertField$Value",
            {"partition.field": "p", "timestamp.field": "ts"},
            value,
            partition=None,
            timestamp=None,
        )
        for value in values
    ]
    return [*cases, case("InsertField$Value", {"timestamp.field": "x"}, some, timestamp=-5)]


def record(oracle: str, path: Path, cases: list[dict]) -> None:
    asked = "\n".join(json.dumps(case) for case in cases)
    done = subprocess.run([oracle], input=asked, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    both = zip(cases, answers, strict=True)
    # A parsed value that the oracle cannot show says nothing.
    lines = [
        json.dumps({"case": case, "java": answer})
        for case, answer in both
        if case["op"] != "parse_value" or "error" not in answer
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    record(sys.argv[1], HERE / "fixtures" / "json.jsonl", json_writes() + json_reads())
    record(sys.argv[1], HERE / "fixtures" / "text.jsonl", others())
    record(sys.argv[1], HERE / "fixtures" / "headers.jsonl", headers())
    record(sys.argv[1], HERE.parent / "transforms" / "fixtures" / "transforms.jsonl", transforms())
