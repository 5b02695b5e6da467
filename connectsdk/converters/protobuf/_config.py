"""What can the Protobuf converter be told?"""

from connectsdk.config import Importance, config, option
from connectsdk.converters.protobuf._settings import MappingSettings
from connectsdk.registry import SchemaRegistryConfig

__all__ = ("ProtobufConverterConfig",)


def _only_false(_: str, value: bool) -> None:  # noqa: FBT001 - what a validator gets
    if value:
        raise ValueError("it is not supported: remove it")


@config
class ProtobufConverterConfig(SchemaRegistryConfig):
    """What `ProtobufConverter` can be told, beside the keys of the registry."""

    schemas_cache_config: int = option(
        default=1000,
        at_least=1,
        doc="Most schemas whose conversion is kept in memory.",
        importance=Importance.LOW,
    )
    enhanced_protobuf_schema_support: bool = option(
        default=False, doc="Whether schemas' names have the package and the outer messages in them."
    )
    scrub_invalid_names: bool = option(
        default=False,
        doc="Whether names that Protobuf does not allow are made legal, by URL encoding and underscores.",
    )
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
    generalized_sum_type_support: bool = option(
        default=False,
        doc="Whether unions and enums have the form that the Avro and JSON Schema converters share.",
    )
    ignore_default_for_nullables: bool = option(
        default=False, doc="Whether None stays None in a field that has a default."
    )
    schema_backup_enabled: bool = option(
        default=False, validator=_only_false, importance=Importance.LOW, internal=True
    )

    def mapping(self) -> MappingSettings:
        """Return the switches of the mapping."""
        return MappingSettings(
            enhanced_protobuf_schema_support=self.enhanced_protobuf_schema_support,
            scrub_invalid_names=self.scrub_invalid_names,
            int_for_enums=self.int_for_enums,
            optional_for_nullables=self.optional_for_nullables,
            optional_for_proto2=self.optional_for_proto2,
            wrapper_for_nullables=self.wrapper_for_nullables,
            wrapper_for_raw_primitives=self.wrapper_for_raw_primitives,
            generate_struct_for_nulls=self.generate_struct_for_nulls,
            generate_index_for_unions=self.generate_index_for_unions,
            flatten_unions=self.flatten_unions,
            generalized_sum_type_support=self.generalized_sum_type_support,
            ignore_default_for_nullables=self.ignore_default_for_nullables,
        )
