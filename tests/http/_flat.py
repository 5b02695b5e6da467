"""In which fields do two answers differ?"""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ("differences",)

MISSING = "(nothing)"


def differences(one: Any, other: Any) -> dict[str, tuple[Any, Any]]:
    """Return the fields in which two JSON values differ, by their paths; lists of named things are by name."""
    first, second = dict(_flat(one, "")), dict(_flat(other, ""))
    return {
        path: (first.get(path, MISSING), second.get(path, MISSING))
        for path in sorted(first.keys() | second.keys())
        if first.get(path, MISSING) != second.get(path, MISSING)
    }


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield path, "{}"
        for key, each in value.items():
            yield from _flat(each, f"{path}/{key}")
    elif isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        yield path, "[]"
        for number, each in enumerate(value):
            yield from _flat(each, f"{path}/{_name(each, number)}")
    else:
        yield path, value


def _name(each: Mapping[str, Any], number: int) -> Any:
    inner = each.get("value")
    if "class" in each and "type" in each:
        return f"{each['class']} ({each['type']})"
    return each.get("name") or (inner.get("name") if isinstance(inner, Mapping) else number)
