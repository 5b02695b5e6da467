"""What does `connectsdk run` run, and on what?"""

import logging
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import anyio
import attrs
from rich.console import Console

from connectsdk.cli._display import choose_display
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._files import ConnectorFile, apply_settings, read_connectors, read_properties
from connectsdk.cli._problems import Written
from connectsdk.cli._session import Session
from connectsdk.errors import ConfigError
from connectsdk.runtime import Worker, collect_less_often, resolved_properties
from connectsdk.runtime.logs import TextFormatter, configure_logging
from connectsdk.transport import Transport

__all__ = (
    "DATA_DIR",
    "SWITCH_INTERVAL",
    "RunOptions",
    "make_worker",
    "open_transport",
    "opened_transport",
    "run",
)

DATA_DIR = "connectsdk-data"
SWITCH_INTERVAL = 0.001
"""Seconds after which a thread that computes lets others go on: one that spins must not slow them down more."""
CLIENT_PREFIXES = ("sasl.", "security.", "ssl.")
CLIENT_KEYS = frozenset(
    {"client.id", "connections.max.idle.ms", "metadata.max.age.ms", "request.timeout.ms", "retry.backoff.ms"}
)


@attrs.frozen(kw_only=True)
class RunOptions:
    """The command line.

    Attributes:
        connectors: The connectors' files.
        worker_file: The worker's file.
        settings: `key=value` for every connector.
        bootstrap: A Kafka broker.
        data_dir: Where the embedded broker keeps its topics; the worker's `data.dir`, or `connectsdk-data`, if None.
        until_idle: Stop after so many seconds without a record.
        progress: How to show progress.
        log_level: How much the runtime tells.
        log_format: Lines for people, or JSON for programs.
    """

    connectors: tuple[Path, ...]
    worker_file: Path | None = None
    settings: tuple[str, ...] = ()
    bootstrap: str | None = None
    data_dir: Path | None = None
    until_idle: float | None = None
    progress: Literal["auto", "live", "lines", "off"] = "auto"
    log_level: str = "warning"
    log_format: Literal["plain", "json"] = "plain"


def run(options: RunOptions) -> ExitCode:
    """Run connectors and return how it ended."""
    console = Console(stderr=True)

    def complain(text: str) -> None:
        console.print(f"error: {text}", markup=False, highlight=False, soft_wrap=True)

    _log_to(console, options.log_level, options.log_format)
    try:
        worker, connectors = _read(options)
    except ConfigError as error:
        complain(str(error))
        return ExitCode.CONFIGURATION
    sys.path.insert(0, str(Path.cwd()))  # as `python -m` does: a connector may be a module of this directory
    session = Session(
        worker=lambda: make_worker(worker.config),
        settings=worker,
        connectors=[(file.name, _written(file, options)) for file in connectors],
        display=choose_display(options.progress, console),
        complain=complain,
        until_idle=options.until_idle,
    )
    collect_less_often()
    sys.setswitchinterval(SWITCH_INTERVAL)
    return anyio.run(session.run)


def _read(options: RunOptions) -> tuple[Written, tuple[ConnectorFile, ...]]:
    settings = apply_settings(options.settings)
    worker = _worker(options)
    connectors = read_connectors(options.connectors, settings)
    return worker, connectors


def _worker(options: RunOptions) -> Written:
    """Return the worker's properties: those of its file, and over them those of the command line."""
    path = options.worker_file
    flags = {"bootstrap.servers": options.bootstrap, "data.dir": options.data_dir}
    given = {key: str(value) for key, value in flags.items() if value is not None}
    written = {} if path is None else read_properties(path)
    return Written("The worker", path, {**written, **given}, frozenset(given))


def _written(file: ConnectorFile, options: RunOptions) -> Written:
    overridden = frozenset(apply_settings(options.settings))
    return Written(f"Connector '{file.name}'", file.path, file.config, overridden)


async def make_worker(config: Mapping[str, str]) -> Worker:
    """Return a worker with these properties, on the transport that they name."""
    return Worker(await open_transport(config), {"task.isolation": "thread", **config})


async def open_transport(config: Mapping[str, str]) -> Transport:
    """Return the transport that a worker's properties name, with references in them replaced."""
    async with resolved_properties(config) as resolved:
        return _transport_for({key: str(value) for key, value in resolved.items()})


@asynccontextmanager
async def opened_transport(config: Mapping[str, str]) -> AsyncIterator[Transport]:
    """Give the transport that a worker's properties name, open; what is raised or logged has no secret of theirs in it."""
    async with (
        resolved_properties(config) as resolved,
        _transport_for({key: str(value) for key, value in resolved.items()}) as transport,
    ):
        yield transport


def _transport_for(config: Mapping[str, str]) -> Transport:
    """Return Kafka when there is a bootstrap server, the broker in this process otherwise."""
    if servers := config.get("bootstrap.servers", "").strip():
        from connectsdk.transports.kafka import KafkaTransport

        return KafkaTransport(servers, settings=_client_settings(config))
    from connectsdk.transports.embedded import EmbeddedTransport

    return EmbeddedTransport(config.get("data.dir", "").strip() or DATA_DIR)


def _client_settings(config: Mapping[str, str]) -> Mapping[str, str]:
    """Return those of the worker's properties that every client of a Kafka cluster takes."""
    return {
        key: text for key, text in config.items() if key in CLIENT_KEYS or key.startswith(CLIENT_PREFIXES)
    }


def _log_to(console: Console, level: str, form: Literal["plain", "json"]) -> None:
    handler = _ConsoleHandler(console)
    handler.setFormatter(TextFormatter("%H:%M:%S"))
    configure_logging(level, form, handler=handler)


class _ConsoleHandler(logging.Handler):
    """Writes log lines above the live table."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.console = console

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.console.print(self.format(record), markup=False, highlight=False, soft_wrap=True)
        except OSError:
            self.handleError(record)
