"""Which files is the operator's page made of?

They are read once; a request only ever chooses one of them by its exact name. They hold nothing about a worker, so
they need no authentication: what the page shows it asks the REST API for, like any other client.
"""

import hashlib
from importlib.resources import files

import attrs
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

__all__ = ("page_routes",)

KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@attrs.frozen
class _File:
    content: bytes = attrs.field(repr=False)
    kind: str
    tag: str

    async def answer(self, request: Request) -> Response:
        """Return the file, or that it has not changed since it was asked for last."""
        headers = {**HEADERS, "ETag": self.tag}
        if self.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(self.content, headers=headers, media_type=self.kind)


def page_routes() -> list[Route]:
    """Return the routes of the page, below `/ui/`."""
    routes = [Route("/ui", _to_folder)]
    for entry in files("connectsdk.http").joinpath("ui").iterdir():
        kind = KINDS.get(entry.name.rpartition(".")[2])
        if kind is not None:
            content = entry.read_bytes()
            tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
            name = "" if entry.name == "index.html" else entry.name
            routes.append(Route(f"/ui/{name}", _File(content, kind, tag).answer))
    return routes


async def _to_folder(_: Request) -> Response:
    """Send to the folder; relatively, so that it works behind a proxy that adds a path."""
    return RedirectResponse("ui/", headers=HEADERS)
