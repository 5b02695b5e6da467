"""Which keywords of JSON Schema take how long?

The `jsonschema` library looks for patterns with Python's `re`, which a text can make backtrack without end, compares what
should be unique item by item, and follows references as often as they are met. Here patterns are Java's, as in Confluent's
converter, and bounded; and each look at a keyword, each message about one, is paid from what one value may cost.

How deep it looks is bounded as well: by a number, and not by how much of Python's stack whoever calls has left.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from connectsdk.config.java_find import JavaFind, compile_java_find
from connectsdk.converters.json_schema._stack import need_room
from connectsdk.errors import ConfigError, DataError

__all__ = ("Budget", "Patterns", "bounded")

_LOOKS = 100_000
_LOOKS_A_BYTE = 2
"""How many looks at a keyword a value may cost, and for each byte of its text; one takes some microseconds."""

_LEVELS = 200
"""How many keywords may be looked at inside of each other; each takes three or four frames of Python's 1,000."""

_LEVELS_A_PROBE = 4
"""After so many levels the room on the stack is looked for: at each, it would be a third of the cost of a value."""

_STEPS_A_LOOK = 50
_CHARACTERS_A_LOOK = 64
_MOST_PATTERNS = 1000

_Keyword = Callable[[Any, Any, Any, Any], Any]
_Errors = Iterator[Any]


@attrs.define(eq=False)
class Budget:
    """What is left of what one value may cost."""

    left: float = _LOOKS
    level: int = 0
    levels: float = _LEVELS

    def renew(self, size: int, levels: float = _LEVELS) -> None:
        """Begin with another value, whose text has this many bytes."""
        self.left = _LOOKS + _LOOKS_A_BYTE * size
        self.level = 0
        self.levels = levels

    def enter(self, levels: int) -> int:
        """Look at a keyword so many levels inside of the one that is looked at, and return how deep that is.

        Raises:
            DataError: If it is too deep.
        """
        self.level += levels
        if self.level > self.levels:
            raise DataError(
                "A value is nested too deep for its JSON Schema, or the schema refers to itself: "
                f"checking it takes more than {_LEVELS} keywords inside of each other"
            )
        return self.level

    def spend(self, looks: float) -> None:
        """Take note of a cost.

        Raises:
            DataError: If there is not so much left.
        """
        self.left -= looks
        if self.left < 0:
            raise DataError(
                "Checking a value by its JSON Schema takes too many steps: the schema asks the same over and over"
            )


@attrs.define(eq=False)
class Patterns:
    """The patterns of one schema, by their text; each is compiled once."""

    budget: Budget
    _known: dict[str, JavaFind | DataError] = attrs.field(factory=dict, init=False)

    def compiled(self, pattern: Any) -> JavaFind:
        """Return a pattern.

        Raises:
            DataError: If there is no such pattern, or it can take too long.
        """
        if not isinstance(pattern, str):
            raise DataError("A pattern in a JSON Schema is no text")
        found = self._known.get(pattern)
        if found is None:
            found = _compiled(pattern)
            if len(self._known) >= _MOST_PATTERNS:
                self._known.clear()
            self._known[pattern] = found
        if isinstance(found, DataError):
            raise DataError(str(found))
        return found

    def found_in(self, pattern: Any, text: str) -> bool:
        """Return whether a pattern is somewhere in a text.

        Raises:
            DataError: If there is no such pattern, or it can take too long.
        """
        find = self.compiled(pattern)
        self.budget.spend(1 + find.steps(len(text)) / _STEPS_A_LOOK)
        return find.found_in(text)


def _compiled(pattern: str) -> JavaFind | DataError:
    try:
        return compile_java_find(pattern)
    except ConfigError as error:
        return DataError(f"The pattern {pattern[:200]!r} in a JSON Schema cannot be used: {error}")


def bounded(kind: Any, budget: Budget) -> Any:
    """Return a validator class like this one whose values take no more than the budget; and nothing else is ever run.

    Args:
        kind: A validator class of the library.
        budget: What one value may cost.
    """
    from jsonschema.validators import extend

    own = _Own(Patterns(budget))
    ours: dict[str, _Keyword] = {
        "pattern": own.pattern,
        "patternProperties": own.pattern_properties,
        "additionalProperties": own.additional_properties,
        "uniqueItems": own.unique_items,
        "enum": own.enum,
    }
    keywords: dict[str, Any] = {
        name: _counted(ours.get(name) or keyword, budget, _COSTS.get(name, _one))
        for name, keyword in kind.VALIDATORS.items()
    }
    made: Any = extend(kind, keywords)
    # A part that names a dialect of its own would be checked by the library's class for it, without bounds.
    taken = tuple((field.name, field.alias) for field in attrs.fields(made) if field.init)

    def evolve(self: Any, **changes: Any) -> Any:
        """Return a validator of the same class; the names of arguments are the library's own."""
        if not budget.level % _LEVELS_A_PROBE:
            need_room()
        for name, argument in taken:
            if argument not in changes:
                changes[argument] = getattr(self, name)
        return made(**changes)

    made.evolve = evolve
    return made


def _one(_: Any, __: Any) -> float:
    """Return the cost of a keyword that looks once."""
    return 1


def _all_said(said: Any, _: Any) -> float:
    """Return the cost of a keyword that goes through what it says, for each value."""
    return 1 + len(said) / _STEPS_A_LOOK


def _all_pairs(_: Any, value: Any) -> float:
    """Return the cost of a keyword that compares all parts of a value with each other."""
    return 1 + len(value) ** 2 / _STEPS_A_LOOK if isinstance(value, list | dict) else 1


_COSTS: Mapping[str, Callable[[Any, Any], float]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("properties", "required", "dependencies", "dependentRequired", "dependentSchemas"), _all_said
        ),
        **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), _all_pairs),
    }
)


def _counted(keyword: _Keyword, budget: Budget, cost: Callable[[Any, Any], float]) -> _Keyword:
    # What is unevaluated is found by functions that call themselves; their level is one where room is looked for.
    searches = cost is _all_pairs

    def check(validator: Any, said: Any, value: Any, schema: Any) -> _Errors:
        budget.spend(cost(said, value))
        outer = budget.level
        level = budget.enter(_LEVELS_A_PROBE - outer % _LEVELS_A_PROBE if searches else 1)
        for error in keyword(validator, said, value, schema) or ():
            budget.spend(len(error.message) / _CHARACTERS_A_LOOK)  # it may have the whole value in it
            budget.level = outer  # whoever asked goes on, and may never come back
            yield error
            budget.level = level
        budget.level = outer

    return check


@attrs.frozen(eq=False)
class _Own:
    """The keywords that are not left to the library; each takes a validator, what is said, a value, and the schema."""

    patterns: Patterns
    _symbols: dict[int, tuple[Any, frozenset[Any]]] = attrs.field(factory=dict, init=False)

    def enum(self, _: Any, said: Any, value: Any, __: Any) -> _Errors:
        known = self._symbols.get(id(said))
        if known is None:
            # The entry keeps this very list alive: an id is not given to another one.
            known = self._symbols[id(said)] = (said, frozenset(map(_identity, said)))
        if _identity(value) not in known[1]:
            yield _error("it is none of the values")

    def pattern(self, validator: Any, said: Any, value: Any, _: Any) -> _Errors:
        if validator.is_type(value, "string") and not self.patterns.found_in(said, value):
            yield _error("the pattern is not in it")

    def pattern_properties(self, validator: Any, said: Any, value: Any, _: Any) -> _Errors:
        if not validator.is_type(value, "object"):
            return
        for text, schema in said.items():
            for name, item in value.items():
                if self.patterns.found_in(text, name):
                    yield from validator.descend(item, schema, path=name, schema_path=text)

    def additional_properties(self, validator: Any, said: Any, value: Any, schema: Any) -> _Errors:
        if not validator.is_type(value, "object"):
            return
        named, others = schema.get("properties", {}), schema.get("patternProperties", {})
        for name, item in value.items():
            if name in named or any(self.patterns.found_in(text, name) for text in others):
                continue
            if said is False:
                yield _error("it has a property that is not allowed")
                return
            yield from validator.descend(item, said, path=name)

    def unique_items(self, validator: Any, said: Any, value: Any, _: Any) -> _Errors:
        if said and validator.is_type(value, "array") and len(set(map(_identity, value))) < len(value):
            yield _error("it has something twice")


def _error(message: str) -> Any:
    from jsonschema.exceptions import ValidationError

    return ValidationError(message)


def _identity(item: Any) -> Any:
    """Return what two items share just when JSON Schema takes them as equal: 1 and 1.0 are, 1 and true are not."""
    kind = type(item)
    if kind is list:
        return ("list", *map(_identity, item))
    if kind is dict:
        return frozenset((name, _identity(value)) for name, value in item.items())
    return ("bool", item) if kind is bool else item
