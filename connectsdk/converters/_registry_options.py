"""Which options do the converters with a schema registry have in common?

Each function declares one, so that a converter's configuration class lists its keys one by one, and those that several have
are the same: by default, by what is allowed, and by their words.
"""

from typing import Any, TypeVar

import attrs

from connectsdk.config import Importance, option

__all__ = (
    "flatten_singletons",
    "generalized_sums",
    "kept_schemas",
    "nulls_beside_defaults",
    "same_named",
    "scrubbed_names",
)

Made = TypeVar("Made", bound=attrs.AttrsInstance)


def kept_schemas() -> Any:
    """Declare `schemas.cache.config`."""
    return option(
        default=1000,
        at_least=1,
        doc="Most schemas whose conversion is kept in memory.",
        importance=Importance.LOW,
    )


def generalized_sums() -> Any:
    """Declare `generalized.sum.type.support`."""
    return option(
        default=False,
        doc="Whether unions and enums have the form that the Avro, JSON Schema and Protobuf converters share.",
    )


def flatten_singletons() -> Any:
    """Declare `flatten.singleton.unions`."""
    return option(default=True, doc="Whether a union of one type is that type.", importance=Importance.LOW)


def nulls_beside_defaults() -> Any:
    """Declare `ignore.default.for.nullables`."""
    return option(default=False, doc="Whether None stays None in a field that has a default.")


def scrubbed_names(language: str) -> Any:
    """Declare `scrub.invalid.names`.

    Args:
        language: Whose names they are.
    """
    return option(
        default=False,
        doc=f"Whether names that {language} does not allow are made legal, by URL encoding and underscores.",
    )


def same_named(made: type[Made], config: Any) -> Made:
    """Return an instance of a class that takes each of its fields from a configuration's field of the same name."""
    return made(**{field.name: getattr(config, field.name) for field in attrs.fields(made)})
