"""How are batches kept in a directory?

One SQLite database in WAL mode, one row a batch. A commit is written to the log before it is acknowledged, so it
survives the death of the process; with `synchronous` NORMAL the operating system has it but perhaps not the disk,
so a power cut may take back the latest commits (whole ones, in order, never a half); FULL waits for the disk.
The log is copied into the database by `maintain`, in a worker thread and over a connection of its own.
"""

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import attrs
import orjson

from connectsdk.errors import TransportError
from connectsdk.record import TopicPartition
from connectsdk.transports.embedded._batch import BatchState, RecordBatch, Span
from connectsdk.transports.embedded._batch_format import CorruptBatchError, decode, encode
from connectsdk.transports.embedded._directory_lock import DirectoryLock
from connectsdk.transports.embedded._sqlite_layout import connect, load, prepare
from connectsdk.transports.embedded._store import StoredLog, StoredState, StoredTopic

__all__ = ("SQLiteStore",)

_NAME = "broker.sqlite3"
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_MAINTAIN_BYTES = 16 * 1_048_576
_CACHED_BATCHES = 16  # a reader at the end of the log finds there what was just written
_BATCH = "base, next, size, newest, state, producer, contents"
_INSERT = f"INSERT INTO batches (log, {_BATCH}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants
_COMMIT = "INSERT OR REPLACE INTO group_offsets (name, topic, part, next) VALUES (?, ?, ?, ?)"
_FORGET = "DELETE FROM group_offsets WHERE name = ? AND topic = ? AND part = ?"
_READ = "SELECT id, base, next, size, state, producer FROM batches WHERE log = ? AND next > ? ORDER BY next"


@attrs.define
class SQLiteStore:
    """A `Store` that lasts.

    Attributes:
        directory: Where it is kept; made when it is missing, and used by one process at a time.
        synchronous: Whether an acknowledgement waits for the disk (FULL) or for the operating system (NORMAL).
    """

    directory: Path
    synchronous: Literal["NORMAL", "FULL"] = "NORMAL"
    _lock: DirectoryLock = attrs.field(init=False)
    _database: sqlite3.Connection | None = attrs.field(default=None, init=False)
    _maintenance: sqlite3.Connection | None = attrs.field(default=None, init=False)
    _ids: dict[TopicPartition, int] = attrs.field(factory=dict, init=False)
    _written: int = attrs.field(default=0, init=False)
    _cache: dict[int, RecordBatch] = attrs.field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._lock = DirectoryLock(self.directory)

    # -- opening -------------------------------------------------------------------------------------------

    def open(self) -> StoredState:
        """Lock the directory and open the database; see `Store.open`.

        Raises:
            ConfigError: If another process uses the directory, or a newer version has written it.
            TransportError: If it cannot be read or written.
        """
        self._lock.acquire()
        try:
            with self._mapping("open"):
                return self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> StoredState:
        self._database = prepare(self._path, self.synchronous)
        self._maintenance = connect(self._path, self.synchronous)
        self._checkpoint("TRUNCATE")
        self._ids, state = load(self._database)
        return state

    def close(self) -> None:
        """Close the database and unlock the directory; see `Store.close`."""
        for database in (self._maintenance, self._database):
            if database is not None:
                with suppress(sqlite3.Error):  # what was acknowledged is written already
                    database.close()
        self._database = self._maintenance = None
        self._ids.clear()
        self._cache.clear()
        self._lock.release()

    # -- writing -------------------------------------------------------------------------------------------

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Make everything inside one SQLite transaction; see `Store.atomic`."""
        database = self._opened()
        with self._mapping("write"):
            try:
                database.execute("BEGIN IMMEDIATE")
                yield
                database.execute("COMMIT")
            except BaseException:
                self._cache.clear()  # it may hold what is not written now
                if database.in_transaction:
                    with suppress(sqlite3.Error):  # SQLite rolls back by itself after some errors
                        database.execute("ROLLBACK")
                raise

    def create_topic(self, topic: StoredTopic) -> None:
        """Add rows for the topic and its partitions."""
        database = self._opened()
        row = (topic.name, topic.partitions, orjson.dumps(dict(topic.config)))
        id_ = database.execute(
            "INSERT INTO topics (name, partitions, config) VALUES (?, ?, ?)", row
        ).lastrowid
        for part in range(topic.partitions):
            added = database.execute(
                "INSERT INTO logs (topic, part, first, next) VALUES (?, ?, 0, 0)", (id_, part)
            )
            self._ids[TopicPartition(topic.name, part)] = added.lastrowid or 0

    def delete_topic(self, name: str) -> None:
        """Delete the topic's rows everywhere."""
        database = self._opened()
        for where in [where for where in self._ids if where.topic == name]:
            log = self._ids.pop(where)
            database.execute("DELETE FROM batches WHERE log = ?", (log,))
            database.execute("DELETE FROM logs WHERE id = ?", (log,))
        database.execute("DELETE FROM group_offsets WHERE topic = ?", (name,))
        database.execute("DELETE FROM topics WHERE name = ?", (name,))

    def append(self, where: TopicPartition, batch: RecordBatch) -> None:
        """Add a row."""
        self._insert(self._ids[where], batch)

    def settle(self, producer: int, state: BatchState) -> None:
        """Change the state of the producer's open rows."""
        self._opened().execute(
            "UPDATE batches SET state = ? WHERE producer = ? AND state = 1", (int(state), producer)
        )
        self._cache.clear()

    def delete_before(self, where: TopicPartition, log: StoredLog) -> None:
        """Delete the oldest rows."""
        self._delete(self._ids[where], log.start, log)

    def replace(
        self, where: TopicPartition, batches: Iterable[RecordBatch], stable: int, log: StoredLog
    ) -> None:
        """Delete the oldest rows and add others in their place."""
        id_ = self._ids[where]
        self._delete(id_, stable, log)
        for batch in batches:
            self._insert(id_, batch)

    def put_group_offsets(self, group: str, offsets: Mapping[TopicPartition, int | None]) -> None:
        """Add, change or delete rows."""
        database = self._opened()
        for (topic, part), position in offsets.items():
            if position is None:
                database.execute(_FORGET, (group, topic, part))
            else:
                database.execute(_COMMIT, (group, topic, part, position))

    def delete_group(self, group: str) -> None:
        """Delete the group's rows."""
        self._opened().execute("DELETE FROM group_offsets WHERE name = ?", (group,))

    def _insert(self, log: int, batch: RecordBatch) -> None:
        contents = encode(batch.columns, batch.offsets)
        span = batch.span
        state = int(batch.state)
        row = (log, batch.base, batch.next, batch.size, span.max_timestamp, state, batch.producer, contents)
        self._remember(self._opened().execute(_INSERT, row).lastrowid or 0, batch)
        self._written += len(contents)

    def _delete(self, log: int, before: int, bounds: StoredLog) -> None:
        database = self._opened()
        database.execute("DELETE FROM batches WHERE log = ? AND next <= ?", (log, before))
        database.execute("UPDATE logs SET first = ?, next = ? WHERE id = ?", (bounds.start, bounds.end, log))
        self._cache.clear()

    # -- reading -------------------------------------------------------------------------------------------

    def read(self, where: TopicPartition, position: int) -> Generator[RecordBatch, None, None]:
        """Return batches, one row at a time; see `Store.read`."""
        database = self._opened()
        with self._mapping("read"):
            rows = database.execute(_READ, (self._ids[where], position))
            try:
                for id_, base, next_, size, state, producer in rows:
                    batch = self._cache.get(id_)
                    if batch is None:
                        batch = self._decoded(where, id_, (base, next_, size, state, producer))
                    yield batch
            finally:
                rows.close()

    def spans(self, where: TopicPartition) -> Iterator[Span]:
        """Return batches without contents; see `Store.spans`."""
        query = "SELECT base, next, size, newest, state FROM batches WHERE log = ? ORDER BY next"
        with self._mapping("read"):
            for base, next_, size, newest, state in self._opened().execute(query, (self._ids[where],)):
                yield Span(base, next_, size, newest, BatchState(state))

    def _decoded(self, where: TopicPartition, id_: int, row: tuple[int, int, int, int, int]) -> RecordBatch:
        base, next_, size, state, producer = row
        [contents] = self._opened().execute("SELECT contents FROM batches WHERE id = ?", (id_,)).fetchone()
        try:
            columns, offsets = decode(contents, base)
        except CorruptBatchError as error:
            raise TransportError(
                f"{self._path} is damaged: {where}, offsets {base} to {next_ - 1}: {error}; restore it from a copy"
            ) from error
        batch = RecordBatch(base, next_, offsets, columns, size, BatchState(state), producer)
        self._remember(id_, batch)
        return batch

    def _remember(self, id_: int, batch: RecordBatch) -> None:
        if len(self._cache) >= _CACHED_BATCHES:
            del self._cache[next(iter(self._cache))]
        self._cache[id_] = batch

    # -- what takes long -----------------------------------------------------------------------------------

    @property
    def wants_maintenance(self) -> bool:
        """Whether enough was written since the log was last copied."""
        return self._written >= _MAINTAIN_BYTES

    def maintain(self) -> None:
        """Copy the log into the database; see `Store.maintain`."""
        with self._mapping("write"):
            self._checkpoint("PASSIVE")

    def _checkpoint(self, mode: str) -> None:
        self._written = 0
        if self._maintenance is not None:
            self._maintenance.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()

    # -- errors --------------------------------------------------------------------------------------------

    @property
    def _path(self) -> Path:
        return self.directory / _NAME

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            raise TransportError(f"{self._path} is closed")
        return self._database

    @contextmanager
    def _mapping(self, purpose: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            remedy = "check the disk's free space and permissions"
            if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorname", "") in _DAMAGED:
                remedy = "it is damaged: restore it from a copy, or use another directory"
            raise TransportError(f"Cannot {purpose} {self._path}: {error}; {remedy}") from error
