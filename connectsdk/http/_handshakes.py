"""How many connections may be open that have not agreed on TLS yet?

The HTTP protocol hears of a connection when its handshake is done; until then nobody counts it. Whoever connects and says
nothing would hold files open that the worker needs: there are only so many of them, each for a short time, and a new one takes the
place of the oldest.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol

__all__ = ("HandshakeSocket",)

MOST_HANDSHAKES = 100
"""How many connections may be in their handshake at one listener; one more, and the oldest is closed."""
HANDSHAKE_TIMEOUT = 15.0
"""Seconds within which a handshake must be done."""


class Timer(Protocol):
    """A call that is to come."""

    def cancel(self) -> None:
        """Let it not come."""
        ...


Later = Callable[[float, Callable[[], None]], Timer]
Waiting = tuple[socket.socket, Timer]


class HandshakeSocket(socket.socket):
    """A listening socket that closes what does not get through its handshake."""

    def __init__(self, kind: tuple[int, int, int], later: Later) -> None:
        """Make it.

        Args:
            kind: Its family, type and protocol.
            later: Calls a function after so many seconds, as the event loop does.
        """
        super().__init__(*kind)
        self._later = later
        self._waiting: dict[int, Waiting] = {}

    def accept(self) -> tuple[socket.socket, object]:
        """Accept a connection; its time begins to run."""
        connection, address = super().accept()
        number = connection.fileno()
        self.done(number)  # of a connection that was closed: its number is free again
        if len(self._waiting) >= MOST_HANDSHAKES:
            self._drop(next(iter(self._waiting)))
        self._waiting[number] = connection, self._later(HANDSHAKE_TIMEOUT, partial(self._drop, number))
        return connection, address

    def done(self, number: int) -> None:
        """Take note that the connection with this file number has agreed on TLS."""
        waiting = self._waiting.pop(number, None)
        if waiting is not None:
            waiting[1].cancel()

    def close(self) -> None:
        """Listen no longer; what is in its handshake is closed, too."""
        for number in list(self._waiting):
            self._drop(number)
        super().close()

    def _drop(self, number: int) -> None:
        connection, timer = self._waiting.pop(number)
        timer.cancel()
        with suppress(OSError):  # it is closed already, by the other side or by an error of its handshake
            connection.shutdown(socket.SHUT_RDWR)  # the event loop reads its end, and closes it
