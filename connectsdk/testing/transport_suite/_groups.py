"""Do the members of a group share its partitions, and hand them over without loss?"""

# ruff: noqa: PLR2004, S101 - a check asserts, and its numbers are the point

from collections.abc import Mapping, Sequence

import anyio
import attrs
import pytest

from connectsdk.errors import FencedError
from connectsdk.record import ConsumerRecord, TopicPartition
from connectsdk.testing.transport_suite._steps import (
    Steps,
    fresh_name,
    next_offsets,
    partitions_of,
    records_to,
    texts,
)
from connectsdk.transport import Assigned, Consumer, Fetched, Lost, Producer, Revoked, Transport

__all__ = ("GroupChecks",)


@attrs.define(eq=False)
class _Worker:
    """A member that does its work: it commits what it has read before it gives partitions up."""

    consumer: Consumer
    read: list[ConsumerRecord] = attrs.field(factory=list)
    lost: int = 0

    async def run(self) -> None:
        pending: dict[TopicPartition, int] = {}
        while True:
            event = await self.consumer.next_event(1.0)
            if isinstance(event, Fetched):
                self.read += event.records
                pending.update(next_offsets(event.records))
            elif isinstance(event, Revoked):
                await self.consumer.commit({w: o for w, o in pending.items() if w in event.partitions})
                pending.clear()
                event.done()
            elif isinstance(event, Lost):
                self.lost += 1

    def values(self) -> list[int]:
        return [int(record.value or b"") for record in self.read]


@attrs.define(eq=False)
class _Load:
    """Numbered records to all four partitions of a topic, a few at a time."""

    producer: Producer
    topic: str
    written: int = 0
    stop: bool = False

    async def run(self) -> None:
        while not self.stop:
            for partition in range(4):
                values = range(self.written, self.written + 5)
                await self.producer.send(records_to(self.topic, values, partition))
                self.written += 5
            await anyio.sleep(0.01)


class GroupChecks(Steps):
    """Checks of several `Consumer`s of one group."""

    async def test_two_members_share_the_partitions(self, transport: Transport) -> None:
        """Every partition has one owner, and both members have some."""
        topic = await self.new_topic(transport, 4)
        one, two = await self._pair(transport, topic)
        async with anyio.create_task_group() as group:
            for consumer in (one, two):
                group.start_soon(_Worker(consumer).run)
            await self.eventually(lambda: _share([one, two], partitions_of(topic, 4)), "two halves")
            assert len(one.assignment) == len(two.assignment) == 2
            group.cancel_scope.cancel()

    async def test_nothing_is_lost_or_doubled_in_a_hand_over(self, transport: Transport) -> None:
        """Members come and go under load; what is committed before `done` is not read by the next owner."""
        topic = await self.new_topic(transport, 4)
        name = fresh_name("group")
        workers: list[_Worker] = []
        load = _Load(await self.producer(transport), topic)

        async def all_read() -> bool:
            return len({value for worker in workers for value in worker.values()}) == load.written

        async with anyio.create_task_group() as group:
            group.start_soon(load.run)
            for _ in range(3):
                workers.append(_Worker(await self.consumer(transport, topic, group=name, max_records=10)))
                group.start_soon(workers[-1].run)
                await self.eventually(lambda: _has_read(workers[-1]), "the new member reads")
            load.stop = True
            await self.eventually(all_read, "everything is read")
            group.cancel_scope.cancel()
        assert sum(worker.lost for worker in workers) == 0
        found = sorted(value for worker in workers for value in worker.values())
        assert found == list(range(load.written))

    async def test_partitions_keep_their_order_over_a_hand_over(self, transport: Transport) -> None:
        """What the old owner read and what the new one reads follow each other."""
        topic = await self.new_topic(transport)
        name = fresh_name("group")
        await self.write_values(transport, topic, range(10))
        first = await self.consumer(transport, topic, group=name, max_records=4)
        before = await self.values(first, 4)
        await first.commit({TopicPartition(topic, 0): 4})
        await first.close()
        second = await self.consumer(transport, topic, group=name)
        assert before + await self.values(second, 6) == texts(range(10))

    async def test_a_commit_between_revoked_and_done_is_accepted(self, transport: Transport) -> None:
        """A member that is asked for its partitions may finish; the next owner goes on from there."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(10))
        one, two, revoked = await self._asked(transport, topic)
        await one.commit(dict.fromkeys(revoked.partitions, 7))
        revoked.done()
        assert await self._next_position(one, two) == 7

    async def test_nothing_is_fetched_of_what_is_asked_for(self, transport: Transport) -> None:
        """After `Revoked` no record of these partitions is handed out."""
        topic = await self.new_topic(transport)
        one, _, revoked = await self._asked(transport, topic)
        await self.write_values(transport, topic, range(5))
        event = await one.next_event(self.quiet)
        assert not isinstance(event, Fetched)
        revoked.done()

    async def test_a_commit_after_done_is_refused(self, transport: Transport) -> None:
        """What was given up cannot be committed, and what was refused is not stored."""
        topic = await self.new_topic(transport)
        one, two, revoked = await self._asked(transport, topic)
        revoked.done()
        with pytest.raises(FencedError):
            await one.commit({TopicPartition(topic, 0): 8})
        position = await self._next_position(one, two)
        loser = one if two.assignment else two
        with pytest.raises(FencedError):
            await loser.commit({TopicPartition(topic, 0): 9})
        assert position == 0
        assert await two.committed(partitions_of(topic, 1)) == {}

    async def test_a_commit_for_a_partition_of_another_is_refused(self, transport: Transport) -> None:
        """One partition that is not the member's refuses the whole commit."""
        topic = await self.new_topic(transport, 2)
        one, two = await self._pair(transport, topic)
        await self._until_shared([one, two], partitions_of(topic, 2))
        with pytest.raises(FencedError):
            await one.commit(dict.fromkeys(partitions_of(topic, 2), 3))
        assert await one.committed(partitions_of(topic, 2)) == {}

    async def test_a_member_that_misses_its_deadline_loses_its_partitions(self, transport: Transport) -> None:
        """It is told `Lost`, its commits are refused, and the other member has the partitions."""
        topic = await self.new_topic(transport)
        one, two, revoked = await self._asked(transport, topic, rebalance_timeout=self.rebalance_timeout)
        await self.until_owner(two, partitions_of(topic, 1))
        with pytest.raises(FencedError):
            await one.commit({TopicPartition(topic, 0): 5})
        lost = await self.event(one, Lost)
        assert lost.partitions == revoked.partitions == partitions_of(topic, 1)
        assert await two.committed(partitions_of(topic, 1)) == {}
        await two.commit({TopicPartition(topic, 0): 1})

    async def test_done_after_the_deadline_changes_nothing(self, transport: Transport) -> None:
        """A late `done` is no error, and the partitions stay with their new owner."""
        topic = await self.new_topic(transport)
        _, two, revoked = await self._asked(transport, topic, rebalance_timeout=self.rebalance_timeout)
        await self.until_owner(two, partitions_of(topic, 1))
        revoked.done()
        revoked.done()
        await two.commit({TopicPartition(topic, 0): 1})
        assert two.assignment == partitions_of(topic, 1)

    async def test_who_lost_may_take_part_again(self, transport: Transport) -> None:
        """After `Lost` a consumer that goes on looking is a member again."""
        topic = await self.new_topic(transport)
        one, two, _ = await self._asked(transport, topic, rebalance_timeout=self.rebalance_timeout)
        await self.until_owner(two, partitions_of(topic, 1))
        await self.event(one, Lost)
        await two.close()
        await self.until_owner(one, partitions_of(topic, 1))

    async def test_a_leaving_member_hands_over_at_once(self, transport: Transport) -> None:
        """`close` gives the partitions to the others without waiting for a timeout."""
        topic = await self.new_topic(transport, 2)
        one, two = await self._pair(transport, topic)
        await self._until_shared([one, two], partitions_of(topic, 2))
        await one.close()
        with anyio.fail_after(max(self.session_timeout * 0.8, 1.0)):
            await self.until_owner(two, partitions_of(topic, 2))

    async def test_close_is_an_answer_to_revoked(self, transport: Transport) -> None:
        """A member that closes instead of calling `done` lets the others go on."""
        topic = await self.new_topic(transport)
        one, two, _ = await self._asked(transport, topic)
        await one.close()
        await self.until_owner(two, partitions_of(topic, 1))

    async def test_a_member_without_partitions_stands_by(self, transport: Transport) -> None:
        """With more members than partitions one has none, and takes over when the owner leaves."""
        topic = await self.new_topic(transport)
        one, two = await self._pair(transport, topic)
        await self._until_shared([one, two], partitions_of(topic, 1))
        owner, idle = (one, two) if one.assignment else (two, one)
        assert idle.assignment == set()
        await owner.close()
        await self.until_owner(idle, partitions_of(topic, 1))

    async def test_groups_are_independent(self, transport: Transport) -> None:
        """Two groups read the same records, each with offsets of its own."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(5))
        one = await self.consumer(transport, topic)
        two = await self.consumer(transport, topic)
        assert await self.values(one, 5) == texts(range(5))
        await one.commit({TopicPartition(topic, 0): 5})
        assert await two.committed(partitions_of(topic, 1)) == {}
        assert await self.values(two, 5) == texts(range(5))

    async def test_a_new_assignment_begins_at_what_is_committed(self, transport: Transport) -> None:
        """What was read but not committed before a rebalance is read again."""
        topic = await self.new_topic(transport)
        name = fresh_name("group")
        await self.write_values(transport, topic, range(6))
        one = await self.consumer(transport, topic, group=name)
        await self.read(one, 6)
        await one.commit({TopicPartition(topic, 0): 2})
        two = await self.consumer(transport, topic, group=name)
        position = await self._next_position(one, two)
        assert position == 2

    # -- steps ---------------------------------------------------------------------------------------------

    async def _pair(self, transport: Transport, topic: str) -> tuple[Consumer, Consumer]:
        name = fresh_name("group")
        one = await self.consumer(transport, topic, group=name)
        return one, await self.consumer(transport, topic, group=name)

    async def _asked(
        self, transport: Transport, topic: str, rebalance_timeout: float = 60.0
    ) -> tuple[Consumer, Consumer, Revoked]:
        """Return a member that is asked for all partitions, the one that made it so, and the question."""
        name = fresh_name("group")
        settings = {"group": name, "rebalance_timeout": rebalance_timeout}
        one = await self.consumer(transport, topic, **settings)
        await self.event(one, Assigned)
        with anyio.fail_after(self.deadline):
            two = await self.consumer(transport, topic, **settings)
            while True:
                assert await two.next_event(0.05) is None
                event = await one.next_event(0.1)
                if isinstance(event, Revoked):
                    return one, two, event

    async def _until_shared(self, members: Sequence[Consumer], partitions: set[TopicPartition]) -> None:
        async with anyio.create_task_group() as group:
            for member in members:
                group.start_soon(_Worker(member).run)
            await self.eventually(lambda: _share(members, partitions), "all partitions have an owner")
            group.cancel_scope.cancel()

    async def _next_position(self, *members: Consumer) -> int:
        """Return from where the next owner of the only partition reads."""
        with anyio.fail_after(self.deadline):
            while True:
                for member in members:
                    event = await member.next_event(0.1)
                    if isinstance(event, Revoked):
                        event.done()
                    elif isinstance(event, Assigned) and event.positions:
                        positions: Mapping[TopicPartition, int] = event.positions
                        return next(iter(positions.values()))


async def _share(members: Sequence[Consumer], partitions: set[TopicPartition]) -> bool:
    owned = [where for member in members for where in member.assignment]
    idle = sum(not member.assignment for member in members)
    return sorted(owned) == sorted(partitions) and idle == max(len(members) - len(partitions), 0)


async def _has_read(worker: _Worker) -> bool:
    return bool(worker.read)
