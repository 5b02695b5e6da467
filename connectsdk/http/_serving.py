"""How is the REST API served in a program's event loop?"""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import anyio
import attrs
import uvicorn
from starlette.types import ASGIApp

from connectsdk._core.beat import until_beat
from connectsdk.http._authorising import Authorise
from connectsdk.http._building import build
from connectsdk.http._config import HttpConfig
from connectsdk.http._guard import HEAD_BYTES
from connectsdk.http._handshakes import HandshakeSocket
from connectsdk.http._listeners import (
    Listener,
    advertised,
    check_listeners,
    read_admin_listeners,
    read_listeners,
)
from connectsdk.http._protocol import Protocol
from connectsdk.runtime.herder import Herder

__all__ = ("Served", "serve")

log = logging.getLogger("connectsdk.http")

BACKLOG = 128
TICK = 1.0
"""Seconds between two looks at the time, for the header `Date`."""
STOP_WITHIN = 5


@attrs.frozen
class Served:
    """Where the REST API is reached; the ports are those that were taken.

    Attributes:
        urls: Of `listeners`.
        admin_urls: Of `admin.listeners`.
    """

    urls: tuple[str, ...]
    admin_urls: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The first one."""
        return self.urls[0]


class _Server(uvicorn.Server):
    """A server that leaves signals to the program that it is part of."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._left = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    def leave(self) -> None:
        """Answer what is under way, then end."""
        self.should_exit = True
        self._left.set()

    async def main_loop(self) -> None:
        """Serve until told to leave; uvicorn's own looks ten times a second whether it is, and wakes an idle worker."""
        ticks_a_second = 10  # as uvicorn counts them: the header is renewed at each tenth
        while not await self.on_tick(counter=ticks_a_second):
            with anyio.move_on_after(until_beat(anyio.current_time(), TICK)):
                await self._left.wait()


@asynccontextmanager
async def serve(
    herder: Herder, config: HttpConfig | None = None, *, authorise: Authorise | None = None
) -> AsyncIterator[Served]:
    """Serve the REST API of a herder, in this event loop, until the block is left.

    Requests under way are answered first. Signals are left alone.

    Args:
        herder: Whose connectors are managed.
        config: Where to listen and what to allow; by default only this machine, port 8083.
        authorise: Decides who may do what; by default the roles of the configuration.

    Raises:
        ConfigError: If the configuration is not safe, or cannot work.
        OSError: If a port is taken.
    """
    settings = config or HttpConfig()
    main, admin = read_listeners(settings.listeners), read_admin_listeners(settings)
    tls = check_listeners([*main, *admin], settings)
    apps = build(herder, settings, authorise)
    bound = _bind([*((each, apps.main) for each in main), *((each, apps.admin) for each in admin)])
    urls = [listener.url for listener, _, _ in bound]
    served = Served(tuple(urls[: len(main)]), tuple(urls[len(main) :]))
    herder.reached_at(advertised([listener for listener, _, _ in bound], settings))
    async with _running(bound, tls):
        log.info("the REST API listens on %s", ", ".join(urls))
        yield served


Bound = tuple[Listener, socket.socket, ASGIApp]


def _bind(wanted: Sequence[tuple[Listener, ASGIApp]]) -> list[Bound]:
    """Open all sockets, or none; return each with where it really listens."""
    bound: list[Bound] = []
    try:
        for listener, app in wanted:
            opened = _open(listener)
            bound.append((attrs.evolve(listener, port=opened.getsockname()[1]), opened, app))
    except BaseException:
        for _, opened, _ in bound:
            opened.close()
        raise
    return bound


def _open(listener: Listener) -> socket.socket:
    found = socket.getaddrinfo(
        listener.host or None, listener.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    family, kind, protocol, _, address = found[0]
    # asyncio sends at once (TCP_NODELAY) only where the protocol is named; otherwise each answer takes 40 ms longer
    if listener.scheme == "https":
        opened: socket.socket = HandshakeSocket(
            (family, kind, protocol), asyncio.get_running_loop().call_later
        )
    else:
        opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
    except BaseException:
        opened.close()
        raise
    return opened


@asynccontextmanager
async def _running(bound: Sequence[Bound], tls: ssl.SSLContext | None) -> AsyncIterator[None]:
    """Run one server for each socket until the block is left.

    They run in tasks of their own, so that a program may enter and leave in different tasks.
    """
    servers = [
        (_server(app, opened, tls if listener.scheme == "https" else None), opened)
        for listener, opened, app in bound
    ]
    tasks = [asyncio.create_task(server.serve(sockets=[opened])) for server, opened in servers]
    try:
        while not all(server.started for server, _ in servers):
            if any(task.done() for task in tasks):
                break
            await anyio.sleep(0.001)
        yield
    finally:
        for server, _ in servers:
            server.leave()
        with anyio.CancelScope(shield=True):
            await asyncio.gather(*tasks, return_exceptions=True)


def _server(app: ASGIApp, opened: socket.socket, tls: ssl.SSLContext | None) -> _Server:
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=STOP_WITHIN,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )
    config.load()
    config.ssl = tls
    if isinstance(opened, HandshakeSocket):
        config.http_protocol_class = partial(Protocol, opened=opened.done)  # type: ignore[assignment]  # it is called
    return _Server(config)
