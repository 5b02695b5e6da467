"""Which Connect schema does an Avro schema become?

A port of the mapping that Confluent's converters use.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from connectsdk.converters.avro._annotations import annotations, schema_name
from connectsdk.converters.avro._defaults import default_from_json
from connectsdk.converters.avro._draft import Draft
from connectsdk.converters.avro._settings import (
    CONNECT_DEFAULT,
    CONNECT_ENUM_DOC,
    CONNECT_INTERNAL_TYPE,
    CONNECT_PARAMETERS,
    CONNECT_TYPE,
    DECIMAL_PRECISION,
    DEFAULT_PRECISION,
    ENUM_DEFAULT_PREFIX,
    ENUM_DOC_PREFIX,
    FIELD_DEFAULT_FLAG,
    FIELD_DOC_PREFIX,
    FIXED_SIZE,
    GENERALIZED_FIELD_PREFIX,
    GENERALIZED_UNION,
    KEY,
    MAP_ENTRY,
    NAMESPACE,
    RECORD_DOC,
    UNION,
    VALUE,
    MappingSettings,
    union_name,
)
from connectsdk.converters.avro._types import NAMED, AvroField, AvroType
from connectsdk.errors import DataError, SchemaError
from connectsdk.schema import (
    DATE_NAME,
    DECIMAL_NAME,
    SCALE,
    STRING_SCHEMA,
    TIME_NAME,
    TIMESTAMP_NAME,
    Schema,
    SchemaReference,
    Type,
)

__all__ = ("connect_schema_of", "is_map_entry")

_MOST = 100_000
"""How many types a Connect schema may be made of; a type that is used twice is made twice, so a short text may mean any number."""

_PLAIN: Mapping[str, Type] = MappingProxyType(
    {
        "boolean": Type.BOOLEAN,
        "double": Type.FLOAT64,
        "float": Type.FLOAT32,
        "string": Type.STRING,
        "enum": Type.STRING,
    }
)
_INTS: Mapping[str | None, Type] = MappingProxyType({"int8": Type.INT8, "int16": Type.INT16})
_CALENDAR: Mapping[tuple[str, str], tuple[Type, str]] = MappingProxyType(
    {
        ("int", "date"): (Type.INT32, DATE_NAME),
        ("int", "time-millis"): (Type.INT32, TIME_NAME),
        ("long", "timestamp-millis"): (Type.INT64, TIMESTAMP_NAME),
    }
)


def connect_schema_of(avro: AvroType, settings: MappingSettings, version: int | None = None) -> Schema:
    """Return the Connect schema for an Avro type.

    Args:
        avro: The type; not the one of data without a schema.
        settings: The switches of the mapping.
        version: The version of the schema in the registry; a `connect.version` goes before it.

    Raises:
        SchemaError: If Connect cannot express it.
    """
    return _Conversion(settings).convert(avro, version=version)


def is_map_entry(avro: AvroType) -> bool:
    """Return whether a record is an entry of a map whose keys are not strings."""
    return avro.kind == "record" and (
        avro.name == f"{NAMESPACE}.{MAP_ENTRY}" or avro.text(CONNECT_INTERNAL_TYPE) == MAP_ENTRY
    )


@attrs.define(eq=False)
class _Conversion:
    settings: MappingSettings
    _open: dict[int, list[SchemaReference]] = attrs.field(factory=dict, init=False)
    _unions: int = attrs.field(default=0, init=False)
    _made: int = attrs.field(default=0, init=False)

    def convert(
        self,
        avro: AvroType,
        *,
        optional: bool = False,
        field: AvroField | None = None,
        doc: str | None = None,
        version: int | None = None,
    ) -> Schema:
        """Return the schema; `field` is the field of a record whose default counts, `doc` the text of its own."""
        if id(avro) in self._open:
            return self._again(avro, optional=optional)
        self._made += 1
        if self._made > _MOST:
            raise SchemaError(
                f"An Avro schema stands for more than {_MOST} types, each use of a name counted"
            )
        if avro.kind == "union":
            only = self._only_branch(avro)
            if only is not None:
                return self.convert(only, optional=optional or avro.nullable is not None, doc=doc)
        if avro.kind == "record":
            self._open[id(avro)] = []
        draft = self._draft(avro)
        known = version if draft.version is None else None  # a logical type has its own
        for key, value in annotations(avro, self.settings, doc, known).items():
            draft.set(key, value)
        self._default(draft, avro, field)
        draft.optional = draft.optional or optional
        made = draft.build()
        for reference in self._open.pop(id(avro), ()):
            reference.refer_to(made.as_required())
        return made

    def _again(self, avro: AvroType, *, optional: bool) -> Schema:
        name = schema_name(avro)
        if name is None:
            raise SchemaError(f"The record {avro.full_name} contains itself: it needs another name")
        reference = SchemaReference(Type.STRUCT, optional, name=name)
        self._open[id(avro)].append(reference)
        return reference

    def _only_branch(self, avro: AvroType) -> AvroType | None:
        if len(avro.branches) == 1 and self.settings.flatten_singleton_unions:
            return avro.branches[0]
        return avro.nullable

    def _draft(self, avro: AvroType) -> Draft:  # noqa: PLR0911 - one per kind
        match avro.kind:
            case "bytes" | "fixed":
                return _bytes(avro)
            case "int" | "long":
                return _integer(avro)
            case "array":
                return self._array(avro)
            case "map":
                return Draft(Type.MAP, key_schema=STRING_SCHEMA, value_schema=self._items(avro))
            case "record":
                return self._record(avro)
            case "union":
                return self._union(avro)
            case "null":
                raise SchemaError("Standalone null schemas are not supported by this converter")
        draft = Draft(_PLAIN[avro.kind])
        if avro.kind == "enum":
            draft.parameters.update(self._enum_parameters(avro))
        return draft

    def _items(self, avro: AvroType) -> Schema:
        if avro.items is None:
            raise SchemaError(f"An Avro {avro.kind} does not say what it holds")
        return self.convert(avro.items)

    def _array(self, avro: AvroType) -> Draft:
        if avro.items is None or not is_map_entry(avro.items):
            return Draft(Type.ARRAY, value_schema=self._items(avro))
        key, value = avro.items.field(KEY), avro.items.field(VALUE)
        if len(avro.items.fields) != 2 or key is None or value is None:  # noqa: PLR2004 - key and value
            raise SchemaError(
                "Found map encoded as array of key-value pairs, but array elements do not match the expected format."
            )
        return Draft(Type.MAP, key_schema=self.convert(key.type), value_schema=self.convert(value.type))

    def _record(self, avro: AvroType) -> Draft:
        draft = Draft(Type.STRUCT)
        docs = self.settings.connect_meta_data and not self.settings.discard_type_doc_default
        if docs and avro.doc is not None:
            draft.parameters[RECORD_DOC] = avro.doc
        for field in avro.fields:
            if docs and field.doc is not None:
                draft.parameters[f"{FIELD_DOC_PREFIX}{field.name}"] = field.doc
            schema = self.convert(field.type, field=field, doc=field.doc)
            own = field.properties.get(CONNECT_PARAMETERS)
            if self.settings.connect_meta_data and isinstance(own, dict):
                schema = _with_parameters(schema, own)
            draft.fields.append((field.name, schema))
        return draft

    def _union(self, avro: AvroType) -> Draft:
        generalized = self.settings.generalized_sum_type_support
        draft = Draft(Type.STRUCT, name=union_name(self._unions) if generalized else UNION)
        if generalized:
            self._unions += 1
            draft.parameters[GENERALIZED_UNION] = draft.name or ""
        names = set()
        for index, branch in enumerate(avro.branches):
            if branch.kind == "null":
                draft.optional = True
                continue
            name = self._branch_name(branch, index)
            if name in names:
                raise SchemaError("Multiple union schemas map to the Connect union field name")
            names.add(name)
            draft.fields.append((name, self.convert(branch, optional=True)))
        return draft

    def _branch_name(self, avro: AvroType, index: int) -> str:
        if self.settings.generalized_sum_type_support:
            return f"{GENERALIZED_FIELD_PREFIX}{index}"
        if avro.kind in NAMED:
            return avro.full_name if self.settings.enhanced_avro_schema_support else avro.short_name
        return avro.kind

    def _enum_parameters(self, avro: AvroType) -> dict[str, str]:
        settings = self.settings
        found: dict[str, str] = {}
        if settings.connect_meta_data:
            if avro.doc is not None:
                own = f"{ENUM_DOC_PREFIX}{avro.short_name}"
                found[CONNECT_ENUM_DOC if settings.discard_type_doc_default else own] = avro.doc
            if not settings.discard_type_doc_default and avro.default_symbol is not None:
                found[f"{ENUM_DEFAULT_PREFIX}{avro.short_name}"] = avro.default_symbol
        name = settings.enum_parameter
        found[name] = avro.full_name
        for index, symbol in enumerate(avro.symbols):
            found[f"{name}.{symbol}"] = str(index) if settings.generalized_sum_type_support else symbol
        return found

    def _default(self, draft: Draft, avro: AvroType, field: AvroField | None) -> None:
        own = avro.properties.get(CONNECT_DEFAULT)
        if field is None or not field.has_default:
            written = own
        else:
            written = field.default
            settings = self.settings
            if own is None and settings.connect_meta_data and not settings.discard_type_doc_default:
                draft.parameters[FIELD_DEFAULT_FLAG] = "true"
        if written is None:
            return
        try:
            draft.set_default(default_from_json(draft.build(), avro, written))
        except DataError:
            draft.set_default(None)  # Avro allows defaults that do not fit: they count for nothing


def _bytes(avro: AvroType) -> Draft:
    draft = Draft(Type.BYTES)
    if (avro.text("logicalType") or "").lower() == "decimal":
        scale, precision = avro.properties.get("scale"), avro.properties.get("precision")
        draft = Draft(Type.BYTES, name=DECIMAL_NAME, version=1)
        draft.parameters[SCALE] = str(_integral(scale) or 0)
        if precision is not None:
            number = _integral(precision)
            if number is None:
                raise SchemaError("precision property must be a JSON Integer.")
            if number != DEFAULT_PRECISION:
                draft.parameters[DECIMAL_PRECISION] = str(number)
    if avro.kind == "fixed":
        draft.parameters[FIXED_SIZE] = str(avro.size)
    return draft


def _integral(value: Any) -> int | None:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _integer(avro: AvroType) -> Draft:
    logical_type, own = avro.text("logicalType"), avro.text(CONNECT_TYPE)
    found = _CALENDAR.get((avro.kind, (logical_type or "").lower()))
    if found is not None:
        return Draft(found[0], name=found[1], version=1)
    if avro.kind == "long":
        return Draft(Type.INT64)
    if own is None or logical_type is not None:
        return Draft(Type.INT32)
    if own not in _INTS:
        raise SchemaError("Connect type annotation for Avro int field is null")
    return Draft(_INTS[own])


def _with_parameters(schema: Schema, own: dict[str, Any]) -> Schema:
    texts = {key: value if isinstance(value, str) else str(value) for key, value in own.items()}
    if all(schema.parameters.get(key) == value for key, value in texts.items()):
        return schema
    return attrs.evolve(schema, parameters={**schema.parameters, **texts})
