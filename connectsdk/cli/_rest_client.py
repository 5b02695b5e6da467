"""How is a Kafka Connect worker asked over REST?

Any worker, this one's or Java's. A request that meets a rebalance is made again; what else goes wrong says what was
asked of whom, never with whose password.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import anyio
import httpx

from connectsdk.cli._rest_access import Access
from connectsdk.cli._rest_answers import (
    Connector,
    Health,
    Logger,
    Offset,
    Plugin,
    Problem,
    UnreachableError,
    read_connector,
    read_connectors,
    read_explanation,
    read_health,
    read_loggers,
    read_names,
    read_offsets,
    read_plugins,
    read_problems,
    read_topics,
)
from connectsdk.errors import ConnectError

__all__ = ("Access", "MissingError", "RefusedError", "RestClient", "UnreachableError")

T = TypeVar("T")

MOMENTARY = ("rebalance", "momentarily")
"""A 409, 500 or 503 whose message says so will be answered later; another 409 means that a name is taken."""

ACCEPTED = (409, 500, 503)
NOT_FOUND, METHOD_NOT_ALLOWED = 404, 405
REMEDIES = {
    "CERTIFICATE_VERIFY_FAILED": "--ca-file names the certificates that it is signed by",
    "WRONG_VERSION_NUMBER": "it does not speak TLS: write --url http://...",
    "CERTIFICATE_REQUIRED": "it asks for a certificate: --cert and --key",
    "UNKNOWN_CA": "it does not trust the certificate of --cert",
    "Name or service not known": "is the name in --url (or CONNECTSDK_URL) right?",
}
FIRST_WAIT, LONGEST_WAIT = 0.25, 2.0
WHERE_TO_STOP = re.compile(r"This can be done for the specified connector by issuing a 'PUT' request to .*")
WHERE_THE_ERRORS_ARE = re.compile(r"\s*You can also find the above list of errors at the endpoint .*")


class RefusedError(ConnectError):
    """The worker answered with an error.

    Attributes:
        status: Its HTTP status.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class MissingError(RefusedError):
    """There is no such thing."""


class RestClient:
    """Ask one worker. Use it as an async context manager.

    ```python
    async with RestClient(Access(url="http://127.0.0.1:8083")) as client:
        for connector in await client.connectors():
            print(connector.name, connector.state)
    ```

    Each method raises `UnreachableError` if nobody answers, `MissingError` if there is no such connector, and
    `RefusedError` if the worker does not do it; all are `ConnectError`.
    """

    def __init__(self, access: Access) -> None:
        """Take where the worker is.

        Raises:
            ConfigError: If the address, the credentials or the certificates cannot be used.
        """
        self._access = access
        address = access.address()
        self.url = str(address.copy_with(username=None, password=None)).rstrip("/")
        self._http = httpx.AsyncClient(
            base_url=address,
            headers=access.headers(),
            auth=access.credentials(),
            verify=access.trusted(),
            timeout=access.timeout,
            follow_redirects=True,
        )

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.__aexit__(exc_type, exc, traceback)

    # -- connectors ------------------------------------------------------------------------------------------

    async def connectors(self) -> list[Connector]:
        """Return all connectors, by name."""
        answer = await self._ask("GET", "connectors", params=[("expand", "info"), ("expand", "status")])
        if isinstance(answer, list):  # a worker of before 2.3 does not know `expand`
            return [await self.connector(name) for name in self._read(read_names, answer)]
        return self._read(read_connectors, answer)

    async def connector(self, name: str) -> Connector:
        """Return one connector."""
        info = await self._ask("GET", "connectors", name)
        try:
            status = await self._ask("GET", "connectors", name, "status")
        except MissingError:  # it was created a moment ago
            status = {}
        return self._read(read_connector, name, info, status)

    async def create(self, name: str, config: Mapping[str, str], initial_state: str | None = None) -> None:
        """Create a connector."""
        state = {} if initial_state is None else {"initial_state": initial_state}
        await self._ask("POST", "connectors", json={"name": name, "config": dict(config), **state})

    async def put_config(self, name: str, config: Mapping[str, str]) -> None:
        """Replace a connector's properties, or create it."""
        await self._ask("PUT", "connectors", name, "config", json=dict(config))

    async def delete(self, name: str) -> None:
        """Stop a connector and forget it."""
        await self._ask("DELETE", "connectors", name)

    async def aim(self, name: str, action: str) -> None:
        """Pause, resume or stop a connector."""
        await self._ask("PUT", "connectors", name, action)

    async def restart(self, name: str, *, include_tasks: bool = False, only_failed: bool = False) -> None:
        """Restart a connector, and its tasks if that is asked for."""
        flags = [("includeTasks", include_tasks), ("onlyFailed", only_failed)]
        params = [(key, "true") for key, wanted in flags if wanted]
        await self._ask("POST", "connectors", name, "restart", params=params)

    async def restart_task(self, name: str, task: int) -> None:
        """Restart one task."""
        await self._ask("POST", "connectors", name, "tasks", str(task), "restart")

    async def topics(self, name: str) -> list[str]:
        """Return the topics that a connector has used."""
        answer = await self._ask("GET", "connectors", name, "topics")
        return self._read(read_topics, name, answer)

    async def explain(self, name: str) -> Mapping[str, Any]:
        """Return why a connector is as it is; only connectsdk's worker knows."""
        return self._read(read_explanation, await self._ask("GET", "connectors", name, "explain"))

    # -- offsets ---------------------------------------------------------------------------------------------

    async def offsets(self, name: str) -> list[Offset]:
        """Return where a connector is."""
        return self._read(read_offsets, await self._ask("GET", "connectors", name, "offsets"))

    async def alter_offsets(self, name: str, offsets: Sequence[Offset]) -> str:
        """Change where a stopped connector goes on; return what the worker says."""
        wanted = [{"partition": each.partition, "offset": each.offset} for each in offsets]
        return _message(await self._ask("PATCH", "connectors", name, "offsets", json={"offsets": wanted}))

    async def reset_offsets(self, name: str) -> str:
        """Forget where a stopped connector was; return what the worker says."""
        return _message(await self._ask("DELETE", "connectors", name, "offsets"))

    # -- the worker ------------------------------------------------------------------------------------------

    async def plugins(self) -> list[Plugin]:
        """Return all plugins of the worker."""
        answer = await self._ask("GET", "connector-plugins", params=[("connectorsOnly", "false")])
        return self._read(read_plugins, answer)

    async def problems(self, plugin: str, config: Mapping[str, str]) -> list[Problem]:
        """Return what is wrong with a connector's properties, as far as the worker can tell."""
        path = ("connector-plugins", plugin, "config", "validate")
        return self._read(read_problems, await self._ask("PUT", *path, json=dict(config)))

    async def loggers(self) -> list[Logger]:
        """Return the loggers whose level was set."""
        return self._read(read_loggers, await self._ask("GET", "admin", "loggers"))

    async def logger(self, name: str) -> Logger:
        """Return one logger."""
        return self._read(read_loggers, {name: await self._ask("GET", "admin", "loggers", name)})[0]

    async def set_level(self, name: str, level: str, scope: str | None = None) -> list[str]:
        """Set a logger's level and that of those below it; return which changed on this worker."""
        params = [] if scope is None else [("scope", scope)]
        return await self._ask("PUT", "admin", "loggers", name, params=params, json={"level": level}) or []

    async def health(self) -> Health:
        """Return how the worker is."""
        server = await self._ask("GET")
        try:
            health = await self._ask("GET", "health", also=(500, 503))
        except MissingError:  # a worker of before 3.9
            health = {
                "status": "healthy",
                "message": "The worker answers; it has no health check of its own.",
            }
        return self._read(read_health, server, health)

    # -- one request -----------------------------------------------------------------------------------------

    async def _ask(
        self,
        method: str,
        *path: str,
        params: Sequence[tuple[str, str]] = (),
        json: Any = None,
        also: Sequence[int] = (),
    ) -> Any:
        """Make a request until it does not meet a rebalance; return the answer's JSON, or None without any."""
        where = "/".join(quote(part, safe="") for part in path)
        request = self._http.build_request(
            method, where, params=list(params) or None, json=json if json is not None else None
        )
        answer = await self._until_balanced(lambda: self._http.send(request))
        if answer.is_success or answer.status_code in also:
            return self._content(answer)
        raise self._refusal(answer, f"{method} /{where}")

    async def _until_balanced(self, send: Callable[[], Any]) -> httpx.Response:
        deadline = anyio.current_time() + self._access.rebalance_timeout
        wait = FIRST_WAIT
        while True:
            answer = await self._sent(send)
            if answer.status_code not in ACCEPTED or not any(word in answer.text for word in MOMENTARY):
                return answer
            if anyio.current_time() + wait > deadline:
                return answer
            await anyio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _sent(self, send: Callable[[], Any]) -> httpx.Response:
        try:
            with anyio.fail_after(self._access.timeout):
                answer: httpx.Response = await send()
        except (httpx.TimeoutException, TimeoutError) as error:
            raise UnreachableError(
                f"the worker at {self.url} did not answer within {self._access.timeout:g} s: "
                "is it busy? --timeout gives it longer"
            ) from error
        except httpx.HTTPError as error:
            reason = str(error).rstrip(".") or type(error).__name__
            raise UnreachableError(
                f"no worker answers at {self.url}: {reason}: {_remedy(reason, self.url)}"
            ) from error
        return answer

    def _content(self, answer: httpx.Response) -> Any:
        return self._read(answer.json) if answer.content else None

    def _read(self, read: Callable[..., T], *answers: Any) -> T:
        """Return what answers mean; they come from whatever listens there."""
        try:
            return read(*answers)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            message = (
                f"what answers at {self.url} is not a Kafka Connect worker: "
                "is --url (or CONNECTSDK_URL) its address?"
            )
            raise UnreachableError(message) from error

    def _refusal(self, answer: httpx.Response, asked: str) -> ConnectError:
        status = answer.status_code
        try:
            message = _for_people(str(answer.json()["message"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            message = (
                f"{asked} at {self.url} was answered with {status} {answer.reason_phrase}: "
                "is --url (or CONNECTSDK_URL) the address of a Kafka Connect worker?"
            )
            if status in {NOT_FOUND, METHOD_NOT_ALLOWED}:  # a worker says in JSON what is not there
                return UnreachableError(message)
        if status in {401, 403} and "--" not in message:
            message = f"{message} (credentials: --user, --token-file or --cert)"
        if status in {NOT_FOUND, METHOD_NOT_ALLOWED}:
            return MissingError(message, status)
        return RefusedError(message, status)


def _for_people(message: str) -> str:
    """Return what a worker says, with commands in the place of the requests that it advises."""
    return WHERE_THE_ERRORS_ARE.sub(
        "", WHERE_TO_STOP.sub("`connectsdk stop NAME` does that.", message)
    ).strip()


def _remedy(reason: str, url: str) -> str:
    """Return what to do about a connection that did not come about."""
    for word, remedy in REMEDIES.items():
        if word in reason:
            return remedy
    if "disconnected" in reason:
        tls = url.startswith("https://")
        return (
            "does it ask for a certificate? --cert and --key"
            if tls
            else "if it speaks TLS, write --url https://..."
        )
    return "is it running, and is --url (or CONNECTSDK_URL) its address?"


def _message(answer: Any) -> str:
    return str((answer or {}).get("message", ""))
