"""What are the converters asked?"""

import base64
import json
from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.differential._data import BLOBS, LEAVES, NAMES, TEXTS, Maker, decimal, envelope, logical

__all__ = ("FAMILIES",)

Case = dict[str, Any]

PACKAGE = "org.apache.kafka.connect."
JSON = f"{PACKAGE}json.JsonConverter"
STRING = f"{PACKAGE}storage.StringConverter"
SIMPLE = f"{PACKAGE}storage.SimpleHeaderConverter"
BYTES = f"{PACKAGE}converters.ByteArrayConverter"
FIXED = {
    "boolean": f"{PACKAGE}converters.BooleanConverter",
    "int16": f"{PACKAGE}converters.ShortConverter",
    "int32": f"{PACKAGE}converters.IntegerConverter",
    "int64": f"{PACKAGE}converters.LongConverter",
    "float": f"{PACKAGE}converters.FloatConverter",
    "double": f"{PACKAGE}converters.DoubleConverter",
}
BARE = {"schemas.enable": "false"}
JSON_CONFIGS = (
    {}, {}, BARE, {"decimal.format": "NUMERIC"}, {"decimal.format": "numeric", **BARE},
    {"replace.null.with.default": "false"}, {"replace.null.with.default": "FALSE", **BARE},
    {"schemas.cache.size": "0"}, {"schemas.enable": " true "},
)  # fmt: skip
BAD_JSON_CONFIGS = (
    {"schemas.enable": "yes"}, {"decimal.format": "HEX"}, {"decimal.format": ""}, {"schemas.cache.size": "-1"},
    {"schemas.cache.size": "x"}, {"replace.null.with.default": ""}, {"schemas.enable": None},
)  # fmt: skip
ENCODINGS = (
    "UTF-8", "utf8", "ISO-8859-1", "latin1", "US-ASCII", "ascii", "UTF-16BE", "UTF-16LE", "windows-1252", "Cp1252", "IBM850",
    "Shift_JIS", "EUC-JP", "GBK", "GB18030", "Big5", "KOI8-R", "ISO-8859-15", "UTF-32BE", "UTF-16", "UTF-32", "no-such", "",
    "base64", "rot13", "utf-7", "cp037", "UTF_8", "UTF8", "ISO8859_1", "MacRoman", "x-MacRoman", "TIS-620",
)  # fmt: skip


def _asked(op: str, name: str, config: Any = None, **more: Any) -> Case:
    return {"op": op, "class": name, "config": config or {}, **more}


def _raw(data: bytes | str | None) -> str | None:
    if data is None:
        return None
    return base64.b64encode(
        data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    ).decode()


def json_writes() -> Iterator[Case]:
    """Every type, with and without schemas."""
    for at in range(700):
        make = Maker(f"json writes {at}", exact=at % 3 == 0)
        kind = LEAVES[at // 3] if at // 3 < len(LEAVES) else None
        data = envelope(None, make.plain(3)) if make.chance(5) else envelope(*make.typed(3, kind))
        more = {"exact": True} if make.exact else {}
        yield _asked("from_connect_data", JSON, make.pick(JSON_CONFIGS), data=data, **more)
    yield from (
        _asked("from_connect_data", JSON, config, data=envelope(None, 1)) for config in BAD_JSON_CONFIGS
    )


def json_reads() -> Iterator[Case]:
    """What is written, payloads of other types, and text that is broken."""
    for at in range(600):
        make = Maker(f"json reads {at}")
        if make.chance(4):
            text = json.dumps(make.plain(3), ensure_ascii=make.chance(2))
            config = BARE
        else:
            schema, payload = make.typed(2)
            text = json.dumps(envelope(schema, payload), ensure_ascii=make.chance(2))
            config = make.pick(JSON_CONFIGS)
        data = text.encode()
        yield _asked(
            "to_connect_data", JSON, config, bytes=_raw(_broken(make, data) if make.chance(3) else data)
        )
    for schema in _json_schemas():
        yield _asked("to_connect_data", JSON, {}, bytes=_raw(json.dumps(envelope(schema, 1))))
    for text in _json_texts():
        yield _asked("to_connect_data", JSON, BARE, bytes=_raw(text))
    for kind in LEAVES:
        schema = Maker(kind).leaf(kind)[0]
        for text in PAYLOADS:
            yield _asked(
                "to_connect_data", JSON, {}, bytes=_raw(f'{{"schema":{json.dumps(schema)},"payload":{text}}}')
            )


def _broken(make: Maker, data: bytes) -> bytes:
    at = make.draw.randrange(len(data))
    match make.draw.randrange(5):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + bytes([make.draw.randrange(256)]) + data[at + 1 :]
        case 2:
            return data[:at] + make.pick((b" ", b"\n", b"\t", b"0", b"\xff", b'"', b",")) + data[at:]
        case 3:
            return b"\xef\xbb\xbf" + data
        case _:
            return b" " + data + b"\n "


PAYLOADS = (
    "null", "0", "1", "-1", "1.5", "1.0", "1e2", "127", "128", "300", "2147483648", "9223372036854775808",
    "123456789012345678901234567890", "1e400", "true", '"5"', '"true"', '"AQI="', '"!"', '""', "[]", "[1]", "{}",
    '{"a":1}', '"NaN"', "1e-400", "-0.0",
    '"AQ"', '"A Q=="', '"A!=="', '"_-8="', "99999999999999999999", "12345678901234567890.12", "86400000", "86400001",
)  # fmt: skip


def _json_schemas() -> Iterator[Any]:
    yield from ({}, 5, [], "int32", {"type": None}, {"type": "INT32"}, {"type": "array"}, {"type": "map"})
    yield from (
        {"type": "struct"},
        {"type": "struct", "fields": {}},
        {"type": "struct", "fields": [{"type": "int8"}]},
    )
    yield from ({"type": "int32", "default": value} for value in (5, "x", None, 1.5, True, 2**40))
    yield from ({"type": "int32", "optional": value} for value in (True, False, "true", 1, None))
    yield from ({"type": "int32", "version": value} for value in (1, 1.5, "1", 2**40, None, -1, 0))
    yield from ({"type": "int32", "name": value} for value in ("", "n", 5, None))
    yield from ({"type": "int32", "doc": value} for value in ("", "n", 5, None))
    yield from ({"type": "int32", "parameters": value} for value in ({}, {"a": "b"}, {"a": 1}, [], None))
    yield from (
        logical("Date", "string"),
        logical("Date", "int64"),
        logical("Timestamp", "int32"),
        logical("Decimal", "bytes"),
    )
    yield from (
        decimal(2),
        {**decimal(2), "parameters": {"scale": "x"}},
        {**decimal(2), "parameters": {"scale": ""}},
    )
    yield {"type": "struct", "fields": [{"type": "int8", "field": "a"}, {"type": "int8", "field": "a"}]}
    yield {"type": "struct", "fields": [{"type": "int8", "field": ""}]}
    yield {"type": "struct", "fields": [{"type": "int8", "field": 5}]}
    yield {"type": "struct", "fields": [None]}


def _json_texts() -> tuple[Any, ...]:
    return (
        None, "", " ", "null", "NaN", "Infinity", "-Infinity", "+1", "01", "-01", "007.5", ".5", "5.", "1e", "1e5", "0x10",
        "1 2", "[1,]", "[,]", "{}", '{"a"}', '{"a":}', '{"a":1,}', '{"a":1,"a":2}', "{a:1}", "'a'", "// c\n1", "/* */ 1",
        '"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\q"', '"\t"', "\ufeff1", "[" * 200 + "]" * 200, "[" * 2000 + "]" * 2000, "tru", "truex",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1" * 400, "1e308", "1e309", "-1e309", "1e-330",
        "0.1", "0.30000000000000004", "1.0", "-0.0", "-0", "123456789.123456789123456789", '{"schema":null,"payload":1}',
        b"\xff", b'"\xff"', b'"\xc3"', b'"\xed\xa0\x80"', b'"\xf0\x9f\x98\x80"', b'"\xc0\x80"', "\x00", "1\x00", " 1 ", "\u00a01",
    )  # fmt: skip


def strings() -> Iterator[Case]:
    """Every type as text, and every encoding."""
    for at in range(300):
        make = Maker(f"strings {at}", exact=at % 2 == 0)
        kind = LEAVES[at // 4] if at // 4 < len(LEAVES) else None
        data = envelope(None, make.plain(1)) if make.chance(6) else envelope(*make.typed(2, kind))
        more = {"exact": True} if make.exact else {}
        yield _asked("from_connect_data", STRING, data=data, **more)
    for name in ENCODINGS:
        config = {"converter.encoding": name}
        yield _asked("from_connect_data", STRING, config, data=envelope({"type": "string"}, "aé€日😀\n"))
        yield _asked("to_connect_data", STRING, config, bytes=_raw(b"a\xe9\x80\xff\x00b\x81"))
    for key in ("key.serializer.encoding", "value.serializer.encoding", "serializer.encoding"):
        for is_key in (True, False):
            config = {key: "ISO-8859-1", "converter.encoding": "UTF-16BE"}
            data = envelope({"type": "string"}, "é")
            yield _asked("from_connect_data", STRING, config, data=data, is_key=is_key)
    for key in ("key.deserializer.encoding", "value.deserializer.encoding", "deserializer.encoding"):
        for is_key in (True, False):
            config = {key: "ISO-8859-1", "converter.encoding": "UTF-16BE"}
            yield _asked("to_connect_data", STRING, config, bytes=_raw(b"\xe9a"), is_key=is_key)
    for data in (*BLOBS, None, *_odd_utf8()):
        yield _asked("to_connect_data", STRING, bytes=_raw(data))
        yield _asked("header_to_connect", STRING, bytes=_raw(data))


def _odd_utf8() -> tuple[bytes, ...]:
    return (
        b"\xed\xa0\x80", b"\xed\xa0\xbd\xed\xb8\x80", b"\xc0\x80", b"\xf0\x9f\x98", b"\xf8\x88\x80\x80\x80", b"a\xe2\x82b",
        b"\xf4\x90\x80\x80", b"\xe0\x80\x80", b"\xed\xa2NP", b"\xbf\xed\x9f\xed\xbf", b"\xe2\xed\xbf\xed\x95:", b"\xff\xff", b"\xef\xbb\xbfx", b"\xc3\x28", b"\xf0\x28\x8c\xbc", b"\x80\x80",
    )  # fmt: skip


def fixed() -> Iterator[Case]:
    """Numbers and truth values of a fixed width, raw bytes: right and wrong types, right and wrong lengths."""
    lengths = (
        b"",
        b"\x00",
        b"\x01",
        b"\x02",
        b"\xff" * 2,
        b"\x80\x00",
        b"\x00" * 3,
        b"\x7f\xc0\x00\x00",
        b"\xff" * 4,
    )
    more = (b"\x00" * 7, b"\x80" + b"\x00" * 7, b"\x7f\xf8" + b"\x00" * 6, b"\xff" * 8, b"\x00" * 9, None)
    for kind, name in {**FIXED, "bytes": BYTES}.items():
        for data in lengths + more:
            yield _asked("to_connect_data", name, bytes=_raw(data), exact=True)
            yield _asked("header_to_connect", name, bytes=_raw(data), exact=True)
        for at, other in enumerate((*[kind] * 8, *LEAVES, "array", "map", "struct")):
            make = Maker(f"{name} {at}", exact=True)
            op = make.pick(("from_connect_data", "header_from_connect"))
            yield _asked(op, name, data=envelope(*make.typed(2, other)), exact=True)
        for value in (None, True, "x", [1], {"a": 1}, "5"):
            yield _asked("from_connect_data", name, data=envelope(None, value))
    yield _asked("from_connect_data", FIXED["int64"], data=envelope(None, 5))
    yield _asked("from_connect_data", FIXED["int64"], data=envelope(None, 5.0))
    yield _asked("from_connect_data", FIXED["double"], data=envelope(None, 5.5))
    yield _asked("from_connect_data", FIXED["double"], data=envelope(None, 5))


def headers() -> Iterator[Case]:
    """Header values as text, by the simple converter and by others."""
    for at in range(500):
        make = Maker(f"headers {at}", exact=at % 3 == 0)
        kind = LEAVES[at // 4] if at // 4 < len(LEAVES) else None
        data = envelope(None, make.plain(2)) if make.chance(6) else envelope(*make.typed(3, kind))
        more = {"exact": True} if make.exact else {}
        name = STRING if make.chance(10) else JSON if make.chance(10) else SIMPLE
        yield _asked("header_from_connect", name, data=data, **more)
    for day, name in product((-141427, -141428, -141438, -719162, -682944), (SIMPLE, STRING)):
        yield _asked("header_from_connect", name, data=envelope(logical("Date", "int32"), day))
    for data in (*_odd_utf8(), *BLOBS[1:], None):
        yield _asked("header_to_connect", SIMPLE, bytes=_raw(data))
    for text in TEXTS:
        yield _asked("header_to_connect", SIMPLE, bytes=_raw(text))


WORDS = (
    "true", "false", "null", "tRue", "1", "-7", "+5", "1.0", "1.5", "1e3", "1e39", "1e400", "128", "32768", "2147483648",
    "9223372036854775807", "9223372036854775808", "-9223372036854775809", "0.1", "-0", "00012", "0x10", "12abc", "NaN",
    "2020-01-31", "2020-13-45", "12:34:56.789Z", "2020-01-31T12:34:56.789Z", "12\\:34\\:56.789Z", '"2020-01-31"', '"a"', '""',
    '"a\\"b"', '"12:34:56.789Z"', "a", "foo bar", "\\", "é", "-", "+", ".", "1.", ".5", "--1", "1d", "1f", "1L", "",
)  # fmt: skip
LOOKALIKES = (
    "1582-10-15", "1582-10-14", "1582-10-05", "1582-10-04", "1500-02-29", "1500-02-30", "0100-03-01", "1582-10-15T00:00:00.000Z",
    "[2020-01-31, 12:34:56.789Z]", "[12:34:56.789Z, 2020-01-31]", '{"a":2020-01-31,"b":2020-01-31T12:34:56.789Z}',
    "true}", "+.5", "-9223372036854775808", "1e-400", "0.0", "2020-1-1xx", "1234567890", "null=",
    "2020-01-31T12\\:34\\:56.789Z", "[1, 2, 32768]", '[1, 2, 300, "four"]', "[[]]", "[1,2.5]", "[1,null]",
    "[null,1]", "[1,,2]", "[1,2", "[1,2,]", "[foo]", "[true,false]", '["a","b"]', '["a",1]', "[0 1 2]",
    "{6:9 4:20}", "{3: null}", '{"a":[1,2.5,null]}', '{"a":1,"b":"x"}', '{"a":1,"b":2.5}', "{1:2,3:4}",
    "{1}", "{1:}", '["2020-01-31","2020-02-01"]', '["2020-01-31",5]', "a,b", "a:b", '"q"', '"q', '["q]',
    '["a\\\\b"]', "[ 1 , 2 ]", " [1]", "[1] ", "[1]x", '[{"a":1},{"b":2}]', '{"a":{"b":[1,{"c":null}]}}',
    "1 2", "12:34", "[12:34]", '["a" "b"]', '["a"b]', '{"a":1 "b":2}', "1,2", "1:2", "12:34:56.789Zx",
    "[+1]", "[1e5,1]", "[0.1,1e39]", "[32768,0.5]", "[0:1]", "2020--1-01", "1970-01-01", "1969-12-31",
    '[{"j":12:34:56.789Z,"k":2.5}]', "1e3300300",
)  # fmt: skip
KINDS = (
    "2020-01-31", "12:34:56.789Z", "2020-01-31T12:34:56.789Z", "5", "300", "1.5", "1e40", "true", '"a"', "null",
    "99999999999999999999", "[1]", '{"a":1}', "1e400",
)  # fmt: skip
GLUE = ("[", "]", "{", "}", ",", ":", '"', " ", "\\", ",", ":", "\t", "[", "]")


BLANKS = ('[" "]', '{"b": "  "}', '["a, ,b"]', '{" ":1}', '["a, "]', '[" a"]', '" "')


def values() -> Iterator[Case]:
    """Which value a text says: single words, containers, and what only looks like one."""
    for text in BLANKS:
        yield {"op": "parse_value", "text": text}
    for word in (*WORDS, *TEXTS):
        for text in (
            word,
            f" {word}",
            f"{word} ",
            f"[{word}]",
            f'{{"k":{word}}}',
            f"{{{word}:1}}",
            f" [ {word} , 1 ] ",
        ):
            yield {"op": "parse_value", "text": text}
    for text in (*LOOKALIKES, *(f"[{one},{other}]" for one, other in product(KINDS, KINDS))):
        yield {"op": "parse_value", "text": text}
    for at in range(700):
        make = Maker(f"values {at}")
        text = _container(make, 3) if make.chance(2) else _rubble(make)
        yield {"op": "parse_value", "text": text}


def _container(make: Maker, depth: int) -> str:
    pad = make.pick(("", "", " "))
    if not depth or make.chance(3):
        return pad + make.pick(WORDS) + pad
    items = [_container(make, depth - 1) for _ in range(make.draw.randrange(4))]
    if make.chance(2):
        return f"[{','.join(items)}]"
    entries = (
        f"{make.pick(WORDS) if make.chance(2) else json.dumps(make.pick(NAMES))}:{item}" for item in items
    )
    return f"{{{','.join(entries)}}}"


def _rubble(make: Maker) -> str:
    parts = (make.pick(WORDS) if make.chance(2) else make.pick(GLUE) for _ in range(make.draw.randint(2, 8)))
    return "".join(parts)


FAMILIES = {
    "json_writes": json_writes,
    "json_reads": json_reads,
    "strings": strings,
    "fixed": fixed,
    "headers": headers,
    "values": values,
}
