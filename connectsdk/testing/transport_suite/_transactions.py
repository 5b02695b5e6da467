"""Does what belongs together become visible together, or not at all?"""

# ruff: noqa: S101 - a check asserts, and its numbers are the point

from collections.abc import Awaitable, Callable

import anyio
import pytest

from connectsdk.errors import DataError, FencedError, IllegalStateError
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.testing.transport_suite._steps import Steps, fresh_name, records_to, texts
from connectsdk.transport import ProducerConfig, TransactionalProducer, Transport

__all__ = ("TransactionChecks",)

_Call = Callable[[TransactionalProducer, str], Awaitable[object]]


async def _send(producer: TransactionalProducer, topic: str) -> None:
    delivery = await producer.send(records_to(topic, ["zombie"]))
    await delivery.wait()


_CALLS: dict[str, _Call] = {
    "begin": lambda producer, _: producer.begin(),
    "send": _send,
    "write_source_offsets": lambda producer, topic: producer.write_source_offsets(
        topic, "zombie", [({"file": "a"}, {"line": 1})]
    ),
    "write_group_offsets": lambda producer, topic: producer.write_group_offsets(
        f"{topic}-group", {TopicPartition(topic, 0): 1}
    ),
    "commit": lambda producer, _: producer.commit(),
    "abort": lambda producer, _: producer.abort(),
}


async def _call_and_commit(call: str, producer: TransactionalProducer, topic: str) -> None:
    await _CALLS[call](producer, topic)
    await producer.commit()  # a system may tell late, but not later than this


class TransactionChecks(Steps):
    """Checks of `TransactionalProducer`, and of what others see of it."""

    async def test_a_committed_transaction_is_visible(self, transport: Transport) -> None:
        """After `commit` everybody reads its records."""
        topic = await self.new_topic(transport)
        producer = await self._transactional(transport)
        await self.transaction(producer, topic, range(5))
        consumer = await self.consumer(transport, topic)
        assert await self.values(consumer, 5) == texts(range(5))
        assert await self.committed_values(transport, topic) == texts(range(5))

    async def test_an_aborted_transaction_is_not_visible(self, transport: Transport) -> None:
        """`read_committed` and readers skip it, and go on after it."""
        topic = await self.new_topic(transport)
        producer = await self._transactional(transport)
        await producer.begin()
        await self.send(producer, records_to(topic, ["aborted"] * 3))
        await producer.abort()
        await self.transaction(producer, topic, ["kept"])
        consumer = await self.consumer(transport, topic)
        assert await self.values(consumer, 1) == ["kept"]
        await self.nothing_more(consumer)
        assert await self.committed_values(transport, topic) == ["kept"]

    async def test_read_uncommitted_sees_everything(self, transport: Transport) -> None:
        """Open and aborted records are there for who asks for them."""
        topic = await self.new_topic(transport)
        producer = await self._transactional(transport)
        await producer.begin()
        await self.send(producer, records_to(topic, ["aborted"]))
        await producer.abort()
        await producer.begin()
        await self.send(producer, records_to(topic, ["open"]))
        consumer = await self.consumer(transport, topic, isolation_level="read_uncommitted")
        assert await self.values(consumer, 2) == ["aborted", "open"]
        await producer.abort()

    async def test_an_open_transaction_holds_back_what_follows(self, transport: Transport) -> None:
        """`read_committed` keeps the order: nothing after an open transaction before it ends."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, ["before"])
        producer = await self._transactional(transport)
        await producer.begin()
        await self.send(producer, records_to(topic, ["inside"]))
        await self.write_values(transport, topic, ["after"])
        consumer = await self.consumer(transport, topic)
        assert await self.values(consumer, 1) == ["before"]
        await self.nothing_more(consumer)
        assert await self.committed_values(transport, topic) == ["before"]
        await producer.commit()
        assert await self.values(consumer, 2) == ["inside", "after"]

    async def test_transactions_keep_their_order(self, transport: Transport) -> None:
        """Many transactions of one producer are read in order, the aborted ones left out."""
        topic = await self.new_topic(transport)
        producer = await self._transactional(transport)
        for number in range(20):
            await producer.begin()
            await self.send(producer, records_to(topic, [number]))
            await (producer.abort() if number % 3 == 0 else producer.commit())
        expected = texts(number for number in range(20) if number % 3)
        assert await self.committed_values(transport, topic) == expected

    async def test_a_transaction_spans_partitions_and_topics(self, transport: Transport) -> None:
        """All partitions of a transaction are committed together, or none."""
        topics = [await self.new_topic(transport, 2) for _ in range(2)]
        batch = [ProducerRecord(topic, part, None, b"v") for topic in topics for part in (0, 1)]
        producer = await self._transactional(transport)
        for end in (producer.abort, producer.commit):
            await producer.begin()
            await self.send(producer, batch)
            await end()
        for topic in topics:
            found = await self.all_committed(transport, topic)
            assert sorted(record.partition for record in found) == [0, 1]

    async def test_an_empty_transaction_is_fine(self, transport: Transport) -> None:
        """A transaction without records can be committed, or aborted."""
        producer = await self._transactional(transport)
        for end in (producer.commit, producer.abort, producer.commit):
            await producer.begin()
            await end()

    @pytest.mark.parametrize("call", _CALLS)
    async def test_a_successor_fences_every_call(self, transport: Transport, call: str) -> None:
        """Once another producer has the id, each call of the older one is refused and does nothing."""
        topic = await self.new_topic(transport)
        name = fresh_name("tx")
        old = await self._transactional(transport, name)
        if call != "begin":
            await old.begin()
            await self.send(old, records_to(topic, ["old"]))
        new = await self._transactional(transport, name)
        with pytest.raises(FencedError), anyio.fail_after(self.deadline):
            await _call_and_commit(call, old, topic)
        await old.close()
        await self.transaction(new, topic, ["new"])
        assert await self.committed_values(transport, topic) == ["new"]
        assert await transport.admin.group_offsets(f"{topic}-group") == {}

    async def test_a_successor_settles_an_open_transaction(self, transport: Transport) -> None:
        """Opening a successor aborts what is open, so that readers go on."""
        topic = await self.new_topic(transport)
        name = fresh_name("tx")
        old = await self._transactional(transport, name)
        await old.begin()
        await self.send(old, records_to(topic, ["old"]))
        await self.write_values(transport, topic, ["plain"])
        await self._transactional(transport, name)
        assert await self.committed_values(transport, topic) == ["plain"]

    async def test_other_ids_are_not_fenced(self, transport: Transport) -> None:
        """Producers of different ids write side by side."""
        topic = await self.new_topic(transport)
        one, two = await self._transactional(transport), await self._transactional(transport)
        await one.begin()
        await two.begin()
        await self.send(one, records_to(topic, ["one"]))
        await self.send(two, records_to(topic, ["two"]))
        await two.commit()
        await one.commit()
        assert sorted(await self.committed_values(transport, topic)) == ["one", "two"]

    async def test_close_aborts_what_is_open(self, transport: Transport) -> None:
        """A producer that goes away leaves nothing half done."""
        topic = await self.new_topic(transport)
        producer = await self._transactional(transport)
        await producer.begin()
        await self.send(producer, records_to(topic, ["open"]))
        with anyio.fail_after(self.deadline):
            await producer.close()
        await self.write_values(transport, topic, ["plain"])

        async def plain_is_visible() -> bool:
            return await self.committed_values(transport, topic) == ["plain"]

        await self.eventually(plain_is_visible, "the open transaction is aborted")

    async def test_begin_twice_is_refused(self, transport: Transport) -> None:
        """A transaction begins once, and the open one is not harmed."""
        topic = await self.new_topic(transport)
        producer = await self._transactional(transport)
        await producer.begin()
        await self.send(producer, records_to(topic, [1]))
        with pytest.raises(IllegalStateError):
            await producer.begin()
        await producer.commit()
        assert await self.committed_values(transport, topic) == ["1"]

    @pytest.mark.parametrize("call", ["send", "write_source_offsets", "write_group_offsets"])
    async def test_writing_needs_an_open_transaction(self, transport: Transport, call: str) -> None:
        """Without `begin` nothing can be written."""
        topic = await self.new_topic(transport)
        producer = await self._transactional(transport)
        with pytest.raises(IllegalStateError):
            await _CALLS[call](producer, topic)
        assert await self.committed_values(transport, topic) == []

    async def test_a_rejected_record_aborts_the_transaction(self, transport: Transport) -> None:
        """`commit` refuses when a record was rejected; the next transaction is a new start."""
        topic = await self.new_topic(transport)
        with anyio.fail_after(self.deadline):
            producer = await transport.transactional_producer(
                fresh_name("tx"), ProducerConfig(max_request_size=self.max_request_size)
            )
        await producer.begin()
        large = ProducerRecord(topic, 0, None, b"x" * (self.max_request_size + 1))
        report = await self.send(producer, [*records_to(topic, ["good"]), large])
        assert [rejected.index for rejected in report.rejected] == [1]
        with pytest.raises(DataError):
            await producer.commit()
        assert await self.committed_values(transport, topic) == []
        await self.transaction(producer, topic, ["next"])
        assert await self.committed_values(transport, topic) == ["next"]

    async def test_commit_waits_for_what_was_sent(self, transport: Transport) -> None:
        """Records whose delivery nobody waited for are in the transaction."""
        topic = await self.new_topic(transport)
        producer = await self._transactional(transport)
        await producer.begin()
        for start in range(0, 100, 10):
            await producer.send(records_to(topic, range(start, start + 10)))
        with anyio.fail_after(self.deadline):
            await producer.commit()
        assert await self.committed_values(transport, topic) == texts(range(100))

    async def test_group_offsets_belong_to_the_transaction(self, transport: Transport) -> None:
        """A group's offsets are stored by `commit`, and not by `abort`."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(5))
        where, name = TopicPartition(topic, 0), fresh_name("group")
        producer = await self._transactional(transport)
        await producer.begin()
        await producer.write_group_offsets(name, {where: 2})
        await producer.abort()
        assert await transport.admin.group_offsets(name) == {}
        await producer.begin()
        await producer.write_group_offsets(name, {where: 3})
        await producer.commit()
        assert await transport.admin.group_offsets(name) == {where: 3}

    async def test_source_offsets_belong_to_the_transaction(self, transport: Transport) -> None:
        """Source offsets are stored by `commit`, and not by `abort`."""
        offsets_topic, connector = fresh_name("offsets"), fresh_name("connector")
        store = await transport.offset_store(offsets_topic, partitions=2, replication_factor=-1)
        await store.write(connector, [({"file": "a"}, {"line": 1})])
        producer = await self._transactional(transport)
        await producer.begin()
        await producer.write_source_offsets(offsets_topic, connector, [({"file": "a"}, {"line": 2})])
        await producer.abort()
        assert list(await store.read(connector)) == [({"file": "a"}, {"line": 1})]
        await producer.begin()
        await producer.write_source_offsets(
            offsets_topic, connector, [({"file": "a"}, {"line": 3}), ({"file": "b"}, {"line": 4})]
        )
        await producer.commit()
        found = sorted(await store.read(connector), key=str)
        assert found == [({"file": "a"}, {"line": 3}), ({"file": "b"}, {"line": 4})]

    async def test_the_order_of_members_does_not_matter_in_a_transaction(self, transport: Transport) -> None:
        """A source partition has one key on the topic, whatever the order of its members."""
        offsets_topic = fresh_name("offsets")
        await transport.offset_store(offsets_topic, partitions=1)
        producer = await self._transactional(transport)
        await producer.begin()
        await producer.write_source_offsets(offsets_topic, "c", [({"a": 1, "b": 2}, {"line": 1})])
        await producer.write_source_offsets(offsets_topic, "c", [({"b": 2, "a": 1}, {"line": 2})])
        await producer.commit()
        assert len({record.key for record in await self.all_committed(transport, offsets_topic)}) == 1

    async def test_source_offsets_in_a_transaction_are_checked(self, transport: Transport) -> None:
        """An offset that cannot be stored is refused before anything is written."""
        offsets_topic = fresh_name("offsets")
        await transport.offset_store(offsets_topic, partitions=1)
        producer = await self._transactional(transport)
        await producer.begin()
        with pytest.raises(DataError):
            await producer.write_source_offsets(offsets_topic, "c", [({"file": {"nested": 1}}, {"line": 1})])
        await producer.abort()

    # -- steps ---------------------------------------------------------------------------------------------

    async def _transactional(self, transport: Transport, name: str | None = None) -> TransactionalProducer:
        with anyio.fail_after(self.deadline):
            return await transport.transactional_producer(name or fresh_name("tx"))
