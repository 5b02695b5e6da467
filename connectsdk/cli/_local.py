"""Which commands look at files and at what is installed here?"""

from pathlib import Path

import click

from connectsdk.cli._asking import Format

__all__ = ("plugins", "validate")

VALIDATE_HELP = """Look for everything that is wrong with connectors' configurations. Nothing is started.

Each FILE is what `connectsdk run` takes: Java's `.properties`, or `.json`. Keys that nobody knows are told too; they are
no errors.

\b
Exit code: 0  they can work
           2  one cannot

\b
Examples:
  connectsdk validate source.properties sink.json
  connectsdk validate -w worker.properties orders.json --output json
"""

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


@click.command("validate", help=VALIDATE_HELP, short_help="Look for what is wrong with configurations.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-w", "--worker", metavar="WORKER", type=click.Path(path_type=Path), help="The worker's properties."
)
@click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True, help="Set a property of every connector."
)
@click.option("--output", type=click.Choice(["table", "json", "yaml"]), default="table", show_default=True)
def validate(files: tuple[Path, ...], worker: Path | None, settings: tuple[str, ...], output: Format) -> None:
    """Run the command."""
    from connectsdk.cli._validate import validate as run

    run(files, worker, settings, output)


@click.group("plugins", short_help="What configurations can name, and how it is configured.")
def plugins() -> None:
    """Tell what is installed here; `connectsdk get plugins` asks a worker."""


@plugins.command(
    "list",
    help=LIST_HELP,
    short_help="List connectors, converters, transforms, predicates, config providers.",
)
@click.option("--output", type=click.Choice(["table", "json", "yaml"]), default="table", show_default=True)
def _list(output: Format) -> None:
    from connectsdk.cli._plugins import list_plugins

    list_plugins(output)


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
    from connectsdk.cli._plugins import show_plugin

    show_plugin(name, form)
