"""How is a schema put together, step by step?"""

from collections.abc import Mapping
from typing import Any, Self

from connectsdk.errors import SchemaError
from connectsdk.schema._logical import DATE_SCHEMA, TIME_SCHEMA, TIMESTAMP_SCHEMA, decimal_schema
from connectsdk.schema._schema import Field, Schema, Type
from connectsdk.schema._validation import validate

__all__ = ("SchemaBuilder",)


class SchemaBuilder:
    """Builds a schema; each call returns the builder, so calls can be chained.

    `optional`, `default`, `name`, `version` and `doc` may be set once, or again to the same. Where a schema is asked for, a builder is
    accepted too.

    ```python
    row = (
        SchemaBuilder.struct()
        .name("row")
        .field("id", INT64_SCHEMA)
        .field("tags", SchemaBuilder.array(STRING_SCHEMA).optional())
        .build()
    )
    ```
    """

    __slots__ = ("_fields", "_key_schema", "_parameters", "_set", "_type", "_value_schema")

    def __init__(self, type: Type) -> None:  # noqa: A002 - Kafka's own word
        self._type = type
        self._set: dict[str, Any] = {}
        self._parameters: dict[str, str] = {}
        self._fields: dict[str, Field] = {}
        self._key_schema: Schema | None = None
        self._value_schema: Schema | None = None

    @classmethod
    def int8(cls) -> Self:
        """Begin an INT8 schema."""
        return cls(Type.INT8)

    @classmethod
    def int16(cls) -> Self:
        """Begin an INT16 schema."""
        return cls(Type.INT16)

    @classmethod
    def int32(cls) -> Self:
        """Begin an INT32 schema."""
        return cls(Type.INT32)

    @classmethod
    def int64(cls) -> Self:
        """Begin an INT64 schema."""
        return cls(Type.INT64)

    @classmethod
    def float32(cls) -> Self:
        """Begin a FLOAT32 schema."""
        return cls(Type.FLOAT32)

    @classmethod
    def float64(cls) -> Self:
        """Begin a FLOAT64 schema."""
        return cls(Type.FLOAT64)

    @classmethod
    def boolean(cls) -> Self:
        """Begin a BOOLEAN schema."""
        return cls(Type.BOOLEAN)

    @classmethod
    def string(cls) -> Self:
        """Begin a STRING schema."""
        return cls(Type.STRING)

    @classmethod
    def bytes(cls) -> Self:
        """Begin a BYTES schema."""
        return cls(Type.BYTES)

    @classmethod
    def struct(cls) -> Self:
        """Begin a STRUCT schema; add its fields with `field`."""
        return cls(Type.STRUCT)

    @classmethod
    def array(cls, value_schema: "Schema | SchemaBuilder") -> Self:
        """Begin an ARRAY schema; write `Schema(Type.ARRAY)` when the elements' schema is not known."""
        builder = cls(Type.ARRAY)
        builder._value_schema = _built(value_schema, "valueSchema")
        return builder

    @classmethod
    def map(cls, key_schema: "Schema | SchemaBuilder", value_schema: "Schema | SchemaBuilder") -> Self:
        """Begin a MAP schema; write `Schema(Type.MAP)` when the keys' and values' schemas are not known."""
        builder = cls(Type.MAP)
        builder._key_schema = _built(key_schema, "keySchema")
        builder._value_schema = _built(value_schema, "valueSchema")
        return builder

    @classmethod
    def decimal(cls, scale: int) -> Self:
        """Begin the schema of decimals with this many digits after the point."""
        return cls.like(decimal_schema(scale))

    @classmethod
    def date(cls) -> Self:
        """Begin the schema of dates."""
        return cls.like(DATE_SCHEMA)

    @classmethod
    def time(cls) -> Self:
        """Begin the schema of times of day."""
        return cls.like(TIME_SCHEMA)

    @classmethod
    def timestamp(cls) -> Self:
        """Begin the schema of points in time."""
        return cls.like(TIMESTAMP_SCHEMA)

    @classmethod
    def like(cls, schema: Schema) -> Self:
        """Begin with another schema's type, name, version, doc, parameters, and key and value schema.

        Its fields, its default and whether it is optional are left out: this is how a transform begins a changed copy.
        """
        builder = cls(schema.type)
        builder._key_schema = schema.key_schema
        builder._value_schema = schema.value_schema
        builder._parameters.update(schema.parameters)
        kept = {"name": schema.name, "version": schema.version, "doc": schema.doc}
        builder._set.update({key: value for key, value in kept.items() if value is not None})
        return builder

    def optional(self) -> Self:
        """Make None a legal value."""
        return self._set_once("optional", value=True)

    def required(self) -> Self:
        """Make None an illegal value; it is, unless said otherwise."""
        return self._set_once("optional", value=False)

    def default(self, value: Any) -> Self:
        """Set the value that stands in for None; None means that there is no default.

        Raises:
            SchemaError: If it does not fit what has been set so far, or a default has been set.
        """
        _check_default(self._build(None), value)
        return self if value is None else self._set_once("default", value)

    def name(self, name: str) -> Self:
        """Say what the value means."""
        return self._set_once("name", name)

    def version(self, version: int) -> Self:
        """Set the version, which orders schemas of one name."""
        return self._set_once("version", version)

    def doc(self, doc: str) -> Self:
        """Describe it for people."""
        return self._set_once("doc", doc)

    def parameter(self, key: str, value: str) -> Self:
        """Set one parameter; setting it again replaces it."""
        self._parameters[key] = value
        return self

    def parameters(self, parameters: Mapping[str, str]) -> Self:
        """Set parameters, beside those already set."""
        self._parameters.update(parameters)
        return self

    def field(self, name: str, schema: "Schema | SchemaBuilder") -> Self:
        """Add a field to a struct.

        Raises:
            SchemaError: If this is no struct, the name is empty or taken, or there is no schema.
        """
        if self._type is not Type.STRUCT:
            raise SchemaError(f"Cannot create fields on type {self._type.name}")
        if not name:
            raise SchemaError("fieldName cannot be null.")
        built = _built(schema, f"fieldSchema for field {name}")
        if name in self._fields:
            raise SchemaError(f"Cannot create field because of field name duplication {name}")
        self._fields[name] = Field(name, len(self._fields), built)
        return self

    def build(self) -> Schema:
        """Return the schema as it stands; the builder can go on.

        Raises:
            SchemaError: If the default does not fit what was set after it.
        """
        default = self._set.get("default")
        if default is not None:
            _check_default(self._build(None), default)
        return self._build(default)

    def _build(self, default: Any) -> Schema:
        known = {**self._set, "default": default}
        fields: tuple[Field, ...] = tuple(self._fields.values())
        return Schema(
            self._type,
            **known,
            parameters=self._parameters,
            fields=fields,
            key_schema=self._key_schema,
            value_schema=self._value_schema,
        )

    def _set_once(self, attribute: str, value: Any) -> Self:
        known = self._set.get(attribute, value)
        if known is not value and known != value:  # NaN is not equal to itself
            raise SchemaError(f"Invalid SchemaBuilder call: {attribute} has already been set.")
        self._set[attribute] = value
        return self


def _built(schema: "Schema | SchemaBuilder | None", what: str) -> Schema:
    if schema is None:
        raise SchemaError(f"{what} cannot be null.")
    return schema.build() if isinstance(schema, SchemaBuilder) else schema


def _check_default(schema: Schema, value: Any) -> None:
    try:
        validate(schema, value, "default")
    except SchemaError as error:
        raise SchemaError(f"Invalid default value: {error}") from error
