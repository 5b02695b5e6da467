"""Is there anything that can be sent to a worker which makes it fail, complain, or answer twice?

The cases were found by sending mutated requests over raw connections; `_mutated` is what made them.
"""

import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from connectsdk.http import HttpConfig, serve
from connectsdk.http._routes.table import ROUTES
from connectsdk.runtime.herder import Herder
from tests.http.conftest import eventually

HEAD = b" HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
FOUND: tuple[tuple[bytes, tuple[int, ...]], ...] = (
    (b"PUT /connectors/a/config" + HEAD + CHUNKED + b"zz\r\n", (400,)),
    (b"HEAD /connectors" + HEAD + CHUNKED + b"zz\r\n", (200, 400)),
    (b"PUT /connectors/a/config" + HEAD + CHUNKED + b"-1\r\n{}", (400,)),
    (b"PUT /connectors/a/config" + HEAD + CHUNKED + b"FFFFFFFFFFFFFFFFFFFFF\r\n{}", (400,)),
    (b"PUT /connectors/a/config" + HEAD + CHUNKED + b"2\r\n{}XX0\r\n\r\n", (400,)),
    (b"GET /connectors" + HEAD + CHUNKED + b"zz\r\n", (200, 400)),
    (b"GET /connectors" + HEAD + b"Host: evil.example\r\n" + CHUNKED + b"zz\r\n", (400,)),
    (b"GET /connectors" + HEAD + b"Content-Length: 3\r\n" + CHUNKED + b"0\r\n\r\n", (400,)),
    (b"GET /connectors" + HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n", (400,)),
    (b"GET /connectors" + HEAD + b"Transfer-Encoding : chunked\r\n\r\n", (400,)),
    (b"GET /connectors" + HEAD + b"Content-Length: 0, 5\r\n\r\n", (400,)),
    (b"GET /connectors" + HEAD + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", (200,)),
    (b"GET /connectors" + HEAD + b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n", (200,)),
    (b"GET /connectors/%00" + HEAD + b"\r\n", (404,)),
    (b"GET /ui/..%2f..%2fetc/passwd" + HEAD + b"\r\n", (404,)),
    (b"GET /ui/%2e%2e/index.html" + HEAD + b"\r\n", (404,)),
)
NASTY = (
    b"\x00",
    b"\r\n",
    b"\n",
    b"%00",
    b"%FF",
    b"%2F",
    b"..",
    b"\xff",
    b" ",
    b"?",
    b"#",
    b"//",
    b"%zz",
    b"A" * 40_000,
)
HEADERS = (
    b"Content-Length: -1",
    b"Content-Length: 5",
    b"Transfer-Encoding: chunked",
    b"Expect: 100-continue",
    b"Authorization: Basic \xff",
    b"Content-Encoding: gzip",
    b"Content-Type: \xff",
    b"Origin: http://[",
    b" folded",
    b": empty",
    b"Connection: close",
)
BODIES = (
    b"{}",
    b"[" * 9_000,
    b'{"a":1e999999}',
    b'{"name":"\\ud800","config":{}}',
    b'{"\xff":1}',
    b'{"level":["x"]}',
)
CASES = 300


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[SocketStream]:
    where = httpx.URL(url)
    async with await anyio.connect_tcp(where.host, where.port or 0) as stream:
        yield stream


async def _answer(url: str, sent: bytes) -> bytes:
    """Return everything that is answered to some bytes, after which nothing comes."""
    received = b""
    try:
        async with _connected(url) as stream:
            await stream.send(sent)
            await stream.send_eof()
            with anyio.fail_after(30):
                while True:
                    received += await stream.receive()
    except (anyio.EndOfStream, anyio.BrokenResourceError):
        return received


def _complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]


@pytest.fixture
async def url(herder: Herder) -> AsyncIterator[str]:
    async with serve(herder, HttpConfig(listeners=("http://127.0.0.1:0",))) as served:
        yield served.url


@pytest.mark.parametrize(("sent", "statuses"), FOUND, ids=lambda value: repr(value)[:70])
async def test_what_was_found_once(
    url: str, sent: bytes, statuses: tuple[int, ...], caplog: pytest.LogCaptureFixture
) -> None:
    answer = await _answer(url, sent)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert int(answer.split()[1]) in statuses
    assert _complaints(caplog) == []
    assert "WebSocket" not in caplog.text


def _mutated(chance: random.Random) -> bytes:
    """Return a request that is wrong in several places."""
    route = chance.choice(ROUTES)
    path = route.path.format(connector="lines", plugin="FileStreamSource", task="0", logger="x").encode()
    if chance.random() < 0.5:
        at = chance.randrange(1, len(path) + 1)
        path = path[:at] + chance.choice(NASTY) + path[at:]
    heads = [b"Host: localhost", *chance.sample(HEADERS, chance.randrange(3))]
    body = chance.choice(BODIES) if route.body != "none" else b""
    if body and chance.random() < 0.8:
        heads.append(b"Content-Length: %d" % (len(body) + chance.choice((0, 0, 0, 1, -1))))
    raw = route.method.encode() + b" " + path + b" HTTP/1.1\r\n" + b"\r\n".join(heads) + b"\r\n\r\n" + body
    if chance.random() < 0.2:
        at = chance.randrange(len(raw))
        raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
    return raw


@pytest.mark.slow
async def test_no_bytes_make_an_error_of_the_server(url: str, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(7)
    wrong: list[tuple[bytes, bytes]] = []

    async def send(raw: bytes) -> None:
        answer = await _answer(url, raw)
        statuses = [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]
        if any(status >= b"500" for status in statuses):
            wrong.append((raw[:300], answer[-300:]))

    for _ in range(CASES // 20):
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(send, _mutated(chance))
    assert wrong == []
    assert _complaints(caplog) == []


async def test_a_listener_has_only_so_many_connections(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectsdk.http._protocol.MOST_CONNECTIONS", 2)
    async with _connected(url) as one, _connected(url):
        await one.send(b"GET /connectors" + HEAD + b"\r\n")
        assert (await one.receive()).startswith(b"HTTP/1.1 200 ")
        refused = await _answer(url, b"GET /connectors" + HEAD + b"\r\n")
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b'"error_code": 503' in refused
    await eventually(
        lambda: _answer(url, b"GET /connectors" + HEAD + b"\r\n"),
        lambda answer: answer.startswith(b"HTTP/1.1 200 "),
    )


async def test_a_body_that_does_not_arrive_is_not_waited_for(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectsdk.http._app.BODY_TIMEOUT", 0.05)
    async with _connected(url) as stream:
        await stream.send(b"PUT /connectors/a/config" + HEAD + b"Content-Length: 9\r\n\r\n{")
        with anyio.fail_after(30):
            answer = await stream.receive()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer.lower()


CLASS = b'{"connector.class":"FileStreamSink"}'
COMPLETE = (
    b"PUT /connector-plugins/FileStreamSink/config/validate"
    + HEAD
    + b"Content-Length: %d\r\n\r\n" % len(CLASS)
    + CLASS
)


@pytest.mark.parametrize("requests", [1, 3])
async def test_who_says_everything_and_ends_is_answered(url: str, requests: int) -> None:
    answer = await _answer(url, COMPLETE * requests)
    assert answer.count(b"HTTP/1.1 200 ") == requests
    assert answer.count(b'"error_count"') == requests


async def test_who_ends_before_everything_is_said_is_not_waited_for(url: str) -> None:
    answer = await _answer(url, COMPLETE + COMPLETE[:-1])
    assert answer.count(b"HTTP/1.1 200 ") == 1
