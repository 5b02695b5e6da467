"""How are bytes read from a file that grows, a pipe or the standard input?

Regular files are read directly: what is in the page cache is there at once. For anything else a read waits in the
event loop, never in the kernel.
"""

import os
import stat
import sys
from typing import Self

import anyio
import attrs

from connectsdk.errors import ConfigError, ConnectError

__all__ = ("Input", "open_file", "open_standard_input")

CHUNK_BYTES = 256 * 1024


@attrs.define
class Input:
    """An open file, pipe or terminal.

    Attributes:
        name: What to call it in messages.
        fd: Its file descriptor.
        regular: Whether it is a regular file: it has positions, and its end may move.
        owned: Whether `close` closes it.
    """

    name: str
    fd: int
    regular: bool
    owned: bool

    @classmethod
    def of(cls, name: str, fd: int, *, owned: bool) -> Self:
        """Return the input for an open descriptor."""
        return cls(name, fd, stat.S_ISREG(os.fstat(fd).st_mode), owned)

    async def read(self) -> bytes:
        """Return the next bytes; nothing at the end, which may move.

        Raises:
            ConnectError: If they cannot be read.
        """
        try:
            return await self._read()
        except OSError as error:
            raise ConnectError(
                f"{self.name} cannot be read any more: {error.strerror}; check the disk or whoever writes it"
            ) from error

    async def _read(self) -> bytes:
        if self.regular:
            return os.read(self.fd, CHUNK_BYTES)
        try:
            await anyio.wait_readable(self.fd)
        except PermissionError:  # what the event loop cannot watch, such as /dev/null, is always ready
            return await anyio.to_thread.run_sync(os.read, self.fd, CHUNK_BYTES, abandon_on_cancel=True)
        try:
            return os.read(self.fd, CHUNK_BYTES)
        except BlockingIOError:
            return b""

    def seek(self, position: int) -> bool:
        """Go to a position; return whether the file reaches that far."""
        if position > os.fstat(self.fd).st_size:
            return False
        os.lseek(self.fd, position, os.SEEK_SET)
        return True

    def is_cut(self, position: int) -> bool:
        """Return whether the file is now shorter than what was read of it."""
        return os.fstat(self.fd).st_size < position

    def is_replaced(self) -> bool:
        """Return whether another file has this one's name now."""
        try:
            now = os.stat(self.name)  # noqa: PTH116 - compared with what the descriptor says
        except OSError:
            return False  # moved away, and nothing in its place yet
        return not os.path.samestat(now, os.fstat(self.fd))

    def close(self) -> None:
        """Close what was opened."""
        if self.owned:
            os.close(self.fd)


def open_file(path: str) -> Input | None:
    """Return a file opened for reading; None when there is none of this name.

    Raises:
        ConfigError: If it is a directory, or may not be read.
    """
    try:
        # Without O_NONBLOCK opening a named pipe would wait for its writer.
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    if stat.S_ISDIR(os.fstat(fd).st_mode):
        os.close(fd)
        raise _unreadable(path, "it is a directory")
    return Input.of(path, fd, owned=True)


def open_standard_input() -> Input:
    """Return the standard input.

    Raises:
        ConfigError: If the process has none.
    """
    try:
        fd = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        raise ConfigError("There is no standard input to read: set file", key="file") from None
    return Input.of("standard input", fd, owned=False)


def _unreadable(path: str, reason: str) -> ConfigError:
    return ConfigError(
        f"file {path} cannot be read: {reason}; name a file that this process may read", key="file"
    )
