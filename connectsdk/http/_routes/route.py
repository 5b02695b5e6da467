"""Which route does a request take?"""

from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import unquote_to_bytes

import attrs

from connectsdk.http._actions import Action
from connectsdk.http._requests import RestError

__all__ = ("CONNECTOR", "Body", "Route", "allowed_methods", "find_route")

Body = Literal["none", "config", "patch", "create", "offsets", "level"]
Checked = Literal["worker", "connector", "listed", "body"]
"""What is asked about before a route is carried out: the worker, the connector of the path, each connector of the
answer, or the connector that the body names."""

CONNECTOR = "/connectors/{connector}"
"""The path of one connector; what is asked of it is below."""


@attrs.frozen(kw_only=True)
class Route:
    """One method of one path.

    Attributes:
        method: GET, POST, PUT, PATCH or DELETE.
        path: Its parts; one in braces is a parameter.
        name: Which operation carries it out.
        action: What it does, for whoever decides who may.
        checked: Whom it does that to.
        answers: The statuses that it answers with when it succeeds, with the name of the body's schema or None.
        summary: What it does, for people.
        body: What the body is.
        query: Its query's keys, with the name of a schema.
        admin: Whether it belongs to the listeners for administration.
        limit: Seconds that it has at least, however short `rest.request.timeout.ms` is: it has a limit of its own.
    """

    method: str
    path: str
    name: str
    action: Action
    answers: Mapping[int, str | None]
    summary: str
    checked: Checked = "connector"
    body: Body = "none"
    query: Mapping[str, str] = attrs.field(factory=dict)
    admin: bool = False
    limit: float = 0.0

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the path."""
        return _parts(self.path)


def find_route(method: str, raw_path: str, routes: Sequence[Route]) -> tuple[Route, dict[str, str]]:
    """Return the route of a request, and the decoded parameters of its path.

    Args:
        method: As sent; HEAD takes the route of GET.
        raw_path: The path before it is decoded, so that a name may hold an encoded slash.
        routes: Those that there are.

    Raises:
        RestError: With 400 for a path that cannot be decoded, 404 for one that is not there, 405 for a method
            that it has not.
    """
    given = _parts(raw_path)
    here = [(route, found) for route in routes if (found := _match(route.parts, given)) is not None]
    if not here:
        raise RestError(404, "HTTP 404 Not Found")
    wanted = "GET" if method == "HEAD" else method
    for route, found in here:
        if route.method == wanted:
            return route, {key: _decode(value) for key, value in found.items()}
    raise RestError(
        405, "HTTP 405 Method Not Allowed", {"Allow": ", ".join(allowed_methods(raw_path, routes))}
    )


def allowed_methods(raw_path: str, routes: Sequence[Route]) -> list[str]:
    """Return the methods of a path; empty when it is not there."""
    given = _parts(raw_path)
    found = {route.method for route in routes if _match(route.parts, given) is not None}
    return sorted(found | ({"HEAD"} if "GET" in found else set()) | ({"OPTIONS"} if found else set()))


def _parts(path: str) -> tuple[str, ...]:
    """Return a path's parts; slashes at its end mean nothing."""
    stripped = path.rstrip("/")
    return tuple(stripped.split("/")[1:])


def _match(pattern: tuple[str, ...], given: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(given):
        return None
    found = {}
    for expected, part in zip(pattern, given, strict=True):
        if expected.startswith("{") and part:
            found[expected[1:-1]] = part
        elif expected != part:
            return None
    return found


def _decode(part: str) -> str:
    try:
        return unquote_to_bytes(part).decode()
    except UnicodeDecodeError:
        raise RestError(400, "the path is not UTF-8 in percent-encoding") from None
