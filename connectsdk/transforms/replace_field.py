"""Which fields are kept, and what are they called?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from connectsdk.config import Lambda, config, invalid, option
from connectsdk.errors import SchemaError
from connectsdk.record import ConnectRecord
from connectsdk.schema import Field, Schema, SchemaBuilder, Type, validate
from connectsdk.transform import Columns
from connectsdk.transforms._changes import Change, Changes, keys_changed, values_changed
from connectsdk.transforms._masks import kind_in
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules
from connectsdk.transforms._pairs import split_at_colons
from connectsdk.transforms._requirements import not_a_map, not_a_struct, require_struct

__all__ = ("ReplaceFieldConfig", "ReplaceFieldKey", "ReplaceFieldValue")

R = TypeVar("R", bound=ConnectRecord)

_PURPOSE = "field replacement"
_PAIR = 2

_Make = Callable[[Any], dict[str, Any]]


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


class _Replacement:
    """Keeps and renames fields of keys or values."""

    def __init__(self, config: ReplaceFieldConfig) -> None:
        self._exclude, self._include = frozenset(config.exclude), frozenset(config.include)
        self._renames = _renames(config.renames)
        self._sources = {new: old for old, new in self._renames.items()}
        self._defaults_for_null = config.replace_null_with_default
        self.changes = Changes(self._plan, self._replaced_dict)

    def _replaced_dict(self, value: Any) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise not_a_map(_PURPOSE, value)
        keeps, new_name = self._keeps, self._renames.get
        return {new_name(name, name): item for name, item in value.items() if keeps(name)}

    def _keeps(self, name: str) -> bool:
        return name not in self._exclude and (not self._include or name in self._include)

    def _plan(self, schema: Schema) -> Change:
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
        checked = tuple(
            (field, _never_fits(sources[field.name].schema, field.schema))
            for field in replaced.fields
            if sources[field.name].schema != field.schema
        )
        names = {new: old.name for new, old in sources.items()}
        few = len(dropped) <= len(names) and all(new == old for new, old in names.items())
        return replaced, _finishing(_without(dropped) if few else _taking(names), nulls, checked)

    def _source(self, schema: Schema, field: Field) -> Field:
        """Return the field whose value a new one gets: by the new name alone, as in Kafka Connect."""
        name = self._sources.get(field.name, field.name)
        found = schema.field(name)
        if found is None:
            raise SchemaError(f"{name} is not a valid field name")
        return found


def _never_fits(source: Schema, target: Schema) -> bool:
    """Return whether no value of one schema is one of the other, which differs: Java tells ints of two sizes apart."""
    return source.type is Type.STRUCT or kind_in(source) != kind_in(target)


def _misfit(field: Field) -> str:
    if field.schema.type is Type.STRUCT:
        return "Struct schemas do not match."
    return f'Invalid object for schema with type {field.schema.type.name}, for field: "{field.name}"'


def _finishing(make: _Make, nulls: NullRules, checked: tuple[tuple[Field, bool], ...]) -> _Make:
    """Return what makes a new struct, with nulls replaced, and fields checked that get another field's value."""
    if not (nulls or checked):
        return make

    def finished(value: Any) -> dict[str, Any]:
        struct = make(value)
        fill_nulls(struct, nulls)
        for field, never in checked:
            value = struct[field.name]
            if never and value is not None:
                raise SchemaError(_misfit(field))
            validate(field.schema, value, f'field: "{field.name}"')
        return struct

    return finished


def _without(dropped: Sequence[str]) -> _Make:
    def make(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        kept = value.copy()
        for name in dropped:
            kept.pop(name, None)
        return kept

    return make


def _taking(names: Mapping[str, str]) -> _Make:
    pairs = tuple(names.items())

    def make(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        get = value.get
        return {new: get(old) for new, old in pairs}

    return make


class ReplaceFieldKey:
    """Keep and rename fields of the key; a key that is None stays None."""

    config_class: ClassVar[type[Any]] = ReplaceFieldConfig

    def configure(self, config: ReplaceFieldConfig) -> None:
        """Take the fields' names."""
        self._changes = _Replacement(config).changes

    def apply(self, record: R) -> R:
        """Return the record with the fields of its key that are kept.

        Raises:
            DataError: If the key is neither a struct nor a dict, or two fields get one name.
        """
        key = record.key
        return record if key is None else record.with_key(*self._changes.one(record.key_schema, key))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its keys replaced by the fields that are kept.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return keys_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class ReplaceFieldValue:
    """Keep and rename fields of the value; a value that is None stays None."""

    config_class: ClassVar[type[Any]] = ReplaceFieldConfig

    def configure(self, config: ReplaceFieldConfig) -> None:
        """Take the fields' names."""
        self._changes = _Replacement(config).changes

    def apply(self, record: R) -> R:
        """Return the record with the fields of its value that are kept.

        Raises:
            DataError: If the value is neither a struct nor a dict, or two fields get one name.
        """
        value = record.value
        return record if value is None else record.with_value(*self._changes.one(record.value_schema, value))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its values replaced by the fields that are kept.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return values_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
