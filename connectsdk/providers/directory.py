"""How do configurations refer to files in a directory?"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar

from connectsdk.config import ConfigData
from connectsdk.errors import ConfigError
from connectsdk.providers._allowed_paths import AllowedPaths, PathsConfig

__all__ = ("DirectoryConfigProvider",)


class DirectoryConfigProvider:
    """`${directory:/run/secrets:password}`: the path is a directory, the key a file in it, the value what it holds."""

    config_class: ClassVar[type[Any]] = PathsConfig

    def configure(self, config: Mapping[str, Any]) -> None:
        """Take which paths may be read.

        Raises:
            ConfigError: If none may.
        """
        self._allowed = AllowedPaths.read(config)

    def get(self, path: str, keys: Collection[str]) -> ConfigData:
        """Return what files of a directory hold.

        Raises:
            ConfigError: If a file may not, or cannot, be read.
        """
        if not path:
            return ConfigData({})
        directory = Path(self._allowed.real(path))
        if not directory.is_dir():
            raise ConfigError(f"The path {path!r} is not a directory")
        names = [key for key in keys if key and "/" not in key and "\0" not in key and key not in {".", ".."}]
        return ConfigData(
            {
                name: self._allowed.text(str(directory / name))
                for name in names
                if (directory / name).is_file()
            }
        )

    def close(self) -> None:
        """Do nothing: no file is kept open."""
