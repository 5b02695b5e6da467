"""Which commands ask a running worker?

Each imports what it needs when it runs, so that `--help` answers at once.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from connectsdk.cli._asking import Asking

__all__ = ("REST_COMMANDS", "access")

F = TypeVar("F", bound=Callable[..., Any])

CODES = """\b
Exit code: 0  done
           1  the worker refused, or something is not as it should be
           2  the command line or a file cannot work
           3  there is no such connector
           4  no worker answered
"""

GET_HELP = f"""List what a worker has.

The worker may be this one's or Java's. Secrets in configurations are not shown.

{CODES}
\b
Examples:
  connectsdk get
  connectsdk get tasks --watch
  connectsdk get connectors --output json
  connectsdk get plugins --url https://connect.example.com:8083 --ca-file ca.pem
"""

DESCRIBE_HELP = f"""Show everything about a connector: its state, tasks, topics, offsets and properties.

{CODES}
\b
Examples:
  connectsdk describe orders
  connectsdk describe orders --watch
  connectsdk describe orders --output yaml
"""

APPLY_HELP = f"""Create or update the connectors in some files, after showing what changes.

Each FILE is Java's `.properties`, or `.json` holding the properties or a create request. A connector that is as its file
says already is left alone. --dry-run lets the worker check the configuration, and changes nothing.

{CODES}
\b
Examples:
  connectsdk apply -f orders.json
  connectsdk apply -f orders.json -f payments.properties --dry-run
  connectsdk apply -f orders.json --yes
"""

DELETE_HELP = f"""Stop connectors and forget them. Their offsets stay: a connector of the same name goes on from there.

{CODES}
\b
Examples:
  connectsdk delete orders
  connectsdk delete orders payments --yes
"""

AIM_HELP = """{what}

{codes}
\b
Examples:
  connectsdk {action} orders
  connectsdk {action} orders payments
"""

RESTART_HELP = f"""Restart connectors, with --tasks their tasks too, or one task.

{CODES}
\b
Examples:
  connectsdk restart orders
  connectsdk restart orders --tasks --only-failed
  connectsdk restart orders --task 2
"""

OFFSETS_HELP = f"""Show, change or forget where a connector is.

A connector must be stopped before its offsets are changed: `connectsdk stop NAME`.

{CODES}
\b
Examples:
  connectsdk offsets orders
  connectsdk offsets orders get --output json > offsets.json
  connectsdk offsets orders alter -f offsets.json
  connectsdk offsets orders-sink alter --at orders:0=1500 --at orders:1=none
  connectsdk offsets orders reset --yes
"""

LOGGERS_HELP = f"""Show or set how much a worker tells.

{CODES}
\b
Examples:
  connectsdk loggers
  connectsdk loggers get connectsdk.task
  connectsdk loggers set connectsdk.task DEBUG
  connectsdk loggers set connectsdk.task INFO --cluster
"""

HEALTH_HELP = f"""Say whether a worker answers and is healthy.

{CODES}
\b
Examples:
  connectsdk health
  connectsdk health --url http://connect:8083 --timeout 2 || echo "call somebody"
"""


def access(command: F) -> F:
    """Add the options that say where the worker is, and how to print."""
    options = (
        click.option(
            "--url",
            metavar="URL",
            envvar="CONNECTSDK_URL",
            default="http://127.0.0.1:8083",
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
        click.option(
            "--ca-file",
            metavar="FILE",
            envvar="CONNECTSDK_CA_FILE",
            show_envvar=True,
            type=click.Path(path_type=Path),
            help="The certificates to trust, instead of the usual ones.",
        ),
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


def _watch(command: F) -> F:
    options = (
        click.option("--watch", is_flag=True, help="Show it again and again, until Ctrl-C."),
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


def _every(options: dict[str, Any]) -> float | None:
    every: float = options.pop("every")
    return every if options.pop("watch") else None


def _yes(command: F) -> F:
    return click.option("-y", "--yes", is_flag=True, help="Do not ask.")(command)


def _confirm(options: dict[str, Any]) -> Callable[[str], bool]:
    if options.pop("yes"):
        return lambda _: True
    return lambda question: click.confirm(question, err=True)


def complete_names(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of connectors for the shell; none when no worker answers at once."""
    from contextlib import suppress

    import anyio

    from connectsdk.errors import ConnectError

    url = context.params.get("url") or "http://127.0.0.1:8083"

    async def names() -> list[str]:
        async with Asking(url=url, timeout=1.0).client() as client:
            return [found.name for found in await client.connectors()]

    with suppress(ConnectError):
        return [name for name in anyio.run(names) if name.startswith(incomplete)]
    return []


def _names(command: F) -> F:
    return click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=complete_names)(
        command
    )


def _name(command: F) -> F:
    return click.argument("name", shell_complete=complete_names)(command)


@click.command("get", help=GET_HELP, short_help="List a worker's connectors, tasks, topics, plugins.")
@click.argument(
    "kind",
    type=click.Choice(["connectors", "tasks", "topics", "plugins", "loggers"]),
    default="connectors",
)
@_watch
@access
def _get(**options: Any) -> None:
    from connectsdk.cli._rest_reads import get

    raise SystemExit(get(Asking.taken_from(options), options.pop("kind"), _every(options)))


@click.command("describe", help=DESCRIBE_HELP, short_help="Show everything about a connector.")
@_name
@click.option("--reveal", is_flag=True, help="Show also properties that may be secrets.")
@_watch
@access
def _describe(**options: Any) -> None:
    from connectsdk.cli._rest_reads import describe

    asking, every = Asking.taken_from(options), _every(options)
    raise SystemExit(describe(asking, options["name"], every, reveal=options["reveal"]))


@click.command("apply", help=APPLY_HELP, short_help="Create or update connectors from files.")
@click.option(
    "-f",
    "--file",
    "paths",
    metavar="FILE",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="A connector; may be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change and what the worker says to it.")
@_yes
@access
def _apply(**options: Any) -> None:
    from connectsdk.cli._rest_writes import apply

    asking, confirm = Asking.taken_from(options), _confirm(options)
    raise SystemExit(apply(asking, options["paths"], confirm, dry_run=options["dry_run"]))


@click.command("delete", help=DELETE_HELP, short_help="Stop connectors and forget them.")
@_names
@_yes
@access
def _delete(**options: Any) -> None:
    from connectsdk.cli._rest_writes import delete

    raise SystemExit(delete(Asking.taken_from(options), options["names"], _confirm(options)))


def _aiming(action: str, what: str, short: str) -> click.Command:
    @click.command(action, help=AIM_HELP.format(what=what, action=action, codes=CODES), short_help=short)
    @_names
    @access
    def command(**options: Any) -> None:
        from connectsdk.cli._rest_writes import aim

        raise SystemExit(aim(Asking.taken_from(options), options["names"], action))

    return command


@click.command("restart", help=RESTART_HELP, short_help="Restart connectors or tasks.")
@_names
@click.option("--tasks", is_flag=True, help="Their tasks, too.")
@click.option("--only-failed", is_flag=True, help="Only what has failed.")
@click.option("--task", metavar="NUMBER", type=click.IntRange(min=0), help="Only this task.")
@access
def _restart(**options: Any) -> None:
    from connectsdk.cli._rest_writes import restart

    asking, names = Asking.taken_from(options), options.pop("names")
    if options["task"] is not None and (options["tasks"] or options["only_failed"]):
        message = "--task names the one task to restart: leave out --tasks and --only-failed"
        raise click.UsageError(message)
    raise SystemExit(restart(asking, names, **options))


@click.command("offsets", help=OFFSETS_HELP, short_help="Show, change or forget where a connector is.")
@_name
@click.argument("action", type=click.Choice(["get", "alter", "reset"]), default="get")
@click.option(
    "-f", "--file", metavar="FILE", type=click.Path(path_type=Path), help="Where it goes on: offsets as JSON."
)
@click.option(
    "--at", "positions", metavar="TOPIC:PARTITION=OFFSET", multiple=True, help="Where a sink goes on."
)
@_yes
@access
def _offsets(**options: Any) -> None:
    asking, confirm = Asking.taken_from(options), _confirm(options)
    name, action, file, positions = (options[key] for key in ("name", "action", "file", "positions"))
    if action != "alter" and (file or positions):
        message = f"-f and --at say where a connector goes on: connectsdk offsets {name} alter"
        raise click.UsageError(message)
    if action == "get":
        from connectsdk.cli._rest_reads import get_offsets

        raise SystemExit(get_offsets(asking, name))
    from connectsdk.cli._rest_writes import alter_offsets, reset_offsets

    if action == "reset":
        raise SystemExit(reset_offsets(asking, name, confirm))
    raise SystemExit(alter_offsets(asking, name, file, positions, confirm))


@click.group(
    "loggers",
    help=LOGGERS_HELP,
    short_help="Show or set how much a worker tells.",
    invoke_without_command=True,
)
@access
@click.pass_context
def _loggers(context: click.Context, /, **options: Any) -> None:
    if context.invoked_subcommand is None:
        from connectsdk.cli._rest_reads import get_loggers

        raise SystemExit(get_loggers(Asking.taken_from(options), None))


@_loggers.command("get", help="Show one logger, or all.")
@click.argument("name", required=False)
@access
def _loggers_get(**options: Any) -> None:
    from connectsdk.cli._rest_reads import get_loggers

    raise SystemExit(get_loggers(Asking.taken_from(options), options["name"]))


@_loggers.command("set", help="Set a logger's level, and that of those below it.")
@click.argument("name")
@click.argument("level")
@click.option("--cluster", is_flag=True, help="On all workers of the cluster.")
@access
def _loggers_set(**options: Any) -> None:
    from connectsdk.cli._rest_writes import set_level

    asking, scope = Asking.taken_from(options), "cluster" if options["cluster"] else None
    raise SystemExit(set_level(asking, options["name"], options["level"], scope))


@click.command("health", help=HEALTH_HELP, short_help="Say whether a worker is healthy.")
@access
def _health(**options: Any) -> None:
    from connectsdk.cli._rest_reads import health

    raise SystemExit(health(Asking.taken_from(options)))


REST_COMMANDS = (
    _get,
    _describe,
    _apply,
    _delete,
    _aiming(
        "pause",
        "Let connectors' tasks wait: what is under way is delivered, nothing more is read.",
        "Let connectors wait.",
    ),
    _aiming("resume", "Let paused or stopped connectors run.", "Let connectors run again."),
    _aiming("stop", "End connectors and their tasks; they stay configured.", "End connectors."),
    _restart,
    _offsets,
    _loggers,
    _health,
)
