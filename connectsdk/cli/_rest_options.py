"""Which options do the commands share that ask a running worker?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from connectsdk.cli._asking import Asking

__all__ = ("access", "asks_first", "confirmation", "every", "of_connector", "of_connectors", "watchable")

DEFAULT_URL = "http://127.0.0.1:8083"

F = TypeVar("F", bound=Callable[..., Any])


def access(command: F) -> F:
    """Add the options that say where the worker is, and how to print."""
    options = (
        click.option(
            "--url",
            metavar="URL",
            envvar="CONNECTSDK_URL",
            default=DEFAULT_URL,
            show_default=True,
            show_envvar=True,
            help="The worker.",
        ),
        click.option(
            "--user",
            metavar="NAME:PASSWORD",
            envvar="CONNECTSDK_USER",
            show_envvar=True,
            help="For basic authentication; others may see a command line, but not the variable.",
        ),
        click.option(
            "--token", metavar="TOKEN", envvar="CONNECTSDK_TOKEN", show_envvar=True, help="A bearer token."
        ),
        _file("--token-file", help="A file with the bearer token."),
        _file("--ca-file", "--cacert", help="The certificates to trust, instead of the usual ones."),
        _file("--cert", help="A certificate to show to the worker, as PEM; its key may be in it."),
        _file("--key", help="The private key of that certificate."),
        click.option(
            "--timeout",
            metavar="SECONDS",
            type=click.FloatRange(min=0, min_open=True),
            default=10.0,
            show_default=True,
            help="How long each answer may take.",
        ),
        click.option(
            "--output",
            type=click.Choice(["table", "json", "yaml"]),
            default="table",
            show_default=True,
            help="For people, or for programs.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _file(*names: str, **more: Any) -> Callable[[F], F]:
    """Return an option that names a file, also settable in the environment."""
    name = names[0].removeprefix("--").replace("-", "_")
    variable = f"CONNECTSDK_{name.upper()}"
    kind = click.Path(path_type=Path)
    return click.option(*names, name, metavar="FILE", envvar=variable, show_envvar=True, type=kind, **more)


def watchable(command: F) -> F:
    """Add the options that show it again and again."""
    options = (
        click.option(
            "--watch",
            is_flag=True,
            help="Show it again and again until Ctrl-C; through a pipe, whenever it has changed.",
        ),
        click.option(
            "--every",
            metavar="SECONDS",
            type=click.FloatRange(min=0.1),
            default=2.0,
            show_default=True,
            help="How often, with --watch.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def every(options: dict[str, Any]) -> float | None:
    """Take out of the options how often to show it; None for once."""
    every: float = options.pop("every")
    return every if options.pop("watch") else None


def asks_first(command: F) -> F:
    """Add the option that nobody is asked."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask.")(command)


def confirmation(options: dict[str, Any]) -> Callable[[str], bool]:
    """Take out of the options who is asked before something changes."""
    if options.pop("yes"):
        return lambda _: True
    return _asked


def _asked(question: str) -> bool:
    """Ask a person.

    Raises:
        KeyboardInterrupt: If the answer is Ctrl-C.
    """
    try:
        return click.confirm(question, err=True)
    except click.Abort as error:
        click.echo(err=True)
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        click.echo("error: nobody answered, so nothing was changed: --yes does it without asking", err=True)
        return False


def complete_names(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of connectors for the shell; none when no worker answers at once."""
    from contextlib import suppress

    import anyio

    from connectsdk.errors import ConnectError

    told = {name: value for name, value in context.params.items() if value is not None}
    asking = Asking.taken_from({"url": DEFAULT_URL, **told, "timeout": 1.0})

    async def names() -> list[str]:
        async with asking.client() as client:
            return [found.name for found in await client.connectors()]

    with suppress(ConnectError):
        return [name for name in anyio.run(names) if name.startswith(incomplete)]
    return []


def of_connectors(command: F) -> F:
    """Take the names of connectors."""
    return click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=complete_names)(
        command
    )


def of_connector(command: F) -> F:
    """Take the name of a connector."""
    return click.argument("name", shell_complete=complete_names)(command)
