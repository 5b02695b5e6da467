"""Is nothing lost or left behind, wherever a call is cancelled?"""

# ruff: noqa: PLR2004, S101 - a check asserts, and its numbers are the point

from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import pytest

from connectsdk.record import ConsumerRecord, TopicPartition
from connectsdk.testing.transport_suite._cancellation import cancel_at_every_await
from connectsdk.testing.transport_suite._steps import (
    Steps,
    fresh_name,
    next_offsets,
    partitions_of,
    records_to,
    texts,
)
from connectsdk.transport import ConsumerConfig, Fetched, NewTopic, Revoked, Transport

__all__ = ("CancellationChecks",)

_Call = Callable[[], Coroutine[Any, Any, None]]


class CancellationChecks(Steps):
    """Every call, cancelled at every await; then a fresh object does the same work."""

    async def test_cancelled_send(self, transport: Transport) -> None:
        """A cancelled `send` may have written a part, in order and not twice; a fresh producer writes."""
        topic = await self.new_topic(transport)

        async def send() -> None:
            producer = await transport.producer()
            try:
                delivery = await producer.send(records_to(topic, range(3)))
                await delivery.wait()
            finally:
                with anyio.CancelScope(shield=True):
                    await producer.close()

        async def check() -> None:
            await self.write_values(transport, topic, ["fresh"])
            parts = " ".join(await self.committed_values(transport, topic)).split("fresh")
            assert {part.strip() for part in parts} <= {"", "0", "0 1", "0 1 2"}
            assert parts[-1] == ""

        await self._sweep(send, check)

    async def test_cancelled_opening(self, transport: Transport) -> None:
        """A cancelled opening leaves no member, no transaction and no topic half made."""
        topic = await self.new_topic(transport)
        name, offsets_topic, identity = fresh_name("group"), fresh_name("offsets"), fresh_name("tx")

        async def open_all() -> None:
            await transport.producer()
            await transport.reader(topic)
            await transport.offset_store(offsets_topic, partitions=1)
            await transport.transactional_producer(identity)
            consumer = await transport.consumer(ConsumerConfig(group=name, topics=[topic]))
            with anyio.CancelScope(shield=True):
                await consumer.close()

        async def check() -> None:
            await self._owns_at_once(transport, topic, name)
            with anyio.fail_after(self.deadline):
                producer = await transport.transactional_producer(identity)
                await self.transaction(producer, topic, ["x"])
                await producer.close()

        await self._sweep(open_all, check)

    @pytest.mark.parametrize("end", ["commit", "abort"])
    async def test_cancelled_transaction(self, transport: Transport, end: str) -> None:
        """A cancelled transaction is there as a whole or not at all, and a successor goes on."""
        topic = await self.new_topic(transport, 2)
        identity, offsets_topic, group = fresh_name("tx"), fresh_name("offsets"), fresh_name("group")
        store = await transport.offset_store(offsets_topic, partitions=1)
        runs = 0

        async def transaction() -> None:
            nonlocal runs
            runs += 1
            producer = await transport.transactional_producer(identity)
            await producer.begin()
            await producer.send([*records_to(topic, [runs], 0), *records_to(topic, [runs], 1)])
            await producer.write_source_offsets(offsets_topic, "c", [({"file": "a"}, {"run": runs})])
            await producer.write_group_offsets(group, {TopicPartition(topic, 0): runs})
            await (producer.commit() if end == "commit" else producer.abort())

        async def check() -> None:
            with anyio.fail_after(self.deadline):
                await transport.transactional_producer(identity)  # settles what is open
                found = await self.all_committed(transport, topic)
                offsets = await store.read("c")
                committed = await transport.admin.group_offsets(group)
            last = max((int(record.value or b"0") for record in found), default=0)
            by_partition = [[r.value for r in found if r.partition == part] for part in (0, 1)]
            assert by_partition[0] == by_partition[1]
            assert offsets == ([({"file": "a"}, {"run": last})] if last else [])
            assert committed == ({TopicPartition(topic, 0): last} if last else {})

        await self._sweep(transaction, check)
        await check()

    async def test_cancelled_next_event(self, transport: Transport) -> None:
        """A cancelled `next_event` loses neither events nor records, on the same consumer."""
        topic = await self.new_topic(transport)
        consumer = await self.consumer(transport, topic, max_records=5)
        await self.write_values(transport, topic, range(20))
        found: list[ConsumerRecord] = []

        async def read() -> None:
            while len(found) < 20:
                event = await consumer.next_event(self.deadline)
                found.extend(event.records if isinstance(event, Fetched) else ())

        async def check() -> None:
            assert [record.offset for record in found] == list(range(len(found)))

        await self._sweep(read, check)
        await read()
        assert [record.offset for record in found] == list(range(20))

    async def test_cancelled_membership(self, transport: Transport) -> None:
        """Wherever a member is cancelled, after its `close` the group is free at once."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(3))
        name = fresh_name("group")

        async def work() -> None:
            consumer = await self.consumer(transport, topic, group=name)
            try:
                records = await self.read(consumer, 3)
                await consumer.commit(next_offsets(records))
                await consumer.committed(partitions_of(topic, 1))
            finally:
                with anyio.CancelScope(shield=True):
                    await consumer.close()

        async def check() -> None:
            committed = await transport.admin.group_offsets(name)
            assert committed in ({}, {TopicPartition(topic, 0): 3})
            await self._owns_at_once(transport, topic, name)
            await transport.admin.delete_group(name)

        await self._sweep(work, check)

    async def test_cancelled_commit(self, transport: Transport) -> None:
        """A cancelled `commit` stored all of it or nothing, and the next one counts."""
        topic = await self.new_topic(transport, 2)
        name = fresh_name("group")
        consumer = await self.consumer(transport, topic, group=name)
        await self.until_owner(consumer, partitions_of(topic, 2))
        position = 0

        async def commit() -> None:
            nonlocal position
            position += 1
            await consumer.commit(dict.fromkeys(partitions_of(topic, 2), position))

        async def check() -> None:
            stored = await transport.admin.group_offsets(name)
            assert len(set(stored.values())) <= 1

        await self._sweep(commit, check)
        await consumer.commit(dict.fromkeys(partitions_of(topic, 2), 99))
        assert set((await transport.admin.group_offsets(name)).values()) == {99}

    async def test_cancelled_reading(self, transport: Transport) -> None:
        """A cancelled `read_to_end` loses nothing: the same reader returns it when asked again."""
        topic = await self.new_topic(transport, 2)
        reader = await transport.reader(topic)
        answers: list[ConsumerRecord] = []
        written = 0

        async def read() -> None:
            answers.extend(await reader.read_to_end())

        async def check() -> None:
            nonlocal written
            await self.write(transport, records_to(topic, [written], written % 2))
            written += 1

        await check()
        await self._sweep(read, check)
        await read()
        assert sorted((record.value or b"").decode() for record in answers) == sorted(texts(range(written)))

    async def test_cancelled_offset_store(self, transport: Transport) -> None:
        """A cancelled write is there or not; a cancelled read harms nothing; the same store goes on."""
        topic = fresh_name("offsets")
        store = await transport.offset_store(topic, partitions=2)
        line = 0

        async def work() -> None:
            nonlocal line
            line += 1
            await store.write("c", [({"file": "a"}, {"line": line})])
            await store.read("c")

        async def check() -> None:
            with anyio.fail_after(self.deadline):
                mine = await store.read("c")
                fresh = await transport.offset_store(topic)
                assert list(await fresh.read("c")) == list(mine)
                await fresh.close()
            assert [offset for _, offset in mine] in ([], [{"line": line}], [{"line": line - 1}])

        await self._sweep(work, check)

    async def test_cancelled_administration(self, transport: Transport) -> None:
        """A cancelled call of the administration can be made again."""
        admin = transport.admin
        name, group = fresh_name("topic"), fresh_name("group")
        where = TopicPartition(name, 0)

        async def work() -> None:
            await admin.create_topics([NewTopic(name=name)])
            await admin.describe_topics([name])
            await admin.beginning_offsets({where})
            await admin.end_offsets({where})
            await admin.alter_group_offsets(group, {where: 0})
            await admin.group_offsets(group)
            await admin.delete_group(group)

        async def check() -> None:
            with anyio.fail_after(self.deadline):
                await admin.create_topics([NewTopic(name=name)])
                assert set(await admin.describe_topics([name])) == {name}
                assert await admin.group_offsets(group) in ({}, {where: 0})

        await self._sweep(work, check)

    async def test_cancelled_hand_over(self, transport: Transport) -> None:
        """A member cancelled between `Revoked` and `done` keeps its duty: it can still commit and say done."""
        topic = await self.new_topic(transport)
        name = fresh_name("group")
        one = await self.consumer(transport, topic, group=name)
        await self.until_owner(one, partitions_of(topic, 1))
        two = await self.consumer(transport, topic, group=name)
        asked: list[Revoked] = []

        async def look() -> None:
            while not asked:
                event = await one.next_event(0.1)
                if isinstance(event, Revoked):
                    asked.append(event)
                await two.next_event(0.05)

        async def check() -> None:
            assert one.assignment == partitions_of(topic, 1)

        await self._sweep(look, check)
        with anyio.fail_after(self.deadline):
            await look()
        await one.commit({TopicPartition(topic, 0): 4})
        asked[0].done()
        assert await one.committed(partitions_of(topic, 1)) == {TopicPartition(topic, 0): 4}

    # -- steps ---------------------------------------------------------------------------------------------

    async def _sweep(self, call: _Call, check: _Call) -> None:
        cancelled = await cancel_at_every_await(
            call, check, most=self.most_cancellations, within=self.deadline * 2
        )
        assert cancelled > 0, "the call never waited"

    async def _owns_at_once(self, transport: Transport, topic: str, name: str) -> None:
        consumer = await self.consumer(transport, topic, group=name)
        with anyio.fail_after(max(self.session_timeout * 0.8, 1.0)):
            await self.until_owner(consumer, partitions_of(topic, 1))
        await consumer.close()
