"""How is fastavro called?"""

from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from typing import Any

import attrs

from connectsdk.converters.avro._strict_schema import strict
from connectsdk.errors import ConfigError

__all__ = ("Fastavro", "Write", "load_fastavro")

Write = Callable[[Any, bytes], bytes]
"""Takes a datum and what goes before its bytes; returns both as bytes."""

_OPTIONS = {"strict": False, "strict_allow_default": False, "disable_tuple_notation": False}
_PROBE = {"type": "record", "name": "probe", "fields": [{"name": "a", "type": ["null", "long"]}]}
_STRICT_PROBE = {
    "type": "record",
    "name": "probe",
    "fields": [
        {"name": "a", "type": ["null", "long"]},
        {"name": "b", "type": {"type": "enum", "name": "letter", "symbols": ["x", "y"]}},
    ],
}


@attrs.frozen
class Fastavro:
    """The parts of fastavro that are used.

    Attributes:
        parse: Makes of a schema what the others take.
        read: Reads a datum from a stream.
        writer: Returns what writes data of a parsed schema.
        is_strict: Whether it refuses, by schemas that `strict` has changed, branches and symbols that there are not.
    """

    parse: Callable[[Any], Any]
    read: Callable[..., Any]
    writer: Callable[[Any], Write]
    is_strict: bool = True


def load_fastavro() -> Fastavro:
    """Return fastavro.

    Raises:
        ConfigError: If it is not installed.
    """
    try:
        from fastavro import parse_schema, schemaless_reader
    except ImportError:
        raise ConfigError("AvroConverter needs fastavro: pip install 'connectsdk[avro]'") from None
    probe, data = parse_schema(_PROBE), {"a": 5}
    try:
        quick = _quick_writer(probe)(data, b"x") == _plain_writer(probe)(data, b"x")
    except Exception:  # noqa: BLE001 - another release: whatever it says, there is the public way
        quick = False
    writer = _quick_writer if quick else _plain_writer
    return Fastavro(parse_schema, schemaless_reader, writer, _reads_strictly(parse_schema, schemaless_reader))


def _reads_strictly(parse: Callable[[Any], Any], read: Callable[..., Any]) -> bool:
    schema = strict(parse(_STRICT_PROBE))

    def refused(data: bytes) -> bool:
        try:
            read(BytesIO(data), schema)
        except Exception:  # noqa: BLE001 - whatever it says
            return True
        return False

    try:
        reads = read(BytesIO(b"\2\4\2"), schema) == {"a": 2, "b": "y"}
    except Exception:  # noqa: BLE001 - another release
        return False
    return reads and refused(b"\1\4\2") and refused(b"\2\4\1")


def _plain_writer(schema: Any) -> Write:
    from fastavro import schemaless_writer

    def write(datum: Any, before: bytes) -> bytes:
        stream = BytesIO()
        stream.write(before)
        schemaless_writer(stream, schema, datum)
        return stream.getvalue()

    return write


def _quick_writer(schema: Any) -> Write:
    """Return what does as fastavro's `schemaless_writer`, without looking for the schema's names and a stream each time."""
    from fastavro import parse_schema

    write_data = import_module("fastavro._write").write_data  # it has no declaration
    named: dict[str, Any] = {}
    parsed = parse_schema(schema, named)

    def write(datum: Any, before: bytes) -> bytes:
        data = bytearray(before)
        write_data(data, datum, parsed, named, "", _OPTIONS)
        return bytes(data)

    return write
