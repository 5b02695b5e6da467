"""Which field does a path name?

A path of syntax V1 is a field's name. One of V2 is names with dots between them, from the outermost struct or map inwards; a
name with dots in it is put between backticks.
"""

from collections.abc import Iterator
from typing import Any

from connectsdk.errors import ConfigError, DataError
from connectsdk.schema import Field, Schema
from connectsdk.transforms._requirements import not_a_map

__all__ = ("FIELD_SYNTAX_DOC", "FieldPath")

FIELD_SYNTAX_DOC = (
    "How `field` is read, in either case. With `V1` it is the name of a field of the outermost struct or map. "
    "With `V2` it is a path: names with dots between them lead to fields of nested structs or maps, and a name that "
    "itself has dots is put between backticks, as in `` `foo.bar`.baz ``."
)

_PURPOSE = "nested field access"


class FieldPath:
    """A way to one field of a struct or of a dict without a schema.

    Attributes:
        steps: The names, from the outermost inwards.
    """

    __slots__ = ("_last", "_outer", "steps")

    def __init__(self, path: str, version: str) -> None:
        """Read a path.

        Args:
            path: As an operator wrote it.
            version: `V1` or `V2`.

        Raises:
            ConfigError: If a backtick is opened and not closed.
        """
        self.steps = (path,) if version == "V1" else tuple(_steps(path))
        self._outer, self._last = self.steps[:-1], self.steps[-1:]

    def fields_in(self, schema: Schema) -> tuple[Field, ...] | None:
        """Return the field of each step, or None if a struct's schema on the way does not have it.

        Raises:
            SchemaError: If the way leads into a schema that is no struct.
            DataError: If the path has no steps.
        """
        self._last_step()
        found = []
        for step in self.steps:
            field = schema.field(step)
            if field is None:
                return None
            found.append(field)
            schema = field.schema
        return tuple(found)

    def value_in(self, value: dict[Any, Any]) -> Any:
        """Return the value in nested dicts, or None where one is missing.

        Raises:
            DataError: If the way leads through something that is no dict, or the path has no steps.
        """
        found: Any = value
        for step in self._outer:
            found = found.get(step)
            if found is None:
                return None
            if not isinstance(found, dict):
                raise not_a_map(_PURPOSE, found)
        return found.get(self._last_step())

    def _last_step(self) -> str:
        if not self._last:
            raise DataError("The path to the field is empty.")
        return self._last[0]


def _steps(path: str) -> Iterator[str]:
    at = 0
    while at < len(path):
        if path[at] == "`":
            step, at = _quoted(path, at)
        else:
            end = path.find(".", at)
            end = len(path) if end < 0 else end
            step, at = path[at:end], end + 1
        yield step
    if path.endswith("."):
        yield ""


def _quoted(path: str, opened: int) -> tuple[str, int]:
    """Return the name that a backtick opens, and where the next step begins.

    Only a backtick at the end or before a dot closes; after a backslash it does not, and the backslash is left out.
    """
    parts = []
    start = at = opened + 1
    while True:
        at = path.find("`", at)
        escaped = path[at - 1 : at] == "\\"
        if at < 0 or (at == len(path) - 1 and escaped):
            raise ConfigError(
                f"Incomplete backtick pair in path: [{path}], consider adding a backslash before backtick at "
                f"position {opened} to escape it"
            )
        if path[at + 1 : at + 2] not in {"", "."}:
            at += 1
        elif escaped:
            parts += [path[start : at - 1], "`"]
            at += 1
            start = at
        else:
            return "".join([*parts, path[start:at]]), at + 2
