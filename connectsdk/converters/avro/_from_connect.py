"""Which Avro schema does a Connect schema become?

A port of the mapping that Confluent's converters use, so that both register the same schemas.
"""

import attrs

from connectsdk.converters.avro._anything import anything_type
from connectsdk.converters.avro._connect_kinds import (
    AVRO_KINDS,
    fixed_size,
    is_fixed,
    is_string_map,
    is_union,
)
from connectsdk.converters.avro._defaults import default_to_json, is_valid_default
from connectsdk.converters.avro._names import full_name, scrubbed, scrubbed_full, split
from connectsdk.converters.avro._properties import add_properties, decimal_properties, parameters_json
from connectsdk.converters.avro._settings import (
    CONNECT_ENUM_DOC,
    CONNECT_INTERNAL_TYPE,
    CONNECT_PARAMETERS,
    CONNECT_RECORD_DOC,
    DEFAULT_NAME,
    ENUM,
    ENUM_DEFAULT_PREFIX,
    ENUM_DOC_PREFIX,
    FIELD_DOC_PREFIX,
    GENERALIZED_ENUM,
    KEY,
    MAP_ENTRY,
    NAMESPACE,
    RECORD_DOC,
    VALUE,
    MappingSettings,
)
from connectsdk.converters.avro._types import NAMED, AvroField, AvroType
from connectsdk.errors import SchemaError
from connectsdk.schema import Schema, SchemaReference, Type

__all__ = ("avro_type_of",)

_NULL = AvroType("null")


def avro_type_of(schema: Schema | None, settings: MappingSettings) -> AvroType:
    """Return the Avro type for a Connect schema, or for data without one.

    Raises:
        SchemaError: If Avro cannot express it.
    """
    return _Conversion(settings).convert(schema)


@attrs.define(eq=False)
class _Conversion:
    settings: MappingSettings
    _known: dict[Schema, AvroType] = attrs.field(factory=dict, init=False)
    _enclosing: dict[str, AvroType] = attrs.field(factory=dict, init=False)
    _seen: set[str] = attrs.field(factory=set, init=False)
    _unnamed: int = attrs.field(default=0, init=False)

    def convert(self, schema: Schema | None, *, required: bool = False) -> AvroType:
        """Return the type; `required` leaves out the union with null."""
        if schema is None:
            return anything_type()
        if isinstance(schema, SchemaReference):
            return self._reference(schema, required=required)
        known = None if is_union(schema) or schema.optional else self._known.get(schema)
        if known is not None:
            return known
        made = self._base(schema)
        if made.kind != "union":
            add_properties(made, schema, self.settings)
            if schema.optional and not required:
                made = _with_null(schema, made)
        if not schema.optional:
            self._known[schema] = made
        return made

    def _reference(self, schema: SchemaReference, *, required: bool) -> AvroType:
        found = self._enclosing.get(schema.name or "")
        if found is None:
            return self.convert(attrs.evolve(schema.target, optional=schema.optional), required=required)
        return _with_null(schema, found) if schema.optional and not required else found

    def _base(self, schema: Schema) -> AvroType:  # noqa: PLR0911 - one per kind
        match schema.type:
            case Type.STRING:
                return self._string(schema)
            case Type.BYTES:
                return self._bytes(schema)
            case Type.ARRAY:
                if schema.value_schema is None:
                    raise SchemaError("An array's schema must name the schema of its elements")
                return AvroType("array", items=self.convert(schema.value_schema))
            case Type.MAP:
                return self._map(schema)
            case Type.STRUCT:
                return self._struct(schema)
            case primitive:
                return AvroType(AVRO_KINDS[primitive])

    def _string(self, schema: Schema) -> AvroType:
        settings, parameters = self.settings, schema.parameters
        enums = settings.generalized_sum_type_support or settings.enhanced_avro_schema_support
        if not enums or not (GENERALIZED_ENUM in parameters or ENUM in parameters):
            return AvroType("string")
        prefix = f"{settings.enum_parameter}."
        name = parameters.get(settings.enum_parameter)
        if name is None:
            raise SchemaError(f"The enum {schema} has no parameter {settings.enum_parameter}")
        # The name of the schema, and not of the enum, is what the parameters for doc and default go by.
        short = self._name(schema).rpartition(".")[2]
        made = AvroType("enum", name)
        made.symbols = tuple(key.removeprefix(prefix) for key in parameters if key.startswith(prefix))
        if settings.discard_type_doc_default:
            made.doc = parameters.get(CONNECT_ENUM_DOC)
        else:
            made.doc = parameters.get(f"{ENUM_DOC_PREFIX}{short}")
            made.default_symbol = parameters.get(f"{ENUM_DEFAULT_PREFIX}{short}")
        return made

    def _bytes(self, schema: Schema) -> AvroType:
        made = AvroType("bytes")
        if is_fixed(schema):
            made = AvroType("fixed", self._name(schema), size=fixed_size(schema))
        made.properties.update(decimal_properties(schema))
        return made

    def _map(self, schema: Schema) -> AvroType:
        if is_string_map(schema, self.settings):
            return AvroType("map", items=self.convert(schema.value_schema))
        entry = AvroType("record", f"{NAMESPACE}.{MAP_ENTRY}")
        if schema.name is not None:
            entry = AvroType("record", self._name(schema), properties={CONNECT_INTERNAL_TYPE: MAP_ENTRY})
        entry.fields = [
            self._field(KEY, schema.key_schema, None),
            self._field(VALUE, schema.value_schema, None),
        ]
        return AvroType("array", items=entry)

    def _struct(self, schema: Schema) -> AvroType:
        if is_union(schema):
            nulls = (_NULL,) if schema.optional else ()
            branches = tuple(
                self.convert(field.schema.as_required(), required=True) for field in schema.fields
            )
            return AvroType("union", branches=nulls + branches)
        if schema.optional:
            return AvroType("union", branches=(_NULL, self.convert(schema.as_required())))
        return self._record(schema)

    def _record(self, schema: Schema) -> AvroType:
        settings, parameters = self.settings, schema.parameters
        doc = CONNECT_RECORD_DOC if settings.discard_type_doc_default else RECORD_DOC
        made = AvroType("record", self._name(schema), doc=parameters.get(doc))
        if schema.name is not None:
            self._enclosing[schema.name] = made
        for field in schema.fields:
            name = scrubbed(field.name) if settings.scrub_invalid_names else field.name
            field_doc = parameters.get(f"{FIELD_DOC_PREFIX}{field.name}")
            made.fields.append(
                self._field(name, field.schema, None if settings.discard_type_doc_default else field_doc)
            )
        return made

    def _field(self, name: str, schema: Schema | None, doc: str | None) -> AvroField:
        if schema is None:
            return AvroField(name, anything_type(), doc)
        settings = self.settings
        seen = self._was_seen(schema)
        made = AvroField(name, self.convert(schema), schema.doc if settings.discard_type_doc_default else doc)
        if schema.default is not None or schema.optional:
            default = default_to_json(schema, schema.default, settings)
            if is_valid_default(made.type, default):
                made.has_default, made.default = True, default
        if seen and settings.connect_meta_data and _is_named(made.type):
            parameters = parameters_json(schema, settings)
            if parameters:
                made.properties[CONNECT_PARAMETERS] = parameters
        return made

    def _was_seen(self, schema: Schema) -> bool:
        if schema.name is None:
            return False
        name = scrubbed_full(schema.name, scrub=self.settings.scrub_invalid_names)
        seen = name in self._seen
        self._seen.add(name)
        return seen

    def _name(self, schema: Schema) -> str:
        if schema.name is not None:
            return full_name(*split(schema.name, scrub=self.settings.scrub_invalid_names))
        self._unnamed += 1
        return f"{NAMESPACE}.{DEFAULT_NAME}{self._unnamed if self._unnamed > 1 else ''}"


def _with_null(schema: Schema, avro: AvroType) -> AvroType:
    branches = (_NULL, avro) if schema.default is None else (avro, _NULL)
    return AvroType("union", branches=branches)


def _is_named(avro: AvroType) -> bool:
    return avro.kind in NAMED or any(branch.kind in NAMED for branch in avro.branches)
