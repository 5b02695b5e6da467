"""Who connects to an https listener and says nothing?"""

import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import httpx
import pytest

from connectsdk import EmbeddedTransport
from connectsdk.http import HttpConfig, Served, serve
from connectsdk.http._handshakes import MOST_HANDSHAKES
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder
from tests.http.certificates import make_certificates
from tests.runtime.scripted import until

SILENT = 1_000


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pem")
    make_certificates(folder)
    return folder


@pytest.fixture
async def config(pem: Path) -> HttpConfig:
    return HttpConfig(listeners=("https://127.0.0.1:0",), ssl_keystore_location=str(pem / "server.pem"))


@pytest.fixture
async def herder() -> AsyncIterator[Herder]:
    async with Worker(EmbeddedTransport()) as worker, Herder(worker) as herder:
        yield herder


async def connected(served: Served, count: int) -> list[socket.socket]:
    """Return connections that say nothing."""
    url = httpx.URL(served.url)
    made = []
    for number in range(count):
        connection = socket.create_connection((url.host, url.port or 0), timeout=10)
        connection.setblocking(False)
        made.append(connection)
        if number % 50 == 0:  # no more than the kernel keeps until the listener takes them
            await anyio.sleep(0.01)
    return made


def closed(connection: socket.socket) -> bool:
    """Return whether the other side has closed a connection."""
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


async def test_whoever_connects_and_says_nothing_stops_nobody_and_holds_little(
    herder: Herder, config: HttpConfig, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectsdk.http._handshakes.HANDSHAKE_TIMEOUT", 300)
    context = ssl.create_default_context(cafile=pem / "ca.pem")
    async with (
        serve(herder, config) as served,
        httpx.AsyncClient(verify=context, base_url=served.url, timeout=30) as client,
    ):
        assert (await client.get("/connectors")).status_code == 200
        silent = await connected(served, SILENT)
        try:
            await until(lambda: sum(map(closed, silent)) >= SILENT - MOST_HANDSHAKES, seconds=30)
            assert (await client.get("/connectors")).status_code == 200  # it was connected before
            async with httpx.AsyncClient(verify=context, base_url=served.url, timeout=30) as other:
                assert (await other.get("/connectors")).status_code == 200
            assert not closed(silent[-1])  # those who came last still have their time
        finally:
            for each in silent:
                each.close()


async def test_a_handshake_that_does_not_come_is_not_waited_for(
    herder: Herder, config: HttpConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectsdk.http._handshakes.HANDSHAKE_TIMEOUT", 0.05)
    async with serve(herder, config) as served:
        [silent] = await connected(served, 1)
        await until(lambda: closed(silent), seconds=30)
        silent.close()


async def test_a_connection_that_did_its_handshake_is_not_closed_for_its_age(
    herder: Herder, config: HttpConfig, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectsdk.http._handshakes.MOST_HANDSHAKES", 1)
    monkeypatch.setattr("connectsdk.http._protocol.HEAD_TIMEOUT", 300)
    monkeypatch.setattr("connectsdk.http._handshakes.HANDSHAKE_TIMEOUT", 300)
    context = ssl.create_default_context(cafile=pem / "ca.pem")
    async with serve(herder, config) as served:
        url = httpx.URL(served.url)
        async with await anyio.connect_tcp(
            url.host, url.port or 0, ssl_context=context, tls_standard_compatible=False
        ) as stream:
            silent = await connected(served, 3)
            await until(lambda: sum(map(closed, silent)) == 2, seconds=30)
            await stream.send(b"GET /connectors HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with anyio.fail_after(30):
                assert (await stream.receive()).startswith(b"HTTP/1.1 200 ")
        for each in silent:
            each.close()


async def test_leaving_waits_for_no_handshake(herder: Herder, config: HttpConfig) -> None:
    async with serve(herder, config) as served:
        silent = await connected(served, 20)
    await until(lambda: all(map(closed, silent)), seconds=30)
    for each in silent:
        each.close()
