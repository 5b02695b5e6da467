"""How is what connectors are meant to do kept in a file?

One JSON file, replaced as a whole: at any instant it is the old one or the new one. A second file beside it is locked
while a herder uses the first; the lock belongs to an open file, so it ends with the process, however that ends.
"""

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path

import anyio
import attrs

from connectsdk._core.config_records import Desired
from connectsdk._core.target_state import TargetState
from connectsdk.errors import ConfigError, ConnectError
from connectsdk.runtime._crash_points import reach

__all__ = ("FileDesiredState",)

VERSION = 1


@attrs.define(eq=False)
class FileDesiredState:
    """Keeps the desired state in one JSON file; a `DesiredState`.

    The file may hold secrets that configurations name in clear text: only its owner may read it.
    """

    path: Path = attrs.field(converter=Path)
    _connectors: dict[str, Desired] = attrs.field(factory=dict, init=False, repr=False)
    _writing: anyio.Lock = attrs.field(factory=anyio.Lock, init=False, repr=False)
    _lock: int | None = attrs.field(default=None, init=False, repr=False)

    async def load(self) -> Mapping[str, Desired]:
        """Return what the file says; nothing when there is no file; see `DesiredState.load`."""
        if self._lock is None:
            self._lock = _locked(self.path)
        try:
            self._connectors = _parsed(_text_of(self.path), self.path)
        except BaseException:
            await self.close()
            raise
        return dict(self._connectors)

    async def put(self, name: str, desired: Desired) -> None:
        """Store what a connector is meant to be; see `DesiredState.put`."""
        async with self._writing:
            await self._replace({**self._connectors, name: desired})

    async def remove(self, name: str) -> None:
        """Forget a connector; see `DesiredState.remove`."""
        async with self._writing:
            kept = {other: desired for other, desired in self._connectors.items() if other != name}
            await self._replace(kept)

    async def close(self) -> None:
        """Let another herder use the file."""
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

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


def _locked(path: Path) -> int:
    """Return an open and locked file beside this one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(f"the connectors in {path} cannot be kept there: {error}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise ConfigError(
            f"the connectors in {path} are managed by another herder, in this process or another: "
            "stop it, or use another file"
        ) from error
    return lock


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the connectors in {path} cannot be read: {error}") from error


def _parsed(text: str | None, path: Path) -> dict[str, Desired]:
    if text is None:
        return {}
    try:
        stored = json.loads(text)
        if stored["version"] != VERSION:
            raise ConfigError(
                f"the connectors in {path} are in format {stored['version']!r}, written by another version of "
                f"connectsdk; this one reads format {VERSION}"
            )
        return {
            name: Desired(_strings(found["config"]), TargetState(found["target"]))
            for name, found in stored["connectors"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigError(
            f"{path} does not hold connectors as connectsdk writes them ({type(error).__name__}); "
            "restore it from a copy, or move it away to begin with none"
        ) from error


def _strings(config: Mapping[str, str]) -> dict[str, str]:
    if not all(isinstance(text, str) for text in config.values()):
        raise TypeError
    return dict(config)


def _write_durably(path: Path, data: bytes) -> None:
    """Replace the file so that at any instant it is the old one or the new one."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)  # of a process that was killed
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            reach("desired_before_write")
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        reach("desired_before_replace")
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    reach("desired_after_replace")
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
