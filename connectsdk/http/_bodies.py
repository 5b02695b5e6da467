"""What does a request's body ask for?"""

from collections.abc import Callable, Mapping
from typing import Any

from connectsdk.http._json_reading import read_json
from connectsdk.http._requests import RestError
from connectsdk.http._routes.route import Body

__all__ = ("read_body",)

CREATE_KEYS = {"name", "config", "initial_state"}
OFFSET_KEYS = {"partition", "offset"}


def read_body(kind: Body, body: bytes) -> Any:
    """Return the checked body of a request.

    Args:
        kind: What it is to be.
        body: As received.

    Raises:
        RestError: With 400 if it is not that.
    """
    if kind == "none":
        return None
    if not body.strip():
        raise RestError(400, "The request needs a JSON body")
    return _READERS[kind](body)


def _config(body: bytes) -> dict[str, str]:
    """Return properties as text; numbers stay as they are written."""
    return _properties(read_json(body, number=str))


def _patch(body: bytes) -> dict[str, str | None]:
    found = _an_object(read_json(body, number=str), "The body")
    removed = {key for key, value in found.items() if value is None}
    kept = _properties({key: value for key, value in found.items() if key not in removed})
    return {key: kept.get(key) for key in found}


def _create(body: bytes) -> dict[str, Any]:
    found = _an_object(read_json(body, number=str), "The body")
    _refuse_unknown(found, CREATE_KEYS, "The body")
    name, state = found.get("name"), found.get("initial_state")
    for key, value in (("name", name), ("initial_state", state)):
        if value is not None and not isinstance(value, str):
            raise RestError(400, f"{key} must be text")
    config = found.get("config")
    if config is None:
        raise RestError(400, "The body needs a config, an object with the connector's properties")
    return {"name": (name or "").strip(), "config": _properties(config), "initial_state": state}


def _offsets(body: bytes) -> list[tuple[Any, Any]]:
    found = _an_object(read_json(body), "The body")
    _refuse_unknown(found, {"offsets"}, "The body")
    offsets = found.get("offsets")
    if not offsets:
        raise RestError(400, "Partitions / offsets need to be provided for an alter offsets request")
    if not isinstance(offsets, list):
        raise RestError(400, "offsets must be a list")
    return [_offset(each) for each in offsets]


def _offset(found: Any) -> tuple[Any, Any]:
    pair = _an_object(found, "Each of the offsets")
    _refuse_unknown(pair, OFFSET_KEYS, "Each of the offsets")
    for key in OFFSET_KEYS:
        if pair.get(key) is not None:
            _an_object(pair[key], key)
    return pair.get("partition"), pair.get("offset")


def _level(body: bytes) -> str | None:
    found = _an_object(read_json(body), "The body")
    level = found.get("level")
    if level is not None and not isinstance(level, str):
        raise RestError(400, "level must be text")
    return level


def _properties(found: Any) -> dict[str, str]:
    config = _an_object(found, "A configuration")
    wrong = sorted(key for key, value in config.items() if not isinstance(value, str | bool))
    if wrong:
        raise RestError(
            400,
            f"The values of a configuration must be text, numbers or truth values: {', '.join(wrong[:20])}",
        )
    return {key: value if isinstance(value, str) else str(value).lower() for key, value in config.items()}


def _an_object(found: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise RestError(400, f"{what} must be a JSON object")
    return found


def _refuse_unknown(found: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = sorted(set(found) - known)
    if unknown:
        raise RestError(400, f"{what} has no field {unknown[0]!r}; its fields are {', '.join(sorted(known))}")


_READERS: Mapping[str, Callable[[bytes], Any]] = {
    "config": _config,
    "patch": _patch,
    "create": _create,
    "offsets": _offsets,
    "level": _level,
}
