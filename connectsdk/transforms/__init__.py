"""Which transforms and predicates come with connectsdk, and by which names are they known?"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ("ALIASES", "PREDICATES")

_PACKAGE = "org.apache.kafka.connect.transforms."
_ON_KEYS_AND_VALUES = {
    "Cast": "cast",
    "ExtractField": "extract_field",
    "Flatten": "flatten",
    "HeaderFrom": "header_from",
    "HoistField": "hoist_field",
    "InsertField": "insert_field",
    "MaskField": "mask_field",
    "ReplaceField": "replace_field",
    "SetSchemaMetadata": "set_schema_metadata",
    "TimestampConverter": "timestamp_converter",
}
_ON_RECORDS = {
    "DropHeaders": "drop_headers",
    "Filter": "filter",
    "InsertHeader": "insert_header",
    "RegexRouter": "regex_router",
    "TimestampRouter": "timestamp_router",
    "ValueToKey": "value_to_key",
}
_OWN = {
    "Deduplicate": "connectsdk.transforms.deduplicate:Deduplicate",
    "ExpressionHolds": "connectsdk.transforms.expression:ExpressionHolds",
    "FilterByExpression": "connectsdk.transforms.expression:FilterByExpression",
    "Redact": "connectsdk.transforms.redact:RedactValue",
    "Redact$Key": "connectsdk.transforms.redact:RedactKey",
    "Redact$Value": "connectsdk.transforms.redact:RedactValue",
    "SchemaDrift": "connectsdk.transforms.schema_drift:SchemaDrift",
}
_PREDICATES = {
    "HasHeaderKey": "connectsdk.transforms.has_header_key:HasHeaderKey",
    "RecordIsTombstone": "connectsdk.transforms.record_is_tombstone:RecordIsTombstone",
    "TopicNameMatches": "connectsdk.transforms.topic_name_matches:TopicNameMatches",
}
_IMPORTS = {name: f"connectsdk.transforms.{module}:{name}" for name, module in _ON_RECORDS.items()}
for _name, _module in _ON_KEYS_AND_VALUES.items():
    _path = f"connectsdk.transforms.{_module}:{_name}"
    _IMPORTS |= {f"{_name}$Key": f"{_path}Key", f"{_name}$Value": f"{_path}Value", _name: f"{_path}Value"}

ALIASES: Mapping[str, str] = MappingProxyType(
    _IMPORTS
    | {_PACKAGE + name: path for name, path in _IMPORTS.items()}
    | {path.rpartition(":")[2]: path for path in _IMPORTS.values()}
    | _PREDICATES
    | _OWN
    | {f"{_PACKAGE}predicates.{name}": path for name, path in _PREDICATES.items()}
)
"""Import paths (`module:Class`) by Kafka Connect's full name, its name in the package, and the class's own name;
those that Kafka Connect does not have by their own name alone.

Where a transform works on keys or values, a name without `$Key` or `$Value` means the value.
"""

PREDICATES = frozenset((*_PREDICATES.values(), _OWN["ExpressionHolds"]))
"""The import paths of those that are predicates."""
