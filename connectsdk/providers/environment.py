"""How do configurations refer to environment variables?"""

import os
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from connectsdk.config import ConfigData, config, option, parse
from connectsdk.config.java_regex import compile_java
from connectsdk.errors import ConfigError

__all__ = ("EnvVarConfigProvider", "EnvironmentConfig")


@config
class EnvironmentConfig:
    """What the provider of environment variables can be told."""

    allowlist_pattern: str = option(
        doc="A regular expression: only variables whose whole name matches can be referred to."
    )


class EnvVarConfigProvider:
    """`${env:DB_PASSWORD}`: the key is the name of a variable, there is no path."""

    config_class: ClassVar[type[Any]] = EnvironmentConfig

    def configure(self, config: Mapping[str, Any]) -> None:
        """Take which variables may be read, and read them.

        Raises:
            ConfigError: If none may, or the pattern is no regular expression.
        """
        allowed = compile_java(parse(EnvironmentConfig, config).allowlist_pattern)
        self._variables = {name: value for name, value in os.environ.items() if allowed.matches(name)}

    def get(self, path: str, keys: Collection[str]) -> ConfigData:
        """Return variables.

        Raises:
            ConfigError: If there is a path, or a variable is no UTF-8.
        """
        if path:
            raise ConfigError(
                f"Path is not supported for EnvVarConfigProvider, invalid value {path!r}: write ${{env:NAME}}"
            )
        found = {key: self._variables[key] for key in keys if key in self._variables}
        for name, value in found.items():
            if not value.isascii() and any("\udc80" <= character <= "\udcff" for character in value):
                raise ConfigError(f"The environment variable {name} is no UTF-8")
        return ConfigData(found)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
