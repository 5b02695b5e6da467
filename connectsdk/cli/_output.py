"""How is something shown, to people or to programs?"""

import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Any

import anyio
import attrs
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from connectsdk.cli._asking import Format
from connectsdk.cli._rest_answers import UnreachableError
from connectsdk.errors import ConfigError

__all__ = ("Shown", "console", "plain", "say", "show", "watch")

PIPED = 250
"""Characters in a line where there is no terminal to ask."""


@attrs.frozen
class Shown:
    """Something to show.

    Attributes:
        drawn: For people.
        data: For programs: anything that JSON can say, or attrs values.
    """

    drawn: RenderableType
    data: Any


def console() -> Console:
    """Return where answers go: the terminal as wide as it is, or long lines."""
    found = Console()
    return found if found.is_terminal else Console(width=PIPED)


def say(text: str) -> None:
    """Print a line as it is."""
    console().print(text, markup=False, highlight=False, soft_wrap=True)


def show(shown: Shown, output: Format) -> None:
    """Print it.

    Raises:
        ConfigError: If YAML is asked for and what writes it is not installed.
    """
    if output == "table":
        console().print(shown.drawn)
    else:
        sys.stdout.write(_text(shown.data, output))
        sys.stdout.flush()


async def watch(ask: Callable[[], Awaitable[Shown]], output: Format, every: float) -> None:
    """Print it again and again until interrupted: in place on a terminal, otherwise whenever it has changed.

    As JSON each change is one line. Once there was an answer, waiting goes on while there is none: a worker that is
    started again is seen to come back.

    Raises:
        ConfigError: As `show`.
        ConnectError: If the first time there is no answer, or what is watched is gone.
    """
    place = console()
    live = Live(console=place, auto_refresh=False) if output == "table" and place.is_terminal else None
    with live or nullcontext():
        last = await ask()
        _renew(last, output, live)
        gone: str | None = None
        while True:
            await anyio.sleep(every)
            try:
                shown = await ask()
            except UnreachableError as error:
                if gone is None:
                    _tell_gone(last, str(error), live)
                gone = str(error)
                continue
            if live or gone is not None or plain(shown.data) != plain(last.data):
                _renew(shown, output, live)
            last, gone = shown, None


def _renew(shown: Shown, output: Format, live: Live | None) -> None:
    if live is not None:
        live.update(shown.drawn, refresh=True)
    elif output == "json":
        sys.stdout.write(json.dumps(plain(shown.data), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        show(shown, output)


def _tell_gone(last: Shown, reason: str, live: Live | None) -> None:
    if live is not None:
        live.update(Group(last.drawn, Text(f" {reason}", "red")), refresh=True)
    else:
        Console(stderr=True).print(reason, markup=False, highlight=False, soft_wrap=True)


def plain(value: Any) -> Any:
    """Return a value in what JSON can say."""
    if attrs.has(type(value)):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def _text(data: Any, output: Format) -> str:
    if output == "json":
        return json.dumps(plain(data), indent=2, ensure_ascii=False) + "\n"
    try:
        import yaml
    except ImportError as error:
        raise ConfigError("--output yaml needs a package: pip install 'connectsdk[cli]'") from error
    text: str = yaml.safe_dump(plain(data), sort_keys=False, allow_unicode=True, explicit_start=True)
    return text
