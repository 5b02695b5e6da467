"""How does fastavro come to refuse a branch or a symbol that there is not?

A union's value begins with the number of its branch, an enum's is the number of its symbol. fastavro looks them up in
Python's lists, where -1 is the last one. In the schemas by which it reads here they are looked up in dicts.
"""

from typing import Any

__all__ = ("strict",)


def strict(parsed: Any) -> Any:
    """Change a parsed record so that negative numbers of branches and symbols are errors, and return it.

    Args:
        parsed: What fastavro's `parse_schema` returned for a record.
    """
    for named in parsed["__named_schemas"].values():
        _hardened(named)
    return _hardened(parsed)


def _hardened(schema: Any) -> Any:
    """Return a part of a parsed schema, changed likewise."""
    if isinstance(schema, list):
        return (
            schema if isinstance(schema, _Branches) else _branches([_hardened(branch) for branch in schema])
        )
    if isinstance(schema, dict):
        for key in ("type", "items", "values"):
            if isinstance(schema.get(key), dict | list):
                schema[key] = _hardened(schema[key])
        for field in schema.get("fields", ()):
            field["type"] = _hardened(field["type"])
        if isinstance(schema.get("symbols"), list):
            schema["symbols"] = dict(enumerate(schema["symbols"]))
    return schema


class _Branches(list[Any]):
    """A union's branches, which have no places from behind: Cython adds a list's length to a negative place."""

    __slots__ = ()

    def __len__(self) -> int:
        return 0


def _branches(branches: list[Any]) -> list[Any]:
    # A dict's own method, and not a function around it, in a class of its own: it is called for each value of the union.
    of_number = dict(enumerate(branches)).__getitem__
    made: list[Any] = type("_Branches", (_Branches,), {"__slots__": (), "__getitem__": of_number})(branches)
    return made
