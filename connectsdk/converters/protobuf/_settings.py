"""Which of Confluent's switches change how schemas and values are mapped?"""

import attrs

__all__ = ("MappingSettings",)


@attrs.frozen(kw_only=True)
class MappingSettings:
    """The switches, by their names in the configuration."""

    enhanced_protobuf_schema_support: bool = False
    scrub_invalid_names: bool = False
    int_for_enums: bool = False
    optional_for_nullables: bool = False
    optional_for_proto2: bool = True
    wrapper_for_nullables: bool = False
    wrapper_for_raw_primitives: bool = True
    generate_struct_for_nulls: bool = False
    generate_index_for_unions: bool = True
    flatten_unions: bool = False
    generalized_sum_type_support: bool = False
    ignore_default_for_nullables: bool = False
