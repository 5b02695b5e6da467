"""What is asked in texts that nobody would write: patterns of dates, paths, numbers and JSON put together at random?"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from tests.differential._data import Maker, decimal, envelope, logical

__all__ = ("FAMILIES",)

Case = dict[str, Any]

PACKAGE = "org.apache.kafka.connect."
CONVERTER = f"{PACKAGE}transforms.TimestampConverter$Value"
LETTERS = (
    "yyyy", "yy", "y", "yyy", "M", "MM", "MMM", "MMMM", "d", "dd", "H", "HH", "h", "hh", "k", "kk", "K", "KK", "m", "mm", "s",
    "ss", "S", "SS", "SSS", "a", "E", "EEE", "EEEE", "D", "DDD", "z", "Z", "X", "XX", "XXX", "u", "w", "W", "F", "G", "YYYY",
    "'T'", "'a b'", "''",
)  # fmt: skip
BETWEEN = ("-", "/", " ", ":", ".", "", "", " ", ", ")
MOMENTS = (
    0,
    1580474096789,
    -1,
    1700000000123,
    -12219292800001,
    -12219292800000,
    -14182940000000,
    951782400000,
    1709164800000,
)
STEPS = ("a", "b", "a.b", "`", "\\", ".", "``", "x", "`a.b`")
TREE = {
    "a": {"b": 1, "a.b": 2, "`": 3, "x": 4},
    "a.b": {"a": 5},
    "`a`": {"b": 6},
    "b": 7,
    "``": 8,
    "\\": 9,
    "": 10,
}
NUMERALS = "0123456789+-.eEdDfFxXLp_ NaInfity"
PIECES = ("{", "}", "[", "]", ",", ":", '"a"', '"b"', "1", "-2", "3.5", "1e3", "true", "null", " ", "\n", '"\\u00e9"', "0", "00", '"x')  # fmt: skip
LEADS = (0xC3, 0xE2, 0xED, 0xA0, 0x80, 0xBF, 0xF0, 0x9F, 0xF4, 0xE0, 0x41)
TARGETS = ("int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string")


def _joined(make: Maker, parts: Any, most: int) -> str:
    return "".join(make.pick(parts) for _ in range(make.draw.randint(1, most)))


def date_patterns() -> Iterator[Case]:
    """Write points in time by patterns, and read what was written."""
    for at in range(300):
        make = Maker(f"date {at}")
        pattern = "".join(make.pick(LETTERS) + make.pick(BETWEEN) for _ in range(make.draw.randint(1, 7)))
        moment = make.pick(MOMENTS) if make.chance(2) else make.draw.randint(-6 * 10**13, 2 * 10**14)
        record = {"topic": "t", "value": envelope(logical("Timestamp", "int64"), moment)}
        write = {"class": CONVERTER, "config": {"target.type": "string", "format": pattern}}
        read = {"class": CONVERTER, "config": {"target.type": "unix", "format": pattern}}
        yield {"op": "transform", **write, "record": record}
        yield {"op": "chain", "transforms": [write, read], "record": record}


def paths() -> Iterator[Case]:
    """Follow paths."""
    for at in range(250):
        config = {"field": _joined(Maker(f"path {at}"), STEPS, 6), "field.syntax.version": "V2"}
        record = {"topic": "t", "value": envelope(None, TREE)}
        yield {
            "op": "transform",
            "class": f"{PACKAGE}transforms.ExtractField$Value",
            "config": config,
            "record": record,
        }


def numerals() -> Iterator[Case]:
    """Read what may be a number, as a value of a header and in casts."""
    for at in range(300):
        make = Maker(f"numeral {at}")
        whole = make.pick(("", "-", "+")) + str(make.draw.randrange(10 ** make.draw.randint(1, 22)))
        ending = make.pick(("", ".", ".0", ".5", "e3", "e-3", "E400", "f", "d"))
        text = _joined(make, NUMERALS, 7) if make.chance(2) else whole + ending
        yield {"op": "parse_value", "text": text}
        yield _cast(envelope({"type": "string"}, text), make.pick(TARGETS[:6]))


def decimals() -> Iterator[Case]:
    """Write decimals as JSON, as text and as other types."""
    for at in range(120):
        make = Maker(f"decimal {at}")
        unscaled = base64.b64encode(make.draw.randbytes(make.draw.randint(1, 12))).decode()
        data = envelope(decimal(make.pick((0, 1, 2, 5, 10, -3, 20))), unscaled)
        yield _cast(data, make.pick(TARGETS))
        for op, name, config in (
            ("from_connect_data", "json.JsonConverter", {"decimal.format": "NUMERIC"}),
            ("from_connect_data", "storage.StringConverter", {}),
            ("header_from_connect", "storage.SimpleHeaderConverter", {}),
        ):
            yield {"op": op, "class": PACKAGE + name, "config": config, "data": data}


def _cast(data: Any, target: str) -> Case:
    name = f"{PACKAGE}transforms.Cast$Value"
    return {
        "op": "transform",
        "class": name,
        "config": {"spec": target},
        "record": {"topic": "t", "value": data},
    }


def rubble() -> Iterator[Case]:
    """Read what is hardly JSON, and hardly UTF-8."""
    for at in range(400):
        make = Maker(f"rubble {at}")
        text = _joined(make, PIECES, 9).encode()
        yield _read("json.JsonConverter", {"schemas.enable": "false"}, text)
        odd = bytes(
            make.pick(LEADS) if make.chance(2) else make.draw.randrange(256)
            for _ in range(make.draw.randint(1, 7))
        )
        yield _read("storage.StringConverter", {}, odd)
        yield _read(
            "json.JsonConverter", {"schemas.enable": "false"}, json.dumps("a").encode()[:2] + odd + b'"'
        )


def _read(name: str, config: dict[str, str], data: bytes) -> Case:
    text = base64.b64encode(data).decode()
    return {"op": "to_connect_data", "class": PACKAGE + name, "config": config, "bytes": text}


FAMILIES = {
    "date_patterns": date_patterns,
    "paths": paths,
    "numerals": numerals,
    "decimals": decimals,
    "rubble": rubble,
}
