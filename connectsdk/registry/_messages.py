"""What is sent to a registry's HTTP interface, and what do its answers mean?"""

import re
from collections.abc import Mapping
from json import dumps, loads
from typing import Any
from urllib.parse import quote, urlencode

import attrs

from connectsdk.errors import AuthenticationError, ConnectError, DataError, RetriableError, TransportError
from connectsdk.registry._port import (
    RegisteredSchema,
    RejectedSchemaError,
    SchemaDefinition,
    SchemaReference,
    UnknownSchemaError,
)

__all__ = (
    "Answer",
    "Request",
    "ask_by_id",
    "ask_find",
    "ask_register",
    "ask_version",
    "content_of",
    "registered_in",
)

_LARGEST_ID = 2**31 - 1
_MOST_TEXT = 1_000
_OLD_SCHEMA = re.compile(r",? *\{oldSchema: '.*?'\}(?=\]|, \{)", re.DOTALL)
_READ_ONLY = 42205
_TOO_OLD = frozenset((408, 425, 429))


@attrs.frozen
class Request:
    """One question.

    Attributes:
        method: The HTTP method.
        path: What follows the registry's URL, its query included.
        body: What is sent, or None.
    """

    method: str
    path: str
    body: bytes | None = None


@attrs.frozen
class Answer:
    """What came back.

    Attributes:
        status: The HTTP status.
        content_type: What the body is said to be.
        body: The body.
        retry_after: Seconds after which to ask again, if it said so.
    """

    status: int
    content_type: str
    body: bytes
    retry_after: float | None = None


def ask_by_id(schema_id: int) -> Request:
    """Return the request for the schema with this id."""
    return Request("GET", f"/schemas/ids/{schema_id}")


def ask_register(subject: str, definition: SchemaDefinition, *, normalize: bool) -> Request:
    """Return the request that registers a schema."""
    path = f"/subjects/{_quoted(subject)}/versions{_query(normalize=normalize)}"
    return Request("POST", path, _body(definition))


def ask_find(subject: str, definition: SchemaDefinition, *, normalize: bool) -> Request:
    """Return the request for a subject's version with this definition."""
    return Request("POST", f"/subjects/{_quoted(subject)}{_query(normalize=normalize)}", _body(definition))


def ask_version(subject: str, version: int | None) -> Request:
    """Return the request for a version, deleted or not, or for the latest."""
    if version is None:
        return Request("GET", f"/subjects/{_quoted(subject)}/versions/latest")
    return Request("GET", f"/subjects/{_quoted(subject)}/versions/{version}?deleted=true")


def content_of(answer: Answer) -> Mapping[str, Any]:
    """Return what a good answer says.

    Raises:
        UnknownSchemaError: If there is no such schema, subject or version.
        RejectedSchemaError: If the registry does not accept the schema.
        AuthenticationError: If it refuses who asks.
        RetriableError: If it may answer later.
        TransportError: If this is no answer of a schema registry.
    """
    status = answer.status
    said = _json_in(answer)
    if 200 <= status < 300:  # noqa: PLR2004 - the statuses of success
        if said is None:
            kind = answer.content_type or "something without a content type"
            raise TransportError(
                f"it answered {status} with {_shown(kind)} and not with a JSON object: is it a schema registry?"
            )
        return said
    raise _failure(answer, said or {})


def registered_in(content: Mapping[str, Any], known: SchemaDefinition | None = None) -> RegisteredSchema:
    """Return the schema in an answer's content.

    Args:
        content: What the registry said.
        known: What was asked about, for an answer that does not repeat it.

    Raises:
        DataError: If it holds none.
    """
    try:
        kind: Any = _text(
            content.get("schemaType") or "AVRO"
        )  # a converter refuses those that it does not know
        definition = known or SchemaDefinition(
            _text(content["schema"]),
            kind,
            tuple(
                SchemaReference(_text(found["name"]), _text(found["subject"]), _number(found["version"]))
                for found in content.get("references") or ()
            ),
        )
        subject, version = content.get("subject"), content.get("version")
        return RegisteredSchema(
            _id(content["id"]),
            definition,
            None if subject is None else _text(subject),
            None if version is None else _number(version),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TransportError(
            f"its answer holds no schema ({type(error).__name__}: {error}): is it a schema registry?"
        ) from None


def _failure(answer: Answer, said: Mapping[str, Any]) -> ConnectError:
    status, code = answer.status, said.get("error_code")
    text = f"it answered {status}{_reason(said)}"
    error: ConnectError
    match status:
        case 401 | 403:
            error = AuthenticationError(f"{text}; check basic.auth.user.info or bearer.auth.token")
        case 404 if code is not None:
            error = UnknownSchemaError(_message(said) or text)
        case 409 | 422 if code != _READ_ONLY:
            error = RejectedSchemaError(f"the schema registry does not accept the schema{_reason(said)}")
        case _ if status in _TOO_OLD or status >= 500:  # noqa: PLR2004 - the server's own failures
            error = RetriableError(text, after=answer.retry_after)
        case _ if 300 <= status < 400:  # noqa: PLR2004 - redirects
            error = TransportError(f"{text}, a redirect, which is not followed: name the registry's own URL")
        case _:
            error = TransportError(f"{text}: check schema.registry.url")
    return error


def _json_in(answer: Answer) -> Mapping[str, Any] | None:
    kind = answer.content_type.partition(";")[0].strip().lower()
    if not kind.endswith(("json", "octet-stream")):
        return None
    try:
        said = loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _reason(said: Mapping[str, Any]) -> str:
    code, message = said.get("error_code"), _message(said)
    shown = f" (error {code})" if isinstance(code, int) else ""
    return f"{shown}: {message}" if message else shown


def _message(said: Mapping[str, Any]) -> str:
    """Return the registry's message in one line; the older schema, which it repeats whole, is left out."""
    message = said.get("message")
    return _shown(_OLD_SCHEMA.sub("", message)) if isinstance(message, str) else ""


def _shown(text: str) -> str:
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= _MOST_TEXT else f"{line[:_MOST_TEXT]}…"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not text but {type(value).__name__}")
    value.encode()  # half a character is no text either
    return value


def _number(value: Any) -> int:
    if type(value) is not int:  # nor true, which is one in Python
        raise TypeError(f"not a whole number but {type(value).__name__}")
    return value


def _id(value: Any) -> int:
    if not 0 <= _number(value) <= _LARGEST_ID:
        raise ValueError(f"{value} cannot be a schema's id")
    return int(value)


def _quoted(subject: str) -> str:
    if subject in (".", ".."):
        raise DataError(f"{subject} cannot be a subject")
    return quote(subject, safe="")


def _query(*, normalize: bool) -> str:
    return "?" + urlencode({"normalize": "true"}) if normalize else ""


def _body(definition: SchemaDefinition) -> bytes:
    body: dict[str, Any] = {"schema": definition.text}
    if definition.kind != "AVRO":
        body["schemaType"] = definition.kind
    if definition.references:
        body["references"] = [attrs.asdict(reference) for reference in definition.references]
    return dumps(body).encode()
