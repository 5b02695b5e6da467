"""Which data does a case hold? Every type with its edges, drawn from a generator with a fixed seed."""

import base64
import random
from typing import Any

__all__ = ("NAMES", "Maker", "decimal", "envelope", "logical")

Json = Any

NAMES = ("a", "b", "c", "id", "ts", "x.y", "a.b", "é", "`q`", "name", "nested", "😀")
INTS = {
    "int8": (0, 1, -1, 42, -128, 127),
    "int16": (0, -7, 300, -32768, 32767),
    "int32": (0, 5, -1, 19000, 86399999, -2147483648, 2147483647),
    "int64": (0, 9, -1, 1700000000123, 2**53 + 1, -(2**63), 2**63 - 1),
}
REALS = {
    "float": (0.0, 1.5, -2.5, 0.1, 3.4028235e38, 1.4e-45, 1e10, 16777216.0, 1e-5, 123456.79),
    "double": (0.0, 0.1, -3.75, 1.7976931348623157e308, 4.9e-324, 1e7, 9999999.5, 1e-3, 1e21, 12345678.9),
}
NUMBERS = {**INTS, **REALS}
TEXTS = (
    "", "a", "true", "FALSE", "5", " 12 ", "-3.7", "1e3", "NaN", "Infinity", "2020-01-31", "é€", "😀", "\x00", "null",
    "[1,2]", '{"a":1}', 'q"\\', "2020-01-31T12:34:56.789Z", "12:34:56.789Z", "x.y", "0x10", "127", "128", "32768",
    "2147483648", "9223372036854775808", "+7", "1_000", "1.", ".5", "1d", "\u0661\u0662", "line\nbreak", "\u2028", " ",
)  # fmt: skip
BLOBS = (b"", b"\x00", b"\x01\x02", b"\xff\xfe", b"text", b"\x80" * 9)
UNSCALED = (b"\x00", b"\x01", b"\xff", b"\x01\x02", b"\x80", b"\x00\xff", b"\x7f" * 12, b"\x04\xd2")
CALENDAR = {
    "Date": ("int32", (0, -1, 19000, 18262, -719162, 2932896)),
    "Time": ("int32", (0, 1, 3723004, 86399999)),
    "Timestamp": ("int64", (0, -1, 1700000000123, 1580474096789, -62135596800000, 253402300799999, 86400000)),
}
NOT_FINITE = ("NaN", "Infinity", "-Infinity")
LEAVES = (*INTS, *REALS, "boolean", "string", "bytes", *CALENDAR, "Decimal")


def envelope(schema: Json, payload: Json) -> Json:
    """Return data as JsonConverter writes it."""
    return {"schema": schema, "payload": payload}


def logical(name: str, base: str, **more: Json) -> Json:
    """Return a logical type's schema."""
    return {"type": base, "name": f"org.apache.kafka.connect.data.{name}", "version": 1, **more}


def decimal(scale: int) -> Json:
    """Return a decimal's schema."""
    return logical("Decimal", "bytes", parameters={"scale": str(scale)})


class Maker:
    """Draws schemas, values and records.

    Args:
        seed: The same seed draws the same.
        exact: Whether what only exact cases can say is drawn too: numbers that are not finite, null beside a default.
    """

    salt = ""
    """What the seeds begin with: another one draws other cases."""

    def __init__(self, seed: str, *, exact: bool = False) -> None:
        self.draw = random.Random(self.salt + seed)
        self.exact = exact

    def chance(self, one_in: int) -> bool:
        """Return true once in so many times."""
        return self.draw.randrange(one_in) == 0

    def pick(self, choices: Any) -> Any:
        """Return one of several."""
        return self.draw.choice(tuple(choices))

    def some(self, choices: Any, most: int) -> list[Any]:
        """Return one or more of several, each once."""
        found = tuple(choices)
        return self.draw.sample(found, min(len(found), self.draw.randint(1, most)))

    # -- schemas and values ----------------------------------------------------------------------------------

    def leaf(self, kind: str | None = None) -> tuple[Json, Json]:
        """Return a schema without parts, and a value."""
        kind = kind or self.pick(LEAVES)
        if kind in INTS or kind in REALS:
            odd = kind in REALS and self.exact and self.chance(4)
            return {"type": kind}, self.pick((*NOT_FINITE, -0.0) if odd else NUMBERS[kind])
        if kind in CALENDAR:
            base, values = CALENDAR[kind]
            return logical(kind, base), self.pick(values)
        if kind == "Decimal":
            return decimal(self.pick((0, 2, 5, -2, 18))), _base64(self.pick(UNSCALED))
        return {"type": kind}, self._word(kind)

    def _word(self, kind: str) -> Json:
        if kind == "boolean":
            return self.chance(2)
        return self.pick(TEXTS) if kind == "string" else _base64(self.pick(BLOBS))

    def typed(self, depth: int = 2, kind: str | None = None) -> tuple[Json, Json]:
        """Return a schema of any type, optional or with a default or neither, and a value."""
        schema, value = self._shape(depth, kind)
        if "name" not in schema and self.chance(6):
            schema["name"] = self.pick(("n", "com.x.Row"))
            schema["version"] = self.pick((1, 7))
        if self.chance(10):
            schema["doc"] = "said"
        if self.chance(12):
            schema.setdefault("parameters", {})["p"] = "1"
        return schema, self._absent(schema, value, depth, kind)

    def _absent(self, schema: Json, value: Json, depth: int, kind: str | None) -> Json:
        optional = self.chance(3)
        if optional:
            schema["optional"] = True
        if depth < 2 and self.chance(5) and schema["type"] not in {"struct", "array", "map"}:
            schema["default"] = self.leaf(kind)[1] if kind in INTS else value
            if schema["default"] in (*NOT_FINITE, -0.0) and schema["type"] in REALS:
                schema["default"] = 0.5
        if optional and self.chance(4):
            return None
        return None if "default" in schema and optional and self.chance(3) else value

    def _shape(self, depth: int, kind: str | None) -> tuple[Json, Json]:
        if kind is None and depth and self.chance(3):
            kind = self.pick(("array", "map", "struct"))
        if kind == "array":
            return self._array(depth)
        if kind == "map":
            return self._map(depth)
        return self.struct(depth) if kind == "struct" else self.leaf(kind)

    def _array(self, depth: int) -> tuple[Json, Json]:
        items, value = self.typed(depth - 1)
        items.pop("default", None)
        count = self.draw.randrange(3)
        return {"type": "array", "items": items}, [value] * count

    def _map(self, depth: int) -> tuple[Json, Json]:
        values, value = self.typed(depth - 1)
        values.pop("default", None)
        if self.chance(3):
            keys, key = self.leaf(self.pick(INTS))
            return {"type": "map", "keys": keys, "values": values}, [[key, value]]
        payload = {self.pick(NAMES): value} if self.chance(2) else {}
        return {"type": "map", "keys": {"type": "string"}, "values": values}, payload

    def struct(self, depth: int = 2, names: Any = None, kinds: Any = None) -> tuple[Json, Json]:
        """Return a struct's schema, and a struct."""
        fields, payload = [], {}
        for name in names or self.some(NAMES, 5):
            schema, value = self.typed(depth - 1, None if kinds is None else self.pick(kinds))
            fields.append({**schema, "field": name})
            payload[name] = value
        return {"type": "struct", "fields": fields}, payload

    def plain(self, depth: int = 2) -> Json:
        """Return a value without a schema."""
        if depth and self.chance(4):
            return [self.plain(depth - 1)] * self.draw.randrange(3)
        if depth and self.chance(4):
            return {self.pick(NAMES): self.plain(depth - 1)}
        kind = self.pick(("int64", "double", "boolean", "string", "string", None))
        return None if kind is None else self.plain_leaf(kind)

    def plain_leaf(self, kind: str) -> Json:
        """Return a value without a schema; JSON has no word for some numbers, and Java's reader no minus zero."""
        value = self.leaf(kind)[1]
        return 0.5 if kind in REALS and value in (*NOT_FINITE, -0.0) else value

    def row(self, kinds: Any = None) -> tuple[list[str], Json]:
        """Return the fields' names of a struct or map, and that data; sometimes there is something else."""
        names = self.some(NAMES, 5)
        if self.chance(3):
            kind_of = (lambda: self.plain_leaf(self.pick(kinds))) if kinds else self.plain
            payload = {name: kind_of() for name in names}
            return names, envelope(None, payload)
        schema, payload = self.struct(2, names, kinds)
        if self.chance(8):
            schema["optional"] = True
            payload = None if self.chance(2) else payload
        if self.chance(4):
            schema["name"], schema["version"] = "row", 3
        return names, self.odd() if self.chance(10) else envelope(schema, payload)

    def odd(self) -> Json:
        """Return data that is no struct."""
        if self.chance(3):
            return envelope(None, None)
        return envelope(None, self.plain()) if self.chance(2) else envelope(*self.typed())

    def data(self) -> Json:
        """Return any data."""
        return envelope(None, self.plain()) if self.chance(3) else envelope(*self.typed())

    # -- records ---------------------------------------------------------------------------------------------

    def record(self, **parts: Json) -> Json:
        """Return a record with these parts, and others as they come."""
        made = {
            "topic": self.pick(("t", "orders-2020", "x.y", "Topic_1", "é")),
            "partition": self.pick((None, 0, 3)),
            "timestamp": self.pick((None, 0, 1700000000123, -1, 951782400000)),
            "key": self.data() if self.chance(3) else envelope(None, None),
            "value": envelope(None, None) if self.chance(6) else self.data(),
            "headers": [self.header() for _ in range(self.draw.choice((0, 0, 1, 3)))],
        }
        if self.chance(3):
            made |= {"kind": "sink", "partition": 3, "offset": self.pick((0, 42, 2**40))}
        return {**made, **parts}

    def header(self) -> Json:
        """Return a header."""
        return {"key": self.pick(("h", "k", "é", "a")), "data": envelope(*self.typed(1))}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
