"""Which requests are not even looked at?"""

import ipaddress
import re
import socket
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

import attrs
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectsdk.http._app import error_answer, respond
from connectsdk.http._authenticating import Authenticator
from connectsdk.http._header_rules import HeaderRule
from connectsdk.http._requests import RestError

__all__ = ("HEAD_BYTES", "Authenticated", "Guard", "own_names")

HEAD_BYTES = 32_768
"""The most bytes of a request's headers."""

URL_BYTES = 8_192

SAFE = {"GET", "HEAD", "OPTIONS"}
HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::\d{1,5})?", re.ASCII)
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}
SEEN_BY_SITES = "Cross-Origin-Resource-Policy"


@attrs.define(eq=False)
class Guard:
    """Stands before everything: names of hosts, pages of other sites, too many at once, headers of answers.

    A page of another site can make a browser send requests, and by a name that it lets point to this machine also
    read the answers; so a worker answers only to names that are its own.

    Attributes:
        app: What is guarded.
        hosts: Names by which the worker may be addressed; `*` for any.
        origins: Sites whose pages may use it; `*` for any.
        most: How many requests may be under way.
        rules: Headers of answers.
    """

    app: ASGIApp
    hosts: Collection[str]
    origins: Collection[str]
    most: int
    rules: Sequence[HeaderRule]
    _under_way: int = attrs.field(default=0, init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = self._with_headers(send)
        try:
            self._check(Headers(scope=scope), scope)
        except RestError as error:
            await respond(error_answer(error), scope, receive, send)
            return
        self._under_way += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._under_way -= 1

    def _check(self, headers: Headers, scope: Scope) -> None:
        if len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"]) > URL_BYTES:
            raise RestError(414, f"The request's path and query are longer than {URL_BYTES} bytes")
        if sum(len(name) + len(value) for name, value in headers.raw) > HEAD_BYTES:
            raise RestError(431, f"The request's headers are longer than {HEAD_BYTES} bytes")
        if "transfer-encoding" in headers and "content-length" in headers:
            raise RestError(400, "The request says twice how long it is", {"Connection": "close"})
        host = headers.get("host", "")
        if not self._is_ours(host):
            raise RestError(
                403, "This worker is not known by the name in the Host header: see rest.allowed.hosts"
            )
        origin = headers.get("origin")
        if (
            origin is not None
            and scope["method"] not in SAFE
            and not self._may_come_from(origin, host, scope)
        ):
            raise RestError(
                403, "Pages of this origin may not use this worker: see access.control.allow.origin"
            )
        if self._under_way >= self.most:
            raise RestError(503, "Too many requests are under way", {"Retry-After": "1"})

    def _is_ours(self, host: str) -> bool:
        found = HOST.fullmatch(host)
        name = found[1].lower().rstrip(".") if found else ""
        if "*" in self.hosts or name in self.hosts:
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True

    def _may_come_from(self, origin: str, host: str, scope: Scope) -> bool:
        if "*" in self.origins or origin in self.origins:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.scheme == scope["scheme"] and parts.netloc.lower() == host.lower()

    def _with_headers(self, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    if not (self.origins and name == SEEN_BY_SITES):
                        headers.setdefault(name, value)
                for rule in self.rules:
                    rule.apply(headers)
            await send(message)

        return send_with_headers


@attrs.frozen(eq=False)
class Authenticated:
    """Lets those in who say who they are, and keeps that in the scope."""

    app: ASGIApp
    authenticator: Authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its principal, or refuse it."""
        if scope["type"] == "http":
            subject = scope.get("state", {}).get("connectsdk.subject")
            source = (scope.get("client") or ("",))[0]
            try:
                principal = await self.authenticator.identify(
                    Headers(scope=scope).get("authorization"), subject, source
                )
            except RestError as error:
                await respond(error_answer(error), scope, receive, send)
                return
            scope["connectsdk.principal"] = principal
        await self.app(scope, receive, send)


def own_names(hosts: Collection[str]) -> set[str]:
    """Return names by which a worker may be addressed, its machine's among them."""
    return {"localhost", socket.gethostname().lower(), *(host.lower() for host in hosts if host)}
