"""How are fields hidden, whatever their type?"""

from typing import Any, ClassVar, TypeVar

import attrs

from connectsdk.config import Importance, NonEmptyString, config, option
from connectsdk.record import ConnectRecord
from connectsdk.schema import Schema
from connectsdk.transforms._masks import Kind, Mask, kind_in, kind_of, mask
from connectsdk.transforms._null_fields import REPLACE_NULL_DOC, NullRules, fill_nulls, null_rules
from connectsdk.transforms._requirements import NON_EMPTY_LIST, not_a_map, not_a_struct, require_struct
from connectsdk.transforms._schema_cache import SchemaCache

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


@attrs.frozen
class _Plan:
    """What happens to structs of one schema."""

    nulls: NullRules
    masks: tuple[tuple[str, Mask], ...]


class _Masking:
    """Hides fields of keys or values."""

    def __init__(self, config: MaskFieldConfig) -> None:
        self._fields = tuple(dict.fromkeys(config.fields))
        self._replacement = config.replacement
        self._defaults_for_null = config.replace_null_with_default
        self._masks: dict[Kind, Mask] = {}
        self._plans = SchemaCache(self._plan).get
        self._last_schema: Schema | None = None
        self._last_plan = _Plan((), ())

    def masked(self, schema: Schema | None, value: Any) -> Any:
        """Return the value with its fields hidden.

        Raises:
            DataError: If the data is no struct, or without schema no dict, or a field's type cannot be hidden.
        """
        if schema is None:
            return self._masked_dict(value)
        if not isinstance(value, dict):
            raise not_a_struct(_PURPOSE, value)
        if schema is not self._last_schema:
            self._last_plan, self._last_schema = self._plans(schema), schema
        plan = self._last_plan
        masked = value.copy()
        if plan.nulls:
            fill_nulls(masked, plan.nulls)
        for name, make in plan.masks:
            if masked.get(name) is not None:
                masked[name] = make()
        return masked

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

    def _plan(self, schema: Schema) -> _Plan:
        require_struct(_PURPOSE, schema)
        fields = [field for field in schema.fields if field.name in self._fields]
        masks = tuple((field.name, self._mask(kind_in(field.schema))) for field in fields)
        return _Plan(null_rules(schema.fields, replace=self._defaults_for_null), masks)


class MaskFieldKey:
    """Hide fields of the key."""

    config_class: ClassVar[type[Any]] = MaskFieldConfig

    def configure(self, config: MaskFieldConfig) -> None:
        """Take the fields' names and what to write instead."""
        self._masked = _Masking(config).masked

    def apply(self, record: R) -> R:
        """Return the record with fields of its key hidden.

        Raises:
            DataError: If the key is neither a struct nor a dict, or a field's type cannot be hidden.
        """
        schema = record.key_schema
        return record.with_key(schema, self._masked(schema, record.key))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class MaskFieldValue:
    """Hide fields of the value."""

    config_class: ClassVar[type[Any]] = MaskFieldConfig

    def configure(self, config: MaskFieldConfig) -> None:
        """Take the fields' names and what to write instead."""
        self._masked = _Masking(config).masked

    def apply(self, record: R) -> R:
        """Return the record with fields of its value hidden.

        Raises:
            DataError: If the value is neither a struct nor a dict, or a field's type cannot be hidden.
        """
        schema = record.value_schema
        return record.with_value(schema, self._masked(schema, record.value))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
