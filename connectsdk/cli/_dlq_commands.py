"""What do `connectsdk dlq list`, `show` and `replay` do?"""

import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import anyio
import attrs
from rich.console import Console

from connectsdk.cli._dlq_letters import Selection
from connectsdk.cli._dlq_session import Found, Replay, decoded_by, find
from connectsdk.cli._dlq_view import (
    letter_view,
    letters_json,
    letters_view,
    outcomes_json,
    outcomes_view,
    print_to,
)
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._files import ConnectorFile, read_connector, read_properties
from connectsdk.cli._run import opened_transport
from connectsdk.errors import ConfigError, ConnectError
from connectsdk.runtime import ConsumedReader, SourceReplay
from connectsdk.transport import Transport

__all__ = ("Letters", "ReplayOptions", "list_letters", "replay_letters", "show_letter")

PIPED = 250
"""Characters in a line where there is no terminal to ask: enough for a reason to be searched for."""

Command = Callable[[Transport, Console], Awaitable[ExitCode]]


@attrs.frozen(kw_only=True)
class Letters:
    """Where dead letters are, which are meant, and how to show them.

    Attributes:
        topic: The dead letter topic.
        worker_file: The worker's file.
        bootstrap: A Kafka broker.
        data_dir: Where the embedded broker keeps its topics.
        connector: The connector's name.
        stage: Where they failed.
        error: A part of the error's class.
        since: The failed record's timestamp at the earliest.
        until: The failed record's timestamp before which.
        configs: The files of sink connectors whose converters read their dead letters.
        output: For people or for programs.
        ids: Their places in the topic.
    """

    topic: str
    worker_file: Path | None = None
    bootstrap: str | None = None
    data_dir: Path | None = None
    connector: str | None = None
    stage: str | None = None
    error: str | None = None
    since: str | None = None
    until: str | None = None
    configs: tuple[Path, ...] = ()
    output: Literal["table", "json"] = "table"
    ids: tuple[str, ...] = ()

    @property
    def selection(self) -> Selection:
        """Which of them are meant.

        Raises:
            ConfigError: If a time cannot be read.
        """
        return Selection(
            ids=frozenset(self.ids),
            connector=self.connector,
            stage=self.stage,
            error=self.error,
            since=_milliseconds("--since", self.since),
            until=_milliseconds("--until", self.until),
        )

    def worker(self) -> Mapping[str, str]:
        """Return the worker's properties, and those of the command line over them.

        Raises:
            ConfigError: If the file cannot be read.
        """
        flags = {"bootstrap.servers": self.bootstrap, "data.dir": self.data_dir}
        written = {} if self.worker_file is None else read_properties(self.worker_file)
        return {**written, **{key: str(value) for key, value in flags.items() if value is not None}}


@attrs.frozen(kw_only=True)
class ReplayOptions:
    """What a replay is told besides.

    Attributes:
        to: The topic they go to.
        config: The source connector's file.
        dry_run: Only tell what would be done.
        everything: Replay all dead letters of the topic.
        value: What replaces the one dead letter's value.
        value_file: A file that holds what replaces it.
        timestamp: Whether records keep their timestamp.
    """

    to: str | None = None
    config: Path | None = None
    dry_run: bool = False
    everything: bool = False
    value: str | None = None
    value_file: Path | None = None
    timestamp: Literal["original", "now"] = "original"

    def replacement(self) -> bytes | None:
        """Return what replaces a value, if anything does.

        Raises:
            ConfigError: If two values are given, or the file cannot be read.
        """
        if self.value is not None and self.value_file is not None:
            message = "give either --value or --value-file"
            raise ConfigError(message)
        if self.value_file is None:
            return None if self.value is None else self.value.encode()
        try:
            return self.value_file.read_bytes()
        except OSError as error:
            message = f"{self.value_file} cannot be read: {error.strerror}"
            raise ConfigError(message) from error


def list_letters(letters: Letters) -> ExitCode:
    """List dead letters."""

    async def command(transport: Transport, console: Console) -> ExitCode:
        found = await _decoded(letters, await find(transport, letters.topic, letters.selection))
        as_json = letters.output == "json"
        print_to(console, letters_json(found.letters, found) if as_json else letters_view(found))
        return ExitCode.CLEAN

    return _run(letters, command)


def show_letter(letters: Letters) -> ExitCode:
    """Show dead letters with everything they say."""

    async def command(transport: Transport, console: Console) -> ExitCode:
        found = await _decoded(letters, await find(transport, letters.topic, letters.selection))
        missing = sorted(set(letters.ids) - {letter.id for letter in found.letters})
        if missing:
            message = (
                f"{letters.topic} has no dead letter {', '.join(missing)}; connectsdk dlq list says which"
            )
            raise ConfigError(message)
        if letters.output == "json":
            print_to(console, letters_json(found.letters, found))
            return ExitCode.CLEAN
        for number, letter in enumerate(found.letters):
            if number:
                console.rule()
            print_to(console, letter_view(letter, found))
        return ExitCode.CLEAN

    return _run(letters, command)


def replay_letters(letters: Letters, options: ReplayOptions) -> ExitCode:
    """Replay dead letters."""

    async def command(transport: Transport, console: Console) -> ExitCode:
        selection = letters.selection
        if selection.everything and not options.everything:
            message = "say which: name dead letters, select some, or take --all"
            raise ConfigError(message)
        value = options.replacement()
        if value is not None and len(letters.ids) != 1:
            message = "a new value is for one dead letter: name it"
            raise ConfigError(message)
        async with AsyncExitStack() as stack:
            source = None
            if options.config is not None:
                file = _connector(options.config)
                opened = await SourceReplay.of(file.name, file.config, letters.worker())
                source = await stack.enter_async_context(opened)
            replay = Replay(transport, letters.topic, options.to, source, value, options.timestamp)
            if options.dry_run:
                outcomes = await replay.dry(await find(transport, letters.topic, selection))
            else:
                outcomes = await replay.run(selection)
        print_to(console, outcomes_json(outcomes) if letters.output == "json" else outcomes_view(outcomes))
        refused = any(outcome.result == "refused" for outcome in outcomes)
        return ExitCode.FAILED if refused else ExitCode.CLEAN

    return _run(letters, command)


async def _decoded(letters: Letters, found: Found) -> Found:
    """Return dead letters as their connectors' converters read them, where these are known."""
    if not letters.configs:
        return found
    async with AsyncExitStack() as stack:
        readers: dict[str, ConsumedReader] = {}
        for path in letters.configs:
            file = _connector(path)
            opened = await ConsumedReader.of(file.name, file.config, letters.worker())
            readers[file.name] = await stack.enter_async_context(opened)
        return attrs.evolve(found, letters=[await decoded_by(readers, letter) for letter in found.letters])


def _connector(path: Path) -> ConnectorFile:
    sys.path.insert(0, str(Path.cwd()))  # a connector may be a module of this directory
    return read_connector(path, {})


def _run(letters: Letters, command: Command) -> ExitCode:
    complaints = Console(stderr=True)

    async def session() -> ExitCode:
        async with opened_transport(letters.worker()) as transport:
            console = Console()
            if not console.is_terminal:
                console = Console(width=PIPED)
            return await command(transport, console)

    try:
        return anyio.run(session)
    except ConfigError as error:
        code, text = ExitCode.CONFIGURATION, str(error)
    except ConnectError as error:
        code, text = ExitCode.FAILED, str(error)
    complaints.print(f"error: {text}", markup=False, highlight=False, soft_wrap=True)
    return code


def _milliseconds(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    if text.isdecimal():
        return int(text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{option} {text}: write a time as 2026-01-31T12:00 (UTC) or in milliseconds since 1970"
        raise ConfigError(message) from error
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1_000)
