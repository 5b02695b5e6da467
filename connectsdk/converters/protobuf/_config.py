"""What can the Protobuf converter be told?"""

from connectsdk.config import Importance, config, option
from connectsdk.converters._registry_options import (
    generalized_sums,
    kept_schemas,
    nulls_beside_defaults,
    same_named,
    scrubbed_names,
)
from connectsdk.converters.protobuf._settings import MappingSettings
from connectsdk.registry import SchemaRegistryConfig, refused_key

__all__ = ("ProtobufConverterConfig",)


@config
class ProtobufConverterConfig(SchemaRegistryConfig):
    """What `ProtobufConverter` can be told, beside the keys of the registry."""

    schemas_cache_config: int = kept_schemas()
    enhanced_protobuf_schema_support: bool = option(
        default=False, doc="Whether schemas' names have the package and the outer messages in them."
    )
    scrub_invalid_names: bool = scrubbed_names("Protobuf")
    int_for_enums: bool = option(default=False, doc="Whether enums are read as numbers.")
    optional_for_nullables: bool = option(
        default=False, doc="Whether fields that may be None are written, and read, as `optional`."
    )
    optional_for_proto2: bool = option(
        default=True,
        doc="Whether an `optional` field of proto2 that is not there is None, and not its default.",
    )
    wrapper_for_nullables: bool = option(
        default=False,
        doc="Whether fields that may be None are written, and read, as `google.protobuf.StringValue` and its like.",
    )
    wrapper_for_raw_primitives: bool = option(
        default=True, doc="Whether a `google.protobuf.StringValue` or its like alone is read as its value."
    )
    generate_struct_for_nulls: bool = option(
        default=False, doc="Whether a message that is not there is read as one of defaults."
    )
    generate_index_for_unions: bool = option(
        default=True,
        doc="Whether the field for a `oneof` has its number among them in its name: `kind_0`.",
        importance=Importance.LOW,
    )
    flatten_unions: bool = option(
        default=False,
        doc="Whether the fields of a `oneof` are the struct's own.",
        importance=Importance.LOW,
    )
    generalized_sum_type_support: bool = generalized_sums()
    ignore_default_for_nullables: bool = nulls_beside_defaults()
    schema_backup_enabled: str | None = refused_key("records are not wrapped for a backup", "false")

    def mapping(self) -> MappingSettings:
        """Return the switches of the mapping."""
        return same_named(MappingSettings, self)
