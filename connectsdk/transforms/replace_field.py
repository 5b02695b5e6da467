"""Which fields are kept, and what are they called?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import Lambda, config, invalid, option
from connectsdk.errors import SchemaError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Field, Schema, SchemaBuilder, validate
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules
from connectsdk.transforms._pairs import split_at_colons
from connectsdk.transforms._requirements import not_a_map, not_a_struct, require_struct
from connectsdk.transforms._schema_cache import SchemaCache

__all__ = ("ReplaceFieldConfig", "ReplaceFieldKey", "ReplaceFieldValue")

R = TypeVar("R", bound=ConnectRecord)

_PURPOSE = "field replacement"
_PAIR = 2


def _renames(mappings: Sequence[str]) -> dict[str, str]:
    renames = {}
    for mapping in mappings:
        parts = split_at_colons(mapping)
        if len(parts) != _PAIR:
            raise invalid("renames", list(mappings), f"Invalid rename mapping: {mapping}")
        renames[parts[0]] = parts[1]
    return renames


def _check_renames(_: str, value: Any) -> None:
    _renames(value or ())


@config
class ReplaceFieldConfig:
    """What `ReplaceField` can be told."""

    exclude: tuple[str, ...] = option(
        default=(), doc="Fields to leave out; this counts for more than `include`."
    )
    include: tuple[str, ...] = option(default=(), doc="Fields to keep; when empty, all are kept.")
    renames: tuple[str, ...] = option(
        default=(),
        validator=Lambda(_check_renames, "list of colon-delimited pairs, e.g. <code>foo:bar,abc:xyz</code>"),
        doc="New names for fields, as `old:new`. `exclude` and `include` go by the old names.",
    )
    replace_null_with_default: bool = option(default=True, doc=REPLACE_NULL_DOC)


@attrs.frozen
class _Plan:
    """What happens to structs of one schema.

    Attributes:
        schema: What they become.
        make: Makes a new struct, nulls as they are.
        nulls: What becomes of the nulls.
        checked: Fields that get the value of one with another schema.
    """

    schema: Schema
    make: Callable[[dict[str, Any]], dict[str, Any]]
    nulls: NullRules
    checked: tuple[Field, ...]


class _Replacement:
    """Keeps and renames fields of keys or values."""

    def __init__(self, config: ReplaceFieldConfig) -> None:
        self._exclude, self._include = frozenset(config.exclude), frozenset(config.include)
        self._renames = _renames(config.renames)
        self._sources = {new: old for old, new in self._renames.items()}
        self._defaults_for_null = config.replace_null_with_default
        self._plans = SchemaCache(self._plan).get
        self._last_schema: Schema | None = None
        self._last_plan: Any = None

    def replaced(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        """Return the schema and value with the fields that are kept.

        Raises:
            DataError: If the data is no struct, or without schema no dict, or two fields get one name.
        """
        if schema is None:
            if not isinstance(value, dict):
                raise not_a_map(_PURPOSE, value)
            new_name = self._renames.get
            return None, {new_name(name, name): item for name, item in value.items() if self._keeps(name)}
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        if schema is not self._last_schema:
            self._last_plan, self._last_schema = self._plans(schema), schema
        plan: _Plan = self._last_plan
        kept = plan.make(value)
        if plan.nulls:
            fill_nulls(kept, plan.nulls)
        if plan.checked:
            for field in plan.checked:
                validate(field.schema, kept[field.name], f'field: "{field.name}"')
        return plan.schema, kept

    def _keeps(self, name: str) -> bool:
        return name not in self._exclude and (not self._include or name in self._include)

    def _plan(self, schema: Schema) -> _Plan:
        require_struct(_PURPOSE, schema)
        builder = SchemaBuilder.like(schema)
        dropped = [field.name for field in schema.fields if not self._keeps(field.name)]
        for field in schema.fields:
            if self._keeps(field.name):
                builder.field(self._renames.get(field.name, field.name), field.schema)
        replaced = builder.build()
        sources = {field.name: self._source(schema, field) for field in replaced.fields}
        taken = [Field(new, at, old.schema) for at, (new, old) in enumerate(sources.items())]
        nulls = null_rules(taken, replace=self._defaults_for_null)
        checked = tuple(field for field in replaced.fields if sources[field.name].schema != field.schema)
        names = {new: old.name for new, old in sources.items()}
        same = all(new == old for new, old in names.items())
        few = same and len(dropped) <= len(names)
        return _Plan(replaced, _without(dropped) if few else _taking(names), nulls, checked)

    def _source(self, schema: Schema, field: Field) -> Field:
        """Return the field whose value a new one gets: by the new name alone, as in Kafka Connect."""
        name = self._sources.get(field.name, field.name)
        found = schema.field(name)
        if found is None:
            raise SchemaError(f"{name} is not a valid field name")
        return found


def _without(dropped: Sequence[str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def make(struct: dict[str, Any]) -> dict[str, Any]:
        kept = struct.copy()
        for name in dropped:
            kept.pop(name, None)
        return kept

    return make


def _taking(names: Mapping[str, str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    pairs = tuple(names.items())

    def make(struct: dict[str, Any]) -> dict[str, Any]:
        get = struct.get
        return {new: get(old) for new, old in pairs}

    return make


class ReplaceFieldKey:
    """Keep and rename fields of the key; a key that is None stays None."""

    config_class: ClassVar[type[Any]] = ReplaceFieldConfig

    def configure(self, config: ReplaceFieldConfig) -> None:
        """Take the fields' names."""
        self._replaced = _Replacement(config).replaced

    def apply(self, record: R) -> R:
        """Return the record with the fields of its key that are kept.

        Raises:
            DataError: If the key is neither a struct nor a dict, or two fields get one name.
        """
        key = record.key
        return record if key is None else record.with_key(*self._replaced(record.key_schema, key))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class ReplaceFieldValue:
    """Keep and rename fields of the value; a value that is None stays None."""

    config_class: ClassVar[type[Any]] = ReplaceFieldConfig

    def configure(self, config: ReplaceFieldConfig) -> None:
        """Take the fields' names."""
        self._replaced = _Replacement(config).replaced

    def apply(self, record: R) -> R:
        """Return the record with the fields of its value that are kept.

        Raises:
            DataError: If the value is neither a struct nor a dict, or two fields get one name.
        """
        value = record.value
        return record if value is None else record.with_value(*self._replaced(record.value_schema, value))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
