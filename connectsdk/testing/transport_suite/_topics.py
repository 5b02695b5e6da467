"""Does the administration of topics and groups do what it says?"""

# ruff: noqa: PLR2004, S101 - a check asserts, and its numbers are the point

import anyio
import pytest

from connectsdk.errors import ConfigError, IllegalStateError, UnknownTopicError
from connectsdk.record import TopicPartition
from connectsdk.testing.transport_suite._steps import Steps, fresh_name, partitions_of, records_to
from connectsdk.transport import NewTopic, Transport

__all__ = ("TopicChecks",)


class TopicChecks(Steps):
    """Checks of `TopicAdmin`."""

    async def test_topics_are_created_as_asked(self, transport: Transport) -> None:
        """Partitions and settings are those asked for."""
        name = fresh_name("topic")
        topic = NewTopic(name=name, partitions=3, config={"cleanup.policy": "compact"})
        assert await transport.admin.create_topics([topic]) == {name}
        found = (await transport.admin.describe_topics([name]))[name]
        assert (found.name, found.partitions, found.config["cleanup.policy"]) == (name, 3, "compact")

    async def test_a_topic_deletes_by_default(self, transport: Transport) -> None:
        """Without a setting the policy is `delete`, and it is told."""
        name = await self.new_topic(transport)
        found = (await transport.admin.describe_topics([name]))[name]
        assert found.config["cleanup.policy"] == "delete"

    async def test_the_default_number_of_partitions(self, transport: Transport) -> None:
        """-1 partitions leaves the number to the system."""
        name = fresh_name("topic")
        await transport.admin.create_topics([NewTopic(name=name, partitions=-1)])
        assert (await transport.admin.describe_topics([name]))[name].partitions >= 1

    async def test_existing_topics_are_left_alone(self, transport: Transport) -> None:
        """Creating a topic again is no error, changes nothing, and is told."""
        name, other = await self.new_topic(transport, 2), fresh_name("topic")
        await self.write_values(transport, name, [1])
        created = await transport.admin.create_topics(
            [NewTopic(name=name, partitions=5), NewTopic(name=other, partitions=1)]
        )
        assert created == {other}
        assert (await transport.admin.describe_topics([name]))[name].partitions == 2
        assert await self.committed_values(transport, name) == ["1"]

    async def test_missing_topics_are_left_out(self, transport: Transport) -> None:
        """Describing a missing topic tells nothing of it, and does not create it."""
        name, missing = await self.new_topic(transport), fresh_name("missing")
        assert set(await transport.admin.describe_topics([missing, name])) == {name}
        assert missing not in await transport.admin.describe_topics()

    async def test_all_topics_can_be_described(self, transport: Transport) -> None:
        """Without names, all topics are told."""
        names = {await self.new_topic(transport) for _ in range(3)}
        assert names <= set(await transport.admin.describe_topics())

    @pytest.mark.parametrize("name", ["", "a b", "ü", ".", "..", "x" * 250, "a/b"])
    async def test_an_invalid_name_is_refused(self, transport: Transport, name: str) -> None:
        """A name that no topic may have is the operator's fault."""
        with pytest.raises(ConfigError), anyio.fail_after(self.deadline):
            await transport.admin.create_topics([NewTopic(name=name)])

    @pytest.mark.parametrize(
        ("key", "value"), [("cleanup.policy", "never"), ("retention.ms", "soon"), ("no.such.setting", "1")]
    )
    async def test_an_invalid_setting_is_refused(self, transport: Transport, key: str, value: str) -> None:
        """A setting that cannot be is the operator's fault."""
        with pytest.raises(ConfigError), anyio.fail_after(self.deadline):
            await transport.admin.create_topics([NewTopic(name=fresh_name("topic"), config={key: value})])

    async def test_deleted_topics_are_gone(self, transport: Transport) -> None:
        """After `delete_topics` a topic is not there; a missing one is no error."""
        name, kept = await self.new_topic(transport), await self.new_topic(transport)
        with anyio.fail_after(self.deadline):
            await transport.admin.delete_topics([name, fresh_name("missing")])

        async def gone() -> bool:
            return set(await transport.admin.describe_topics([name, kept])) == {kept}

        await self.eventually(gone, "the topic is gone")

    async def test_offsets_of_a_partition(self, transport: Transport) -> None:
        """The first offset, and the one after the last."""
        topic = await self.new_topic(transport, 2)
        await self.write(transport, records_to(topic, range(5), 1))
        empty, full = TopicPartition(topic, 0), TopicPartition(topic, 1)
        assert await transport.admin.beginning_offsets({empty, full}) == {empty: 0, full: 0}
        assert await transport.admin.end_offsets({empty, full}) == {empty: 0, full: 5}
        assert await transport.admin.end_offsets(set()) == {}

    async def test_a_missing_partition_has_no_offsets(self, transport: Transport) -> None:
        """Asking for the offsets of a partition that is not there is an error that says so."""
        topic = await self.new_topic(transport)
        for where in (TopicPartition(topic, 7), TopicPartition(fresh_name("missing"), 0)):
            with pytest.raises(UnknownTopicError), anyio.fail_after(self.deadline):
                await transport.admin.beginning_offsets({where})
            with pytest.raises(UnknownTopicError), anyio.fail_after(self.deadline):
                await transport.admin.end_offsets({where})

    async def test_group_offsets_are_those_committed(self, transport: Transport) -> None:
        """All offsets of a group are told; a group that nobody knows has none."""
        topic = await self.new_topic(transport, 2)
        name = fresh_name("group")
        assert await transport.admin.group_offsets(name) == {}
        consumer = await self.consumer(transport, topic, group=name)
        await self.until_owner(consumer, partitions_of(topic, 2))
        await consumer.commit({TopicPartition(topic, 0): 1, TopicPartition(topic, 1): 2})
        expected = {TopicPartition(topic, 0): 1, TopicPartition(topic, 1): 2}
        assert await transport.admin.group_offsets(name) == expected
        await consumer.close()
        assert await transport.admin.group_offsets(name) == expected

    async def test_altered_group_offsets_count(self, transport: Transport) -> None:
        """A consumer begins where an operator has put its group, backwards or forwards."""
        topic = await self.new_topic(transport)
        await self.write_values(transport, topic, range(5))
        name, where = fresh_name("group"), TopicPartition(topic, 0)
        for position in (4, 1):
            await transport.admin.alter_group_offsets(name, {where: position})
            consumer = await self.consumer(transport, topic, group=name)
            found = await self.read(consumer, 5 - position)
            assert found[0].offset == position
            await consumer.close()

    async def test_an_offset_of_none_is_forgotten(self, transport: Transport) -> None:
        """Some offsets of a group can be forgotten while others are stored; what nobody stored is no error."""
        topic = await self.new_topic(transport, 3)
        name = fresh_name("group")
        first, second, third = sorted(partitions_of(topic, 3))
        await transport.admin.alter_group_offsets(name, {first: None})  # nobody knows this group
        await transport.admin.alter_group_offsets(name, {first: 1, second: 2})
        await transport.admin.alter_group_offsets(name, {first: None, second: 5, third: None})
        assert await transport.admin.group_offsets(name) == {second: 5}
        await transport.admin.alter_group_offsets(
            name, {second: None, TopicPartition(f"{topic}-no", 0): None}
        )
        assert await transport.admin.group_offsets(name) == {}

    async def test_a_group_with_members_is_left_alone(self, transport: Transport) -> None:
        """Neither its offsets nor the group itself can be changed while it has members."""
        topic = await self.new_topic(transport)
        name, where = fresh_name("group"), TopicPartition(topic, 0)
        consumer = await self.consumer(transport, topic, group=name)
        await self.until_owner(consumer, {where})
        await consumer.commit({where: 0})
        with pytest.raises(IllegalStateError, match=name):
            await transport.admin.alter_group_offsets(name, {where: 3})
        with pytest.raises(IllegalStateError, match=name):
            await transport.admin.alter_group_offsets(name, {where: None})
        with pytest.raises(IllegalStateError, match=name):
            await transport.admin.delete_group(name)
        assert await transport.admin.group_offsets(name) == {where: 0}

    async def test_a_deleted_group_has_no_offsets(self, transport: Transport) -> None:
        """A group without members can be deleted; a missing one is no error."""
        topic = await self.new_topic(transport)
        name = fresh_name("group")
        await transport.admin.alter_group_offsets(name, {TopicPartition(topic, 0): 3})
        await transport.admin.delete_group(name)
        await transport.admin.delete_group(name)
        assert await transport.admin.group_offsets(name) == {}
