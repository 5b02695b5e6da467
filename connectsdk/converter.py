"""How does data become bytes, and bytes data?

A converter is synchronous and does no I/O: it runs once per record, in the pipeline, between two awaits of
the loop that drives it. It may be shared by the records of one task only.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from connectsdk.record import RawHeaders
from connectsdk.schema import Schema

__all__ = ("Converter", "HeaderConverter", "SchemaAndValue")

SchemaAndValue = tuple[Schema | None, Any]
"""A value and, before it, its schema; a plain tuple, because one is made per record."""


@runtime_checkable
class Converter(Protocol):
    """Turn keys or values into bytes and back.

    A converter class that names an attrs class in `config_class` gets an instance of it in `configure`;
    otherwise it gets the properties as they are written.
    """

    def configure(self, config: Any, *, is_key: bool) -> None:
        """Take the configuration.

        When: once, before any other call.
        Blocks: not at all; no I/O.
        Cancellation: none, it does not await.
        Runs beside: nothing.

        Args:
            config: An instance of `config_class`, or a mapping of the properties under
                `key.converter.` or `value.converter.` with the prefix taken off.
            is_key: Whether it converts keys.

        Raises:
            ConfigError: If the configuration cannot work.
        """
        ...

    def from_connect_data(
        self, topic: str, headers: RawHeaders, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the bytes for a value.

        When: per record of a source, after the transforms.
        Blocks: not at all; no I/O.
        Cancellation: none, it does not await.
        Runs beside: nothing; one task calls it, one record at a time.

        Raises:
            DataError: If this value cannot be written.
            RetriableError: If the same call may succeed later.
        """
        ...

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> SchemaAndValue:
        """Return the schema and value in these bytes.

        When: per record of a sink, before the transforms.
        Blocks: not at all; no I/O.
        Cancellation: none, it does not await.
        Runs beside: nothing; one task calls it, one record at a time.

        Raises:
            DataError: If these bytes cannot be read.
            RetriableError: If the same call may succeed later.
        """
        ...


@runtime_checkable
class HeaderConverter(Protocol):
    """Turn header values into bytes and back; the rules are `Converter`'s."""

    def configure(self, config: Mapping[str, Any]) -> None:
        """Take the configuration; as `Converter.configure`."""
        ...

    def from_connect_header(self, topic: str, key: str, schema: Schema | None, value: Any) -> bytes | None:
        """Return the bytes for a header's value; as `Converter.from_connect_data`."""
        ...

    def to_connect_header(self, topic: str, key: str, data: bytes | None) -> SchemaAndValue:
        """Return the schema and value of a header; as `Converter.to_connect_data`."""
        ...
