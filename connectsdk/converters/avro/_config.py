"""What can the Avro converter be told?"""

from connectsdk.config import Importance, config, option
from connectsdk.converters.avro._settings import MappingSettings
from connectsdk.registry import SchemaRegistryConfig

__all__ = ("AvroConverterConfig",)


def _only_false(_: str, value: bool) -> None:  # noqa: FBT001 - what a validator gets
    if value:
        raise ValueError("it is not supported: remove it")


@config
class AvroConverterConfig(SchemaRegistryConfig):
    """What `AvroConverter` can be told, beside the keys of the registry."""

    schemas_cache_config: int = option(
        default=1000,
        at_least=1,
        doc="Most schemas whose conversion is kept in memory.",
        importance=Importance.LOW,
    )
    connect_meta_data: bool = option(
        default=True,
        doc="Whether Avro schemas keep what Avro does not know of a Connect schema: its name, version, doc, parameters "
        "and default, as properties that begin with `connect.`.",
        importance=Importance.LOW,
    )
    enhanced_avro_schema_support: bool = option(
        default=False,
        doc="Whether enums stay enums, and the fields of a union's struct have the full names of its branches.",
    )
    scrub_invalid_names: bool = option(
        default=False,
        doc="Whether names that Avro does not allow are made legal, by URL encoding and underscores.",
    )
    allow_optional_map_keys: bool = option(
        default=False,
        doc="Whether a map whose keys are optional strings becomes an Avro map.",
        importance=Importance.LOW,
    )
    flatten_singleton_unions: bool = option(
        default=True, doc="Whether a union of one type is that type.", importance=Importance.LOW
    )
    generalized_sum_type_support: bool = option(
        default=False,
        doc="Whether enums and unions have the form that the Protobuf and JSON Schema converters share.",
    )
    ignore_default_for_nullables: bool = option(
        default=False, doc="Whether None stays None in a field that has a default."
    )
    discard_type_doc_default: bool = option(
        default=False,
        doc="Whether only the docs and the defaults of fields are kept, and not those of types. Deprecated by Confluent.",
        importance=Importance.LOW,
    )
    avro_use_logical_type_converters: bool = option(
        default=False,
        doc="Without effect: the logical types that Connect has are converted in any case, and others never are.",
        importance=Importance.LOW,
    )
    avro_remove_java_properties: bool = option(
        default=False, validator=_only_false, importance=Importance.LOW, internal=True
    )
    schema_backup_enabled: bool = option(
        default=False, validator=_only_false, importance=Importance.LOW, internal=True
    )

    def mapping(self) -> MappingSettings:
        """Return the switches of the mapping."""
        return MappingSettings(
            connect_meta_data=self.connect_meta_data,
            enhanced_avro_schema_support=self.enhanced_avro_schema_support,
            generalized_sum_type_support=self.generalized_sum_type_support,
            ignore_default_for_nullables=self.ignore_default_for_nullables,
            scrub_invalid_names=self.scrub_invalid_names,
            allow_optional_map_keys=self.allow_optional_map_keys,
            flatten_singleton_unions=self.flatten_singleton_unions,
            discard_type_doc_default=self.discard_type_doc_default,
        )
