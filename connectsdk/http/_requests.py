"""What was asked for, and what is answered? Plain values between HTTP and what carries requests out."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

__all__ = ("Answer", "Command", "RestError")


class RestError(Exception):
    """A request that is answered with an error.

    Attributes:
        status: The HTTP status, which is the `error_code` too.
        message: What the caller is told.
        headers: Further headers of the answer.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


@attrs.frozen(kw_only=True)
class Command:
    """A request that was understood.

    Attributes:
        path: The decoded parts of the path that the route names, for instance `connector`.
        query: The query's values, in order, by key.
        body: The decoded JSON body; None without one. It may hold secrets, so it is not in the repr.
    """

    path: Mapping[str, str] = attrs.field(factory=dict)
    query: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    body: Any = attrs.field(default=None, repr=False)

    @property
    def connector(self) -> str:
        """The connector that the path names."""
        return self.path["connector"]

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a truth value of the query as Java reads one: anything but `true` is false."""
        values = self.query.get(key)
        return values[0].lower() == "true" if values else default

    def last(self, key: str) -> str | None:
        """Return a value of the query; the first if there are several, None without one."""
        values = self.query.get(key)
        return values[0] if values else None


@attrs.frozen(kw_only=True)
class Answer:
    """What is sent back: a body for JSON, or else a text of another kind; None in place of both sends none."""

    status: int = 200
    body: Any = attrs.field(default=None, repr=False)
    text: str | None = attrs.field(default=None, repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict)
