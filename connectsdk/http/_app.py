"""How does a request become an answer?"""

import json
import logging
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

import anyio
import attrs
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from connectsdk.config import HIDDEN
from connectsdk.errors import ConfigError, ConnectError, DataError
from connectsdk.http._actions import Action
from connectsdk.http._authorising import ANONYMOUS, Authorise, Principal
from connectsdk.http._bodies import read_body
from connectsdk.http._config import HttpConfig
from connectsdk.http._operations import Operations
from connectsdk.http._requests import Answer, Command, RestError
from connectsdk.http._routes.route import Route, allowed_methods, find_route
from connectsdk.runtime.herder import BadRequestError, ConflictError, NotFoundError, following

__all__ = ("RestApp",)

log = logging.getLogger("connectsdk.http")

BODY_TIMEOUT = 30.0
"""Seconds that a request's body may take to arrive."""

SHOWN = {"name", "connector.class", "tasks.max"}
"""Properties of a connector that whoever may see the connector may see."""

STATUSES: tuple[tuple[type[ConnectError], int], ...] = (
    (NotFoundError, 404),
    (ConflictError, 409),
    (BadRequestError, 400),
    (ConfigError, 400),
    (DataError, 400),
)


@attrs.frozen(eq=False)
class RestApp:
    """The ASGI application of the routes; what stands before it knows who asks.

    Attributes:
        operations: Carries requests out.
        routes: Those that are served.
        authorise: Decides who may do what.
        config: Limits.
    """

    operations: Operations
    routes: Sequence[Route]
    authorise: Authorise
    config: HttpConfig

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            answer = await self._answer_in_time(request)
        except ClientDisconnect:
            return
        await respond(answer, scope, receive, send)

    async def _answer_in_time(self, request: Request) -> Answer:
        with (
            following() as progress,
            anyio.move_on_after(self.config.rest_request_timeout_ms / 1_000) as limit,
        ):
            return await self._answer_or_error(request, limit)
        return error_answer(RestError(500, progress.after("Request timed out")))

    async def _answer_or_error(self, request: Request, limit: anyio.CancelScope) -> Answer:
        try:
            return await self._answer(request, limit)
        except RestError as error:
            return error_answer(error)
        except ConnectError as error:
            status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
            return error_answer(RestError(status, str(error)))
        except ClientDisconnect:
            raise
        except Exception:
            number = uuid.uuid4().hex[:12]
            log.exception("request %s failed: %s %s", number, request.method, request.scope["path"])
            return error_answer(
                RestError(500, f"The request failed; the worker's log says why under {number}")
            )

    async def _answer(self, request: Request, limit: anyio.CancelScope) -> Answer:
        raw_path = _raw_path(request.scope)
        if request.method == "OPTIONS" and (methods := allowed_methods(raw_path, self.routes)):
            return Answer(headers={"Allow": ", ".join(methods)})
        route, path = find_route(request.method, raw_path, self.routes)
        limit.deadline = max(limit.deadline, anyio.current_time() + route.limit)
        principal: Principal = request.scope.get("connectsdk.principal", ANONYMOUS)
        if route.checked in {"worker", "connector"}:
            self._check(principal, route.action, path.get("connector"))
        command = Command(path=path, query=_query(request.scope), body=await self._body(route, request))
        if route.checked == "body":
            self._check(principal, route.action, command.body["name"])
        answer = await self.operations.named(route.name)(command)
        return self._visible(principal, answer) if route.checked == "listed" else answer

    def _check(self, principal: Principal, action: Action, connector: str | None) -> None:
        if not self.authorise(principal, action, connector):
            where = "on this worker" if connector is None else f"with connector {connector}"
            raise RestError(403, f"{principal.name} is not allowed to do {action} {where}")

    def _visible(self, principal: Principal, answer: Answer) -> Answer:
        """Return a list with what somebody may see."""

        def may(action: Action, name: str) -> bool:
            return self.authorise(principal, action, name)

        if isinstance(answer.body, list):
            body: Any = [name for name in answer.body if may(Action.CONNECTOR_READ, name)]
        else:
            body = {name: found for name, found in answer.body.items() if may(Action.CONNECTOR_READ, name)}
            for name, found in body.items():
                if "info" in found and not may(Action.CONNECTOR_CONFIG, name):
                    config = found["info"]["config"]
                    found["info"]["config"] = {
                        key: value if key in SHOWN else HIDDEN for key, value in config.items()
                    }
        return attrs.evolve(answer, body=body)

    async def _body(self, route: Route, request: Request) -> Any:
        body = await self._read(request)
        if route.body != "none" and body:
            kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
            if kind not in {"application/json", "text/json"} and not kind.endswith("+json"):
                raise RestError(415, "HTTP 415 Unsupported Media Type")
        return read_body(route.body, body)

    async def _read(self, request: Request) -> bytes:
        if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            raise RestError(415, "Bodies with a Content-Encoding are not read")
        limit = self.config.rest_request_max_bytes
        too_large = RestError(413, f"The body is larger than {limit} bytes", {"Connection": "close"})
        if int(request.headers.get("content-length", "0")[:20]) > limit:
            raise too_large
        body = bytearray()
        with anyio.move_on_after(BODY_TIMEOUT):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise too_large
            return bytes(body)
        raise RestError(408, f"The body did not arrive within {BODY_TIMEOUT:.0f} s", {"Connection": "close"})


def error_answer(error: RestError) -> Answer:
    """Return an error as Kafka Connect writes it."""
    body = {"error_code": error.status, "message": error.message}
    return Answer(status=error.status, body=body, headers=error.headers)


async def respond(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer; the body of one to HEAD is left out, its length is not."""
    headers = dict(answer.headers)
    content = b""
    if answer.body is not None:
        text = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
        content = text.encode(errors="replace")
        headers["Content-Type"] = "application/json"
    elif answer.text is not None:
        content = answer.text.encode(errors="replace")
    response = Response(content, answer.status, headers)
    if scope["method"] == "HEAD":
        response.body = b""
    await response(scope, receive, send)


def _raw_path(scope: Scope) -> str:
    raw = scope.get("raw_path") or scope["path"].encode()
    path = str(raw.decode("latin-1"))
    if not path.startswith("/"):
        raise RestError(400, "the path of a request begins with a slash")
    return path


def _query(scope: Scope) -> dict[str, list[str]]:
    try:
        return parse_qs(
            scope["query_string"].decode("latin-1"),
            keep_blank_values=True,
            max_num_fields=100,
            errors="strict",
        )
    except ValueError:
        raise RestError(
            400, "the query is not UTF-8 in percent-encoding, or has more than 100 keys"
        ) from None
