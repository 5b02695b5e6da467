"""How do records become the lines of a file?

One line a record: the text that Java's `toString` gives for its value. The file is appended to, and its data is on the
disk before offsets are committed. A crash or a full disk may leave an incomplete last line; it is ended before anything
else is written, and the records since the last commit are written again.
"""

import os
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from anyio import to_thread

from connectsdk.config import Importance, config, option
from connectsdk.errors import ConfigError, ConnectError, DataError
from connectsdk.record import SinkRecord, TopicPartition
from connectsdk.schema.java_text import java_text
from connectsdk.sink import SinkConnector, SinkTask

__all__ = ("FileStreamSinkConfig", "FileStreamSinkConnector", "FileStreamSinkTask")

T = TypeVar("T")


@config
class FileStreamSinkConfig:
    """What the file sink can be told."""

    file: str | None = option(
        default=None,
        doc="Destination filename. If not specified, the standard output will be used",
        importance=Importance.HIGH,
    )


class FileStreamSinkTask(SinkTask[FileStreamSinkConfig]):
    """Appends to one file, or writes to the standard output."""

    def __init__(self) -> None:
        self._name = "standard output"
        self._fd: int | None = None
        self._torn = False

    async def start(self, config: FileStreamSinkConfig) -> None:
        """Open the file; create it if there is none.

        Raises:
            ConfigError: If it cannot be opened for writing.
        """
        if not config.file:
            return
        self._name = config.file
        try:
            self._fd = await to_thread.run_sync(_open, config.file)
            self._torn = await to_thread.run_sync(_is_torn, config.file)
        except OSError as error:
            remedy = (
                "name a file"
                if isinstance(error, IsADirectoryError)
                else "make its directory, or name another"
            )
            raise ConfigError(
                f"file {config.file} cannot be opened for writing: {error.strerror}; {remedy} "
                "that this process may write to",
                key="file",
            ) from error

    async def put(self, records: Sequence[SinkRecord]) -> None:
        """Append the records' lines, all at once.

        Raises:
            DataError: If a value has no text, and errors are not tolerated.
            ConnectError: If the file cannot be written to.
        """
        try:
            lines = [
                value if type(value := record.value) is str else java_text(value, record.value_schema)
                for record in records
            ]
        except DataError:
            lines = self._tolerated(records)
        if not lines:
            return
        lines.append("")
        data = "\n".join(lines).encode("utf-8", "replace")  # a lone surrogate becomes `?`, as with Java
        if self._fd is None:
            await self._in_thread(_write_out, data, abandon=True)
        else:
            await self._in_thread(partial(_write_all, self._fd), b"\n" + data if self._torn else data)
            self._torn = False

    async def flush(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Bring what was written to the disk.

        Raises:
            ConnectError: If that fails; nothing is committed.
        """
        if self._fd is not None:
            await self._in_thread(_sync, self._fd)

    async def stop(self) -> None:
        """Close the file."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    def _tolerated(self, records: Sequence[SinkRecord]) -> list[str]:
        """Return the lines of the records that have a text, and report the others."""
        lines = []
        for record in records:
            try:
                lines.append(java_text(record.value, record.value_schema))
            except DataError as error:
                reporter = self.context.errant_record_reporter
                if reporter is None:
                    raise
                reporter.report(record, error)
        return lines

    async def _in_thread(self, function: Callable[[T], Any], argument: T, *, abandon: bool = False) -> None:
        try:
            await to_thread.run_sync(function, argument, abandon_on_cancel=abandon)
        except OSError as error:
            raise ConnectError(
                f"{self._name} cannot be written to: {error.strerror}; nothing was committed since the last flush, "
                "and those records are written again after a restart"
            ) from error


class FileStreamSinkConnector(SinkConnector[FileStreamSinkConfig]):
    """Writes to one file, or the standard output, with any number of tasks."""

    task_class = FileStreamSinkTask

    async def alter_offsets(
        self, config: Mapping[str, Any], offsets: Mapping[TopicPartition, int | None]
    ) -> bool:
        """Agree to every offset: a file takes any record."""
        return True


def _open(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)


def _is_torn(name: str) -> bool:
    """Return whether a file's last line has no end: records must not become the rest of it."""
    path = Path(name)
    try:
        if not path.is_file() or not path.stat().st_size:
            return False
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() != b"\n"
    except OSError:  # it may be written to, but not read
        return False


def _sync(fd: int) -> None:
    if stat.S_ISREG(os.fstat(fd).st_mode):  # a pipe has no disk behind it
        os.fsync(fd)


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _write_out(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
