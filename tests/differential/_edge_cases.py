"""Which cases lie at the edges of what JSON, base64, numbers, times and the names of character sets can say?"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Case = dict[str, Any]

PACKAGE = "org.apache.kafka.connect."
JSON = PACKAGE + "json.JsonConverter"
STRING = PACKAGE + "storage.StringConverter"
HEADERS = PACKAGE + "storage.SimpleHeaderConverter"
DECIMAL = {"type": "bytes", "name": PACKAGE + "data.Decimal", "version": 1, "parameters": {"scale": "1"}}
UNICODE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig")
JSON_TEXTS = (
    "1", "-1.5", "null", "[]", "{}", "true", '""', '"a"', '"\u00e9\U0001f600"', '[1,"\u20ac"]',
    '{"schema":null,"payload":[1]}', '{"schema":{"type":"string"},"payload":"\u00e9"}', "{", "[1,]", "tru",
)  # fmt: skip
MARKS = (
    b"\xff\xfe", b"\xfe\xff", b"\0", b"\0\0", b"\0\0\0\0", b"\0\0\xff\xfe1\0\0\0", b"\xfe\xff\0\x001\0", b"\x001\0\0",
    b"\0\x001\0", b'"\0\x3d\xd8"\0', b'"\0\x3d\xd8\0\xde"\0', b"\xef\xbb\xbf\xef\xbb\xbf1", b"\xff\xfe\xff\xfe1\0",
)  # fmt: skip
BASE64 = (
    "AA==", "AA=", "AA", "A", "AAA=", "AAAA", "AAAA=", "AAAA==", "AAAA====", "====", "=", "A===", "AA==AA==", "AA== AA==",
    "AAAA AAAA", "AAAA\nAAAA", "AA AA", " AAAA", "AAAA ", "AA= =", "AA==\t", "AA==x", "AAAA\u00a0", "\0AAAA", "AAAA\x1f",
    " ", "\n", "AB==", "A-==", "A+==", "\u00e9", "AA==\r\n", "AAAAAA==\r\nAA==", "AAAA=AAA", "\u2003AAAA", "AAAAA",
)  # fmt: skip
NUMBERS = (
    "1e2147483647", "1e2147483648", "1e-2147483647", "1e-2147483648", "1.5e-2147483647", "1.5e2147483648", "0e2147483648",
    "1e0000000000001", "1e+0000000001", "1e-0000000000002", "0e99999999999", "1e99999999999", "10e2147483647",
    "1e00000000000000000000000002", "1e\u0661", "\U0001d7cf", "1e\U0001d7cf",
)  # fmt: skip
TIMES = (
    "24:00:00.000Z", "23:59:59.999Z", "24:00:00.001Z", "25:00:00.000Z", "99:99:99.999Z", "-1:00:00.000Z", "00:-1:00.000Z",
    "23:59:60.000Z", "23:60:00.000Z", "00:00:00.000Z", "12:99:00.000Z",
)  # fmt: skip
CHARSETS = (
    "8859_1", "8859_15", "ISO8859_1", "unicode", "UnicodeBig", "X-UTF-16LE", "x-utf-32be", "ISO-10646-UCS-2",
    "unicode-1-1-utf-8", "ibm-437", "IBM437", "Latin-9", "CESU-8", "latin1", "ascii",
)  # fmt: skip
DEPTHS = (90, 300)


def _reads(data: bytes, **config: str) -> Case:
    written = base64.b64encode(data).decode()
    return {"op": "to_connect_data", "class": JSON, "config": config, "bytes": written}


def encodings() -> Iterator[Case]:
    """Ask about JSON in UTF-16 and UTF-32."""
    for text in JSON_TEXTS:
        for encoding in UNICODE:
            yield _reads(text.encode(encoding), **{"schemas.enable": "false"})
            yield _reads(text.encode(encoding))
    for data in MARKS:
        yield _reads(data, **{"schemas.enable": "false"})


def base64_texts() -> Iterator[Case]:
    """Ask about bytes in JSON: blanks, padding in the middle, other alphabets."""
    for text in BASE64:
        for schema in ({"type": "bytes"}, DECIMAL):
            yield _reads(json.dumps({"schema": schema, "payload": text}).encode())
        yield _reads(json.dumps({"schema": {"type": "bytes", "default": text}, "payload": None}).encode())


def edges() -> Iterator[Case]:
    """Ask about numbers, times, depths and names of character sets."""
    for number in NUMBERS:
        yield {"op": "parse_value", "text": number}
        yield {"op": "parse_value", "text": f"[{number}]"}
        yield _reads(number.encode(), **{"schemas.enable": "false"})
    for number in NUMBERS[7:10]:
        config = {"fields": "a", "replacement": number}
        record = {"value": {"schema": None, "payload": {"a": 1}}}
        yield {
            "op": "transform",
            "class": PACKAGE + "transforms.MaskField$Value",
            "config": config,
            "record": record,
        }
    for time in TIMES:
        for shape in ("%s", "[%s]", '["%s"]', '{"%s":1}', '{"a":"%s"}', "[1,%s]", "[null,%s]"):
            text = shape.replace("%s", time)
            yield {"op": "parse_value", "text": text}
            written = base64.b64encode(text.encode()).decode()
            yield {"op": "header_to_connect", "class": HEADERS, "config": {}, "key": "k", "bytes": written}
    for name in CHARSETS:
        for text in (b"a\xe9", "\u00e9\u20ac".encode("utf-16")):
            written = base64.b64encode(text).decode()
            config = {"converter.encoding": name}
            yield {"op": "to_connect_data", "class": STRING, "config": config, "bytes": written}
    yield from _deep()
    yield from _nulls()
    yield from _defaults()


def _deep() -> Iterator[Case]:
    for depth in DEPTHS:
        data, schema = "[" * depth + "]" * depth, '{"type":"int8"}'
        for _ in range(depth):
            schema = f'{{"type":"array","items":{schema}}}'
        yield _reads(data.encode(), **{"schemas.enable": "false"})
        yield _reads(f'{{"schema":{schema},"payload":{data}}}'.encode())
        yield {"op": "parse_value", "text": data}


def _defaults() -> Iterator[Case]:
    for text in ("NaN", "Infinity", "1e400", "-0"):
        for target in ("float32", "float64"):
            field = {"type": "string", "default": text, "field": "a"}
            value = {"schema": {"type": "struct", "fields": [field]}, "payload": {"a": None}}
            record = {"topic": "t", "value": value}
            transform, config = PACKAGE + "transforms.Cast$Value", {"spec": f"a:{target}"}
            yield {"op": "transform", "class": transform, "config": config, "record": record}


def _nulls() -> Iterator[Case]:
    unscaled = {**DECIMAL, "parameters": {}, "optional": True}
    yield _reads(json.dumps({"schema": unscaled, "payload": None}).encode())
    record = {"topic": "t", "value": {"schema": None, "payload": {"a": {"b": 1}}}}
    for name, key in (("HoistField$Value", "field"), ("Flatten$Value", "delimiter")):
        transform = PACKAGE + "transforms." + name
        yield {"op": "transform", "class": transform, "config": {key: None}, "record": record}
    predicate = PACKAGE + "transforms.predicates.HasHeaderKey"
    yield {"op": "predicate", "class": predicate, "config": {"name": None}, "record": record}
    pairs = {"type": "map", "keys": {"type": "int8"}, "values": {"type": "int8"}}
    yield _reads(json.dumps({"schema": pairs, "payload": [[42, 1], [-1, 2], [-128, 3]]}).encode())


FAMILIES: Mapping[str, Callable[[], Iterator[Case]]] = {
    "encodings": encodings,
    "base64_texts": base64_texts,
    "edges": edges,
}
