"""How are records and offsets written that become visible together?

The client library commits a transaction even when a record in it failed; so nothing is committed here before
every record is acknowledged, and a transaction in doubt is aborted and its producer thrown away.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import attrs
from aiokafka.client import CoordinationType
from aiokafka.structs import OffsetAndMetadata, TopicPartition as ClientPartition

from connectsdk.errors import (
    ConnectError,
    DataError,
    FencedError,
    IllegalStateError,
    TransportError,
    UnknownOutcomeError,
)
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.source import SourceOffset
from connectsdk.transport import Delivery, DeliveryReport
from connectsdk.transports._offset_topic import offset_records
from connectsdk.transports.kafka._batching import Batching
from connectsdk.transports.kafka._cleanup import shielded
from connectsdk.transports.kafka._coordinator import TransactionCoordinator
from connectsdk.transports.kafka._delivery import KafkaDelivery
from connectsdk.transports.kafka._errors import translate

__all__ = ("KafkaTransactionalProducer",)

ABORT_TIMEOUT = 5.0
CALL_TIMEOUT = 30.0


@attrs.define(eq=False)
class KafkaTransactionalProducer:
    """A `TransactionalProducer` on Kafka.

    After anything but a rejected record it is finished: only a new one with the same id, which fences this one,
    makes the outcome final.
    """

    _batching: Batching
    _forget: Callable[["KafkaTransactionalProducer"], None]
    _open: bool = attrs.field(default=False, init=False)
    _closed: bool = attrs.field(default=False, init=False)
    _deliveries: list[KafkaDelivery] = attrs.field(factory=list, init=False)
    _group: str | None = attrs.field(default=None, init=False)
    _coordinator: TransactionCoordinator = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._coordinator = TransactionCoordinator(self._batching.client)

    async def begin(self) -> None:
        """Begin a transaction; see `TransactionalProducer.begin`."""
        self._check_usable()
        if self._open:
            raise IllegalStateError(f"{self._batching.name}: a transaction is open already")
        await self._call(self._coordinator.check_not_fenced(), "cannot begin")
        await self._call(self._batching.client.begin_transaction(), "cannot begin")
        self._open = True

    async def send(self, records: Sequence[ProducerRecord]) -> Delivery:
        """Take a batch into the open transaction; see `TransactionalProducer.send`."""
        self._check_open()
        delivery = await self._batching.accept(records)
        self._deliveries.append(delivery)
        return delivery

    async def write_source_offsets(self, topic: str, connector: str, offsets: Sequence[SourceOffset]) -> None:
        """Store source offsets in the open transaction; see `TransactionalProducer.write_source_offsets`."""
        self._check_open()
        records = offset_records(topic, connector, offsets)
        if records:
            await self.send(records)

    async def write_group_offsets(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        """Commit a group's offsets in the open transaction; see `TransactionalProducer.write_group_offsets`."""
        self._check_open()
        if not offsets:
            return
        client = self._batching.client
        if self._group not in {None, group}:  # the library remembers one group and one coordinator
            client._txn_manager._txn_consumer_group = None  # noqa: SLF001 - as above
            client._sender._coordinators.pop(CoordinationType.GROUP, None)  # noqa: SLF001 - as above
        self._group = group
        stored = {ClientPartition(*each): OffsetAndMetadata(offset, "") for each, offset in offsets.items()}
        written = client._txn_manager.add_offsets_to_txn(stored, group)  # noqa: SLF001 - to see to its answer
        written.add_done_callback(_retrieve)
        await self._call(asyncio.shield(written), f"cannot commit offsets of group {group}")

    async def commit(self) -> None:
        """Make the transaction visible; see `TransactionalProducer.commit`."""
        self._check_open()
        await self._require_delivered()
        self._open = False
        self._deliveries.clear()
        try:
            async with asyncio.timeout(self._batching.options.delivery_timeout):
                await self._batching.client.commit_transaction()
            await self._coordinator.await_visible()
        except BaseException as error:
            outcome = self._outcome(error)
            await self._finish(outcome)
            if isinstance(error, Exception):
                raise outcome from error
            raise

    async def abort(self) -> None:
        """Discard the transaction; see `TransactionalProducer.abort`."""
        if not self._open:
            self._check_usable()
            return
        self._open = False
        deliveries, self._deliveries = self._deliveries, []
        try:
            async with asyncio.timeout(ABORT_TIMEOUT):
                await self._batching.client.abort_transaction()
        except BaseException as error:
            failure = (
                translate(error, f"{self._batching.name}: cannot abort")
                if isinstance(error, Exception)
                else None
            )
            await self._finish(failure or TransportError(f"{self._batching.name}: an abort was cancelled"))
            if failure is not None:
                raise failure from error
            raise
        if self._batching.failure is not None or not all(delivery.done for delivery in deliveries):
            await self._finish(
                TransportError(f"{self._batching.name}: a record of an aborted transaction failed")
            )

    async def close(self) -> None:
        """Abort what is open, then let go of everything; see `TransactionalProducer.close`."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._open:
                await shielded(self.abort())
        except ConnectError:
            pass  # the broker aborts it when a successor opens, or when it expires
        finally:
            await shielded(self._end())
            self._forget(self)

    async def _require_delivered(self) -> None:
        """Wait for every record; if one is not delivered, abort instead of committing.

        Raises:
            DataError: If a record was rejected.
            TransportError: If a record failed.
        """
        try:
            for delivery in self._deliveries:
                _raise_rejected(await delivery.wait())
        except BaseException:
            await self._abort_quietly()
            raise

    async def _abort_quietly(self) -> None:
        with suppress(ConnectError):  # what made it necessary is reported; the broker aborts it later
            await shielded(self.abort())

    def _outcome(self, error: BaseException) -> ConnectError:
        if not isinstance(error, Exception):
            return UnknownOutcomeError(f"{self._batching.name}: a commit was cancelled; it may have happened")
        known = translate(error, f"{self._batching.name}: cannot commit")
        if isinstance(known, FencedError):
            return known
        return UnknownOutcomeError(f"{known}; whether the transaction is committed is not known")

    async def _call(self, call: Awaitable[None], what: str) -> None:
        """Await one call of the library inside a deadline; whatever goes wrong finishes this producer."""
        try:
            async with asyncio.timeout(CALL_TIMEOUT):
                await call
        except Exception as error:
            failure = self._batching.failure or translate(error, f"{self._batching.name}: {what}")
            self._batching.fail(failure)
            raise failure from error
        except BaseException:
            self._batching.fail(TransportError(f"{self._batching.name}: a call was cancelled"))
            raise

    async def _finish(self, failure: ConnectError) -> None:
        self._batching.fail(failure)
        await shielded(self._end())

    async def _end(self) -> None:
        await self._batching.end()
        outcome = self._batching.client._txn_manager._transaction_waiter  # noqa: SLF001 - nobody else looks
        if outcome is not None and outcome.done():
            _retrieve(outcome)

    def _check_usable(self) -> None:
        if self._closed:
            raise TransportError(f"{self._batching.name} is closed")
        if self._batching.failure is not None:
            raise self._batching.failure

    def _check_open(self) -> None:
        self._check_usable()
        if not self._open:
            raise IllegalStateError(f"{self._batching.name}: no transaction is open")


def _raise_rejected(report: DeliveryReport) -> None:
    if report.rejected:
        error = report.rejected[0].error
        raise error if isinstance(error, DataError) else DataError(str(error))


def _retrieve(future: "asyncio.Future[Any]") -> None:
    if not future.cancelled():
        future.exception()
