"""How are records written to Kafka without a transaction?"""

import asyncio
from collections.abc import Callable, Sequence

import attrs
from aiokafka import AIOKafkaProducer

from connectsdk.errors import TransportError
from connectsdk.record import ProducerRecord
from connectsdk.transport import Delivery
from connectsdk.transports.kafka._access import use_own_bootstrap
from connectsdk.transports.kafka._batching import Batching
from connectsdk.transports.kafka._cleanup import end_client, shielded
from connectsdk.transports.kafka._errors import translate
from connectsdk.transports.kafka._options import ProducerOptions

__all__ = ("KafkaProducer", "open_batching")

OPEN_TIMEOUT = 30.0
FLUSH_TIMEOUT = 5.0


async def open_batching(name: str, options: ProducerOptions, transactional_id: str | None = None) -> Batching:
    """Open a library producer; a transactional one fences its predecessor.

    Raises:
        AuthenticationError: If the cluster refuses it.
        TransportError: If it cannot be opened in time.
    """
    client = AIOKafkaProducer(
        **options.client.for_client(options.client_id),
        acks="all",
        compression_type=options.compression,
        enable_idempotence=True,
        linger_ms=options.linger_ms,
        max_batch_size=options.batch_size,
        max_request_size=options.max_request_size,
        transaction_timeout_ms=options.transaction_timeout_ms,
        transactional_id=transactional_id,
    )
    use_own_bootstrap(client.client, options.client)
    try:
        async with asyncio.timeout(OPEN_TIMEOUT):
            await client.start()
    except BaseException as error:
        client._closed = True  # noqa: SLF001 - it warns otherwise
        await shielded(end_client(client.client, client._sender, client._message_accumulator))  # noqa: SLF001
        if isinstance(error, Exception):
            raise translate(error, f"{name}: cannot be opened") from error
        raise
    return Batching(name, options, client)


@attrs.define(eq=False)
class KafkaProducer:
    """A `Producer` on Kafka: idempotent, acknowledged by all in-sync replicas, one request per broker at a time."""

    _batching: Batching
    _forget: Callable[["KafkaProducer"], None]
    _closed: bool = attrs.field(default=False, init=False)

    async def send(self, records: Sequence[ProducerRecord]) -> Delivery:
        """Take a batch; see `Producer.send`."""
        if self._closed:
            raise TransportError(f"{self._batching.name} is closed")
        return await self._batching.accept(records)

    def bytes_in_flight(self) -> int:
        """Return how many bytes wait for their acknowledgement; see `ShowsBytes`."""
        return self._batching.bytes

    async def close(self) -> None:
        """Wait a few seconds for what is under way, then let go of everything; see `Producer.close`."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._batching.failure is None:
                await self._batching.drain(FLUSH_TIMEOUT)
        finally:
            await shielded(self._batching.end())
            self._forget(self)

    async def settle(self, limit: float) -> None:
        """Wait until nothing is under way, or the time is over."""
        await self._batching.drain(limit)
