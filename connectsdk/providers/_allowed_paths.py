"""Which files may be read because a configuration names them?"""

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
        if "\0" in path or not Path(path).is_absolute() or ".." in Path(path).parts:
            raise ConfigError(f"The path {path!r} is not absolute, or goes up with '..'")
        real = os.path.realpath(path)
        if not any(real == root or real.startswith(root.rstrip("/") + "/") for root in self.roots):
            raise ConfigError(f"The path {path!r} is not inside of allowed.paths")
        return real

    def text(self, path: str) -> str:
        """Return what is written in a file.

        Raises:
            ConfigError: If it is not allowed, no regular file, too large, no UTF-8, or cannot be read.
        """
        real = self.real(path)
        try:
            handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise ConfigError(f"{path} is no regular file")
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise ConfigError(f"Could not read {path}: {error.strerror}") from None
        if len(data) > LARGEST:
            raise ConfigError(f"{path} is larger than {LARGEST} bytes")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise ConfigError(f"{path} is no UTF-8") from None
