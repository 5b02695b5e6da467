"""How do configurations refer to properties in a file?"""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import javaproperties

from connectsdk.config import ConfigData
from connectsdk.errors import ConfigError
from connectsdk.providers._allowed_paths import AllowedPaths, PathsConfig

__all__ = ("FileConfigProvider",)


class FileConfigProvider:
    """`${file:/run/secrets/db.properties:password}`: the path is a properties file, the key a key in it."""

    config_class: ClassVar[type[Any]] = PathsConfig

    def configure(self, config: Mapping[str, Any]) -> None:
        """Take which paths may be read.

        Raises:
            ConfigError: If none may.
        """
        self._allowed = AllowedPaths.read(config)

    def get(self, path: str, keys: Collection[str]) -> ConfigData:
        """Return properties of a file.

        Raises:
            ConfigError: If the file may not, or cannot, be read.
        """
        if not path:
            return ConfigData({})
        text = self._allowed.text(path)
        try:
            written = javaproperties.loads(text)
        except ValueError:
            raise ConfigError(f"{path} is no properties file") from None
        return ConfigData({key: written[key] for key in keys if key in written})

    def close(self) -> None:
        """Do nothing: no file is kept open."""
