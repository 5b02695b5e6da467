"""May a transform make this of that record?"""

from typing import Any

import attrs

from connectsdk.errors import SchemaError
from connectsdk.record import ConnectRecord, SinkRecord
from connectsdk.schema import Schema, Type, validate
from connectsdk.testing.checks._differences import difference
from connectsdk.testing.checks._failure import CheckFailed, shown

__all__ = ("OWNABLE", "check_fits", "check_result")

OWNABLE = frozenset(
    {"headers", "key", "key_schema", "partition", "timestamp", "topic", "value", "value_schema"}
)
"""What a transform may own. Where a record came from it never may."""


def check_result(before: ConnectRecord, after: Any, owned: frozenset[str]) -> None:
    """Check what became of a record.

    Raises:
        CheckFailed: If it is of another kind, has lost what is not the transform's, or contradicts its schemas.
    """
    if type(after) is not type(before):
        meaning = (
            "it returns None or a record of the kind it was given; copy one with with_value or new_record"
        )
        facts = (("record", shown(before)), ("returned", shown(after)))
        raise CheckFailed("kind", meaning, before, facts)
    _check_kept(before, after, owned)
    for part in ("key", "value"):
        schema, data = getattr(after, f"{part}_schema"), getattr(after, part)
        if data is None and getattr(before, part) is None:
            continue  # a null that its schema does not allow is not this transform's
        check_fits(schema, data, part, before)
    for at, header in enumerate(after.headers):
        check_fits(header.schema, header.value, f"headers[{at}]", before)


def _check_kept(before: ConnectRecord, after: ConnectRecord, owned: frozenset[str]) -> None:
    names = [attribute.name for attribute in attrs.fields(type(before)) if attribute.name != "origin"]
    if isinstance(before, SinkRecord):
        names += ["original_topic", "original_partition", "original_offset"]
    for name in names:
        changed = None if name in owned else difference(getattr(before, name), getattr(after, name), name)
        if changed is None:
            continue
        may = f"; if it may change it, say owns={{{name!r}}}" if name in OWNABLE else ""
        raise CheckFailed(
            "keeps",
            f"{name} is not its own to change{may}",
            before,
            (
                ("record", shown(before)),
                ("before", f"{changed.place} = {changed.before}"),
                ("after", f"{changed.place} = {changed.after}"),
            ),
        )


def check_fits(schema: Schema | None, data: Any, part: str, case: Any) -> None:
    """Check that data fit their schema.

    Raises:
        CheckFailed: If they do not.
    """
    if schema is None or not _says_all(schema):
        return
    try:
        validate(schema, data, part)
    except SchemaError as error:
        raise CheckFailed(
            "fits",
            "what it returns fits the schema that it returns",
            case,
            (
                ("given", shown(case)),
                ("schema", repr(schema)),
                (part, shown(data)),
                ("because", str(error)),
            ),
        ) from None


def _says_all(schema: Schema) -> bool:
    """Return whether every array and map in it says what it holds; where that is not known there is nothing to check."""
    inner: list[Schema | None] = [field.schema for field in schema.fields]
    if schema.type is Type.MAP:
        inner += [schema.key_schema, schema.value_schema]
    elif schema.type is Type.ARRAY:
        inner.append(schema.value_schema)
    return all(part is not None and _says_all(part) for part in inner)
