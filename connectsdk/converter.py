"""How does data become bytes, and bytes data?

A converter is synchronous and does no I/O: it runs once per record, in the pipeline, between two awaits of
the loop that drives it. It may be shared by the records of one task only.

**What a converter lacks.** One that needs something from outside, a schema from a registry, keeps what it knows in
memory. When that does not suffice for a record it raises `LookupNeeded`, and whoever drives it awaits `look_up` and
makes the same call again::

    def to_connect_data(self, topic, headers, data):
        schema = self._known.get(schema_id)
        if schema is None:
            raise LookupNeeded(f"schema {schema_id} is not known yet", partial(self._fetch, schema_id))
        ...

    async def _fetch(self, schema_id): ...  # puts it into self._known, or raises

So a batch costs one await per thing that is missing, and a record of a known shape none. The rules:

- After `look_up` returned, the call must come further than before; after 32 in a row for one record it has failed.
- `look_up` runs where the task's other methods run, while the converter is not called. It has 60 seconds, and is
  cancelled when they are over and when the task is stopped.
- `RetriableError` from it: it is awaited again as `errors.retry.timeout` says. When that gives up, or on a
  `TransportError` or `ConfigError`, the task fails, whatever is tolerated: the record is not at fault.
- Any other exception from it is the record's own failure, and `errors.tolerance` decides. A converter must
  remember such an answer for a while, and raise it at once for the next record.

Outside of the runtime, `resolve` does this.

**The end.** A converter that holds something open may have `async def aclose(self)`; it is awaited once when its task
has ended, also after a failure.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

from connectsdk.errors import DataError, LookupNeeded
from connectsdk.record import RawHeaders
from connectsdk.schema import Schema

__all__ = (
    "MOST_LOOK_UPS",
    "BatchConverter",
    "Converter",
    "HeaderConverter",
    "SchemaAndValue",
    "endless",
    "resolve",
)

T = TypeVar("T")

MOST_LOOK_UPS = 32
"""How many look-ups in a row one record may need."""

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
            LookupNeeded: If something has to be looked up first.
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
            LookupNeeded: If something has to be looked up first.
            RetriableError: If the same call may succeed later.
        """
        ...


@runtime_checkable
class BatchConverter(Protocol):
    """A converter that can also convert the values of a whole batch in one call.

    Optional: a converter that has these methods beside those of `Converter` gets whole batches when no record has
    headers. It may refuse a batch by raising anything: its values are then converted one by one, which says whose
    fault it was. So the answer must be the same as one by one, and nothing may be remembered that changes a later one.
    """

    def from_connect_batch(
        self, topic: str, schema: Schema | None, values: Sequence[Any]
    ) -> Sequence[bytes | None]:
        """Return the bytes for each value; all of them have this schema.

        When: instead of `from_connect_data` for each record of a batch.
        Blocks: not at all; no I/O.
        Cancellation: none, it does not await.
        Runs beside: nothing.

        Raises:
            Exception: If the values are better converted one by one.
        """
        ...

    def to_connect_batch(
        self, topic: str, data: Sequence[bytes | None]
    ) -> tuple[Schema | None, Sequence[Any]]:
        """Return the one schema of all, and the value in each of these bytes.

        When: instead of `to_connect_data` for each record of a batch.
        Blocks: not at all; no I/O.
        Cancellation: none, it does not await.
        Runs beside: nothing.

        Raises:
            Exception: If the bytes are better converted one by one, or their schemas differ.
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


async def resolve(call: Callable[..., T], *arguments: Any) -> T:
    """Return what a converter's method answers, having looked up what it lacked.

    For whoever drives a converter without the runtime::

        schema, value = await resolve(converter.to_connect_data, topic, headers, data)

    Raises:
        ConnectError: What the call, or a look-up, raised.
        DataError: If it lacks something after `MOST_LOOK_UPS` look-ups still.
    """
    for _ in range(MOST_LOOK_UPS):
        try:
            return call(*arguments)
        except LookupNeeded as needed:
            look_up = needed.look_up
        await look_up()
    raise endless(call)


def endless(what: Any) -> DataError:
    """Return the error of a converter whose look-ups never suffice."""
    name = getattr(what, "__qualname__", what)
    return DataError(f"{name} asks for look-ups without end: after {MOST_LOOK_UPS} it lacks something still")
