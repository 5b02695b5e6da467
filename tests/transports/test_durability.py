"""Does a directory keep what was acknowledged, whatever happens to the process?"""

import itertools
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import contextmanager

import pytest

from connectsdk.errors import ConfigError, TransportError
from connectsdk.record import ProducerRecord, TopicPartition
from connectsdk.transport import ConsumerConfig
from connectsdk.transports.embedded import EmbeddedTransport
from connectsdk.transports.embedded._sqlite_store import _NAME

WHERE = TopicPartition("t", 0)

WRITER = """
    import asyncio, sys
    from connectsdk.record import ProducerRecord, TopicPartition
    from connectsdk.transports.embedded import EmbeddedTransport

    async def main():
        async with EmbeddedTransport(sys.argv[1], default_partitions=2) as transport:
            producer = await transport.producer()
            transactional = await transport.transactional_producer("x")
            number = int(sys.argv[2])
            while True:
                batch = [ProducerRecord("t", 0, None, b"%d" % n) for n in range(number, number + 50)]
                await (await producer.send(batch)).wait()
                await transactional.begin()
                await transactional.send([ProducerRecord("u", p, None, b"%d" % number) for p in (0, 1)])
                await transactional.write_group_offsets("g", {TopicPartition("u", 0): number + 50})
                await transactional.commit()
                number += 50
                print(number, flush=True)

    asyncio.run(main())
"""


def start_writer(directory, number=0):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), str(directory), str(number)],
        stdout=subprocess.PIPE,
        text=True,
    )


async def values(transport, topic):
    reader = await transport.reader(topic)
    return [(record.partition, int(record.value)) for record in await reader.read_to_end()]


@pytest.mark.slow
async def test_what_was_acknowledged_survives_a_kill(tmp_path):
    directory = tmp_path / "broker"
    async with EmbeddedTransport(directory, default_partitions=2):
        pass
    number = 0
    for acknowledged_before_kill in (1, 7, 30):
        writer = start_writer(directory, number)
        for line in itertools.islice(writer.stdout, acknowledged_before_kill):
            number = int(line)
        os.kill(writer.pid, signal.SIGKILL)
        number = max([number, *map(int, writer.stdout.read().split())])
        writer.wait(30)
        writer.stdout.close()
        async with EmbeddedTransport(directory, default_partitions=2) as transport:
            found = [value for _, value in await values(transport, "t")]
            offsets = await transport.admin.group_offsets("g")
            transactions = await values(transport, "u")
        assert found[:number] == list(range(number))
        assert found == list(range(len(found)))
        number = len(found)
        by_partition = [[value for partition, value in transactions if partition == part] for part in (0, 1)]
        if max(partition for partition, _ in transactions):
            assert by_partition[0] == by_partition[1]
        assert offsets == {TopicPartition("u", 0): by_partition[0][-1] + 50}


async def test_a_log_torn_anywhere_is_read_up_to_the_tear(tmp_path):
    directory = tmp_path / "broker"
    transport = EmbeddedTransport(directory)
    await transport.start()
    producer = await transport.producer()
    await producer.send([ProducerRecord("t", 0, None, b"first")])
    for number in range(8):
        await producer.send([ProducerRecord("t", 0, None, b"%d" % number * 3_000) for _ in range(5)])
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    await transport.close()
    whole = (copy / f"{_NAME}-wal").read_bytes()
    assert len(whole) > 100_000
    found = []
    for length in [*range(0, len(whole), len(whole) // 60), len(whole) - 1, len(whole)]:
        torn = tmp_path / f"torn-{length}"
        torn.mkdir()
        shutil.copy(copy / _NAME, torn)
        (torn / f"{_NAME}-wal").write_bytes(whole[:length])
        found.append(await records_left(torn))
        shutil.rmtree(torn)
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, 41)
    assert len(set(found)) > 5


async def records_left(directory):
    async with EmbeddedTransport(directory) as transport:
        if "t" not in await transport.admin.describe_topics():
            return 0
        reader = await transport.reader("t")
        records = await reader.read_to_end()
        assert [record.offset for record in records] == list(range(len(records)))
        assert len(records) % 5 in {0, 1}
        assert await transport.admin.end_offsets({WHERE}) == {WHERE: len(records)}
        producer = await transport.producer()
        [metadata] = (await (await producer.send([ProducerRecord("t", 0)])).wait()).metadata()
        assert metadata.offset == len(records)
        return len(records)


async def test_a_second_process_is_refused(tmp_path):
    directory = tmp_path / "broker"
    writer = start_writer(directory)
    assert writer.stdout.readline()
    with pytest.raises(ConfigError, match=r"broker is in use .* use another directory"):
        await EmbeddedTransport(directory).start()
    writer.kill()
    writer.wait(30)
    writer.stdout.close()
    async with EmbeddedTransport(directory) as transport:
        assert await values(transport, "t")
        with pytest.raises(ConfigError, match="in use"):
            await EmbeddedTransport(directory).start()


@contextmanager
def full_disk(directory):
    """Let no file grow by more than a little."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    wal = (directory / f"{_NAME}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal + 40_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_acknowledges_nothing(tmp_path):
    large = os.urandom(500_000)
    async with EmbeddedTransport(tmp_path, default_partitions=2) as transport:
        producer = await transport.producer()
        await producer.send([ProducerRecord("t", 0, None, b"before")])
        with full_disk(tmp_path), pytest.raises(TransportError, match=str(tmp_path)):
            await producer.send([ProducerRecord("t", 0, None, b"lost"), ProducerRecord("t", 1, None, large)])
        ends = await transport.admin.end_offsets({WHERE, TopicPartition("t", 1)})
        assert ends == {WHERE: 1, TopicPartition("t", 1): 0}
        again = await transport.producer()
        [metadata] = (await (await again.send([ProducerRecord("t", 0, None, b"after")])).wait()).metadata()
        assert metadata.offset == 1
        reader = await transport.reader("t")
        assert [record.value for record in await reader.read_to_end()] == [b"before", b"after"]
    async with EmbeddedTransport(tmp_path) as transport:
        reader = await transport.reader("t")
        assert [record.value for record in await reader.read_to_end()] == [b"before", b"after"]


async def test_a_full_disk_leaves_a_transaction_open_to_abort(tmp_path):
    async with EmbeddedTransport(tmp_path) as transport:
        producer = await transport.transactional_producer("x")
        await producer.begin()
        await producer.send([ProducerRecord("t", 0, None, b"good")])
        with full_disk(tmp_path), pytest.raises(TransportError):
            await producer.send([ProducerRecord("t", 0, None, os.urandom(500_000))])
        with pytest.raises(TransportError, match="aborted"):
            await producer.commit()
        reader = await transport.reader("t")
        assert list(await reader.read_to_end()) == []


async def test_a_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TransportError, match="file/broker"):
        await EmbeddedTransport(tmp_path / "file" / "broker").start()


async def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / _NAME).write_bytes(b"not a database at all" * 100)
    with pytest.raises(TransportError, match=_NAME):
        await EmbeddedTransport(tmp_path).start()
    (tmp_path / _NAME).unlink()
    async with EmbeddedTransport(tmp_path):
        pass  # the failed start gave the lock back


async def test_a_newer_format_is_refused(tmp_path):
    async with EmbeddedTransport(tmp_path):
        pass
    database = sqlite3.connect(tmp_path / _NAME)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(ConfigError, match="format 99"):
        await EmbeddedTransport(tmp_path).start()


async def test_a_damaged_batch_is_named_and_not_handed_out(tmp_path):
    async with EmbeddedTransport(tmp_path) as transport:
        producer = await transport.producer()
        await producer.send([ProducerRecord("t", 0, None, b"value")])
    database = sqlite3.connect(tmp_path / _NAME)
    [[contents]] = database.execute("SELECT contents FROM batches")
    database.execute("UPDATE batches SET contents = ?", (contents.replace(b"value", b"valve"),))
    database.commit()
    database.close()
    async with EmbeddedTransport(tmp_path) as transport:
        reader = await transport.reader("t")
        with pytest.raises(TransportError, match="t-0, offsets 0 to 0: the checksum does not match"):
            await reader.read_to_end()


async def test_nobody_else_may_read_the_directory(tmp_path):
    directory = tmp_path / "broker"
    async with EmbeddedTransport(directory) as transport:
        await (await transport.producer()).send([ProducerRecord("t", 0, None, b"v")])
        for path in (directory, *directory.iterdir()):
            assert path.stat().st_mode & 0o077 == 0, path


async def test_groups_and_topics_survive(tmp_path):
    async with EmbeddedTransport(tmp_path) as transport:
        producer = await transport.producer()
        await producer.send([ProducerRecord("t", 0, None, b"%d" % number) for number in range(3)])
        consumer = await transport.consumer(ConsumerConfig(group="g", topics=["t"]))
        await consumer.next_event(1)
        await consumer.commit({WHERE: 2})
    async with EmbeddedTransport(tmp_path, auto_create_topics=False) as transport:
        assert await transport.admin.group_offsets("g") == {WHERE: 2}
        assert set(await transport.admin.describe_topics()) == {"t"}
        consumer = await transport.consumer(ConsumerConfig(group="g", topics=["t"]))
        assert (await consumer.next_event(1)).positions == {WHERE: 2}


@pytest.mark.slow
async def test_the_log_does_not_grow_without_end(tmp_path):
    async with EmbeddedTransport(tmp_path, default_topic_config={"retention.bytes": "5000000"}) as transport:
        producer = await transport.producer()
        batch = [ProducerRecord("t", 0, None, b"x" * 1_000)] * 1_000
        begun = time.monotonic()
        for _ in range(150):
            await producer.send(batch)
            assert time.monotonic() - begun < 60
        assert (tmp_path / f"{_NAME}-wal").stat().st_size < 64_000_000
        assert (tmp_path / _NAME).stat().st_size < 64_000_000
