"""How is a definition shown to people and tools?"""

from typing import Any

from connectsdk.config._definition import Definition, definition
from connectsdk.config._key import ConfigKey
from connectsdk.config._kinds import ConfigType
from connectsdk.config._validators import Composite, NullOr, Range, Validator, ValidList, ValidString
from connectsdk.config._values import to_text

__all__ = ("TABLE_HEADER", "to_json_schema", "to_markdown", "to_table")

TABLE_HEADER = ("Key", "Type", "Default", "Valid values", "Importance", "Description")
"""What the columns of `to_table` are."""

_JSON_TYPES = {
    ConfigType.BOOLEAN: "boolean",
    ConfigType.INT: "integer",
    ConfigType.SHORT: "integer",
    ConfigType.LONG: "integer",
    ConfigType.DOUBLE: "number",
}


def to_table(source: Definition) -> list[tuple[str, ...]]:
    """Return one row per key, in listing order, with the columns of `TABLE_HEADER`; internal keys are left out.

    Args:
        source: A configuration class, or keys.
    """
    return [_row(key) for key in definition(source) if not key.internal]


def to_markdown(source: Definition) -> str:
    """Return the keys as a Markdown table.

    Args:
        source: A configuration class, or keys.
    """
    lines = [TABLE_HEADER, ("---",) * len(TABLE_HEADER)]
    lines += [tuple(map(_cell, (f"`{row[0]}`", *row[1:]))) for row in to_table(source)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def to_json_schema(source: Definition) -> dict[str, Any]:
    """Return a JSON Schema (2020-12) of configurations: each value as text or in its own type.

    Unknown keys are allowed, since they are ignored.

    Args:
        source: A configuration class, or keys.
    """
    keys = definition(source)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {key.name: _property(key) for key in keys if not key.internal},
        "required": [key.name for key in keys if key.required],
    }


def _row(key: ConfigKey) -> tuple[str, ...]:
    return (
        key.name,
        key.type.value.lower(),
        _default_text(key),
        "" if key.validator is None else str(key.validator),
        key.importance.name.lower(),
        key.documentation,
    )


def _default_text(key: ConfigKey) -> str:
    if key.required:
        return "(required)"
    text = to_text(key.default, key.type)
    return "null" if text is None else text or '""'


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")


def _property(key: ConfigKey) -> dict[str, Any]:
    found: dict[str, Any] = {"title": key.display_name}
    if key.documentation:
        found["description"] = key.documentation
    found |= _values(key)
    if key.type is ConfigType.PASSWORD:
        found["writeOnly"] = True
    elif not key.required and key.default is not None:
        found["default"] = to_text(key.default, key.type) if key.type is ConfigType.CLASS else key.default
    return found


def _values(key: ConfigKey) -> dict[str, Any]:
    bounds = _bounds(key.validator)
    if key.type in _JSON_TYPES:
        choices: list[dict[str, Any]] = [{"type": _JSON_TYPES[key.type], **bounds}, {"type": "string"}]
    elif key.type is ConfigType.LIST:
        items = {"type": "string", **bounds}
        choices = [{"type": "array", "items": items}, {"type": "string"}]
    else:
        choices = [{"type": "string", **bounds}]
    if key.nullable:
        choices.append({"type": "null"})
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _bounds(validator: Validator | None) -> dict[str, Any]:
    if isinstance(validator, NullOr):
        return _bounds(validator.validator)
    if isinstance(validator, Composite):
        parts = [bounds for part in validator.validators if (bounds := _bounds(part))]
        return {"allOf": parts} if len(parts) > 1 else next(iter(parts), {})
    if isinstance(validator, Range):
        ends = {"minimum": validator.minimum, "maximum": validator.maximum}
        return {name: end for name, end in ends.items() if end is not None}
    if isinstance(validator, ValidList):
        return _bounds(validator.element)
    return {"enum": list(validator.strings)} if isinstance(validator, ValidString) else {}
