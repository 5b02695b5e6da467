"""What do `connectsdk plugins list` and `connectsdk plugins show` tell of what is installed here?"""

import contextlib
import json
import sys
from typing import TYPE_CHECKING

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._output import Shown, console, show
from connectsdk.errors import ConnectError

if TYPE_CHECKING:
    from connectsdk.config import ConfigKey
    from connectsdk.runtime import OperatedPlugins

__all__ = ("plugins",)

SECONDS = 30.0
"""How long installed plugins may take to be imported, all of them."""


LIST_HELP = """List what is installed here; what cannot be used is listed with the reason.

\b
Examples:
  connectsdk plugins list
  connectsdk plugins list --output json
"""

SHOW_HELP = """Tell the configuration keys of a plugin, by its full or simple name, or the name it is installed under.

\b
Examples:
  connectsdk plugins show FileStreamSource
  connectsdk plugins show 'MaskField$Value' --format markdown
  connectsdk plugins show JsonConverter --format json-schema
"""


@click.group("plugins", short_help="What configurations can name, and how it is configured.")
def plugins() -> None:
    """Tell what is installed here; `connectsdk get plugins` asks a worker."""


@plugins.command(
    "list",
    help=LIST_HELP,
    short_help="List connectors, converters, transforms, predicates, config providers.",
)
@click.option("--output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def _list(output: str) -> None:
    """Run the command."""
    import attrs

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
    show(Shown(drawn, data), "json" if output == "json" else "table")


@plugins.command("show", help=SHOW_HELP, short_help="Tell a plugin's configuration keys.")
@click.argument("name")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "markdown", "json-schema"]),
    default="table",
    show_default=True,
    help="json-schema is for editors and for checks elsewhere.",
)
def _show(name: str, form: str) -> None:
    """Run the command."""
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
        drawn = Table(*TABLE_HEADER, box=SIMPLE_HEAD, header_style="bold")
        for row in to_table(keys):
            drawn.add_row(*map(Text, row))
        console().print(drawn)


def _plugins() -> "OperatedPlugins":
    from connectsdk.runtime import OperatedPlugins, Worker
    from connectsdk.transports.embedded import EmbeddedTransport

    found = OperatedPlugins(Worker(EmbeddedTransport()))
    with contextlib.redirect_stdout(
        sys.stderr
    ):  # a plugin that prints when imported must not break our output
        found.wait_for_plugins(SECONDS)
    return found
