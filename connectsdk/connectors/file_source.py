"""How do the lines of a file become records?

One record a line, of a file that may grow, a named pipe, or the standard input. A line is read when its end has been
written. The stored position is the byte after the line, so a file read to a position goes on there.

A file that becomes shorter than what was read of it, or whose name is given to another file, is read from its
beginning, after what was left of the old one. While the connector is down only a file that is shorter than the stored
position is known to be another one: reset the offsets after replacing a file meanwhile.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

import anyio

from connectsdk.config import Importance, NonEmptyString, config, option
from connectsdk.connectors._inputs import Input, open_file, open_standard_input
from connectsdk.connectors._lines import NO_LINES, Lines, LineSplitter
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import Headers, SourceRecord
from connectsdk.schema import STRING_SCHEMA
from connectsdk.source import EndOfStream, ExactlyOnceSupport, SourceConnector, SourceOffset, SourceTask

__all__ = ("FileStreamSourceConfig", "FileStreamSourceConnector", "FileStreamSourceTask")

_log = logging.getLogger(__name__)

_FILENAME, _POSITION = "filename", "position"
_IDLE_SECONDS = 0.1
_NO_HEADERS = Headers()


@config
class FileStreamSourceConfig:
    """What the file source can be told."""

    file: str | None = option(
        default=None,
        doc="Source filename. If not specified, the standard input will be used",
        importance=Importance.HIGH,
    )
    topic: str = option(
        validator=NonEmptyString(), doc="The topic to publish data to", importance=Importance.HIGH
    )
    batch_size: int = option(
        default=2000,
        at_least=1,
        doc="The maximum number of records the source task can read from the file each time it is polled",
        importance=Importance.LOW,
    )
    max_line_bytes: int = option(
        default=16 * 1024 * 1024,
        at_least=1,
        doc="The longest line that is read; a longer one fails the task before it fills the memory.",
        importance=Importance.LOW,
    )
    invalid_utf8: str = option(
        key="invalid.utf8",
        default="fail",
        one_of=("fail", "replace"),
        doc="What to do with bytes that are no UTF-8: fail the task, or replace each with U+FFFD.",
        importance=Importance.LOW,
    )


class FileStreamSourceTask(SourceTask[FileStreamSourceConfig]):
    """Reads one file, or the standard input."""

    def __init__(self) -> None:
        self._input: Input | None = None
        self._max_line_bytes = 0
        self._splitter = LineSplitter(0)
        self._lines = NO_LINES
        self._next_line = 0
        self._position = 0
        self._read_to = 0
        self._resume_at = 0
        self._said_missing = False
        self._at_end = False

    async def start(self, config: FileStreamSourceConfig) -> None:
        """Look up where to go on; the file is opened when it is there."""
        self._topic, self._batch_size = config.topic, config.batch_size
        self._path, self._max_line_bytes = config.file, config.max_line_bytes
        self._splitter = LineSplitter(config.max_line_bytes)
        self._errors = "strict" if config.invalid_utf8 == "fail" else "replace"
        self._partition: Mapping[str, Any] | None = None
        if not self._path:
            self._input = open_standard_input()
            return
        self._partition = {_FILENAME: self._path}
        self._resume_at = _stored_position(await self.context.offsets.offset(self._partition))

    async def poll(self) -> Sequence[SourceRecord] | None:
        """Return the next lines; None when there is none for a moment.

        Raises:
            ConfigError: If the file cannot be read.
            DataError: If a line is too long, or no UTF-8.
            EndOfStream: If the standard input has ended.
        """
        if self._next_line < len(self._lines):
            return self._batch()
        if self._splitter.held_bytes > self._max_line_bytes + 1:  # a carriage return may be one of them
            raise self._too_long(self._position)
        source = self._input or self._open()
        if source is None:
            await anyio.sleep(_IDLE_SECONDS)
            return None
        chunk = b"" if self._at_end else await source.read()
        if not chunk:
            return await self._end(source)
        self._read_to += len(chunk)
        self._take(self._splitter.feed(chunk))
        return self._batch() if self._lines else None

    async def stop(self) -> None:
        """Close the file."""
        source, self._input = self._input, None
        if source is not None:
            source.close()

    def _open(self) -> Input | None:
        path = self._path or ""
        source = open_file(path)
        if source is None:
            if not self._said_missing:
                _log.warning("file %s does not exist; waiting for it to be created", path)
            self._said_missing = True
            return None
        self._said_missing = False
        self._input = source
        self._begin(source)
        return source

    def _begin(self, source: Input) -> None:
        """Go to where this file is to be read from."""
        self._splitter = LineSplitter(self._max_line_bytes)
        self._position = self._read_to = 0
        if not source.regular:
            self._partition = None  # a pipe has no positions
        elif source.seek(self._resume_at):
            self._position = self._read_to = self._resume_at
        else:
            _log.warning(
                "file %s is shorter than the stored position %d; reading it from its beginning",
                source.name,
                self._resume_at,
            )
        self._resume_at = 0

    async def _end(self, source: Input) -> Sequence[SourceRecord] | None:
        """Decide what the end of the input means."""
        if not source.owned and not source.regular:
            self._take(NO_LINES if self._at_end else self._splitter.flush())
            self._at_end = True
            if not self._lines:
                raise EndOfStream
            return self._batch()
        if source.regular and source.owned and (source.is_cut(self._read_to) or source.is_replaced()):
            return self._start_over(source)
        await anyio.sleep(_IDLE_SECONDS)
        return None

    def _start_over(self, source: Input) -> Sequence[SourceRecord] | None:
        _log.warning("file %s was cut or replaced; reading it from its beginning", source.name)
        self._take(self._splitter.flush())
        source.close()
        self._input = None
        return self._batch() if self._lines else None

    def _take(self, lines: Lines) -> None:
        self._lines, self._next_line = lines, 0

    def _batch(self) -> Sequence[SourceRecord]:
        """Return the next lines that have been split, as records.

        Raises:
            DataError: If the first of them is too long, or no UTF-8.
        """
        lines, first, last = self._lines, self._next_line, self._next_line + self._batch_size
        if lines.texts:
            texts = lines.texts[first:last]
            records = self._records(texts, [len(text) + 1 for text in texts])
        else:
            raws = lines.raws[first:last]
            records = self._records(self._decoded(raws), [size for _, size in raws])
        self._next_line += len(records)
        return records

    def _records(self, texts: Sequence[str], sizes: Sequence[int]) -> list[SourceRecord]:
        topic, partition, position = self._topic, self._partition, self._position
        now = time.time_ns() // 1_000_000
        records: list[SourceRecord] = []
        add = records.append
        for text, size in zip(texts, sizes, strict=False):
            position += size
            offset = None if partition is None else {_POSITION: position}
            add(
                SourceRecord(
                    topic, None, None, None, STRING_SCHEMA, text, now, _NO_HEADERS, partition, offset
                )
            )
        self._position = position
        return records

    def _decoded(self, raws: Sequence[tuple[bytes, int]]) -> list[str]:
        """Return the texts of the lines before the first that has none; that one fails when its turn comes."""
        errors, longest = self._errors, self._max_line_bytes
        texts: list[str] = []
        try:
            for raw, _ in raws:
                if len(raw) > longest:
                    raise self._too_long(self._position)
                texts.append(raw.decode("utf-8", errors))
        except (DataError, UnicodeDecodeError) as error:
            if texts:
                return texts
            if isinstance(error, UnicodeDecodeError):
                raise self._not_utf8(self._position + error.start) from None
            raise
        return texts

    def _too_long(self, position: int) -> DataError:
        return DataError(
            f"file {self._path or 'standard input'}: the line at byte {position} is longer than max.line.bytes "
            f"({self._max_line_bytes}); raise it, or break the line up in the file"
        )

    def _not_utf8(self, position: int) -> DataError:
        return DataError(
            f"file {self._path or 'standard input'}: byte {position} is no UTF-8; set invalid.utf8=replace, or mend "
            "the line in the file"
        )


class FileStreamSourceConnector(SourceConnector[FileStreamSourceConfig]):
    """Reads one file, or the standard input, with one task."""

    task_class = FileStreamSourceTask

    def exactly_once_support(self, config: FileStreamSourceConfig) -> ExactlyOnceSupport:
        """Return whether there are positions to resume from: a file has them, the standard input has none."""
        return ExactlyOnceSupport.SUPPORTED if config.file else ExactlyOnceSupport.UNSUPPORTED

    async def alter_offsets(self, config: Mapping[str, Any], offsets: Sequence[SourceOffset]) -> bool:
        """Check that the offsets are positions in files.

        Raises:
            ConfigError: If they are not, or the standard input is read.
        """
        if not config.get("file"):
            raise ConfigError(
                "Offsets cannot be modified if the 'file' configuration is unspecified. "
                "This is because stdin is used for input and offsets are not tracked."
            )
        for partition, offset in offsets:
            # Whatever is stored may be forgotten: there could be garbage to clean up.
            if offset is not None:
                _check_offset(partition, offset)
        return True


def _check_offset(partition: Mapping[str, Any] | None, offset: Mapping[str, Any]) -> None:
    if _POSITION not in offset:
        raise ConfigError(f"Offset objects should either be null or contain the key '{_POSITION}'")
    position = offset[_POSITION]
    if not isinstance(position, int) or isinstance(position, bool):
        raise ConfigError(f"The value for the '{_POSITION}' key in the offset is expected to be a Long value")
    if position < 0:
        raise ConfigError(f"The value for the '{_POSITION}' key in the offset should be a non-negative value")
    if partition is None:
        raise ConfigError("Partition objects cannot be null")
    if _FILENAME not in partition:
        raise ConfigError(f"Partition objects should contain the key '{_FILENAME}'")


def _stored_position(offset: Mapping[str, Any] | None) -> int:
    position = None if offset is None else offset.get(_POSITION)
    if position is None:
        return 0
    if not isinstance(position, int) or isinstance(position, bool) or position < 0:
        raise ConfigError("Offset position is the incorrect type: reset the connector's offsets")
    return position
