"""Where does a source go on, according to an offsets topic?"""

import attrs
import pytest

from connectsdk.errors import RecordTooLargeError, TransportError
from connectsdk.record import ConsumerRecord
from connectsdk.transport import Rejected
from connectsdk.transports._offset_topic import TopicOffsetStore


@attrs.define
class FakeTopic:
    """Reader and producer of one topic; what is produced is read."""

    unread: list = attrs.field(factory=list)
    sent: list = attrs.field(factory=list)
    closed: int = 0
    rejected: list = attrs.field(factory=list)
    failure: Exception | None = None

    async def read_to_end(self):
        if self.failure is not None:
            raise self.failure
        unread, self.unread = self.unread, []
        return unread

    async def send(self, records):
        self.sent += records
        return self

    async def wait(self):
        return self

    async def close(self):
        self.closed += 1
        if self.failure is not None:
            raise self.failure

    def holds(self, key, value, timestamp=0, partition=0):
        self.unread.append(ConsumerRecord("offsets", partition, 0, timestamp, 0, key, value))


@pytest.fixture
def topic():
    return FakeTopic()


@pytest.fixture
def store(topic):
    return TopicOffsetStore("offsets", topic, topic)


async def test_of_two_spellings_the_later_counts(topic, store):
    topic.holds(b'["c",{"b":1,"a":2}]', b'{"line":2}', timestamp=20, partition=0)
    topic.holds(b'["c",{"a":2,"b":1}]', b'{"line":1}', timestamp=10, partition=1)
    assert await store.read("c") == [({"b": 1, "a": 2}, {"line": 2})]
    await store.write("c", [({"a": 2, "b": 1}, {"line": 3})])
    assert topic.sent[0].key == b'["c",{"b":1,"a":2}]'


async def test_the_first_write_reads_how_keys_are_spelled(topic, store):
    topic.holds(b'["c", {"a": 2}]', b'{"line":2}')
    await store.write("c", [({"a": 2}, {"line": 3}), ({"new": 1}, None)])
    assert [(record.key, record.value) for record in topic.sent] == [
        (b'["c", {"a": 2}]', b'{"line":3}'),
        (b'["c",{"new":1}]', None),
    ]


async def test_a_rejected_record_is_an_error(topic, store):
    topic.rejected = [Rejected(0, RecordTooLargeError("too large"))]
    with pytest.raises(RecordTooLargeError):
        await store.write("c", [({"a": 2}, {"line": 3})])


async def test_a_failed_read_is_an_error_and_may_be_repeated(topic, store):
    topic.holds(b'["c",{"a":2}]', b'{"line":2}')
    topic.failure = TransportError("gone")
    with pytest.raises(TransportError):
        await store.read("c")
    topic.failure = None
    assert await store.read("c") == [({"a": 2}, {"line": 2})]


async def test_close_closes_both_even_if_one_fails(topic, store):
    topic.failure = TransportError("gone")
    with pytest.raises(TransportError):
        await store.close()
    assert topic.closed == 2
