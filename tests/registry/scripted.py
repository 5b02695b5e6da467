"""A server that answers over real HTTP whatever a test says."""

import json
import ssl
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs

from connectsdk.config import parse
from connectsdk.registry import SchemaRegistryConfig

JSON = "application/vnd.schemaregistry.v1+json"


@attrs.frozen
class Reply:
    """One answer; `before` runs first."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = JSON
    headers: dict[str, str] = attrs.field(factory=dict)
    before: Callable[[], Any] = lambda: None


def reply(status: int = 200, content: Any = None, **more: Any) -> Reply:
    return Reply(status, json.dumps(content if content is not None else {}).encode(), **more)


def schema(text: str = '"string"', **more: Any) -> Reply:
    return reply(200, {"schema": text, **more})


@attrs.frozen
class Asked:
    """What the server was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    time: float


class ScriptedServer:
    """Answers in order; the last answer again and again. A callable gets the path and returns an answer."""

    def __init__(
        self,
        *answers: Any,
        tls: tuple[str, str] | None = None,
        client_ca: str | None = None,
        port: int = 0,
    ) -> None:
        self.asked: list[Asked] = []
        self._answers = list(answers)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._scheme = "http"
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            if client_ca is not None:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(client_ca)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._server.handle_error = lambda *_: None  # a client that goes away is part of a test
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"localhost:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"{self._scheme}://{self.address}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(30)

    def answer(self, path: str) -> Reply:
        found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return found(path) if callable(found) else found

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                size = int(self.headers.get("content-length", "0"))
                body = json.loads(self.rfile.read(size)) if size else None
                headers = {name.lower(): value for name, value in self.headers.items()}
                owner.asked.append(Asked(self.command, self.path, headers, body, time.monotonic()))
                answer = owner.answer(self.path)
                answer.before()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - the library's names

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def configured(url: str, **more: Any) -> SchemaRegistryConfig:
    """Return a configuration; `a_b=c` is the key `a.b`."""
    properties = {name.replace("_", "."): value for name, value in more.items()}
    return parse(SchemaRegistryConfig, {"schema.registry.url": url, **properties})
