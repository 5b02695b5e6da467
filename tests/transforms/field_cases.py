"""Which cases are Kafka Connect's field transforms asked about?

    python -m tests.transforms.field_cases ORACLE

asks them, and records the answers in `fixtures/fields.jsonl`. ORACLE is a program that reads one case a line and prints one
answer a line. In a case with `"exact": true` nulls are not replaced by defaults in the data that goes in and comes out, and
structs may have defaults, which the program has to build without Kafka's JsonConverter.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

Case = dict[str, Any]
Data = dict[str, Any]

PACKAGE = "org.apache.kafka.connect.transforms."
FIXTURE = Path(__file__).parent / "fixtures" / "fields.jsonl"
TARGETS = ("int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string")
KEEP = {"replace.null.with.default": "false"}

I8, I16, I32, I64, FLOAT, DOUBLE, BOOL, TEXT, BLOB = (
    {"type": kind}
    for kind in ("int8", "int16", "int32", "int64", "float", "double", "boolean", "string", "bytes")
)
DATE = {"type": "int32", "name": "org.apache.kafka.connect.data.Date", "version": 1}
TIME = {"type": "int32", "name": "org.apache.kafka.connect.data.Time", "version": 1}
STAMP = {"type": "int64", "name": "org.apache.kafka.connect.data.Timestamp", "version": 1}
INTS = {"type": "array", "items": I32}
COUNTS = {"type": "map", "keys": TEXT, "values": I32}


def decimal(scale: int) -> Data:
    """Return the schema of decimals."""
    name = "org.apache.kafka.connect.data.Decimal"
    return {"type": "bytes", "name": name, "version": 1, "parameters": {"scale": str(scale)}}


def unscaled(number: int) -> str:
    """Return a decimal's bytes."""
    return base64.b64encode(number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)).decode()


def optional(schema: Data, **more: Any) -> Data:
    """Return the schema with null allowed."""
    return {**schema, "optional": True, **more}


def struct(*fields: tuple[str, Data], **more: Any) -> Data:
    """Return a struct's schema."""
    return {"type": "struct", "fields": [{**schema, "field": name} for name, schema in fields], **more}


def data(schema: Data | None, payload: Any) -> Data:
    """Return an envelope."""
    return {"schema": schema, "payload": payload}


def case(transform: str, config: dict[str, str], envelope: Data | None, *, exact: bool = False) -> Case:
    """Return a case about a key or value."""
    part = "key" if transform.endswith("$Key") else "value"
    asked = {"op": "transform", "class": PACKAGE + transform, "config": config, "record": {part: envelope}}
    return {**asked, "exact": True} if exact else asked


# -- single values -------------------------------------------------------------------------------------------

TEXTS = (
    *(
        "5",
        "-7",
        "+5",
        " 5",
        "5 ",
        "",
        "127",
        "128",
        "-128",
        "-129",
        "32768",
        "-32769",
        "2147483648",
        "-2147483649",
    ),
    *(
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "1.5",
        "1e3",
        "1.",
        ".5",
        ".",
        "0x10",
    ),
    *(
        "0x1p3",
        "-0x.8p1",
        "0x1.p-2f",
        "0x1p5000",
        "NaN",
        "-NaN",
        "Infinity",
        "-Infinity",
        "inf",
        "1f",
        "1D",
        "1e400",
    ),
    *(
        "-1e400",
        "1e-400",
        "-1e-400",
        "-0",
        "true",
        "TRUE",
        "True",
        " true",
        "yes",
        "false",
        "\u0663",
        "\u0661.\u0665",
    ),
    *(
        "1_0",
        "16777217",
        "0.1",
        "3.4028236e38",
        "1e39",
        "null",
        "abc",
        "--1",
        "+",
        "007",
        "1e99999999999999999999",
    ),
    *(
        "1.0000000596046447753906250000000001",
        "1.000000059604644775390625",
        "-0e5",
        "\t5\n",
        "\u00a05",
        "1,000",
    ),
)
SINGLE: tuple[tuple[Data, tuple[Any, ...]], ...] = (
    (I8, (0, 1, -1, 127, -128)),
    (I16, (300, -32768, 32767, 255)),
    (I32, (0, 2**31 - 1, -(2**31), 65536, 16777217, -129)),
    (I64, (2**63 - 1, -(2**63), 2**53 + 1, 16777217, 2**40 + 5, 2**32, 0, 9007199791611905)),
    (FLOAT, (0.1, -1.5, 3.4e38, 1e10, 16777216.0, 0.999, 300.7)),
    (
        DOUBLE,
        (0.1, 2.5, -2.5, 1e10, 1e300, -1e300, 2147483648.5, 9.3e18, 0.999, 1e-7, 100.0, 1e7, 70000.9),
    ),
    (BOOL, (True, False)),
    (TEXT, TEXTS),
    (BLOB, ("AQI=", "", "/w==")),
    (decimal(2), tuple(map(unscaled, (258, -1, 0, 99, -150, 2**70, 12800, -(10**25) - 7)))),
    (decimal(0), tuple(map(unscaled, (2**64, 2**63, 2**31, 5)))),
    (decimal(-3), tuple(map(unscaled, (258, -1)))),
    (decimal(10), tuple(map(unscaled, (1, 10**10, 10000000596046448)))),
    (decimal(-70), (unscaled(3),)),
    (DATE, (0, 1, -1, 19000, 18262)),
    (TIME, (0, 1234, 86399999)),
    (STAMP, (0, 1, -1, 86399999, 86400000, 1700000000123, 1699920000000, -62135596800000, 253402300799999)),
    (INTS, ([1],)),
    (COUNTS, ({"a": 1},)),
    (struct(("a", I32)), ({"a": 1},)),
    (optional(I32, name="n", version=3, doc="d", parameters={"p": "q"}, default=7), (5, None)),
    ({**DOUBLE, "default": 2.5, "doc": "d"}, (300.5,)),
    ({**TEXT, "default": "x"}, ("5",)),
    ({**TEXT, "default": "12"}, ("5",)),
    ({**I64, "name": "custom"}, (5,)),
    (optional(STAMP, default=1000), (5,)),
)
PLAIN = (
    0,
    -5,
    128,
    70000,
    2**31,
    2**63 - 1,
    0.1,
    -0.5,
    1e10,
    1e300,
    16777217,
    True,
    False,
    "5",
    "x",
    "",
    "1.5",
    [],
    {},
)


def whole_casts() -> Iterator[Case]:
    """Yield casts of whole values."""
    for (schema, payloads), target in product(SINGLE, TARGETS):
        for payload in payloads:
            yield case("Cast$Value", {"spec": target}, data(schema, payload))
    for payload, target in product(PLAIN, TARGETS):
        yield case("Cast$Value", {"spec": target}, data(None, payload))
    for target in TARGETS:
        yield case("Cast$Key", {"spec": target}, data(I32, 300))
        yield case("Cast$Key", {"spec": target}, None)
        yield case("Cast$Value", {"spec": target}, data(optional(I32), None))


# -- structs -------------------------------------------------------------------------------------------------

ROW = struct(
    ("i", I32),
    ("s", optional(TEXT)),
    ("d", optional(I32, default=7)),
    ("r", {**I32, "default": 300}),
    ("f", FLOAT),
    ("t", optional(STAMP)),
    ("n", optional(decimal(2))),
    ("b", optional(BLOB)),
    ("l", optional(INTS)),
    ("o", optional(BOOL, default=True)),
    ("j", optional(STAMP, default=1000)),
    name="row",
    version=2,
    doc="of a table",
    parameters={"p": "q"},
)
FULL = {
    "i": 300,
    "s": "12",
    "d": 70000,
    "r": 5,
    "f": 2.75,
    "t": 1700000000123,
    "n": "AQI=",
    "b": "AQI=",
    "l": [1],
    "o": False,
    "j": 5,
}
SPARSE = {**dict.fromkeys(FULL), "i": 1, "f": 0.1, "r": 8}
NULLS = {**SPARSE, "r": None}
INNER = struct(("x", I32), ("y", optional(TEXT, default="dy")), ("z", {**I32, "default": 9}))
DEEP = struct(
    ("a", I32),
    ("inner", INNER),
    ("maybe", {**INNER, "optional": True}),
    ("given", {**INNER, "optional": True, "name": "given"}),
    ("more", struct(("inner", optional(struct(("x", I64), ("l", INTS)), name="in", doc="d")))),
    ("a.b", TEXT),
    ("e`f", TEXT),
    ("tags", {**INTS, "doc": "of it"}),
    name="deep",
    version=1,
)
FILLED = {
    "a": 1,
    "inner": {"x": 2, "y": None, "z": None},
    "maybe": None,
    "given": None,
    "more": {"inner": {"x": 3, "l": [1, 2]}},
    "a.b": "dot",
    "e`f": "tick",
    "tags": [3],
}
OTHER = {
    **FILLED,
    "maybe": {"x": 7, "y": "q", "z": 8},
    "given": {"x": 1, "y": None, "z": 2},
    "more": {"inner": None},
}
OPTIONAL_DEEP = {**DEEP, "optional": True}
DEFAULTED = struct(("a", {**I32, "default": 1}), ("b", optional(TEXT, default="q")), optional=True, name="dd")
CLASH = struct(("a.x", I32), ("a", struct(("x", I32))))
WITH_MAP = struct(("a", I32), ("m", optional(COUNTS)))
MAP = {"type": "map", "keys": TEXT, "values": TEXT}

STRUCTS = (
    data(ROW, FULL),
    data(ROW, SPARSE),
    data(optional(ROW), FULL),
    data(optional(ROW), None),
    data(DEEP, FILLED),
    data(DEEP, OTHER),
    data(OPTIONAL_DEEP, FILLED),
    data(DEFAULTED, {"a": 1, "b": None}),
    data(CLASH, {"a.x": 1, "a": {"x": 2}}),
    data(WITH_MAP, {"a": 1, "m": {"k": 1}}),
    data(WITH_MAP, {"a": 1, "m": None}),
    data(struct(), {}),
)
DICTS = (
    data(None, FULL),
    data(None, SPARSE),
    data(None, FILLED),
    data(None, OTHER),
    data(None, {}),
    data(None, {"a": {"b": {"c": {"d": 1.5, "e": None, "f": {}}}}, "": {"": 5, "g": []}, "l": [{"m": 1}]}),
    data(None, {"i": 1.5, "s": True, "d": {"x": 1}, "l": [1], "a": {"x": "5"}}),
)
OTHERS = (
    None,
    data(None, 5),
    data(None, "x"),
    data(None, [1]),
    data(I32, 5),
    data(optional(I32), None),
    data(MAP, {"a": "b", "i": "c"}),
    data(INTS, [1]),
    data(optional(TEXT, default="q"), "x"),
)
EXACT = (
    data(ROW, NULLS),
    data(ROW, SPARSE),
    data(ROW, FULL),
    data(DEEP, FILLED),
    data(DEFAULTED, {"a": 1, "b": None}),
)

CONFIGS: dict[str, tuple[dict[str, str], ...]] = {
    "Cast": (
        {"spec": "i:int8,s:int32,d:int16,r:int8,f:int32"},
        {"spec": "i:string,d:string,r:string,f:string,t:string,n:string,b:string,o:string"},
        {"spec": "t:int64,n:float64,o:int8,j:string"},
        {"spec": " i : FLOAT64 , f:float64,r:boolean"},
        {"spec": "l:string"},
        {"spec": "b:int8"},
        {"spec": "missing:int8"},
        {"spec": "a:int8,a:string"},
        {"spec": "a:string"},
        {"spec": "inner:string"},
        {"spec": "j:int32"},
        {"spec": "string"},
    ),
    "ExtractField": (
        *(
            {"field": name}
            for name in ("i", "s", "d", "inner", "a.b", "inner.x", "missing", "", "l", "given", "t")
        ),
        *(
            {"field": path, "field.syntax.version": "V2"}
            for path in (
                "i",
                "inner.x",
                "inner.y",
                "maybe.x",
                "given.y",
                "more.inner.l",
                "`a.b`",
                "e`f",
                "a.x",
            )
        ),
        *(
            {"field": path, "field.syntax.version": "v2"}
            for path in (
                "",
                ".",
                "inner.",
                ".a",
                "more.inner",
                "missing.x",
                "inner.missing",
                "a.b.c",
                "l.x",
                "inner..x",
            )
        ),
    ),
    "Flatten": ({}, {"delimiter": "_"}, {"delimiter": ""}, {"delimiter": "::"}),
    "HoistField": ({"field": "f"}, {"field": "a.b"}),
    "MaskField": (
        {"fields": "i,s,d"},
        {"fields": "f,t,o,l,missing"},
        {"fields": "n"},
        {"fields": "b"},
        {"fields": "r,d", "replacement": "123"},
        {"fields": "i,f,s", "replacement": "300.9"},
        {"fields": "n", "replacement": "1.25"},
        {"fields": "i", "replacement": "secret"},
        {"fields": "s", "replacement": "secret"},
        {"fields": "o", "replacement": "1"},
        {"fields": "l", "replacement": "1"},
        {"fields": "t", "replacement": "1"},
        {"fields": "a,inner"},
        {"fields": "i,i,s", "replacement": "1e20"},
    ),
    "ReplaceField": (
        {},
        {"exclude": "i,s"},
        {"include": "i,d,r"},
        {"include": "i,d,r", "exclude": "d"},
        {"renames": "i:x,s:y"},
        {"renames": "i:s,s:i"},
        {"renames": "i:s"},
        {"renames": "i:s", "exclude": "s"},
        {"renames": "i:s", "exclude": "i"},
        {"renames": "i:d", "exclude": "i"},
        {"renames": "missing:i"},
        {"renames": "d:z,r:q", "include": "d,r"},
        {"renames": "a:inner.a", "exclude": "inner.x"},
        {"include": "missing"},
        {"renames": "a:b:"},
    ),
    "SetSchemaMetadata": (
        {"schema.name": "new"},
        {"schema.version": "9"},
        {"schema.name": "new", "schema.version": "-1"},
        {"schema.name": ""},
    ),
    "ValueToKey": (
        {"fields": "i"},
        {"fields": "i,d,r"},
        {"fields": "missing,a"},
        {"fields": "a,a"},
        {"fields": "s,inner"},
    ),
}
GIVEN = {"x": 4, "y": None, "z": 5}
"""A default that has no value for a field which has a default of its own."""
INHERITING = (
    struct(
        ("g", {**INNER, "default": GIVEN}), ("h", {**INNER, "optional": True, "default": GIVEN, "name": "h"})
    ),
    struct(("o", {**struct(("g", {**INNER, "default": GIVEN}), ("p", I64)), "optional": True})),
    struct(
        (
            "o",
            struct(
                ("n", struct(("x", I32), ("l", INTS))),
                ("s", TEXT),
                default={"n": {"x": 1, "l": [2]}, "s": "t"},
            ),
        ),
        ("q", TEXT),
        optional=True,
        name="root",
    ),
    struct(
        ("n", optional(struct(("x", I32), ("y", optional(TEXT))))),
        ("z", I32),
        default={"n": {"x": 6}, "z": 2},
    ),
)
"""Schemas whose structs have defaults, which inner fields inherit. Kafka's JsonConverter cannot read them."""
INHERITED = (
    *(
        data(INHERITING[0], {"g": g, "h": h})
        for g, h in ((None, None), ({"x": 1}, {"x": 2, "y": "k", "z": 3}))
    ),
    *(data(INHERITING[1], {"o": o}) for o in (None, {"p": 5}, {"p": 5, "g": {"x": 1, "z": 8}})),
    *(data(INHERITING[2], {"o": o, "q": "q"}) for o in (None, {"n": {"x": 5, "l": []}, "s": "u"})),
    *(data(INHERITING[3], {"n": n, "z": 3}) for n in (None, {"x": 5}, {"x": 5, "y": "k"})),
)
COLLIDING = {"renames": "i:s"}
"""Which of two entries of a map gets the name is open in Java: its maps have no order."""

BAD: dict[str, tuple[dict[str, str], ...]] = {
    "Cast": (
        {},
        *(
            {"spec": spec}
            for spec in (
                *(
                    "",
                    "foo",
                    "a:foo",
                    "a:b:c",
                    "a:",
                    ":int8",
                    ":",
                    "a:int8,",
                    "int8,int8",
                    "a:int8,int8",
                    "bytes",
                ),
                *("a:array", "a:INT8:", "a:int8:x", "map", " INT8 ", "a : int8", "int8:", "Int_8"),
            )
        ),
    ),
    "ExtractField": (
        {},
        {"field": "a", "field.syntax.version": "V3"},
        *(
            {"field": path, "field.syntax.version": "V2"}
            for path in (
                *(
                    "`a.b",
                    "`",
                    "``",
                    "`a`b",
                    "`a`.`b",
                    "`a\\`",
                    "`a\\`.b`",
                    "`a`b`.c",
                    "a`.b`",
                    "`a.b`.c.`d.e`",
                    "`a`.",
                    "``.",
                ),
                *("`a``", "`a\\`b`", "\\`a", "`a.b`c.d", "`e`f`"),
            )
        ),
    ),
    "MaskField": (
        {},
        {"fields": ""},
        {"fields": "a", "replacement": ""},
        {"fields": "a,,b"},
        {"fields": ","},
    ),
    "ReplaceField": tuple(
        {"renames": text} for text in ("a", "a:", ":b", ":", "a:b:c", "a::b", "a:b,c", "", ",", "a:b:")
    ),
    "SetSchemaMetadata": ({}, {"schema.version": "x"}, {"schema.version": "1.5"}, {"schema.version": ""}),
    "ValueToKey": ({}, {"fields": ""}, {"fields": "a,"}),
    "HoistField": ({},),
    "Flatten": (),
}


def named(transform: str, part: str) -> str:
    """Return the name of the class that works on keys or values."""
    return transform if transform == "ValueToKey" else f"{transform}${part}"


def structures() -> Iterator[Case]:
    """Yield every configuration with every structure."""
    for transform, configs in CONFIGS.items():
        for config, envelope in product(configs, (*STRUCTS, *DICTS, *OTHERS)):
            if config == COLLIDING and envelope in DICTS:
                continue
            yield case(named(transform, "Value"), config, envelope)
        for config, envelope in product(configs, EXACT):
            more = {} if transform in {"Flatten", "HoistField"} else KEEP
            yield case(named(transform, "Value"), {**config, **more}, envelope, exact=True)
            yield case(named(transform, "Value"), config, envelope, exact=True)
        for config, envelope in product(
            configs[:2], (STRUCTS[0], STRUCTS[4], DICTS[0], OTHERS[0], OTHERS[4])
        ):
            yield case(named(transform, "Key"), config, envelope)


def inheritances() -> Iterator[Case]:
    """Yield what becomes of defaults of structs."""
    paths = (
        "g.x",
        "g.y",
        "g.z",
        "h.y",
        "h.x",
        "o.g.x",
        "o.g.y",
        "o.p",
        "o.n.x",
        "o.n.l",
        "o.s",
        "n.x",
        "n.y",
        "z",
    )
    for envelope in INHERITED:
        for delimiter in (".", "_"):
            yield case("Flatten$Value", {"delimiter": delimiter}, envelope, exact=True)
        for path, more in product(paths, ({}, KEEP)):
            config = {"field": path, "field.syntax.version": "V2", **more}
            yield case("ExtractField$Value", config, envelope, exact=True)


def configurations() -> Iterator[Case]:
    """Yield what is wrong, or unusual, in configurations."""
    ticked = {
        "a.b": {"c": 1},
        "a": {"b": 2, "": 3},
        "a`b": 4,
        "`a": 5,
        "": {"": 6, "b`": 7},
        "e`f": 8,
        "a`": {"b`": 9},
    }
    for transform, configs in BAD.items():
        for config, envelope in product(configs, (data(None, ticked), STRUCTS[4], data(None, {"i": "5"}))):
            yield case(named(transform, "Value"), config, envelope)


def all_cases() -> list[Case]:
    """Return all of them."""
    return [*whole_casts(), *structures(), *configurations(), *inheritances()]


def kept(at: int, asked: Case) -> bool:
    """Return whether a case's answer is recorded: of the many that are alike, a part."""
    return at % (6 if asked["class"].endswith("$Value") else 2) == 0


def ask(oracle: str, cases: list[Case]) -> list[Data]:
    """Return the oracle's answers."""
    lines = "\n".join(json.dumps(asked) for asked in cases)
    done = subprocess.run([oracle], input=lines, capture_output=True, text=True, check=True)
    return [shortened(json.loads(line)) for line in done.stdout.splitlines()]


def shortened(answer: Data) -> Data:
    """Return an answer without what the cases leave open."""
    record = answer.get("record")
    return answer if record is None else {part: record[part] for part in ("key", "value")}


def record(oracle: str) -> None:
    """Record the answers, each schema once: in the first line, and by its number everywhere else."""
    chosen = [asked for at, asked in enumerate(all_cases()) if kept(at, asked)]
    schemas: list[Any] = []

    def numbered(parts: Data) -> Data:
        return {part: _numbered(schemas, found) for part, found in parts.items()}

    rows = [
        {"case": {**asked, "record": numbered(asked["record"])}, "java": numbered(answer)}
        for asked, answer in zip(chosen, ask(oracle, chosen), strict=True)
    ]
    FIXTURE.write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in (schemas, *rows)))


def _numbered(schemas: list[Any], envelope: Any) -> Any:
    if not isinstance(envelope, dict):
        return envelope
    text = json.dumps(envelope["schema"])
    known = [json.dumps(schema) for schema in schemas]
    if text not in known:
        schemas.append(envelope["schema"])
        known.append(text)
    return [known.index(text), envelope["payload"]]


def recorded() -> list[dict[str, Any]]:
    """Return the recorded cases with Java's answers."""
    schemas, *rows = (json.loads(line) for line in FIXTURE.read_text().splitlines())

    def written_out(parts: Data) -> Data:
        return {
            part: data(schemas[found[0]], found[1]) if isinstance(found, list) else found
            for part, found in parts.items()
        }

    return [
        {
            "case": {**row["case"], "record": written_out(row["case"]["record"])},
            "java": written_out(row["java"]),
        }
        for row in rows
    ]


if __name__ == "__main__":
    record(sys.argv[1])
