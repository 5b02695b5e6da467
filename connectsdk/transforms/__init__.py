"""Which transforms and predicates come with connectsdk, and by which names are they known?"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ("ALIASES",)

_PACKAGE = "org.apache.kafka.connect.transforms."
_IMPORTS = {
    "DropHeaders": "connectsdk.transforms.drop_headers:DropHeaders",
    "Filter": "connectsdk.transforms.filter:Filter",
    "HeaderFrom$Key": "connectsdk.transforms.header_from:HeaderFromKey",
    "HeaderFrom$Value": "connectsdk.transforms.header_from:HeaderFromValue",
    "HoistField$Key": "connectsdk.transforms.hoist_field:HoistFieldKey",
    "HoistField$Value": "connectsdk.transforms.hoist_field:HoistFieldValue",
    "InsertField$Key": "connectsdk.transforms.insert_field:InsertFieldKey",
    "InsertField$Value": "connectsdk.transforms.insert_field:InsertFieldValue",
    "RegexRouter": "connectsdk.transforms.regex_router:RegexRouter",
    "InsertHeader": "connectsdk.transforms.insert_header:InsertHeader",
}
_PREDICATES = {
    "HasHeaderKey": "connectsdk.transforms.has_header_key:HasHeaderKey",
    "RecordIsTombstone": "connectsdk.transforms.record_is_tombstone:RecordIsTombstone",
    "TopicNameMatches": "connectsdk.transforms.topic_name_matches:TopicNameMatches",
}

ALIASES: Mapping[str, str] = MappingProxyType(
    _IMPORTS
    | {_PACKAGE + name: path for name, path in _IMPORTS.items()}
    | {path.rpartition(":")[2]: path for path in _IMPORTS.values()}
    | _PREDICATES
    | {f"{_PACKAGE}predicates.{name}": path for name, path in _PREDICATES.items()}
)
"""Import paths (`module:Class`) by Kafka Connect's full name, its name in the package, and the class's own name."""
