"""What can the JSON Schema converter be told?"""

from typing import Any

from connectsdk.config import CaseInsensitiveValidString, Importance, config, option
from connectsdk.registry import SchemaRegistryConfig

__all__ = ("JsonSchemaConverterConfig",)


def _refused(reason: str, harmless: str) -> Any:
    """Return a key that may only say what is done anyway."""

    def check(_: str, value: Any) -> None:
        if value is not None and value.strip().lower() not in ("", harmless):
            raise ValueError(f"{reason}: remove it")

    return option(default=None, validator=check, internal=True, importance=Importance.LOW)


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
    generalized_sum_type_support: bool = option(
        default=False,
        doc="Whether unions and enumerations are marked as all of Confluent's converters mark them.",
    )
    flatten_singleton_unions: bool = option(
        default=True, doc="Whether a choice of one schema is that schema.", importance=Importance.LOW
    )
    ignore_default_for_nullables: bool = option(
        default=False,
        doc="Whether None is written as null where the schema has a default.",
        importance=Importance.LOW,
    )
    ignore_modern_dialects: bool = option(
        default=False,
        doc="Whether values are checked by draft 7 of JSON Schema, whatever draft their schema names.",
        importance=Importance.LOW,
    )
    json_fail_invalid_schema: bool = option(
        default=False, doc="Whether a value that does not fulfil its schema is an error, written or read."
    )
    schemas_cache_config: int = option(
        default=1000, at_least=1, doc="Most schemas whose converted form is kept.", importance=Importance.LOW
    )

    preserve_additional_properties: str | None = _refused(
        "properties that a schema does not name are left out when read", "false"
    )
    json_indent_output: str | None = _refused("JSON text is written without white space", "false")
    json_validate_before_domain_rules: str | None = _refused("rules in schemas are not carried out", "false")
    validation_rules_execution: str | None = _refused("rules in schemas are not carried out", "disabled")
    schema_backup_enabled: str | None = _refused("records are not wrapped for a backup", "false")
