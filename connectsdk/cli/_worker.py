"""What does `connectsdk worker` run, and until when?

A worker, its herder and the REST interface, until a signal. What connectors are meant to do is kept where their
records are, in the broker of this process, or in a file of the data directory when that is a Kafka cluster.
"""

import logging
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import anyio
import attrs
from rich.console import Console

from connectsdk._version import __version__
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._files import ConnectorFile, apply_settings, read_properties, read_requests
from connectsdk.cli._interrupts import interruptible
from connectsdk.cli._log_lines import log_to_standard_error
from connectsdk.cli._problems import Written, tell
from connectsdk.cli._run import DATA_DIR, SWITCH_INTERVAL, make_worker
from connectsdk.cli._traces import exported_traces
from connectsdk.errors import ConfigError, ConnectError
from connectsdk.runtime import collect_less_often, give_memory_back
from connectsdk.runtime.herder import BadRequestError, DesiredState, FileDesiredState, Herder

__all__ = ("WorkerOptions", "work")

log = logging.getLogger("connectsdk.worker")

STORE = "connectors.json"
"""The file in the data directory that keeps what connectors are meant to do when the records are in Kafka."""


@attrs.frozen(kw_only=True)
class WorkerOptions:
    """The command line.

    Attributes:
        connectors: Files of connectors that are created or updated at the start.
        worker_file: The worker's file.
        settings: `key=value` for the worker.
        bootstrap: A Kafka broker.
        data_dir: Where the worker keeps what it keeps.
        log_level: How much the runtime tells.
        log_format: How a log line is written.
    """

    connectors: tuple[Path, ...] = ()
    worker_file: Path | None = None
    settings: tuple[str, ...] = ()
    bootstrap: str | None = None
    data_dir: Path | None = None
    log_level: str = "info"
    log_format: Literal["plain", "json"] = "plain"

    def worker(self) -> Written:
        """Return the worker's properties: those of its file, and over them those of the command line.

        Raises:
            ConfigError: If they cannot be read.
        """
        flags = {"bootstrap.servers": self.bootstrap, "data.dir": self.data_dir}
        given = {
            **apply_settings(self.settings),
            **{key: str(value) for key, value in flags.items() if value is not None},
        }
        written = {} if self.worker_file is None else read_properties(self.worker_file)
        return Written("The worker", self.worker_file, {**written, **given}, frozenset(given))


def work(options: WorkerOptions) -> ExitCode:
    """Run a worker and return how it ended."""
    console = Console(stderr=True)

    def complain(text: str) -> None:
        console.print(f"error: {text}", markup=False, highlight=False, soft_wrap=True)

    try:
        settings = options.worker()
        connectors = read_requests(options.connectors)
        log_to_standard_error(options.log_level, options.log_format)
    except ConfigError as error:
        complain(str(error))
        return ExitCode.CONFIGURATION
    sys.path.insert(0, str(Path.cwd()))  # as `python -m` does: a connector may be a module of this directory
    collect_less_often()
    sys.setswitchinterval(SWITCH_INTERVAL)
    return anyio.run(_Service(settings, connectors, complain).run)


@attrs.define(eq=False)
class _Service:
    """One worker from start to stop."""

    settings: Written
    connectors: Sequence[ConnectorFile]
    complain: Callable[[str], None]

    async def run(self) -> ExitCode:
        """Serve until a signal, or until it turns out that this cannot work."""
        async with interruptible() as interrupted:
            return await self._run(interrupted)

    async def _run(self, interrupted: anyio.CancelScope) -> ExitCode:
        try:
            with interrupted:
                async with _serving(self.settings.config) as herder:
                    await self._begin(herder)
                    await give_memory_back(lambda: len(herder.connectors()))
        except ConfigError as error:
            self.complain("\n".join(tell(error, self.settings)))
            return ExitCode.CONFIGURATION
        except BadRequestError as error:
            self.complain(str(error))
            return ExitCode.CONFIGURATION
        except ConnectError as error:
            self.complain(str(error))
            return ExitCode.FAILED
        log.info("stopped")
        return ExitCode.CLEAN

    async def _begin(self, herder: Herder) -> None:
        """Create or update the connectors that were named."""
        for file in self.connectors:
            known = file.name in herder.connectors()
            if known and herder.info(file.name).config == file.config:
                log.info("connector %s: as in %s already", file.name, file.path)
                continue
            if known:
                await herder.put_config(file.name, file.config)
            else:
                await herder.create(file.name, file.config, file.initial_state)
            log.info("connector %s: %s from %s", file.name, "updated" if known else "created", file.path)


@asynccontextmanager
async def _serving(config: Mapping[str, str]) -> AsyncIterator[Herder]:
    """Give a herder that follows what is desired and is reached over REST."""
    from connectsdk.http import HttpConfig, serve

    async with AsyncExitStack() as stack:
        worker = await make_worker(config)
        await worker.prepare()
        stack.enter_context(worker.properties.secrets.kept())
        resolved = worker.properties.properties
        rest = HttpConfig.read(resolved)
        await stack.enter_async_context(exported_traces(worker.config))
        await stack.enter_async_context(worker)
        herder = Herder(worker, _desired_state(resolved))
        await stack.enter_async_context(herder)
        try:
            served = await stack.enter_async_context(serve(herder, rest))
        except OSError as error:
            raise ConnectError(
                f"REST cannot listen on {', '.join(rest.listeners)}: {error.strerror}: "
                "does another worker run? `listeners` takes another port"
            ) from error
        where = worker.transport.description
        log.info(
            "connectsdk %s is up at %s; its records are in %s", __version__, ", ".join(served.urls), where
        )
        yield herder


def _desired_state(config: Mapping[str, Any]) -> DesiredState | None:
    """Return the file that keeps what is desired; None: the worker's own broker does."""
    if not config.get("bootstrap.servers", "").strip():
        return None
    return FileDesiredState(Path(config.get("data.dir", "").strip() or DATA_DIR) / STORE)
