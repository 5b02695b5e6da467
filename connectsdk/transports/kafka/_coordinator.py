"""What does the transaction coordinator say of a producer and its last transaction?

Asked by ending a transaction again that has ended already: the answer has no effect, and tells whether a successor
has fenced the producer, and whether what was committed is visible yet.
"""

import asyncio
from typing import Any

import attrs
from aiokafka import errors as kafka
from aiokafka.client import ConnectionGroup, CoordinationType
from aiokafka.protocol.transaction import EndTxnRequest

from connectsdk.transports.kafka._errors import is_transient

__all__ = ("TransactionCoordinator",)

ANSWER_TIMEOUT = 15.0
VISIBLE_TIMEOUT = 10.0
POLL = 0.002
SLOWEST_POLL = 0.1
MOVED = (kafka.CoordinatorNotAvailableError, kafka.NotCoordinatorError)


@attrs.define(eq=False)
class TransactionCoordinator:
    """The coordinator of one transactional producer, when no transaction of it is open."""

    _client: Any  # an AIOKafkaProducer; its inside is not typed

    async def check_not_fenced(self) -> None:
        """Make sure that the producer has no successor.

        Raises:
            KafkaError: If it has one, or the coordinator does not answer in time.
        """
        async with asyncio.timeout(ANSWER_TIMEOUT):
            await self._end_again(committed=False)

    async def await_visible(self) -> None:
        """Wait until a committed transaction is visible, for a limited time; it is committed in any case."""
        try:
            async with asyncio.timeout(VISIBLE_TIMEOUT):
                await self._end_again(committed=True)
        except (kafka.KafkaError, TimeoutError):
            return

    async def _end_again(self, *, committed: bool) -> None:
        pause = POLL
        while True:
            error = await self._ask(committed=committed)
            if error in {kafka.NoError, kafka.InvalidTxnState}:
                return
            if error in MOVED:
                self._client._sender._coordinators.pop(CoordinationType.TRANSACTION, None)  # noqa: SLF001
            elif error not in {kafka.ConcurrentTransactions, kafka.CoordinatorLoadInProgressError}:
                raise kafka.ProducerFenced if error is kafka.InvalidProducerEpoch else error
            await asyncio.sleep(pause)
            pause = min(2 * pause, SLOWEST_POLL)

    async def _ask(self, *, committed: bool) -> type[kafka.KafkaError]:
        sender, manager = self._client._sender, self._client._txn_manager  # noqa: SLF001 - only they know
        try:
            identity = manager.transactional_id
            node = await sender._find_coordinator(CoordinationType.TRANSACTION, identity)  # noqa: SLF001
            request = EndTxnRequest(identity, manager.producer_id, manager.producer_epoch, committed)
            answer = await self._client.client.send(node, request, group=ConnectionGroup.COORDINATION)
        except kafka.KafkaError as error:
            if not is_transient(error):
                raise
            return MOVED[0]  # type: ignore[no-any-return]
        return kafka.for_code(answer.error_code)  # type: ignore[no-any-return]
