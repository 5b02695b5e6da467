"""How does a producer write to the embedded broker?"""

from collections.abc import Sequence

import attrs

from connectsdk._core.partitioner import Partitioner
from connectsdk.errors import IllegalStateError
from connectsdk.record import ProducerRecord
from connectsdk.transport import Delivery, ProducerConfig
from connectsdk.transports.embedded._engine import Engine
from connectsdk.transports.embedded._produced import Delivered, produce

__all__ = ("EmbeddedProducer",)


@attrs.define(eq=False)
class EmbeddedProducer:
    """A `Producer`. What `send` returned from is written: there is nothing under way."""

    _engine: Engine = attrs.field(repr=False)
    _config: ProducerConfig
    _partitioner: Partitioner = attrs.field(factory=Partitioner, init=False)
    _closed: bool = attrs.field(default=False, init=False)

    async def send(self, records: Sequence[ProducerRecord]) -> Delivery:
        """Write a batch; cancelled, it wrote nothing. See `Producer.send`."""
        await self._engine.settle()
        if self._closed:
            raise IllegalStateError(f"Producer {self._config.client_id} is closed")
        return Delivered(produce(self._engine, records, self._partitioner, self._config.max_request_size))

    def bytes_in_flight(self) -> int:
        """Return 0; see `ShowsBytes`."""
        return 0

    async def close(self) -> None:
        """Take no more records."""
        self._closed = True
