"""How does a value become Avro's bytes, and bytes a value?

Usual values are written by `_quick` and read by `_quick_reading`, in a part of the time that fastavro takes; it reads and writes all
others. Its errors are mapped here, and its messages, which may hold a record's content, are left out.
"""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from connectsdk.converters.avro._anything import is_anything
from connectsdk.converters.avro._binary_schema import BinarySchemas
from connectsdk.converters.avro._fastavro import Fastavro, Write
from connectsdk.converters.avro._guards import guard_of
from connectsdk.converters.avro._quick import Quick
from connectsdk.converters.avro._quick_readers import quick_reader_of
from connectsdk.converters.avro._readers import Step, reader_of
from connectsdk.converters.avro._settings import MappingSettings
from connectsdk.converters.avro._strict_schema import strict
from connectsdk.converters.avro._to_connect import connect_schema_of
from connectsdk.converters.avro._types import AvroType
from connectsdk.converters.avro._writers import plan_of
from connectsdk.errors import DataError, SchemaError
from connectsdk.schema import Schema

__all__ = ("Decode", "Encode", "EncodeBatch", "decoder", "encoder")

_FIELD = "value"

Encode = Callable[[Any], bytes]
"""Turns a value that is not None into a message, header included."""

EncodeBatch = Callable[[Sequence[Any]], list[bytes]]
"""Does so with values none of which is None."""

Decode = Callable[[bytes], tuple[Schema | None, Any]]
"""Turns a message, whose header is passed over, into its schema and its value."""


def encoder(
    avro: AvroType, schema: Schema | None, settings: MappingSettings, header: bytes, fastavro: Fastavro
) -> tuple[Encode, EncodeBatch]:
    """Return what writes values of a Connect schema as an Avro type: one, and a batch.

    Raises:
        SchemaError: If they cannot be.
    """
    schemas = BinarySchemas(settings)
    binary = _parse(fastavro, schemas.make(avro, schema))
    plan = plan_of(avro, schema, settings, schemas)
    careful = _careful(plan.make, fastavro.writer(binary), header)
    if plan.quick is None:
        return careful, lambda values: [careful(value) for value in values]
    return _quick_or_careful(plan.quick, careful, header)


def _quick_or_careful(quick: Quick, careful: Encode, header: bytes) -> tuple[Encode, EncodeBatch]:
    join = b"".join

    def encode(value: Any) -> bytes:
        parts = [header]
        try:
            quick(value, parts.append)
            return join(parts)
        except Exception:  # noqa: BLE001, S110 - any error means that the value is unusual, or wrong
            pass
        return careful(value)  # it writes what is allowed, and says what is wrong and where

    return encode, lambda values: [encode(value) for value in values]


def _careful(make: Step, write: Write, header: bytes) -> Encode:
    def encode(value: Any) -> bytes:
        try:
            return write(make(value), header)
        except DataError:
            raise
        except RecursionError:
            raise DataError("A value is nested too deeply") from None
        except Exception as error:  # noqa: BLE001 - fastavro's errors have no root of their own
            raise DataError(f"A value cannot be written as Avro: {type(error).__name__}") from None

    return encode


def decoder(
    avro: AvroType, version: int | None, settings: MappingSettings, start: int, fastavro: Fastavro
) -> Decode:
    """Return what reads the data of an Avro type.

    Raises:
        SchemaError: If Connect cannot express the type.
    """
    schema = None if is_anything(avro) else connect_schema_of(avro, settings, version)
    guard = guard_of(avro, frozenset() if fastavro.is_strict else frozenset({"union", "enum"}))
    careful = _guarded(avro, schema, settings, fastavro)
    quick = quick_reader_of(avro, schema, settings)

    def decode(data: bytes) -> tuple[Schema | None, Any]:
        if quick is not None and type(data) is bytes:
            try:
                return schema, quick(data, start)[0]
            except Exception:  # noqa: BLE001, S110 - any error means that the data is unusual, or wrong
                pass
        if guard is not None:
            guard(data, start)
        return schema, careful(data, start)

    return decode


def _guarded(
    avro: AvroType, schema: Schema | None, settings: MappingSettings, fastavro: Fastavro
) -> Callable[[bytes, int], Any]:
    """Return what reads data behind its guard."""
    schemas, is_record = BinarySchemas(settings), avro.kind == "record"
    made = schemas.make(avro, schema)
    binary = strict(_parse(fastavro, made if is_record else _as_field(made)))
    step, read = reader_of(avro, schema, settings), fastavro.read

    def decode(data: bytes, start: int) -> Any:
        try:
            stream = BytesIO(data)
            stream.seek(start)
            value = read(stream, binary)
            if not is_record:
                value = value[_FIELD]
            return value if step is None or value is None else step(value)
        except DataError:
            raise
        except Exception as error:  # noqa: BLE001 - fastavro's errors have no root of their own
            raise DataError(f"Avro data does not fit its schema: {type(error).__name__}") from None

    return decode


def _as_field(schema: Any) -> Any:
    """Return a record with one field, whose bytes are those of the field: fastavro parses all but records before each use."""
    return {"type": "record", "name": "connectsdk.Message", "fields": [{"name": _FIELD, "type": schema}]}


def _parse(fastavro: Fastavro, schema: Any) -> Any:
    try:
        return fastavro.parse(schema)
    except DataError:
        raise
    except Exception as error:  # noqa: BLE001 - fastavro's errors have no root of their own
        raise SchemaError(f"An Avro schema cannot be used: {type(error).__name__}: {error}") from None
