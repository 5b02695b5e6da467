"""What do `connectsdk plugins list` and `connectsdk plugins show` tell of what is installed here?"""

import contextlib
import json
import sys
from typing import TYPE_CHECKING

import attrs
import click
from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from connectsdk.cli._asking import Format
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._output import Shown, console, show
from connectsdk.cli._rest_session import complain
from connectsdk.errors import ConnectError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectsdk.config import ConfigKey
    from connectsdk.runtime import OperatedPlugins

__all__ = ("list_plugins", "show_plugin")

TABLE_WIDTH = 130
"""Characters that the table of keys needs to be easy to read."""
SECONDS = 30.0
"""How long installed plugins may take to be imported, all of them."""


def list_plugins(output: Format) -> None:
    """List what is installed here."""
    found = _plugins()
    usable = [*found.plugins(connectors_only=False), *found.config_providers()]
    unusable = found.unusable_plugins()
    drawn = Table(box=SIMPLE_HEAD, header_style="bold")
    for heading in ("type", "class", "version"):
        drawn.add_column(heading, overflow="fold")
    for each in usable:
        drawn.add_row(each.type, Text(each.class_name), each.version or "")
    for bad in unusable:
        drawn.add_row(
            bad.type, Text(f"{bad.name} ({bad.path})"), Text(f"unusable: {bad.reason}", style="red")
        )
    data = {
        "plugins": [attrs.asdict(each) for each in usable],
        "unusable": [attrs.asdict(bad) for bad in unusable],
    }
    try:
        show(Shown(drawn, data), output)
    except ConnectError as error:
        raise SystemExit(complain(error)) from None


def show_plugin(name: str, form: str) -> None:
    """Tell a plugin's keys; end the program if there is none of the name."""
    try:
        keys = _plugins().plugin_keys(name)
    except ConnectError as error:
        click.echo(f"error: {error} See `connectsdk plugins list`.", err=True)
        raise SystemExit(ExitCode.CONFIGURATION) from None
    _tell(keys, form)


def _tell(keys: "tuple[ConfigKey, ...]", form: str) -> None:
    from connectsdk.config import TABLE_HEADER, to_json_schema, to_markdown, to_table

    if form == "json-schema":
        click.echo(json.dumps(to_json_schema(keys), indent=2))
    elif form == "markdown":
        click.echo(to_markdown(keys), nl=False)
    else:
        place = console()
        if place.width < TABLE_WIDTH:
            place.print(*_listed(to_table(keys)), sep="\n")
            return
        drawn = Table(*TABLE_HEADER, box=SIMPLE_HEAD, header_style="bold")
        for row in to_table(keys):
            drawn.add_row(*map(Text, row))
        place.print(drawn)


def _listed(rows: "Sequence[Sequence[str]]") -> list[RenderableType]:
    """Return keys below each other: where a table of six columns has no room."""
    found: list[RenderableType] = []
    for key, kind, default, valid, importance, description in rows:
        given = "required" if default == "(required)" else f"default {default}"
        facts = ", ".join(part for part in (kind, given, valid, f"importance {importance}") if part)
        found += [Text(key, "bold"), *(Padding(Text(each), (0, 0, 0, 4)) for each in (facts, description))]
    return found


def _plugins() -> "OperatedPlugins":
    from connectsdk.runtime import OperatedPlugins, Worker
    from connectsdk.transports.embedded import EmbeddedTransport

    found = OperatedPlugins(Worker(EmbeddedTransport()))
    with contextlib.redirect_stdout(
        sys.stderr
    ):  # a plugin that prints when imported must not break our output
        found.wait_for_plugins(SECONDS)
    return found
