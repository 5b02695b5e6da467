"""How are fields hidden, whatever their type?"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from connectsdk.config import Importance, NonEmptyString, config, option
from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema
from connectsdk.transform import Columns
from connectsdk.transforms._changes import Change, Changes, keys_changed, values_changed
from connectsdk.transforms._masks import Kind, Mask, kind_in, kind_of, mask
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules
from connectsdk.transforms._requirements import NON_EMPTY_LIST, not_a_map, not_a_struct, require_struct

__all__ = ("MaskFieldConfig", "MaskFieldKey", "MaskFieldValue")

R = TypeVar("R", bound=ConnectRecord)

_PURPOSE = "mask fields"


@config
class MaskFieldConfig:
    """What `MaskField` can be told."""

    fields: tuple[str, ...] = option(
        validator=NON_EMPTY_LIST, importance=Importance.HIGH, doc="The fields to hide."
    )
    replacement: str | None = option(
        default=None,
        validator=NonEmptyString(),
        importance=Importance.LOW,
        doc="What to write into all of `fields`: a number, or, into strings, any text. Without it, each becomes what "
        "its type has for nothing: 0, false, an empty string, list or map, the epoch.",
    )
    replace_null_with_default: bool = option(default=True, doc=REPLACE_NULL_DOC)


class _Masking:
    """Hides fields of keys or values."""

    def __init__(self, config: MaskFieldConfig) -> None:
        self._fields = tuple(dict.fromkeys(config.fields))
        self._replacement = config.replacement
        self._defaults_for_null = config.replace_null_with_default
        self._masks: dict[Kind, Mask] = {}
        self.changes = Changes(self._plan, self._masked_dict)

    def _masked_dict(self, value: Any) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise not_a_map(_PURPOSE, value)
        masked = value.copy()
        for name in self._fields:
            found = masked.get(name)
            masked[name] = None if found is None else self._mask(kind_of(found))()
        return masked

    def _mask(self, kind: Kind) -> Mask:
        found = self._masks.get(kind)
        if found is None:
            found = self._masks[kind] = mask(kind, self._replacement)
        return found

    def _plan(self, schema: Schema) -> Change:
        require_struct(_PURPOSE, schema)
        fields = [field for field in schema.fields if field.name in self._fields]
        masks = tuple((field.name, self._mask(kind_in(field.schema))) for field in fields)
        return schema, _masking(masks, null_rules(schema.fields, replace=self._defaults_for_null))


def _masking(masks: tuple[tuple[str, Mask], ...], nulls: NullRules) -> Callable[[Any], Any]:
    def masked(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        struct = value.copy()
        if nulls:
            fill_nulls(struct, nulls)
        for name, make in masks:
            if struct.get(name) is not None:
                struct[name] = make()
        return struct

    return masked


class MaskFieldKey:
    """Hide fields of the key."""

    config_class: ClassVar[type[Any]] = MaskFieldConfig

    def configure(self, config: MaskFieldConfig) -> None:
        """Take the fields' names and what to write instead."""
        self._changes = _Masking(config).changes

    def apply(self, record: R) -> R:
        """Return the record with fields of its key hidden.

        Raises:
            DataError: If the key is neither a struct nor a dict, or a field's type cannot be hidden.
        """
        return record.with_key(*self._changes.one(record.key_schema, record.key))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its keys hidden in part.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return keys_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class MaskFieldValue:
    """Hide fields of the value."""

    config_class: ClassVar[type[Any]] = MaskFieldConfig

    def configure(self, config: MaskFieldConfig) -> None:
        """Take the fields' names and what to write instead."""
        self._changes = _Masking(config).changes

    def apply(self, record: R) -> R:
        """Return the record with fields of its value hidden.

        Raises:
            DataError: If the value is neither a struct nor a dict, or a field's type cannot be hidden.
        """
        return record.with_value(*self._changes.one(record.value_schema, record.value))

    def apply_columns(self, columns: Columns) -> Columns:
        """Return the batch with its values hidden in part.

        Raises:
            DataError: If a record is better looked at alone.
        """
        return values_changed(self._changes, columns)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
