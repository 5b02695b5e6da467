"""Which connectors come with connectsdk, and by which names are they known?"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ("ALIASES",)

_PACKAGE = "org.apache.kafka.connect.file."
_IMPORTS = {
    "FileStreamSourceConnector": "connectsdk.connectors.file_source:FileStreamSourceConnector",
    "FileStreamSinkConnector": "connectsdk.connectors.file_sink:FileStreamSinkConnector",
}

ALIASES: Mapping[str, str] = MappingProxyType(
    _IMPORTS
    | {_PACKAGE + name: path for name, path in _IMPORTS.items()}
    | {name.removesuffix("Connector"): path for name, path in _IMPORTS.items()}
)
"""Import paths (`module:Class`) by Kafka Connect's full name, its simple name, and that without `Connector`."""
