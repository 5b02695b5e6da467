"""What is in the database of a directory?"""

import os
import sqlite3
from pathlib import Path

import orjson

from connectsdk.errors import ConfigError
from connectsdk.record import TopicPartition
from connectsdk.transports.embedded._store import StoredLog, StoredState, StoredTopic

__all__ = ("connect", "load", "prepare")

_FORMAT = 1
_OPEN_BATCHES = "SELECT producer, log, min(base) FROM batches WHERE state = 1 GROUP BY producer, log"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL, config BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS logs (
    id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, part INTEGER NOT NULL,
    first INTEGER NOT NULL, next INTEGER NOT NULL, UNIQUE (topic, part)
);
CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY, log INTEGER NOT NULL, base INTEGER NOT NULL, next INTEGER NOT NULL,
    size INTEGER NOT NULL, newest INTEGER NOT NULL, state INTEGER NOT NULL, producer INTEGER NOT NULL,
    contents BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS batches_in_order ON batches (log, next);
CREATE INDEX IF NOT EXISTS open_batches ON batches (producer) WHERE state = 1;
CREATE TABLE IF NOT EXISTS group_offsets (
    name TEXT NOT NULL, topic TEXT NOT NULL, part INTEGER NOT NULL, next INTEGER NOT NULL,
    PRIMARY KEY (name, topic, part)
) WITHOUT ROWID;
"""


def prepare(path: Path, synchronous: str) -> sqlite3.Connection:
    """Open a database, making what is missing, for this user alone.

    Raises:
        ConfigError: If a newer version has written it.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    database = connect(path, synchronous)
    found = database.execute("PRAGMA user_version").fetchone()[0]
    if found not in {0, _FORMAT}:
        database.close()
        raise ConfigError(
            f"{path} has format {found}, but this version reads format {_FORMAT}: "
            "use the version that wrote it, or another directory"
        )
    try:
        database.executescript(_SCHEMA)
        database.execute(f"PRAGMA user_version = {_FORMAT}")
    except sqlite3.Error:
        database.close()
        raise
    return database


def connect(path: Path, synchronous: str) -> sqlite3.Connection:
    """Open a database that is there."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0)
    try:
        database.execute("PRAGMA page_size = 16384")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute(f"PRAGMA synchronous = {synchronous}")
    except sqlite3.Error:
        database.close()
        raise
    return database


def load(database: sqlite3.Connection) -> tuple[dict[TopicPartition, int], StoredState]:
    """Return the number of each partition's log, and all that is not a batch."""
    topics = database.execute("SELECT id, name, partitions, config FROM topics ORDER BY name").fetchall()
    names = {id_: name for id_, name, _, _ in topics}
    ids, logs = _logs(database, names)
    places = {id_: where for where, id_ in ids.items()}
    open_batches: dict[int, dict[TopicPartition, int]] = {}
    for producer, log, base in database.execute(_OPEN_BATCHES):
        open_batches.setdefault(producer, {})[places[log]] = base
    groups: dict[str, dict[TopicPartition, int]] = {}
    for name, topic, part, position in database.execute("SELECT name, topic, part, next FROM group_offsets"):
        groups.setdefault(name, {})[TopicPartition(topic, part)] = position
    stored = [StoredTopic(name, count, orjson.loads(config)) for _, name, count, config in topics]
    return ids, StoredState(stored, logs, groups, open_batches)


def _logs(
    database: sqlite3.Connection, names: dict[int, str]
) -> tuple[dict[TopicPartition, int], dict[TopicPartition, StoredLog]]:
    bounds = "SELECT log, max(next), sum(size) FROM batches GROUP BY log"
    ends = {log: (end, size) for log, end, size in database.execute(bounds)}
    ids = {}
    logs = {}
    for id_, topic, part, first, end in database.execute("SELECT id, topic, part, first, next FROM logs"):
        last, size = ends.get(id_, (0, 0))
        where = TopicPartition(names[topic], part)
        ids[where] = id_
        logs[where] = StoredLog(first, max(end, last), size)
    return ids, logs
