"""Where is kept what connectors are meant to do?

A write is durable when it returns, and a process that is killed in the middle of one leaves the old or the new state.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import anyio
import attrs

from connectsdk._core.config_records import Desired, DesiredTable, config_record, target_state_record
from connectsdk._core.target_state import TargetState
from connectsdk.errors import ConfigError, ConnectError, TransportError
from connectsdk.record import ProducerRecord
from connectsdk.transport import NewTopic, Producer, ProducerConfig, Transport

__all__ = ("DesiredState", "FileDesiredState", "TopicDesiredState")

Record = tuple[bytes, bytes | None]
VERSION = 1


class DesiredState(Protocol):
    """The store of a herder; one herder writes to it."""

    async def load(self) -> Mapping[str, Desired]:
        """Return what each connector is meant to be.

        When: once, before any write.

        Raises:
            ConfigError: If what is stored cannot be read.
            TransportError: If the store does not answer.
        """
        ...

    async def put(self, name: str, desired: Desired) -> None:
        """Store what a connector is meant to be.

        Raises:
            ConnectError: If it could not be stored.
        """
        ...

    async def remove(self, name: str) -> None:
        """Forget a connector.

        Raises:
            ConnectError: If that could not be stored.
        """
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


@attrs.define(eq=False)
class FileDesiredState:
    """Keeps it in one JSON file, which is replaced as a whole.

    The file may hold secrets that configurations name in clear text: only its owner may read it.
    """

    path: Path = attrs.field(converter=Path)
    _connectors: dict[str, Desired] = attrs.field(factory=dict, init=False, repr=False)

    async def load(self) -> Mapping[str, Desired]:
        """Return what the file says; nothing when there is no file; see `DesiredState.load`."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"the connectors in {self.path} cannot be read: {error}") from error
        self._connectors = _read(text, self.path)
        return dict(self._connectors)

    async def put(self, name: str, desired: Desired) -> None:
        """Store what a connector is meant to be; see `DesiredState.put`."""
        await self._replace({**self._connectors, name: desired})

    async def remove(self, name: str) -> None:
        """Forget a connector; see `DesiredState.remove`."""
        await self._replace({other: kept for other, kept in self._connectors.items() if other != name})

    async def close(self) -> None:
        """Do nothing: the file is closed after each write."""

    async def _replace(self, connectors: dict[str, Desired]) -> None:
        stored = {
            name: {"config": dict(desired.config), "target": str(desired.target)}
            for name, desired in connectors.items()
        }
        text = json.dumps({"version": VERSION, "connectors": stored}, indent=1, ensure_ascii=False)
        try:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(_write_durably, self.path, text.encode())
        except OSError as error:
            raise ConnectError(f"the connectors cannot be stored in {self.path}: {error}") from error
        self._connectors = connectors


@attrs.define(eq=False)
class TopicDesiredState:
    """Keeps it in a compacted topic, in the records of Kafka Connect's config topic."""

    transport: Transport
    topic: str = "connect-configs"
    _producer: Producer | None = attrs.field(default=None, init=False)

    async def load(self) -> Mapping[str, Desired]:
        """Return what the topic says, which is created if need be; see `DesiredState.load`."""
        wanted = NewTopic(name=self.topic, partitions=1, config={"cleanup.policy": "compact"})
        await self.transport.admin.create_topics([wanted])
        reader = await self.transport.reader(self.topic)
        try:
            table = DesiredTable()
            for record in await reader.read_to_end():
                table.apply(record.key, record.value)
        finally:
            await reader.close()
        return table.connectors()

    async def put(self, name: str, desired: Desired) -> None:
        """Store what a connector is meant to be; see `DesiredState.put`.

        The target comes first: until the properties are there it means nothing.
        """
        records = [target_state_record(name, desired.target), config_record(name, desired.config)]
        await self._write(records)

    async def remove(self, name: str) -> None:
        """Forget a connector; see `DesiredState.remove`."""
        await self._write([config_record(name, None), target_state_record(name, None)])

    async def close(self) -> None:
        """Close the producer."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.close()

    async def _write(self, records: Sequence[Record]) -> None:
        with anyio.CancelScope(shield=True):  # half of it would be neither the old nor the new state
            try:
                if self._producer is None:
                    config = ProducerConfig(client_id="connectsdk-configs")
                    self._producer = await self.transport.producer(config)
                sent = [ProducerRecord(self.topic, 0, key, value) for key, value in records]
                report = await (await self._producer.send(sent)).wait()
            except TransportError:
                await self.close()
                raise
        if report.rejected:
            raise report.rejected[0].error


def _read(text: str, path: Path) -> dict[str, Desired]:
    try:
        stored = json.loads(text)
        if stored["version"] != VERSION:
            raise ConfigError(
                f"the connectors in {path} were written by a newer version of connectsdk ({stored['version']})"
            )
        return {
            name: Desired(dict(found["config"]), TargetState(found["target"]))
            for name, found in stored["connectors"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"{path} does not hold connectors as connectsdk writes them ({type(error).__name__}); "
            "restore it from a copy, or move it away to begin with none"
        ) from error


def _write_durably(path: Path, data: bytes) -> None:
    """Replace the file so that at any instant it is the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
