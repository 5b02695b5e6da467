"""How are schemas mapped, and by which names do both sides know the extras?"""

import attrs

__all__ = ("ANYTHING", "NAMESPACE", "MappingSettings", "union_name")

NAMESPACE = "io.confluent.connect.avro"
DEFAULT_NAME = "ConnectDefault"
DEFAULT_FULL_NAME = f"{NAMESPACE}.{DEFAULT_NAME}"
MAP_ENTRY = "MapEntry"
KEY, VALUE = "key", "value"

CONNECT_NAME = "connect.name"
CONNECT_DOC = "connect.doc"
CONNECT_RECORD_DOC = "connect.record.doc"
CONNECT_ENUM_DOC = "connect.enum.doc"
CONNECT_VERSION = "connect.version"
CONNECT_DEFAULT = "connect.default"
CONNECT_PARAMETERS = "connect.parameters"
CONNECT_INTERNAL_TYPE = "connect.internal.type"
CONNECT_TYPE = "connect.type"
FIXED_SIZE = "connect.fixed.size"
DECIMAL_PRECISION = "connect.decimal.precision"
DEFAULT_PRECISION = 64

RECORD_DOC = f"{NAMESPACE}.record.doc"
ENUM_DOC_PREFIX = f"{NAMESPACE}.enum.doc."
FIELD_DOC_PREFIX = f"{NAMESPACE}.field.doc."
FIELD_DEFAULT_FLAG = f"{NAMESPACE}.field.default"
ENUM_DEFAULT_PREFIX = f"{NAMESPACE}.enum.default."

AVRO_PREFIX = "avro"
UNION = f"{NAMESPACE}.Union"
ENUM = f"{NAMESPACE}.Enum"
ANYTHING = f"{NAMESPACE}.Anything"
GENERALIZED_UNION = "org.apache.kafka.connect.data.Union"
GENERALIZED_ENUM = "org.apache.kafka.connect.data.Enum"
GENERALIZED_UNION_PREFIX = "connect_union_"
GENERALIZED_FIELD_PREFIX = "connect_union_field_"


@attrs.frozen
class MappingSettings:
    """The switches of the mapping; each is the configuration key of the same name with dots."""

    connect_meta_data: bool = True
    enhanced_avro_schema_support: bool = False
    generalized_sum_type_support: bool = False
    ignore_default_for_nullables: bool = False
    scrub_invalid_names: bool = False
    allow_optional_map_keys: bool = False
    flatten_singleton_unions: bool = True
    discard_type_doc_default: bool = False

    @property
    def enum_parameter(self) -> str:
        """The parameter of a string schema that says it is an enum."""
        return GENERALIZED_ENUM if self.generalized_sum_type_support else ENUM


def union_name(index: int) -> str:
    """Return the name of a struct that stands for a union, when sum types are generalized."""
    return f"{GENERALIZED_UNION_PREFIX}{index}"
