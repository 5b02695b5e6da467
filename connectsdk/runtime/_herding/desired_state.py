"""Where is kept what connectors are meant to do?

A write is durable when it returns, and a process that is killed in the middle of one leaves the old or the new state.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import anyio
import attrs

from connectsdk._core.config_records import Desired, DesiredTable, config_record, target_state_record
from connectsdk.errors import ConfigError, TransportError
from connectsdk.record import ProducerRecord
from connectsdk.runtime._crash_points import reach
from connectsdk.transport import NewTopic, Producer, ProducerConfig, Transport

__all__ = ("DesiredState", "TopicDesiredState")

Record = tuple[bytes, bytes | None]
COMPACTED = {"cleanup.policy": "compact"}


class DesiredState(Protocol):
    """The store of a herder; one herder writes to it."""

    async def load(self) -> Mapping[str, Desired]:
        """Return what each connector is meant to be.

        When: once, before any write.

        Raises:
            ConfigError: If what is stored cannot be read.
            TransportError: If the store does not answer.
        """
        ...

    async def put(self, name: str, desired: Desired) -> None:
        """Store what a connector is meant to be.

        Raises:
            ConnectError: If it could not be stored.
        """
        ...

    async def remove(self, name: str) -> None:
        """Forget a connector.

        Raises:
            ConnectError: If that could not be stored.
        """
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


@attrs.define(eq=False)
class TopicDesiredState:
    """Keeps it in a compacted topic, in the records of Kafka Connect's config topic."""

    transport: Transport
    topic: str = "connect-configs"
    _stored: dict[str, Desired] = attrs.field(factory=dict, init=False, repr=False)
    _writing: anyio.Lock = attrs.field(factory=anyio.Lock, init=False, repr=False)
    _producer: Producer | None = attrs.field(default=None, init=False)

    async def load(self) -> Mapping[str, Desired]:
        """Return what the topic says, which is created if need be; see `DesiredState.load`."""
        await self._prepare()
        reader = await self.transport.reader(self.topic)
        try:
            table = DesiredTable()
            for record in await reader.read_to_end():
                table.apply(record.key, record.value)
        finally:
            with anyio.CancelScope(shield=True):
                await reader.close()
        self._stored = table.connectors()
        return dict(self._stored)

    async def put(self, name: str, desired: Desired) -> None:
        """Store what a connector is meant to be; see `DesiredState.put`.

        The target comes first: until the properties are there it means nothing. What is there already is not written
        again: whoever else follows the topic would take it for a change.
        """
        async with self._writing:
            before = self._stored.pop(name, None)  # unknown, if the write fails
            records = []
            if before is None or before.target is not desired.target:
                records.append(target_state_record(name, desired.target))
            if before is None or before.config != desired.config:
                records.append(config_record(name, desired.config))
            await self._write(records)
            self._stored[name] = desired

    async def remove(self, name: str) -> None:
        """Forget a connector; see `DesiredState.remove`."""
        async with self._writing:
            self._stored.pop(name, None)
            await self._write([config_record(name, None), target_state_record(name, None)])

    async def close(self) -> None:
        """Close the producer."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.close()

    async def _prepare(self) -> None:
        """Create the topic, or make sure that the one that exists can keep connectors.

        Raises:
            ConfigError: If it cannot.
        """
        admin = self.transport.admin
        await admin.create_topics([NewTopic(name=self.topic, partitions=1, config=COMPACTED)])
        found = (await admin.describe_topics([self.topic])).get(self.topic)
        if found is None:
            return
        if found.partitions != 1:
            raise ConfigError(
                f"topic {self.topic} must have 1 partition to keep connectors, it has {found.partitions}: "
                "name another one in config.storage.topic"
            )
        policy = found.config.get("cleanup.policy", "compact")
        if policy != "compact":
            raise ConfigError(
                f"topic {self.topic} must have cleanup.policy=compact to keep connectors, it has {policy}: "
                "change it, or name another topic in config.storage.topic"
            )

    async def _write(self, records: Sequence[Record]) -> None:
        if not records:
            return
        with anyio.CancelScope(shield=True):  # half of it would be neither the old nor the new state
            try:
                if self._producer is None:
                    config = ProducerConfig(client_id="connectsdk-configs")
                    self._producer = await self.transport.producer(config)
                sent = [ProducerRecord(self.topic, 0, key, value) for key, value in records]
                reach("desired_before_write")
                delivery = await self._producer.send(sent)
                reach("desired_before_replace")
                report = await delivery.wait()
                reach("desired_after_replace")
            except TransportError:
                await self.close()
                raise
            if report.rejected:
                raise report.rejected[0].error
