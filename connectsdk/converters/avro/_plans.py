"""How are the parts of a value written, once it is known how each part is?

A plan has two ways for the values of one schema: a quick one, of which any error says that it is not for this value; and a careful
one, which makes of any value what fastavro writes, or says what is wrong with it and where.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from connectsdk.converters.avro._quick import (
    Quick,
    array_of,
    branch_of,
    branch_or_null,
    choice_of,
    entries_of,
    map_of,
    required,
    struct_of,
    unless_none,
    written,
)
from connectsdk.converters.avro._settings import KEY, VALUE
from connectsdk.converters.avro._varints import varint
from connectsdk.errors import DataError
from connectsdk.schema import Schema

__all__ = (
    "FieldPlan",
    "Plan",
    "array_plan",
    "branch_plan",
    "choice_plan",
    "entries_plan",
    "field_plan",
    "map_plan",
    "optional_plan",
    "struct_plan",
)

Step = Callable[[Any], Any]

_MAX_PLACE = 300


@attrs.frozen(eq=False)
class Plan:
    """How the values of one schema are written.

    Attributes:
        make: Turns any value into what fastavro writes.
        quick: Writes usual values; None where there is no way but fastavro's.
    """

    make: Step
    quick: Quick | None = None


@attrs.frozen(eq=False)
class FieldPlan:
    """A struct's field: its name there, its name in the record, and how its values are written."""

    name: str
    target: str
    plan: Plan


def optional_plan(plan: Plan) -> Plan:
    """Return the plan of values that may be None; it depends on the type how the quick way writes None."""
    make = plan.make
    return Plan(lambda value: None if value is None else make(value), plan.quick)


def branch_plan(plan: Plan, branch: int, null: int | None) -> Plan:
    """Return the plan of what is one branch of a union.

    Args:
        plan: That of the branch alone.
        branch: Its number.
        null: The number of the branch null, if None may be written.
    """
    if plan.quick is None:
        return plan
    quick = branch_of(plan.quick, branch) if null is None else branch_or_null(plan.quick, branch, null)
    return Plan(plan.make, quick)


def choice_plan(
    make: Step, members: Sequence[tuple[str, int, Plan]], null: int | None, *, optional: bool
) -> Plan:
    """Return the plan of a struct that stands for a union: one of its fields has a value.

    Args:
        make: The careful way.
        members: Of each branch besides null: the field's name, the branch's number, and how it is written.
        null: The number of the branch null, if there is one.
        optional: Whether there may be None in place of the struct.
    """
    steps = [(name, branch, plan.quick) for name, branch, plan in members if plan.quick is not None]
    if len(steps) < len(members):
        return Plan(make)
    quick = choice_of(steps, null)
    return Plan(make, unless_none(quick, varint(null)) if optional and null is not None else quick)


def field_plan(schema: Schema, plan: Plan, *, ignore_default: bool) -> Plan:
    """Return the plan of a struct's field, where a default stands in for None."""
    if schema.default is None or ignore_default:
        return plan
    make = plan.make
    default = make(schema.default)
    return Plan(
        lambda value: default if value is None else make(value), _quick_with_default(plan, schema.default)
    )


def _quick_with_default(plan: Plan, default: Any) -> Quick | None:
    if plan.quick is None:
        return None
    try:
        return unless_none(plan.quick, written(plan.quick, default))
    except Exception:  # noqa: BLE001 - whatever is unusual about it: the careful way writes it
        return required(plan.quick)


def array_plan(item: Plan) -> Plan:
    """Return the plan of a list."""
    make_item = item.make

    def make(value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise _wrong("ARRAY", value)
        return [make_item(part) for part in value]

    return Plan(make, None if item.quick is None else array_of(item.quick))


def map_plan(item: Plan) -> Plan:
    """Return the plan of a dict with any strings for keys."""
    make_item = item.make

    def make(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong("MAP", value)
        if not all(isinstance(key, str) for key in value):
            raise DataError("A map has a key that is no string")
        return {key: make_item(part) for key, part in value.items()}

    return Plan(make, None if item.quick is None else map_of(item.quick))


def entries_plan(key: Plan, item: Plan) -> Plan:
    """Return the plan of a dict that is written as an array of its keys and values."""
    make_key, make_value = key.make, item.make

    def make(value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, dict):
            raise _wrong("MAP", value)
        return [{KEY: make_key(name), VALUE: make_value(part)} for name, part in value.items()]

    quick = None if key.quick is None or item.quick is None else entries_of(key.quick, item.quick)
    return Plan(make, quick)


def struct_plan(fields: Sequence[FieldPlan], extra: Mapping[str, Any]) -> Plan:
    """Return the plan of a struct's dict.

    Args:
        fields: The struct's fields, in the record's order.
        extra: What the record has besides, by its own names.
    """
    quick = None
    if not extra:
        steps = [(field.name, field.plan.quick) for field in fields]
        known = [(name, step) for name, step in steps if step is not None]
        quick = struct_of(known) if len(known) == len(steps) else None
    return Plan(_struct_maker(fields, extra), quick)


def _struct_maker(fields: Sequence[FieldPlan], extra: Mapping[str, Any]) -> Step:
    steps = tuple((field.name, field.target, field.plan.make) for field in fields)
    names = frozenset(field.name for field in fields)

    def make(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong("STRUCT", value)
        get = value.get
        made = dict(extra)
        name = ""
        try:
            for name, target, step in steps:
                made[target] = step(get(name))
        except DataError as error:
            raise DataError(_placed(error, name)) from None
        if not value.keys() <= names:
            unknown = next(key for key in value if key not in names)
            raise DataError(f"{unknown} is not a valid field name")
        return made

    return make


def _placed(error: DataError, name: str) -> str:
    text = str(error)
    return text if len(text) > _MAX_PLACE else f'{text} (field "{name}")'


def _wrong(name: str, value: Any) -> DataError:
    return DataError(f"Invalid type for {name}: {type(value).__name__}")
