"""Which config providers come with connectsdk, and by which names are they known?"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ("ALIASES",)

_PACKAGE = "org.apache.kafka.common.config.provider."
_IMPORTS = {
    "FileConfigProvider": "connectsdk.providers.file:FileConfigProvider",
    "DirectoryConfigProvider": "connectsdk.providers.directory:DirectoryConfigProvider",
    "EnvVarConfigProvider": "connectsdk.providers.environment:EnvVarConfigProvider",
}

ALIASES: Mapping[str, str] = MappingProxyType(
    _IMPORTS | {_PACKAGE + name: path for name, path in _IMPORTS.items()}
)
"""Import paths (`module:Class`) by Kafka's full name and its simple name."""
