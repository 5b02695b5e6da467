"""Which files may be read because a configuration names them?

Where a path leads is found out and checked first; then the file is opened from the allowed directory downwards, and no link is
followed on the way. A link that appears between the two leads nowhere.
"""

import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from connectsdk.config import config, option, parse
from connectsdk.errors import ConfigError

__all__ = ("AllowedPaths", "PathsConfig")

LARGEST = 1 << 20
"""Bytes of the largest file that is read."""
ATTEMPTS = 3
"""How often a file is looked for: links that lead to it may be replaced meanwhile, as they are for mounted secrets."""
DIRECTORY = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_DIRECTORY
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


@config
class PathsConfig:
    """What the providers of files can be told."""

    allowed_paths: tuple[str, ...] = option(
        doc="Directories and files, separated by commas, that may be read, and nothing else. Links are followed as long as "
        "what they lead to is inside."
    )


@attrs.frozen
class AllowedPaths:
    """Files and directories that may be read.

    Attributes:
        roots: Their real paths.
    """

    roots: tuple[str, ...]

    @classmethod
    def read(cls, properties: Mapping[str, Any]) -> "AllowedPaths":
        """Return what a provider's properties allow.

        Raises:
            ConfigError: If they allow nothing, or a path is not absolute.
        """
        listed = [path for path in parse(PathsConfig, properties).allowed_paths if path]
        if not listed or not all(Path(path).is_absolute() for path in listed):
            raise ConfigError("allowed.paths must list absolute paths", key="allowed.paths")
        return cls(tuple(os.path.realpath(path) for path in listed))

    def real(self, path: str) -> str:
        """Return where a path leads.

        Raises:
            ConfigError: If it is not absolute, or leads outside of what is allowed.
        """
        return os.path.join(*self._inside(path))  # noqa: PTH118 - the second may be empty, and is no Path

    def _inside(self, path: str) -> tuple[str, str]:
        """Return the allowed path that a path leads into, and where in it; both without links."""
        if "\0" in path or not Path(path).is_absolute() or ".." in Path(path).parts:
            raise ConfigError(f"The path {path!r} is not absolute, or goes up with '..'")
        try:
            real = os.path.realpath(path)
        except (OSError, ValueError):
            raise ConfigError(f"The path {path!r} cannot be followed") from None
        for root in self.roots:
            if real == root or real.startswith(root.rstrip("/") + "/"):
                return root, real[len(root) :].strip("/")
        raise ConfigError(f"The path {path!r} is not inside of allowed.paths")

    def text(self, path: str) -> str:
        """Return what is written in a file.

        Raises:
            ConfigError: If it is not allowed, no regular file, too large, no UTF-8, or cannot be read.
        """
        try:
            handle = self._opened(path)
            try:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise ConfigError(f"{path} is no regular file")
                with os.fdopen(handle, "rb", closefd=False) as file:
                    data = file.read(LARGEST + 1)
            finally:
                os.close(handle)
        except OSError as error:
            raise ConfigError(f"Could not read {path}: {error.strerror}") from None
        if len(data) > LARGEST:
            raise ConfigError(f"{path} is larger than {LARGEST} bytes")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise ConfigError(f"{path} is no UTF-8") from None

    def _opened(self, path: str) -> int:
        """Return a descriptor of the file that a path leads to."""
        for attempt in range(ATTEMPTS):
            root, inside = self._inside(path)
            try:
                return _open_below(root, inside)
            except OSError as error:
                if attempt == ATTEMPTS - 1 or error.errno not in {errno.ENOENT, errno.ELOOP, errno.ENOTDIR}:
                    raise
        raise AssertionError  # pragma: no cover - the last attempt returns or raises


def _open_below(root: str, inside: str) -> int:
    """Open a file in a directory, or the root itself if it is a file, without following any link."""
    parent, name = (root, inside) if inside else os.path.split(root)
    *directories, last = name.split("/")
    handle = os.open(parent, DIRECTORY)
    try:
        for directory in directories:
            below = os.open(directory, DIRECTORY, dir_fd=handle)
            os.close(handle)
            handle = below
        return os.open(last, FILE, dir_fd=handle)
    finally:
        os.close(handle)
