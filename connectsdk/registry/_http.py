"""How is a registry asked over HTTP?"""

import random
from ssl import SSLContext, SSLError
from typing import TYPE_CHECKING, Any

import anyio
import attrs

from connectsdk._version import __version__
from connectsdk.errors import ConfigError, ConnectError, RetriableError, TransportError
from connectsdk.registry._config import SchemaRegistryConfig
from connectsdk.registry._messages import (
    Answer,
    Request,
    ask_by_id,
    ask_find,
    ask_register,
    ask_version,
    content_of,
    registered_in,
)
from connectsdk.registry._port import RegisteredSchema, SchemaDefinition
from connectsdk.registry._tls import tls_context
from connectsdk.registry._urls import Endpoint, endpoints

if TYPE_CHECKING:
    import httpx

__all__ = ("HttpRegistry",)

MOST_BYTES = 1 << 20
"""The largest answer that is read."""
_MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


@attrs.define(eq=False)
class HttpRegistry:
    """A `SchemaRegistry` that speaks Confluent's HTTP interface.

    Every question opens a connection of its own: they are few, and nothing stays open between them, so that it
    does not matter on which event loop they are asked.

    Attributes:
        config: What the converter was told.
    """

    config: SchemaRegistryConfig
    _endpoints: tuple[Endpoint, ...] = attrs.field(init=False)
    _tls: SSLContext | None = attrs.field(default=None, init=False)
    _first: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        try:
            import httpx
        except ImportError:
            message = "A schema registry needs httpx: pip install 'connectsdk[registry]'"
            raise ConfigError(message, key="schema.registry.url") from None
        del httpx
        self._endpoints = endpoints(self.config)

    async def by_id(self, schema_id: int) -> RegisteredSchema:
        """Return the schema with this id; as `SchemaRegistry.by_id`."""
        content = await self._ask(ask_by_id(schema_id))
        return registered_in({**content, "id": schema_id, "subject": None, "version": None})

    async def register(
        self, subject: str, definition: SchemaDefinition, *, normalize: bool = False
    ) -> RegisteredSchema:
        """Register a schema; as `SchemaRegistry.register`."""
        content = await self._ask(ask_register(subject, definition, normalize=normalize))
        return registered_in({**content, "subject": subject}, definition)

    async def find(
        self, subject: str, definition: SchemaDefinition, *, normalize: bool = False
    ) -> RegisteredSchema:
        """Return the version with this definition; as `SchemaRegistry.find`."""
        return registered_in(await self._ask(ask_find(subject, definition, normalize=normalize)), definition)

    async def version(self, subject: str, version: int | None = None) -> RegisteredSchema:
        """Return one version of a subject, or its latest; as `SchemaRegistry.version`."""
        return registered_in(await self._ask(ask_version(subject, version)))

    async def aclose(self) -> None:
        """Do nothing: nothing stays open."""

    # -- asking ----------------------------------------------------------------------------------------------

    async def _ask(self, request: Request) -> Any:
        """Ask all addresses in turn, the one that answered last first, and all of them again after a wait."""
        config = self.config
        failure = RetriableError("there is no URL to ask")
        for attempt in range(config.max_retries + 1):
            for step in range(len(self._endpoints)):
                place = (self._first + step) % len(self._endpoints)
                try:
                    content = await self._ask_at(self._endpoints[place], request)
                except RetriableError as error:
                    failure = error
                else:
                    self._first = place
                    return content
            wait = min(config.retries_wait_ms * 2**attempt, config.retries_max_wait_ms) / 1_000
            wait *= 0.5 + random.random() / 2  # noqa: S311 - spreads load
            wait = wait if failure.after is None else max(wait, failure.after)
            if (
                attempt == config.max_retries
                or anyio.current_time() + wait >= anyio.current_effective_deadline()
            ):
                break
            await anyio.sleep(wait)
        raise failure

    async def _ask_at(self, endpoint: Endpoint, request: Request) -> Any:
        """Ask one address; every error names it."""
        try:
            return content_of(await self._send(endpoint, request))
        except (RetriableError, TransportError) as error:
            named = type(error)(f"schema registry {endpoint.url}: {error}")
            if isinstance(error, RetriableError) and isinstance(named, RetriableError):
                named.after = error.after
            raise named from error.__cause__

    async def _send(self, endpoint: Endpoint, request: Request) -> Answer:
        import httpx

        headers = {
            "Accept": _MEDIA_TYPE,
            "Accept-Encoding": "identity",
            "User-Agent": f"connectsdk/{__version__}",
        }
        if endpoint.authorization is not None:
            headers["Authorization"] = endpoint.authorization.value
        if request.body is not None:
            headers["Content-Type"] = _MEDIA_TYPE
        read = self.config.http_read_timeout_ms / 1_000
        timeout = httpx.Timeout(read, connect=self.config.http_connect_timeout_ms / 1_000)
        verify = await self._verifier() if endpoint.url.startswith("https:") else False
        url = endpoint.url + request.path
        try:
            # What the environment says about proxies and passwords is not for a registry.
            async with (
                httpx.AsyncClient(
                    verify=verify, timeout=timeout, trust_env=False, follow_redirects=False
                ) as client,
                client.stream(request.method, url, content=request.body, headers=headers) as response,
            ):
                return await _read(response)
        except (httpx.TransportError, OSError) as error:  # a late alert of TLS comes as it is
            raise _foreign(error) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TransportError(f"{type(error).__name__}: {error}") from error

    async def _verifier(self) -> SSLContext:
        if self._tls is None:
            self._tls = await anyio.to_thread.run_sync(tls_context, self.config)
        return self._tls


async def _read(response: "httpx.Response") -> Answer:
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        raise TransportError(f"it answered with {encoding[:40]} compression, which was not asked for")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TransportError(
                f"its answer is larger than {MOST_BYTES} bytes, more than any schema may have"
            )
    after = response.headers.get("retry-after", "")
    return Answer(
        response.status_code,
        response.headers.get("content-type", ""),
        bytes(body),
        float(after) if after.isdecimal() and len(after) < 6 else None,  # noqa: PLR2004 - a day has five digits
    )


def _foreign(error: Exception) -> ConnectError:
    """Return our error: a broken connection may work later, a certificate that is not trusted will not."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SSLError):
            return TransportError(
                f"TLS failed: {cause.reason or cause}; check schema.registry.url and "
                "schema.registry.ssl.truststore.location"
            )
        cause = cause.__cause__ or cause.__context__
    return RetriableError(f"cannot be reached: {type(error).__name__}: {error}")
