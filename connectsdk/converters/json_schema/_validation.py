"""Does JSON data fulfil a JSON Schema?

The `jsonschema` library looks at data by the schema's keywords. Faster ones turn a schema into program code and run
it; a schema comes from outside, and stays data.
"""

from collections.abc import Callable
from typing import Any

from connectsdk.converters.json_schema._documents import Document
from connectsdk.errors import DataError

__all__ = ("validator_of",)


def validator_of(document: Document, *, draft_7: bool) -> Callable[[Any], None]:
    """Return what raises a DataError for data that does not fulfil the schema.

    Args:
        document: The schema.
        draft_7: Whether it is read as of draft 7, whatever draft it names.

    Raises:
        DataError: If the schema itself is not valid.
    """
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import SchemaError, best_match
    from jsonschema.validators import validator_for

    kind = Draft7Validator if draft_7 else validator_for(document.content, default=Draft7Validator)
    try:
        kind.check_schema(document.content)
    except SchemaError as error:
        raise DataError(f"A JSON Schema is not valid at {error.json_path}: see {error.validator}") from None
    # With a registry of its own nothing is fetched that a schema refers to.
    validator = kind(document.content, registry=document.references)

    def validate(value: Any) -> None:
        try:
            wrong = best_match(validator.iter_errors(value))
        except Exception as error:
            # The library raises what a reference into nowhere or a pattern that is none makes it raise.
            raise DataError(f"A JSON Schema cannot be applied: {type(error).__name__}") from error
        if wrong is not None:
            # The place in the schema: the place in the data has the data's own keys in it.
            place = "/".join(map(str, wrong.absolute_schema_path))
            raise DataError(f"The value does not fulfil its JSON Schema: it breaks #/{place}")

    return validate
