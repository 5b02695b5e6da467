"""Does an offset store keep source offsets as Kafka Connect does?"""

# ruff: noqa: PLR2004, S101 - a check asserts, and its numbers are the point

from collections.abc import Mapping
from typing import Any

import anyio
import pytest

from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ProducerRecord
from connectsdk.source import SourceOffset
from connectsdk.testing.transport_suite._steps import Steps, fresh_name
from connectsdk.transport import NewTopic, OffsetStore, Transport

__all__ = ("OffsetStoreChecks",)


class OffsetStoreChecks(Steps):
    """Checks of `OffsetStore`."""

    async def test_what_was_written_is_read(self, transport: Transport) -> None:
        """Partitions and offsets come back with their types."""
        store = await self._offset_store(transport)
        partition = {"text": 'ü/"', "number": 3, "big": 2**53, "real": 1.5, "yes": True, "nothing": None}
        offset = {"line": 42, "at": "x", "ratio": 0.25, "done": False, "none": None}
        await self._store(store, "c", [(partition, offset)])
        assert await self._stored(store, "c") == [(partition, offset)]

    async def test_the_latest_offset_counts(self, transport: Transport) -> None:
        """A later offset of a partition replaces the one before."""
        store = await self._offset_store(transport)
        for line in range(5):
            await self._store(store, "c", [({"file": "a"}, {"line": line}), ({"file": "b"}, {"line": -line})])
        assert await self._stored(store, "c") == [({"file": "a"}, {"line": 4}), ({"file": "b"}, {"line": -4})]

    async def test_none_forgets_a_partition(self, transport: Transport) -> None:
        """A partition written with None is not there, and may come back."""
        store = await self._offset_store(transport)
        await self._store(store, "c", [({"file": "a"}, {"line": 1}), ({"file": "b"}, {"line": 2})])
        await self._store(store, "c", [({"file": "a"}, None), ({"file": "never"}, None)])
        assert await self._stored(store, "c") == [({"file": "b"}, {"line": 2})]
        await self._store(store, "c", [({"file": "a"}, {"line": 3})])
        assert await self._stored(store, "c") == [({"file": "a"}, {"line": 3}), ({"file": "b"}, {"line": 2})]

    async def test_connectors_do_not_see_each_other(self, transport: Transport) -> None:
        """The same partition of two connectors has two offsets."""
        store = await self._offset_store(transport)
        await self._store(store, "one", [({"file": "a"}, {"line": 1})])
        await self._store(store, "two", [({"file": "a"}, {"line": 2})])
        assert await self._stored(store, "one") == [({"file": "a"}, {"line": 1})]
        assert await self._stored(store, "two") == [({"file": "a"}, {"line": 2})]
        assert await self._stored(store, "three") == []

    @pytest.mark.parametrize(
        "bad", [{"a": {}}, {"a": [1]}, {"a": b"x"}, {1: "a"}, {"a": float("nan")}], ids=repr
    )
    async def test_what_is_not_flat_is_refused(self, transport: Transport, bad: Mapping[Any, Any]) -> None:
        """A partition or offset that is not flat is the data's fault, and nothing of the call is stored."""
        store = await self._offset_store(transport)
        good = ({"file": "a"}, {"line": 1})
        with pytest.raises(DataError):
            await self._store(store, "c", [good, (bad, {"line": 1})])
        with pytest.raises(DataError):
            await self._store(store, "c", [good, ({"file": "b"}, bad)])
        assert await self._stored(store, "c") == []
        await self._store(store, "c", [good])
        assert await self._stored(store, "c") == [good]

    async def test_the_order_of_members_does_not_matter(self, transport: Transport) -> None:
        """A partition is the same whatever the order of its members."""
        store = await self._offset_store(transport)
        await self._store(store, "c", [({"a": 1, "b": 2}, {"line": 1})])
        await self._store(store, "c", [({"b": 2, "a": 1}, {"line": 2})])
        assert await self._stored(store, "c") == [({"a": 1, "b": 2}, {"line": 2})]
        await self._store(store, "c", [({"b": 2, "a": 1}, None)])
        assert await self._stored(store, "c") == []

    async def test_the_bytes_are_kafka_connects(self, transport: Transport) -> None:
        """Key and value are the JSON that a Java worker writes; None is a tombstone."""
        topic = fresh_name("offsets")
        store = await self._offset_store(transport, topic)
        await self._store(store, "file-src", [({"filename": "/a"}, {"position": 42})])
        await self._store(store, "file-src", [({"filename": "/a"}, None)])
        found = [(record.key, record.value) for record in await self.all_committed(transport, topic)]
        key = b'["file-src",{"filename":"/a"}]'
        assert found == [(key, b'{"position":42}'), (key, None)]

    async def test_another_order_of_members_on_the_topic_is_kept(self, transport: Transport) -> None:
        """A key that another worker wrote is replaced under its own bytes, so that it sees the new offset."""
        topic = fresh_name("offsets")
        store = await self._offset_store(transport, topic)
        key = b'["c",{"b":2,"a":1}]'
        await self.write(transport, [ProducerRecord(topic, None, key, b'{"line":1}')])
        await self._store(store, "c", [({"a": 1, "b": 2}, {"line": 2})])
        assert {record.key for record in await self.all_committed(transport, topic)} == {key}
        assert await self._stored(store, "c") == [({"a": 1, "b": 2}, {"line": 2})]

    async def test_malformed_records_are_passed_over(self, transport: Transport) -> None:
        """Bytes that are no offset do not keep the others from being read."""
        topic = fresh_name("offsets")
        store = await self._offset_store(transport, topic)
        keys = [b"", b"{", b"\xff", b"null", b'["c"]', b'[1,{"a":1}]', b'["c",null]', b'["c",{"a":1},2]']
        await self.write(transport, [ProducerRecord(topic, None, key, b'{"line":1}') for key in keys])
        await self.write(transport, [ProducerRecord(topic, None, b'["c",{"bad":1}]', b"nonsense")])
        await self._store(store, "c", [({"file": "a"}, {"line": 1})])
        assert await self._stored(store, "c") == [({"file": "a"}, {"line": 1})]

    async def test_another_store_sees_what_was_written(self, transport: Transport) -> None:
        """A store reads everything written before, by whomever."""
        topic = fresh_name("offsets")
        one, two = await self._offset_store(transport, topic), await self._offset_store(transport, topic)
        for line in range(3):
            await self._store(one, "c", [({"file": "a"}, {"line": line})])
            assert await self._stored(two, "c") == [({"file": "a"}, {"line": line})]

    async def test_nothing_to_write_is_fine(self, transport: Transport) -> None:
        """Writing no offsets does nothing."""
        store = await self._offset_store(transport)
        await self._store(store, "c", [])
        assert await self._stored(store, "c") == []

    async def test_the_store_makes_its_topic(self, transport: Transport) -> None:
        """A missing topic is created compacted, with as many partitions as asked for."""
        topic = fresh_name("offsets")
        await self._offset_store(transport, topic)
        found = (await transport.admin.describe_topics([topic]))[topic]
        assert found.partitions == 2
        assert found.config["cleanup.policy"] == "compact"

    async def test_a_topic_that_forgets_is_refused(self, transport: Transport) -> None:
        """An existing topic that is not compacted cannot keep offsets."""
        topic = fresh_name("offsets")
        await transport.admin.create_topics([NewTopic(name=topic, config={"cleanup.policy": "delete"})])
        with pytest.raises(ConfigError, match=topic):
            await self._offset_store(transport, topic)

    async def test_calls_may_overlap(self, transport: Transport) -> None:
        """Several callers may read and write at once; each sees what was written before its call."""
        store = await self._offset_store(transport)

        async def work(name: str) -> None:
            for line in range(5):
                await self._store(store, name, [({"file": "a"}, {"line": line})])
                assert await self._stored(store, name) == [({"file": "a"}, {"line": line})]

        async with anyio.create_task_group() as group:
            for name in ("one", "two", "three"):
                group.start_soon(work, name)

    # -- steps ---------------------------------------------------------------------------------------------

    async def _offset_store(self, transport: Transport, topic: str | None = None) -> OffsetStore:
        with anyio.fail_after(self.deadline):
            return await transport.offset_store(topic or fresh_name("offsets"), partitions=2)

    async def _store(self, store: OffsetStore, connector: str, offsets: list[SourceOffset]) -> None:
        with anyio.fail_after(self.deadline):
            await store.write(connector, offsets)

    async def _stored(self, store: OffsetStore, connector: str) -> list[SourceOffset]:
        with anyio.fail_after(self.deadline):
            return sorted(await store.read(connector), key=str)
