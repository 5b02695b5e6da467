"""Where in a message is its schema's id?

Confluent's wire format: a zero byte, the id in four bytes, big end first, then the data.
"""

from struct import Struct

from connectsdk.errors import DataError

__all__ = ("HEADER_SIZE", "framed_header", "schema_id_of")

HEADER_SIZE = 5
"""How many bytes come before the data."""

_HEADER = Struct(">Bi")
_LARGEST_ID = 2**31 - 1


def framed_header(schema_id: int) -> bytes:
    """Return the bytes that go before data of this schema.

    Raises:
        DataError: If it cannot be an id.
    """
    if not 0 <= schema_id <= _LARGEST_ID:
        raise DataError(f"{schema_id} cannot be a schema's id")
    return _HEADER.pack(0, schema_id)


def schema_id_of(data: bytes) -> int:
    """Return the id of the schema that data was written with.

    Raises:
        DataError: If the data does not begin as the wire format demands.
    """
    if len(data) < HEADER_SIZE:
        raise DataError(
            f"The message has {len(data)} bytes, fewer than the {HEADER_SIZE} of a schema registry's header: "
            "it was not written with a schema registry"
        )
    magic, schema_id = _HEADER.unpack_from(data)
    if magic != 0:
        raise DataError(
            f"Unknown magic byte! The message begins with {magic:#04x} in place of 0x00: "
            "it was not written with a schema registry"
        )
    if schema_id < 0:
        raise DataError(f"The message names the schema id {schema_id}, which no schema can have")
    found: int = schema_id
    return found
