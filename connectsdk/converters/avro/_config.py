"""What can the Avro converter be told?"""

from connectsdk.config import Importance, config, option
from connectsdk.converters._registry_options import (
    flatten_singletons,
    generalized_sums,
    kept_schemas,
    nulls_beside_defaults,
    same_named,
    scrubbed_names,
)
from connectsdk.converters.avro._settings import MappingSettings
from connectsdk.registry import SchemaRegistryConfig, refused_key

__all__ = ("AvroConverterConfig",)


@config
class AvroConverterConfig(SchemaRegistryConfig):
    """What `AvroConverter` can be told, beside the keys of the registry."""

    schemas_cache_config: int = kept_schemas()
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
    scrub_invalid_names: bool = scrubbed_names("Avro")
    allow_optional_map_keys: bool = option(
        default=False,
        doc="Whether a map whose keys are optional strings becomes an Avro map.",
        importance=Importance.LOW,
    )
    flatten_singleton_unions: bool = flatten_singletons()
    generalized_sum_type_support: bool = generalized_sums()
    ignore_default_for_nullables: bool = nulls_beside_defaults()
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
    avro_remove_java_properties: str | None = refused_key("properties of Avro's Java types are kept", "false")
    schema_backup_enabled: str | None = refused_key("records are not wrapped for a backup", "false")

    def mapping(self) -> MappingSettings:
        """Return the switches of the mapping."""
        return same_named(MappingSettings, self)
