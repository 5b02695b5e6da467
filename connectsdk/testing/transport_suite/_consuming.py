"""Does a consumer hand out what is there, from where it should?"""

# ruff: noqa: PLR2004, S101 - a check asserts, and its numbers are the point

import anyio
import anyio.lowlevel
import pytest

from connectsdk.errors import ConnectError, IllegalStateError, TransportError, UnknownTopicError
from connectsdk.record import ConsumerRecord, TopicPartition
from connectsdk.testing.transport_suite._steps import (
    Steps,
    fresh_name,
    next_offsets,
    partitions_of,
    records_to,
    texts,
)
from connectsdk.transport import Assigned, Consumer, ConsumerConfig, Fetched, NewTopic, Transport

__all__ = ("ConsumingChecks",)


class ConsumingChecks(Steps):
    """Checks of one `Consumer` alone in its group."""

    async def test_the_assignment_tells_positions(self, transport: Transport) -> None:
        """The first event is the assignment, with the position of every partition."""
        topic = await self.new_topic(transport, 3)
        consumer = await self.consumer(transport, topic)
        assigned = await self.event(consumer, Assigned)
        assert assigned.positions == dict.fromkeys(partitions_of(topic, 3), 0)
        assert consumer.assignment == partitions_of(topic, 3)

    async def test_earliest_begins_at_the_first_record(self, transport: Transport) -> None:
        """Without a stored offset, `earliest` reads everything."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(3))
        consumer = await self.consumer(transport, topic, auto_offset_reset="earliest")
        assert await self.values(consumer, 3) == texts(range(3))

    async def test_latest_begins_after_the_last_record(self, transport: Transport) -> None:
        """Without a stored offset, `latest` reads what is written from then on."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(3))
        consumer = await self.consumer(transport, topic, auto_offset_reset="latest")
        assigned = await self.event(consumer, Assigned)
        assert assigned.positions == {TopicPartition(topic, 0): 3}
        await self.write_values(transport, topic, ["new"])
        assert await self.values(consumer, 1) == ["new"]

    async def test_none_without_a_stored_offset_is_an_error(self, transport: Transport) -> None:
        """Without a stored offset, `none` refuses to choose."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(3))
        consumer = await self.consumer(transport, topic, auto_offset_reset="none")
        with pytest.raises(TransportError), anyio.fail_after(self.deadline):
            await self._look_for_ever(consumer)

    async def test_none_with_a_stored_offset_goes_on_from_it(self, transport: Transport) -> None:
        """With a stored offset, `none` is like any other."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(3))
        group = fresh_name("group")
        await transport.admin.alter_group_offsets(group, {TopicPartition(topic, 0): 1})
        consumer = await self.consumer(transport, topic, group=group, auto_offset_reset="none")
        assert await self.values(consumer, 2) == ["1", "2"]

    async def test_a_new_consumer_goes_on_from_the_committed_offset(self, transport: Transport) -> None:
        """What was committed is not read again, what was not is."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(10))
        group = fresh_name("group")
        first = await self.consumer(transport, topic, group=group)
        await self.read(first, 10)
        await first.commit({TopicPartition(topic, 0): 4})
        await first.close()
        second = await self.consumer(transport, topic, group=group)
        assigned = await self.event(second, Assigned)
        assert assigned.positions == {TopicPartition(topic, 0): 4}
        assert await self.values(second, 6) == texts(range(4, 10))

    async def test_committed_tells_what_was_stored(self, transport: Transport) -> None:
        """`committed` leaves out partitions without an offset; a later commit replaces an earlier one."""
        topic = await self.new_topic(transport, 2)
        await self.write_values(transport, topic, range(5))
        consumer = await self.consumer(transport, topic)
        await self.until_owner(consumer, partitions_of(topic, 2))
        stored = TopicPartition(topic, 0)
        assert await consumer.committed(partitions_of(topic, 2)) == {}
        await consumer.commit({stored: 2})
        assert await consumer.committed(partitions_of(topic, 2)) == {stored: 2}
        await consumer.commit({stored: 5})
        assert await consumer.committed({stored}) == {stored: 5}
        await consumer.commit({stored: 1})
        assert await consumer.committed({stored}) == {stored: 1}

    async def test_an_empty_commit_is_fine(self, transport: Transport) -> None:
        """Committing nothing does nothing."""
        topic = await self.new_topic(transport)
        consumer = await self.consumer(transport, topic)
        await self.until_owner(consumer, partitions_of(topic, 1))
        await consumer.commit({})
        assert await consumer.committed(partitions_of(topic, 1)) == {}

    async def test_silence_ends_after_the_time_given(self, transport: Transport) -> None:
        """`next_event` returns None when nothing comes, and the consumer is good for more."""
        topic = await self.new_topic(transport)
        consumer = await self.consumer(transport, topic)
        await self.until_owner(consumer, partitions_of(topic, 1))
        with anyio.fail_after(self.deadline):
            assert await consumer.next_event(self.quiet) is None
            assert await consumer.next_event(0) is None
        await self.write_values(transport, topic, [1])
        assert await self.values(consumer, 1) == ["1"]

    async def test_a_record_ends_a_wait(self, transport: Transport) -> None:
        """A waiting `next_event` returns when records come, not when its time is over."""
        topic = await self.new_topic(transport)
        consumer = await self.consumer(transport, topic)
        await self.until_owner(consumer, partitions_of(topic, 1))
        found: list[str] = []

        async def read() -> None:
            found.extend(await self.values(consumer, 1))

        with anyio.fail_after(self.deadline / 2):
            async with anyio.create_task_group() as group:
                group.start_soon(read)
                await anyio.sleep(0.05)
                await self.write_values(transport, topic, ["late"])
        assert found == ["late"]

    async def test_no_batch_is_larger_than_asked(self, transport: Transport) -> None:
        """`max_records` bounds every `Fetched`, and nothing is lost between them."""
        topic = await self.new_topic(transport, 2)
        await self.write(transport, [*records_to(topic, range(50), 0), *records_to(topic, range(50, 100), 1)])
        consumer = await self.consumer(transport, topic, max_records=7)
        await self.event(consumer, Assigned)
        found: list[ConsumerRecord] = []
        while len(found) < 100:
            fetched = await self.event(consumer, Fetched)
            assert 0 < len(fetched.records) <= 7
            found += fetched.records
        for partition, expected in ((0, range(50)), (1, range(50, 100))):
            values = [int(record.value or b"") for record in found if record.partition == partition]
            assert values == list(expected)

    async def test_seek_back_reads_again(self, transport: Transport) -> None:
        """After `seek` the next record is the one at the given offset."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(10))
        consumer = await self.consumer(transport, topic)
        await self.read(consumer, 10)
        consumer.seek({TopicPartition(topic, 0): 3})
        assert await self.values(consumer, 7) == texts(range(3, 10))

    async def test_seek_forward_skips_what_was_fetched_already(self, transport: Transport) -> None:
        """Records fetched before a `seek` are not handed out after it."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(10))
        consumer = await self.consumer(transport, topic, max_records=2)
        assert await self.values(consumer, 2) == ["0", "1"]
        consumer.seek({TopicPartition(topic, 0): 8})
        assert await self.values(consumer, 2) == ["8", "9"]

    async def test_seek_moves_only_what_it_names(self, transport: Transport) -> None:
        """Other partitions go on from where they are."""
        topic = await self.new_topic(transport, 2)
        await self.write(transport, [*records_to(topic, range(5), 0), *records_to(topic, range(5), 1)])
        consumer = await self.consumer(transport, topic)
        await self.read(consumer, 10)
        consumer.seek({TopicPartition(topic, 1): 4})
        [record] = await self.read(consumer, 1)
        assert (record.partition, record.offset) == (1, 4)
        await self.nothing_more(consumer)

    async def test_a_paused_partition_is_silent_and_misses_nothing(self, transport: Transport) -> None:
        """Between `pause` and `resume` no record is handed out; afterwards all are."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(5))
        consumer = await self.consumer(transport, topic)
        await self.read(consumer, 5)
        consumer.pause(partitions_of(topic, 1))
        await self.write_values(transport, topic, range(5, 10))
        await self.nothing_more(consumer)
        consumer.resume(partitions_of(topic, 1))
        assert await self.values(consumer, 5) == texts(range(5, 10))

    async def test_pause_holds_back_what_was_fetched_already(self, transport: Transport) -> None:
        """Records fetched before a `pause` are handed out after `resume`, not before."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(10))
        consumer = await self.consumer(transport, topic, max_records=2)
        await self.read(consumer, 2)
        consumer.pause(partitions_of(topic, 1))
        await self.nothing_more(consumer)
        consumer.resume(partitions_of(topic, 1))
        assert await self.values(consumer, 8) == texts(range(2, 10))

    async def test_pause_leaves_other_partitions_alone(self, transport: Transport) -> None:
        """A partition that is not paused is read."""
        topic = await self.new_topic(transport, 2)
        consumer = await self.consumer(transport, topic)
        await self.until_owner(consumer, partitions_of(topic, 2))
        consumer.pause({TopicPartition(topic, 0)})
        await self.write(transport, [*records_to(topic, range(3), 0), *records_to(topic, range(3), 1)])
        assert {record.partition for record in await self.read(consumer, 3)} == {1}
        await self.nothing_more(consumer)

    async def test_seek_moves_a_paused_partition(self, transport: Transport) -> None:
        """A `seek` while paused says where `resume` goes on."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(5))
        consumer = await self.consumer(transport, topic)
        await self.read(consumer, 5)
        consumer.pause(partitions_of(topic, 1))
        consumer.seek({TopicPartition(topic, 0): 2})
        await self.nothing_more(consumer)
        consumer.resume(partitions_of(topic, 1))
        assert await self.values(consumer, 3) == ["2", "3", "4"]

    async def test_partitions_of_others_are_refused(self, transport: Transport) -> None:
        """`seek`, `pause` and `resume` refuse a partition that is not assigned."""
        topic = await self.new_topic(transport)
        consumer = await self.consumer(transport, topic)
        await self.until_owner(consumer, partitions_of(topic, 1))
        foreign = TopicPartition(topic, 7)
        with pytest.raises(IllegalStateError):
            consumer.seek({foreign: 0})
        with pytest.raises(IllegalStateError):
            consumer.pause({foreign})
        with pytest.raises(IllegalStateError):
            consumer.resume({foreign})

    async def test_several_topics_are_read(self, transport: Transport) -> None:
        """A consumer reads all topics it names."""
        topics = [await self.new_topic(transport) for _ in range(3)]
        for topic in topics:
            await self.write_values(transport, topic, [topic])
        consumer = await self.consumer(transport, *topics)
        assert sorted(await self.values(consumer, 3)) == sorted(topics)

    async def test_a_pattern_matches_whole_names(self, transport: Transport) -> None:
        """A pattern subscribes to the topics whose whole name it matches, and no others."""
        prefix = fresh_name("pattern")
        created = [f"{prefix}-a", f"{prefix}-b", f"{prefix}-a-more", f"x{prefix}-a"]
        for name in created:
            await self._write_to_new(transport, name)
        consumer = await self.consumer(transport, pattern=f"{prefix}-[ab]")
        assert sorted(await self.values(consumer, 2)) == created[:2]
        assert {where.topic for where in consumer.assignment} == set(created[:2])

    async def test_a_pattern_takes_in_new_topics(self, transport: Transport) -> None:
        """A topic created later is read from its beginning."""
        prefix = fresh_name("pattern")
        await self._write_to_new(transport, f"{prefix}-a")
        consumer = await self.consumer(transport, pattern=f"{prefix}-.*")
        assert await self.values(consumer, 1) == [f"{prefix}-a"]
        await consumer.commit({TopicPartition(f"{prefix}-a", 0): 1})
        await self._write_to_new(transport, f"{prefix}-b")
        assert await self.values(consumer, 1) == [f"{prefix}-b"]

    async def test_a_missing_topic_is_an_error(self, transport: Transport) -> None:
        """Where topics are not created on demand, subscribing to a missing one fails."""
        if self.supports_auto_create:
            pytest.skip("this transport creates missing topics")
        topic = fresh_name("missing")
        with pytest.raises(UnknownTopicError, match=topic), anyio.fail_after(self.deadline):
            await self._look_for_ever(await self.consumer(transport, topic))

    async def test_an_invalid_pattern_is_refused(self, transport: Transport) -> None:
        """A pattern that is no regular expression is an error of ours."""
        config = ConsumerConfig(group=fresh_name("group"), pattern="(")
        with pytest.raises(ConnectError), anyio.fail_after(self.deadline):
            await self._look_for_ever(await transport.consumer(config))

    async def test_a_cancelled_wait_loses_no_event(self, transport: Transport) -> None:
        """Waits cancelled at any time lose neither the assignment nor a record."""
        topic = await self.new_topic(transport)
        consumer = await self.consumer(transport, topic, max_records=3)
        events: list[object] = []
        records: list[ConsumerRecord] = []

        async def write() -> None:
            for start in range(0, 50, 5):
                await self.write_values(transport, topic, range(start, start + 5))

        with anyio.fail_after(self.deadline):
            async with anyio.create_task_group() as group:
                group.start_soon(write)
                pause = 0.0
                while len(records) < 50:
                    with anyio.move_on_after(pause):
                        event = await consumer.next_event(self.deadline)
                        events.append(event)
                        records += event.records if isinstance(event, Fetched) else ()
                    pause = (pause + 0.001) % 0.02
                    await anyio.lowlevel.checkpoint()
        assert isinstance(events[0], Assigned)
        assert [int(record.value or b"") for record in records] == list(range(50))

    async def test_idle_membership_lives(self, transport: Transport) -> None:
        """A member that does not look for longer than its session keeps its partitions."""
        topic = await self.new_topic(transport)
        consumer = await self.consumer(transport, topic)
        await self.write_values(transport, topic, range(3))
        records = await self.read(consumer, 3)
        await anyio.sleep(self.session_timeout * 1.2)
        await consumer.commit(next_offsets(records))
        assert await consumer.committed(partitions_of(topic, 1)) == {TopicPartition(topic, 0): 3}

    # -- steps ---------------------------------------------------------------------------------------------

    async def _look_for_ever(self, consumer: Consumer) -> None:
        while True:
            assert not isinstance(await consumer.next_event(self.deadline), Fetched)

    async def _write_to_new(self, transport: Transport, topic: str) -> None:
        """Create a topic of this name with one record, its name."""
        await transport.admin.create_topics([NewTopic(name=topic)])
        await self.write_values(transport, topic, [topic])
