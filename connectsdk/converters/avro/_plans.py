"""Which values does fastavro get as they are, and what becomes of the others?

A plan says for one schema: values of which exact Python types are written as they are, if a check of the value itself holds;
and what makes such a value of any other, or says what is wrong with it.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from types import NoneType
from typing import Any

import attrs

from connectsdk.errors import DataError
from connectsdk.schema import Schema

__all__ = (
    "Check",
    "FieldPlan",
    "IntRange",
    "Plan",
    "all_plain",
    "array_plan",
    "field_plan",
    "is_plain",
    "map_plan",
    "optional_plan",
    "struct_plan",
)

Check = Callable[[Any], bool]
Batch = Callable[[Sequence[Any]], bool]
"""Says something of all values of a batch; where it says no, that need not be so of each."""
Step = Callable[[Any], Any]
Checks = tuple[tuple[tuple[str, int, int], ...], tuple[tuple[str, Check], ...]]
"""What must hold of a shape's values: ranges of ints, and anything else."""

_MAX_SHAPES = 64
_MAX_PLACE = 300
_CONTAINERS = frozenset({dict, list})


@attrs.frozen
class IntRange:
    """The check of an int."""

    low: int
    high: int

    def __call__(self, value: int) -> bool:
        return self.low <= value <= self.high


@attrs.frozen(eq=False)
class Plan:
    """How the values of one schema are written.

    Attributes:
        plain: The exact types of the values that stay as they are, each with what must hold of the value; None: nothing.
        make: Turns any value into what is written.
        strict: Whether fastavro itself refuses all values that are not plain.
        parts_plain: Says of a batch of values of the plain type whether what is in them is plain, too; None where they are looked at
            one by one.
    """

    plain: Mapping[type, Check | None]
    make: Step
    strict: bool = False
    parts_plain: "Batch | None" = None


@attrs.frozen(eq=False)
class FieldPlan:
    """A struct's field: its name there, its name in the record, and how its values are written."""

    name: str
    target: str
    plan: Plan


def is_plain(plan: Plan) -> Check:
    """Return what says whether a value is written as it is."""
    checks = plan.plain

    def check(value: Any) -> bool:
        kind = type(value)
        if kind not in checks:
            return False
        holds = checks[kind]
        return holds is None or holds(value)

    return check


def all_plain(plan: Plan) -> Batch:
    """Return what says whether all values of a batch are written as they are: column by column, which takes a part of the time."""
    checks, parts_plain = plan.plain, plan.parts_plain
    kinds = frozenset(checks)

    def check(values: Sequence[Any]) -> bool:
        found = set(map(type, values))
        if not found <= kinds:
            return False
        for kind in found:
            holds = checks[kind]
            some = values if len(found) == 1 else [value for value in values if type(value) is kind]
            if isinstance(holds, IntRange):
                if min(some) < holds.low or max(some) > holds.high:
                    return False
            elif kind in _CONTAINERS and parts_plain is not None:
                if not parts_plain(some):
                    return False
            elif holds is not None and not all(map(holds, some)):
                return False
        return True

    return check


def optional_plan(plan: Plan) -> Plan:
    """Return the plan of values that may be None."""
    make = plan.make
    plain = {**plan.plain, NoneType: None}
    return Plan(plain, lambda value: None if value is None else make(value), parts_plain=plan.parts_plain)


def field_plan(schema: Schema, plan: Plan, *, ignore_default: bool) -> Plan:
    """Return the plan of a struct's field, where a default stands in for None."""
    if schema.default is None or ignore_default:
        return plan
    make = plan.make
    default = make(schema.default)
    plain = {kind: check for kind, check in plan.plain.items() if kind is not NoneType}
    return Plan(plain, lambda value: default if value is None else make(value), parts_plain=plan.parts_plain)


def array_plan(item: Plan) -> Plan:
    """Return the plan of a list."""
    make_item, check = item.make, _each(item)

    def make(value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise _wrong("ARRAY", value)
        return [make_item(part) for part in value]

    items_plain = all_plain(item)
    return Plan({list: check}, make, parts_plain=lambda lists: items_plain([*chain.from_iterable(lists)]))


def map_plan(item: Plan) -> Plan:
    """Return the plan of a dict with any strings for keys."""
    make_item, each = item.make, _each(item)

    def make(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong("MAP", value)
        if not all(isinstance(key, str) for key in value):
            raise DataError("A map has a key that is no string")
        return {key: make_item(part) for key, part in value.items()}

    def check(value: dict[Any, Any]) -> bool:  # fastavro refuses keys that are no strings
        return each is None or each(value.values())

    items_plain = all_plain(item)
    return Plan(
        {dict: None if each is None else check},
        make,
        parts_plain=lambda maps: items_plain([*chain.from_iterable(map(dict.values, maps))]),
    )


def _each(item: Plan) -> Check | None:
    """Return what says whether all of some values are written as they are; None where fastavro says it."""
    if item.strict:
        return None
    kinds = frozenset(item.plain)
    checks = [check for check in item.plain.values() if check is not None]
    if not checks:
        return lambda values: kinds.issuperset(map(type, values))
    if len(kinds) == 1:
        check = checks[0]
        if isinstance(check, IntRange):
            low, high = check.low, check.high
            return lambda values: (
                kinds.issuperset(map(type, values))
                and (not values or (low <= min(values) and max(values) <= high))
            )
        return lambda values: kinds.issuperset(map(type, values)) and all(map(check, values))
    holds = is_plain(item)
    return lambda values: all(map(holds, values))


def struct_plan(fields: Sequence[FieldPlan], extra: Mapping[str, Any]) -> Plan:
    """Return the plan of a struct's dict.

    Args:
        fields: The struct's fields.
        extra: What the record has besides, by its own names.
    """
    make = _struct_maker(fields, extra)
    if extra or any(field.name != field.target for field in fields):
        return Plan({}, make)
    return Plan({dict: _struct_check(fields)}, make, parts_plain=_columns_plain(fields))


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


def _struct_check(fields: Sequence[FieldPlan]) -> Check:
    """Return a check that learns shapes: the keys of a dict, and the types of what they hold.

    The shape that was seen last is compared first: mostly it is the one.
    """
    plans = {field.name: field.plan for field in fields}
    known: dict[tuple[object, ...], Checks | None] = {}
    names: list[Any] = []
    kinds: list[type] = [NoneType]  # no dict has one value and no key
    checks: Checks = (), ()

    def check(value: dict[Any, Any]) -> bool:
        nonlocal names, kinds, checks
        if [*map(type, value.values())] != kinds or [*value] != names:
            found = _known(known, plans, value)
            if found is None:
                return False
            names, kinds, checks = [*value], [*map(type, value.values())], found
        for name, low, high in checks[0]:
            if not low <= value[name] <= high:
                return False
        for name, holds in checks[1]:  # noqa: SIM110 - a generator costs more
            if not holds(value[name]):
                return False
        return True

    return check


def _columns_plain(fields: Sequence[FieldPlan]) -> Batch:
    names = tuple(field.name for field in fields)
    columns = [(field.name, all_plain(field.plan)) for field in fields]

    def check(values: Sequence[dict[Any, Any]]) -> bool:
        if set(map(tuple, values)) != {names}:  # their keys, in order
            return False
        for name, holds in columns:  # noqa: SIM110 - a generator costs more
            if not holds([value[name] for value in values]):
                return False
        return True

    return check


def _known(
    known: dict[tuple[object, ...], Checks | None], plans: Mapping[str, Plan], value: dict[Any, Any]
) -> Checks | None:
    shape = (*value, *map(type, value.values()))
    if shape not in known:
        if len(known) >= _MAX_SHAPES:
            known.clear()
        known[shape] = _shape_checks(plans, value)
    return known[shape]


def _shape_checks(plans: Mapping[str, Plan], value: dict[Any, Any]) -> Checks | None:
    if not value.keys() <= plans.keys():
        return None
    ranges, checks = [], []
    for name, plan in plans.items():
        kind = type(value.get(name))
        if kind not in plan.plain:
            return None
        check = plan.plain[kind]
        if isinstance(check, IntRange):
            ranges.append((name, check.low, check.high))
        elif check is not None:
            checks.append((name, check))
    return tuple(ranges), tuple(checks)


def _placed(error: DataError, name: str) -> str:
    text = str(error)
    return text if len(text) > _MAX_PLACE else f'{text} (field "{name}")'


def _wrong(name: str, value: Any) -> DataError:
    return DataError(f"Invalid type for {name}: {type(value).__name__}")
