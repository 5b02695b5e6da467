"""What does a connection refuse before there is a request?

This is uvicorn's protocol with a limit on connections and on the time that a request's head may take, errors in JSON,
and the subject of the client's certificate for those who decide who is asking.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ("Protocol", "subject_of")

TOO_LONG = "The request's line and headers are too long"
MOST_CONNECTIONS = 500
"""How many connections may be open to one listener; a worker needs files for other things, too."""

HEAD_TIMEOUT = 15.0
"""Seconds within which a request's line and headers must arrive."""


class Protocol(H11Protocol):
    """One connection."""

    _subject: str | None = None
    _head_timer: asyncio.TimerHandle | None = None
    _has_ended: bool = False

    def __init__(self, *args: Any, opened: Callable[[int], None] | None = None, **kwargs: Any) -> None:
        """Make it as uvicorn does.

        Args:
            args: What uvicorn gives.
            opened: Told the file number of the connection when its handshake is done; None where there is none.
            kwargs: What uvicorn gives.
        """
        super().__init__(*args, **kwargs)
        self._opened = opened

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take note of the client's certificate."""
        super().connection_made(transport)
        if self._opened is not None:
            self._opened(transport.get_extra_info("socket").fileno())
        if len(self.connections) > MOST_CONNECTIONS:
            self._refuse(503, "Too many connections are open")
            return
        certificate = transport.get_extra_info("peercert")
        self._subject = subject_of(certificate) if certificate else None
        self.app_state = {**self.app_state, "connectsdk.subject": self._subject}
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing any more."""
        self._stop_expecting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; the time limit runs while a head is incomplete."""
        if self._head_timer is None and self.conn.their_state is h11.IDLE:
            self._expect_head()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_expecting()

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio has it
        """Answer what was asked for completely, though the client sends nothing more; return whether there is any."""
        self._has_ended = True
        return self._is_answering() and self.transport.get_extra_info("sslcontext") is None

    def on_response_complete(self) -> None:
        """Go on with the next request, or close what the client has closed on its side."""
        super().on_response_complete()
        if self._has_ended and not self._is_answering():
            self.transport.close()

    def _is_answering(self) -> bool:
        """Return whether a request that has arrived completely is not answered yet."""
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_TIMEOUT, self._give_up)

    def _stop_expecting(self) -> None:
        timer, self._head_timer = self._head_timer, None
        if timer is not None:
            timer.cancel()

    def _give_up(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing() and self.conn.our_state is h11.IDLE:
            self._refuse(408, "The request did not arrive in time")

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; h11 knows whether it was only too long."""
        error = sys.exception()
        if (
            isinstance(error, h11.RemoteProtocolError)
            and error.error_status_hint == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        ):
            self._refuse(431, TOO_LONG)
        else:
            self._refuse(400, msg)

    def _refuse(self, status: int, message: str) -> None:
        body = json.dumps({"error_code": status, "message": message}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        reason = HTTPStatus(status).phrase.encode()
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            answer = h11.Response(status_code=status, headers=headers, reason=reason)
            to_head = self.conn.our_state is h11.SEND_RESPONSE and self.scope["method"] == "HEAD"
            content = () if to_head else (h11.Data(data=body),)
            for event in (answer, *content, h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self._forget_request()
        self.transport.close()

    def _forget_request(self) -> None:
        """Let a request under way end: it has been answered, or cannot be any more."""
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: no upgrade is supported, and whoever asks for one must not fill the log."""


def subject_of(certificate: dict[str, Any]) -> str:
    """Return the subject of a certificate as `ssl` decodes it: `CN=alice,O=example`."""
    parts = (pair for group in certificate.get("subject", ()) for pair in group)
    return ",".join(f"{SHORT.get(key, key)}={value}" for key, value in reversed(tuple(parts)))


SHORT = {
    "commonName": "CN",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "localityName": "L",
    "stateOrProvinceName": "ST",
}
