import os
from pathlib import Path
from typing import Any

import pytest

from connectsdk.config import parse
from connectsdk.connectors.file_sink import FileStreamSinkConfig, FileStreamSinkTask
from connectsdk.errors import ConfigError, ConnectError, DataError
from connectsdk.record import SinkRecord
from connectsdk.schema import FLOAT32_SCHEMA


class Reporter:
    def __init__(self) -> None:
        self.reported: list[Any] = []

    def report(self, record: SinkRecord, error: Exception) -> None:
        self.reported.append((record.value, type(error)))


class Context:
    def __init__(self, reporter: Reporter | None = None) -> None:
        self.errant_record_reporter = reporter


async def started(file: Path | str | None, reporter: Reporter | None = None) -> FileStreamSinkTask:
    task = FileStreamSinkTask()
    task.context = Context(reporter)
    await task.start(parse(FileStreamSinkConfig, {} if file is None else {"file": str(file)}))
    return task


def records(*values: Any) -> list[SinkRecord]:
    return [SinkRecord("t", 0, value=value, offset=at) for at, value in enumerate(values)]


async def test_a_record_is_a_line_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    file.write_text("old\n")
    task = await started(file)
    await task.put(records("one", "zwö", "", None, True, 1e10, {"a": [1]}, "\ud800"))
    await task.put([SinkRecord("t", 0, None, None, FLOAT32_SCHEMA, 0.1)])
    await task.put([])
    await task.flush({})
    await task.stop()
    assert file.read_text() == "old\none\nzwö\n\nnull\ntrue\n1.0E10\n{a=[1]}\n?\n0.1\n"


async def test_an_empty_string_is_an_empty_line(tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    task = await started(file)
    await task.put(records(""))
    await task.stop()
    assert file.read_text() == "\n"


async def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no/out\.txt cannot be opened for writing: No such file"):
        await started(tmp_path / "no" / "out.txt")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
async def test_a_full_disk_is_named(tmp_path: Path) -> None:
    task = await started("/dev/full")
    with pytest.raises(ConnectError, match="/dev/full cannot be written to: No space left on device"):
        await task.put(records("one"))
    await task.stop()


async def test_bytes_have_no_text(tmp_path: Path) -> None:
    task = await started(tmp_path / "out.txt")
    with pytest.raises(DataError, match="Bytes have no text"):
        await task.put(records("one", b"two"))
    await task.stop()


async def test_a_bad_record_is_reported_and_the_others_are_written(tmp_path: Path) -> None:
    reporter = Reporter()
    task = await started(tmp_path / "out.txt", reporter)
    await task.put(records("one", b"two", "three"))
    await task.put(records(b"four"))
    await task.stop()
    assert (tmp_path / "out.txt").read_text() == "one\nthree\n"
    assert reporter.reported == [(b"two", DataError), (b"four", DataError)]


async def test_without_a_file_lines_go_to_the_standard_output(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    task = await started(None)
    await task.put(records("one", "zwö"))
    await task.flush({})
    await task.stop()
    assert capfdbinary.readouterr().out == "one\nzwö\n".encode()


async def test_stop_may_be_called_twice_and_without_start(tmp_path: Path) -> None:
    await FileStreamSinkTask().stop()
    task = await started(tmp_path / "out.txt")
    await task.stop()
    await task.stop()


async def test_a_flush_that_fails_is_named(tmp_path: Path) -> None:
    task = await started(tmp_path / "out.txt")
    fd, task._fd = task._fd, os.open(tmp_path, os.O_RDONLY)
    os.close(fd or 0)
    os.close(task._fd)
    with pytest.raises(ConnectError, match=r"out\.txt cannot be written to: Bad file descriptor"):
        await task.flush({})
    task._fd = None


async def test_data_is_on_the_disk_after_a_flush(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    task = await started(tmp_path / "out.txt")
    await task.flush({})
    assert synced == [task._fd]
    await task.stop()


async def test_a_pipe_needs_no_disk(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    task = await started(pipe)
    await task.put(records("one"))
    await task.flush({})
    assert os.read(reader, 10) == b"one\n"
    await task.stop()
    os.close(reader)


async def test_a_torn_last_line_is_ended_before_the_next(tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    file.write_text("whole\nto")
    for value in ("one", "two"):
        task = await started(file)
        await task.put(records(value))
        await task.stop()
    assert file.read_text() == "whole\nto\none\ntwo\n"
