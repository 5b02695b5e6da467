"""What can the JSON Schema converter be told?"""

from connectsdk.config import CaseInsensitiveValidString, Importance, config, option
from connectsdk.converters._registry_options import (
    flatten_singletons,
    generalized_sums,
    kept_schemas,
    nulls_beside_defaults,
)
from connectsdk.registry import SchemaRegistryConfig, refused_key

__all__ = ("JsonSchemaConverterConfig",)


@config
class JsonSchemaConverterConfig(SchemaRegistryConfig):
    """What `JsonSchemaConverter` can be told."""

    object_additional_properties: bool = option(
        default=True, doc="Whether objects may have properties that their schema does not name."
    )
    use_optional_for_nonrequired: bool = option(
        default=False, doc="Whether properties that a JSON Schema does not require become optional fields."
    )
    decimal_format: str = option(
        default="BASE64",
        validator=CaseInsensitiveValidString.in_("NUMERIC", "BASE64"),
        doc="How decimals are written: BASE64 or NUMERIC, in any case. Both are read.",
        importance=Importance.LOW,
    )
    generalized_sum_type_support: bool = generalized_sums()
    flatten_singleton_unions: bool = flatten_singletons()
    ignore_default_for_nullables: bool = nulls_beside_defaults()
    ignore_modern_dialects: bool = option(
        default=False,
        doc="Whether values are checked by draft 7 of JSON Schema, whatever draft their schema names.",
        importance=Importance.LOW,
    )
    json_fail_invalid_schema: bool = option(
        default=False, doc="Whether a value that does not fulfil its schema is an error, written or read."
    )
    schemas_cache_config: int = kept_schemas()

    preserve_additional_properties: str | None = refused_key(
        "properties that a schema does not name are left out when read", "false"
    )
    json_indent_output: str | None = refused_key("JSON text is written without white space", "false")
    json_validate_before_domain_rules: str | None = refused_key(
        "rules in schemas are not carried out", "false"
    )
    validation_rules_execution: str | None = refused_key("rules in schemas are not carried out", "disabled")
    schema_backup_enabled: str | None = refused_key("records are not wrapped for a backup", "false")
