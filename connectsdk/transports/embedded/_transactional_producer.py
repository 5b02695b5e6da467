"""How does a transactional producer write to the embedded broker?"""

from collections.abc import Mapping, Sequence
from contextlib import suppress

import attrs

from connectsdk._core.partitioner import Partitioner
from connectsdk.errors import ConnectError, DataError, FencedError, IllegalStateError, TransportError
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.source import SourceOffset
from connectsdk.transport import Delivery, ProducerConfig
from connectsdk.transports._offset_topic import offset_records
from connectsdk.transports.embedded._batch import BatchState
from connectsdk.transports.embedded._engine import Engine
from connectsdk.transports.embedded._produced import Delivered, Report, produce
from connectsdk.transports.embedded._transactions import Transaction

__all__ = ("EmbeddedTransactionalProducer",)


@attrs.define(eq=False)
class EmbeddedTransactionalProducer:
    """A `TransactionalProducer`. A call that is cancelled did nothing."""

    _engine: Engine = attrs.field(repr=False)
    _config: ProducerConfig
    _transaction: Transaction
    _partitioner: Partitioner = attrs.field(factory=Partitioner, init=False)
    _failure: Exception | None = attrs.field(default=None, init=False)
    _closed: bool = attrs.field(default=False, init=False)

    async def begin(self) -> None:
        """Begin a transaction; see `TransactionalProducer.begin`."""
        await self._ready()
        self._engine.broker.transactions.begin(self._transaction, self._engine.now().seconds)
        self._failure = None

    async def send(self, records: Sequence[ProducerRecord]) -> Delivery:
        """Write a batch into the transaction; see `TransactionalProducer.send`."""
        await self._ready()
        self._engine.broker.transactions.require_open(self._transaction)
        return Delivered(self._produce(records))

    async def write_source_offsets(self, topic: str, connector: str, offsets: Sequence[SourceOffset]) -> None:
        """Store source offsets in the transaction; see `TransactionalProducer.write_source_offsets`."""
        await self._ready()
        self._engine.broker.transactions.require_open(self._transaction)
        self._produce(offset_records(topic, connector, offsets))

    async def write_group_offsets(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        """Commit a group's offsets in the transaction; see `TransactionalProducer.write_group_offsets`."""
        await self._ready()
        try:
            self._engine.broker.write_group_offsets(self._transaction, group, offsets)
        except TransportError as error:
            self._failure = self._failure or error
            raise

    async def commit(self) -> None:
        """Make the transaction visible; see `TransactionalProducer.commit`."""
        await self._ready()
        self._engine.broker.transactions.require_open(self._transaction)
        failure = self._failure
        if failure is None:
            self._end(BatchState.COMMITTED)
            return
        self._end(BatchState.ABORTED)
        kind = DataError if isinstance(failure, DataError) else TransportError
        raise kind(f"Transaction of {self._transaction.name} was aborted: {failure}") from failure

    async def abort(self) -> None:
        """Discard the transaction; see `TransactionalProducer.abort`."""
        await self._ready()
        self._end(BatchState.ABORTED)

    async def close(self) -> None:
        """Abort what is open, and take no more records."""
        if self._closed:
            return
        self._closed = True
        self._engine.closed(self)
        with suppress(ConnectError):  # what cannot be aborted now is aborted when a successor opens
            if self._transaction.is_open:
                self._end(BatchState.ABORTED)

    async def _ready(self) -> None:
        await self._engine.settle()
        if self._closed:
            raise IllegalStateError(f"Transactional producer {self._transaction.name} is closed")
        self._engine.expire_transactions()

    def _produce(self, records: Sequence[ProducerRecord]) -> Report:
        most = self._config.max_request_size
        try:
            report = produce(self._engine, records, self._partitioner, most, self._transaction)
        except FencedError:
            raise
        except TransportError as error:
            self._failure = self._failure or error
            raise
        if report.rejected:
            self._failure = self._failure or report.rejected[0].error
        return report

    def _end(self, state: BatchState) -> None:
        topics = {where.topic for where in self._transaction.partitions}
        self._engine.broker.end_transaction(self._transaction, state)
        self._failure = None
        self._engine.announce_records(topics)
