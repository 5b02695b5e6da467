"""Does this process alone use a directory?

The lock belongs to an open file, so the operating system gives it back whatever ends the process.
"""

import fcntl
import os
from pathlib import Path

import attrs

from connectsdk.errors import ConfigError, TransportError

__all__ = ("DirectoryLock",)

_NAME = "lock"


@attrs.define
class DirectoryLock:
    """The right to use a directory.

    Attributes:
        directory: It is made when it is missing, for this user alone.
    """

    directory: Path
    _file: int | None = attrs.field(default=None, init=False)

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            ConfigError: If somebody else has it.
            TransportError: If the directory cannot be made or written.
        """
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(self.directory / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise TransportError(
                f"Cannot use directory {self.directory}: {error.strerror}; name one that this process may write to"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(file)
            raise ConfigError(
                f"Directory {self.directory} is in use by another embedded transport, in this process or another: "
                "stop it, share it, or use another directory"
            ) from error
        self._file = file

    def release(self) -> None:
        """Give the lock back; without it, do nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
