"""A worker with its REST API on a free port, to be run on a thread of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs

from connectsdk import EmbeddedTransport
from connectsdk.http import HttpConfig, serve
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder

__all__ = ("served",)


@asynccontextmanager
async def served(config: HttpConfig | None = None) -> AsyncIterator[str]:
    """Serve until the block is left; hand out the URL."""
    http = attrs.evolve(config or HttpConfig(), listeners=("http://127.0.0.1:0",))
    async with Worker(EmbeddedTransport()) as worker, Herder(worker) as herder, serve(herder, http) as found:
        yield found.url
