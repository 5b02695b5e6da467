"""What do the commands do that change something on a worker?"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from rich.console import Group
from rich.text import Text

from connectsdk.cli._apply import Change, changes, changes_view
from connectsdk.cli._asking import Asking
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._files import read_requests
from connectsdk.cli._output import Shown, say, show
from connectsdk.cli._rest_answers import Offset, Problem, UnreachableError
from connectsdk.cli._rest_session import ask, complain
from connectsdk.errors import ConfigError, ConnectError

if TYPE_CHECKING:
    from connectsdk.cli._rest_client import RestClient

__all__ = (
    "Confirm",
    "aim",
    "alter_offsets",
    "apply",
    "delete",
    "reset_offsets",
    "restart",
    "set_level",
)

Confirm = Callable[[str], bool]
"""Asks a person; whoever said yes beforehand is not asked."""

DONE: Mapping[str, str] = {"pause": "is pausing", "resume": "is resuming", "stop": "is stopping"}


def apply(asking: Asking, paths: Sequence[Path], confirm: Confirm, *, dry_run: bool) -> ExitCode:
    """Create or update the connectors in some files, after showing what changes."""

    async def command(client: "RestClient") -> ExitCode:
        plan = [changes(file, await _running(client, file.name)) for file in read_requests(paths)]
        if dry_run:
            problems = {change.name: await _problems(client, change) for change in plan}
            show(_planned(plan, problems), asking.output)
            _say(asking, "Nothing was changed.")
            return ExitCode.FAILED if any(problems.values()) else ExitCode.CLEAN
        show(_planned(plan, {}), asking.output)
        due = [change for change in plan if change.action != "unchanged"]
        if due and not confirm(f"Apply this to {client.url}?"):
            return ExitCode.FAILED
        for change in due:
            await _carry_out(client, change)
            _say(asking, f"{change.name} {change.action}d")
        return ExitCode.CLEAN

    return ask(asking, command)


def delete(asking: Asking, names: Sequence[str], confirm: Confirm) -> ExitCode:
    """Delete connectors."""
    plural = "these connectors" if len(names) > 1 else "connector"
    try:
        if not confirm(f"Delete {plural} {', '.join(names)} from {asking.url}?"):
            return ExitCode.FAILED
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    return _each(asking, names, lambda client, name: client.delete(name), "deleted")


def aim(asking: Asking, names: Sequence[str], action: str) -> ExitCode:
    """Pause, resume or stop connectors."""
    return _each(asking, names, lambda client, name: client.aim(name, action), DONE[action])


def restart(
    asking: Asking, names: Sequence[str], *, tasks: bool, only_failed: bool, task: int | None
) -> ExitCode:
    """Restart connectors, their tasks, or one task."""
    if task is not None:
        return _each(
            asking,
            names,
            lambda client, name: client.restart_task(name, task),
            f"is restarting its task {task}",
        )

    async def once(client: "RestClient", name: str) -> None:
        await client.restart(name, include_tasks=tasks, only_failed=only_failed)

    return _each(asking, names, once, "is restarting")


def alter_offsets(
    asking: Asking, name: str, file: Path | None, positions: Sequence[str], confirm: Confirm
) -> ExitCode:
    """Change where a stopped connector goes on."""

    async def command(client: "RestClient") -> ExitCode:
        wanted = [*(_offsets_in(file) if file else ()), *(_position(text) for text in positions)]
        if not wanted:
            raise ConfigError("say where it goes on: -f FILE, or --at TOPIC:PARTITION=OFFSET for a sink")
        for each in wanted:
            say(f"{_flat(each.partition)}: {'none' if each.offset is None else _flat(each.offset)}")
        if not confirm(f"Let connector {name} go on from there?"):
            return ExitCode.FAILED
        say(await client.alter_offsets(name, wanted))
        return ExitCode.CLEAN

    return ask(asking, command)


def reset_offsets(asking: Asking, name: str, confirm: Confirm) -> ExitCode:
    """Forget where a stopped connector was."""

    async def command(client: "RestClient") -> ExitCode:
        if not confirm(f"Let connector {name} begin anew?"):
            return ExitCode.FAILED
        say(await client.reset_offsets(name))
        return ExitCode.CLEAN

    return ask(asking, command)


def set_level(asking: Asking, name: str, level: str, scope: str | None) -> ExitCode:
    """Set a logger's level."""

    async def command(client: "RestClient") -> None:
        changed = await client.set_level(name, level.upper(), scope)
        _say(asking, f"{name} and those below it: {level.upper()} ({len(changed) or 'all'} changed)")

    return ask(asking, command)


async def _running(client: "RestClient", name: str) -> Mapping[str, str] | None:
    from connectsdk.cli._rest_client import MissingError

    try:
        return (await client.connector(name)).config
    except MissingError:
        return None


async def _problems(client: "RestClient", change: Change) -> list[Problem]:
    if change.action == "unchanged":
        return []
    plugin = change.file.config.get("connector.class", "")
    if not plugin:
        return [Problem(key="connector.class", errors=["it is missing"])]
    try:
        return await client.problems(plugin, change.file.config)
    except UnreachableError:
        raise
    except ConnectError as error:
        return [Problem(key="connector.class", errors=[str(error)])]


async def _carry_out(client: "RestClient", change: Change) -> None:
    file = change.file
    if change.action == "create" and file.initial_state != "RUNNING":
        await client.create(file.name, file.config, file.initial_state)
    else:
        await client.put_config(file.name, file.config)


def _planned(plan: Sequence[Change], problems: Mapping[str, Sequence[Problem]]) -> Shown:
    drawn, data = [], []
    for change in plan:
        found = problems.get(change.name, ())
        text = changes_view(change)
        for problem in found:
            for error in problem.errors:
                text.append(f"\n  ! {problem.key}: {error}", "bold red")
        drawn.append(text)
        data.append(
            {
                "connector": change.name,
                "action": change.action,
                "changes": [each.shown() for each in change.keys],
                "problems": [attrs.asdict(problem) for problem in found],
            }
        )
    return Shown(Group(*drawn) if drawn else Text(), data)


def _each(
    asking: Asking,
    names: Sequence[str],
    change: Callable[["RestClient", str], Awaitable[None]],
    done: str,
) -> ExitCode:
    """Change each, also after one that cannot be; the first that could not decides how it ends."""

    async def command(client: "RestClient") -> ExitCode:
        from connectsdk.cli._rest_client import RefusedError

        code = ExitCode.CLEAN
        for name in names:
            try:
                await change(client, name)
            except RefusedError as error:
                told = complain(error)
                code = code or told
            else:
                _say(asking, f"{name} {done}")
        return code

    return ask(asking, command)


def _say(asking: Asking, text: str) -> None:
    """Say what was done to people; programs have the exit code."""
    if asking.output == "table":
        say(text)


def _offsets_in(path: Path) -> list[Offset]:
    try:
        document = json.loads(path.read_bytes())
        return [_offset(each["partition"], each["offset"]) for each in document["offsets"]]
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(
            f'{path}: write {{"offsets": [{{"partition": {{...}}, "offset": {{...}} or null}}]}}, '
            "as `connectsdk offsets NAME --output json` does"
        ) from error


def _offset(partition: Any, offset: Any) -> Offset:
    if not isinstance(partition, dict) or not isinstance(offset, dict | None):
        raise TypeError("a partition is an object, and an offset an object or null")
    return Offset(partition=partition, offset=offset)


def _position(text: str) -> Offset:
    place, _, offset = text.rpartition("=")
    topic, _, partition = place.rpartition(":")
    if not topic or not partition.isdecimal() or not (offset.isdecimal() or offset == "none"):
        raise ConfigError(f"--at {text}: write TOPIC:PARTITION=OFFSET, or none in place of the offset")
    return Offset(
        partition={"kafka_topic": topic, "kafka_partition": int(partition)},
        offset=None if offset == "none" else {"kafka_offset": int(offset)},
    )


def _flat(found: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in found.items())
