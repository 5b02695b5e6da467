import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, strategies as st

from connectsdk.config import parse
from connectsdk.connectors._lines import LineSplitter
from connectsdk.connectors.file_source import (
    FileStreamSourceConfig,
    FileStreamSourceConnector,
    FileStreamSourceTask,
)
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import SourceRecord
from connectsdk.schema import STRING_SCHEMA
from connectsdk.source import EndOfStream, ExactlyOnceSupport


class Offsets:
    def __init__(self, stored: Mapping[str, Any] | None) -> None:
        self.stored = stored
        self.asked: list[Mapping[str, Any]] = []

    async def offset(self, partition: Mapping[str, Any]) -> Mapping[str, Any] | None:
        self.asked.append(partition)
        return self.stored


class Context:
    connector, task = "files", 0

    def __init__(self, stored: Mapping[str, Any] | None = None) -> None:
        self.offsets = Offsets(stored)


async def started(
    file: Path | None, stored: Mapping[str, Any] | None = None, **more: Any
) -> FileStreamSourceTask:
    task = FileStreamSourceTask()
    task.context = Context(stored)
    properties = {"topic": "t", **({} if file is None else {"file": str(file)}), **more}
    await task.start(parse(FileStreamSourceConfig, properties))
    return task


async def polled(task: FileStreamSourceTask, count: int) -> Sequence[SourceRecord]:
    """Poll until there are this many records."""
    records: list[SourceRecord] = []
    with anyio.fail_after(30):
        while len(records) < count:
            records += await task.poll() or ()
    return records


def open_descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def texts(records: Sequence[SourceRecord]) -> list[str]:
    return [record.value for record in records]


def positions(records: Sequence[SourceRecord]) -> list[int]:
    return [(record.source_offset or {})["position"] for record in records]


async def test_a_line_is_a_record(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes("one\nzwö\n\nfour\r\nfive\r six\n".encode())
    task = await started(file)
    before = time.time_ns() // 1_000_000
    records = await polled(task, 6)
    assert texts(records) == ["one", "zwö", "", "four", "five", " six"]
    assert positions(records) == [4, 9, 10, 16, 21, 26]
    first = records[0]
    assert (first.topic, first.partition, first.key, first.key_schema, first.headers) == (
        "t",
        None,
        None,
        None,
        (),
    )
    assert first.value_schema is STRING_SCHEMA
    assert first.source_partition == {"filename": str(file)}
    assert first.timestamp is not None
    assert before <= first.timestamp <= time.time_ns() // 1_000_000
    assert await task.poll() is None
    await task.stop()


async def test_a_line_without_its_end_is_held_back(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"one\ntw")
    task = await started(file)
    assert texts(await polled(task, 1)) == ["one"]
    assert await task.poll() is None
    with file.open("ab") as end:
        end.write(b"o\nthree\n")
    assert texts(await polled(task, 2)) == ["two", "three"]
    await task.stop()


async def test_a_carriage_return_waits_for_what_follows(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"one\r")
    task = await started(file)
    assert await task.poll() is None
    with file.open("ab") as end:
        end.write(b"\ntwo\n")
    records = await polled(task, 2)
    assert (texts(records), positions(records)) == (["one", "two"], [5, 9])
    await task.stop()


async def test_it_goes_on_at_the_stored_position(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"one\ntwo\nthree\n")
    task = await started(file, {"position": 4})
    records = await polled(task, 2)
    assert (texts(records), positions(records)) == (["two", "three"], [8, 14])
    assert task.context.offsets.asked == [{"filename": str(file)}]
    await task.stop()


async def test_a_batch_has_a_size(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"a\n" * 5 + "ö\n".encode() * 5)
    task = await started(file, **{"batch.size": "3"})
    sizes = [len(await task.poll() or ()) for _ in range(4)]
    assert sizes == [3, 3, 3, 1]
    await task.stop()


async def test_a_missing_file_is_waited_for_and_named_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "in.txt"
    task = await started(file)
    assert await task.poll() is None
    assert await task.poll() is None
    assert [str(file) in message for message in caplog.messages] == [True]
    file.write_bytes(b"one\n")
    assert texts(await polled(task, 1)) == ["one"]
    await task.stop()


async def test_a_directory_is_refused(tmp_path: Path) -> None:
    task = await started(tmp_path)
    with pytest.raises(ConfigError, match="it is a directory"):
        await task.poll()
    await task.stop()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.touch(mode=0)
    task = await started(file)
    with pytest.raises(ConfigError, match="Permission denied"):
        await task.poll()
    await task.stop()


@pytest.mark.parametrize(
    "stored", [{"position": "4"}, {"position": -1}, {"position": True}, {"position": 1.0}]
)
async def test_a_stored_position_that_is_none_is_refused(tmp_path: Path, stored: Mapping[str, Any]) -> None:
    with pytest.raises(ConfigError, match="reset the connector's offsets"):
        await started(tmp_path / "in.txt", stored)


async def test_bytes_that_are_no_text_fail_after_the_lines_before_them(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"one\ntw\xffo\n")
    task = await started(file)
    assert texts(await polled(task, 1)) == ["one"]
    for _ in range(2):
        with pytest.raises(DataError, match=r"in\.txt: byte 6 is no UTF-8"):
            await task.poll()
    await task.stop()


async def test_bytes_that_are_no_text_can_be_replaced(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"tw\xffo\n")
    task = await started(file, **{"invalid.utf8": "replace"})
    records = await polled(task, 1)
    assert (texts(records), positions(records)) == (["tw\ufffdo"], [5])
    await task.stop()


@pytest.mark.parametrize("end", [b"", b"\n"])
async def test_a_line_that_is_too_long_fails_after_the_lines_before_it(tmp_path: Path, end: bytes) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"one\n" + b"x" * 12 + end)
    task = await started(file, **{"max.line.bytes": "10"})
    assert texts(await polled(task, 1)) == ["one"]
    with pytest.raises(DataError, match=r"the line at byte 4 is longer than max\.line\.bytes"):
        await task.poll()
    await task.stop()


async def test_a_line_may_be_as_long_as_allowed(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"x" * 300_000 + b"\ny\n")
    task = await started(file, **{"max.line.bytes": "300000"})
    assert [len(text) for text in texts(await polled(task, 2))] == [300_000, 1]
    await task.stop()


async def test_a_file_that_was_cut_is_read_from_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"one\ntwo\nhalf")
    task = await started(file)
    await polled(task, 2)
    assert await task.poll() is None
    file.write_bytes(b"new\n")
    records = await polled(task, 2)
    assert (texts(records), positions(records)) == (["half", "new"], [12, 4])
    await task.stop()


async def test_a_file_that_was_replaced_is_read_after_the_rest_of_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"one\n")
    task = await started(file)
    await polled(task, 1)
    with file.open("ab") as end:
        file.rename(tmp_path / "in.txt.1")
        end.write(b"late\n")
    file.write_bytes(b"new and longer\n")
    records = await polled(task, 2)
    assert (texts(records), positions(records)) == (["late", "new and longer"], [9, 15])
    await task.stop()


async def test_a_file_shorter_than_the_stored_position_is_read_from_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"new\n")
    task = await started(file, {"position": 100})
    records = await polled(task, 1)
    assert (texts(records), positions(records)) == (["new"], [4])
    await task.stop()


async def test_a_named_pipe_has_no_positions_and_does_not_block(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    task = await started(pipe)
    with anyio.fail_after(30):
        with anyio.move_on_after(0.05) as waiting:
            await task.poll()
        assert waiting.cancelled_caught, "nobody writes yet"
        writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        os.write(writer, b"one\ntwo\n")
        records = await polled(task, 2)
        assert texts(records) == ["one", "two"]
        assert {(record.source_partition, record.source_offset) for record in records} == {(None, None)}
        with anyio.move_on_after(0.05) as waiting:
            await task.poll()
        assert waiting.cancelled_caught, "a poll of an empty pipe waits, and can be cancelled"
        os.close(writer)
    await task.stop()


async def test_the_standard_input_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    read_end, write_end = os.pipe()
    with os.fdopen(read_end) as source:
        monkeypatch.setattr("sys.stdin", source)
        os.write(write_end, b"one\ntwo")
        task = await started(None)
        [first] = await polled(task, 1)
        assert (first.value, first.source_partition, first.source_offset) == ("one", None, None)
        with anyio.move_on_after(0.05) as waiting:
            await task.poll()
        assert waiting.cancelled_caught
        os.close(write_end)
        assert texts(await polled(task, 1)) == ["two"]
        with pytest.raises(EndOfStream):
            await task.poll()
        await task.stop()
        assert not source.closed


async def test_without_a_standard_input_a_file_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(ConfigError, match="set file"):
        await started(None)


async def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"one\n")
    before = open_descriptors()
    task = await started(file)
    await polled(task, 1)
    await task.stop()
    await task.stop()
    assert open_descriptors() <= before


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"\r", "é".encode(), b"\r\n", b"bc"]), max_size=30),
    st.integers(1, 7),
)
def test_lines_do_not_depend_on_how_bytes_arrive(parts: list[bytes], size: int) -> None:
    data = b"".join(parts)
    splitter, found = LineSplitter(5), []
    for at in range(0, len(data), size):
        lines = splitter.feed(data[at : at + size])
        found += [(text.encode(), len(text) + 1) for text in lines.texts] + list(lines.raws)
    found += splitter.flush().raws
    assert [raw for raw, _ in found] == data.splitlines()
    assert sum(taken for _, taken in found) == len(data)


CHECK = {
    "no position": ({"filename": "x"}, {"other": 1}),
    "expected to be a Long": ({"filename": "x"}, {"position": "1"}),
    "to be a Long": ({"filename": "x"}, {"position": True}),
    "non-negative": ({"filename": "x"}, {"position": -1}),
    "should contain the key 'filename'": ({"other": "x"}, {"position": 1}),
    "contain the key 'position'": ({"filename": "x"}, {}),
}


@pytest.mark.parametrize(("message", "pair"), CHECK.items(), ids=list(CHECK))
async def test_offsets_that_make_no_sense_are_refused(message: str, pair: Any) -> None:
    connector = FileStreamSourceConnector()
    with pytest.raises(ConfigError, match="position" if message == "no position" else message):
        await connector.alter_offsets({"file": "x"}, [pair])


async def test_offsets_that_make_sense_are_accepted() -> None:
    connector = FileStreamSourceConnector()
    offsets = [({"filename": "x"}, {"position": 0}), ({"garbage": 1}, None)]
    assert await connector.alter_offsets({"file": "x"}, offsets) is True
    with pytest.raises(ConfigError, match="unspecified"):
        await connector.alter_offsets({}, offsets)


def test_only_a_file_can_be_read_exactly_once() -> None:
    connector = FileStreamSourceConnector()
    supports = [
        connector.exactly_once_support(FileStreamSourceConfig(topic="t", file=file))
        for file in ("x", None, "")
    ]
    assert supports == [
        ExactlyOnceSupport.SUPPORTED,
        ExactlyOnceSupport.UNSUPPORTED,
        ExactlyOnceSupport.UNSUPPORTED,
    ]
