"""Does JSON data fulfil a JSON Schema?

The `jsonschema` library looks at data by the schema's keywords. Faster ones turn a schema into program code and run
it; a schema comes from outside, and stays data. Formats say what a text is for, and are not checked.
"""

from collections.abc import Callable
from itertools import islice
from math import inf
from typing import Any

from connectsdk.converters._json_text import dumps, loads
from connectsdk.converters.json_schema._bounds import Budget, Patterns, bounded
from connectsdk.converters.json_schema._documents import Document
from connectsdk.converters.json_schema._stack import need_room
from connectsdk.errors import DataError

__all__ = ("validator_of",)

_MOST_ERRORS = 50
"""Of so many the one is told that says most."""

_LOOKS_AT_SCHEMA = 10
"""How many times more than a value's a schema's own check may cost: it happens once, and as deep as the stack goes."""

_ROOM_FOR_SCHEMA = 500
"""How many frames have to be left for a schema that does not fit into them to be refused for good."""

_UNBOUNDED = frozenset(("patternProperties", "unevaluatedProperties"))


def validator_of(document: Document, *, draft_7: bool) -> Callable[[bytes], None]:
    """Return what raises a DataError for JSON text whose data do not fulfil the schema.

    Args:
        document: The schema.
        draft_7: Whether it is read as of draft 7, whatever draft it names.

    Raises:
        DataError: If the schema itself is not valid.
    """
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import best_match
    from jsonschema.validators import validator_for

    budget = Budget()
    standard: Any = Draft7Validator if draft_7 else validator_for(document.content, default=Draft7Validator)
    kind = bounded(standard, budget)
    _check_keywords(document)
    _check_schema(kind, budget, document.content)
    # With a registry of its own nothing is fetched that a schema refers to.
    validator = kind(document.content, registry=document.references)

    def validate(text: bytes) -> None:
        value = loads(text)
        budget.renew(len(text))
        try:
            need_room()
            wrong = best_match(islice(validator.iter_errors(value), _MOST_ERRORS))
            # The place in the schema: the place in the data has the data's own keys in it.
            place = None if wrong is None else "/".join(map(str, wrong.absolute_schema_path))
        except (DataError, RecursionError):
            raise
        except Exception as error:
            # The library raises what a reference into nowhere makes it raise.
            raise DataError(f"A JSON Schema cannot be applied: {type(error).__name__}") from error
        if place is not None:
            raise DataError(f"The value does not fulfil its JSON Schema: it breaks #/{place}")

    return validate


def _check_schema(kind: Any, budget: Budget, content: Any) -> None:
    """Raise a DataError if a schema is no schema, or has a pattern that cannot be used."""
    from jsonschema import FormatChecker

    patterns, formats = Patterns(budget), FormatChecker(formats=())

    def usable(pattern: Any) -> bool:
        if isinstance(pattern, str):
            patterns.compiled(pattern)
        return True

    formats.checks("regex")(usable)
    try:
        budget.renew(_LOOKS_AT_SCHEMA * len(dumps(content)), inf)
        need_room()
        error = next(kind(kind.META_SCHEMA, format_checker=formats).iter_errors(content), None)
    except RecursionError:
        need_room(_ROOM_FOR_SCHEMA)  # with less, it is not the schema that is to blame
        raise DataError("A JSON Schema is nested too deep") from None
    if error is not None:
        raise DataError(f"A JSON Schema is not valid at {error.json_path}: see {error.validator}")


def _check_keywords(document: Document) -> None:
    """Raise a DataError for two keywords that the library itself uses together, without bounds."""
    found: set[str] = set()
    rest = list(document.contents)
    while rest:
        part = rest.pop()
        if isinstance(part, dict):
            found |= _UNBOUNDED & part.keys()
            rest += part.values()
        elif isinstance(part, list):
            rest += part
    if found == _UNBOUNDED:
        raise DataError(
            "A JSON Schema with unevaluatedProperties beside patternProperties is not checked: say additionalProperties"
        )
