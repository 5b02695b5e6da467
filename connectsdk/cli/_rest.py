"""Which commands ask a running worker?

Each imports what it needs when it runs, so that `--help` answers at once.
"""

from pathlib import Path
from typing import Any

import click

from connectsdk.cli._asking import Asking
from connectsdk.cli._rest_options import (
    access,
    asks_first,
    confirmation,
    every,
    of_connector,
    of_connectors,
    watchable,
)

__all__ = ("REST_COMMANDS",)

LEVELS = ("OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL")
CODES = """\b
Exit code: 0    done
           1    the worker refused, or something is not as it should be
           2    the command line or a file cannot work
           3    there is no such connector
           4    no worker answered
           130  Ctrl-C
"""
WATCHING = CODES.replace("Ctrl-C", "Ctrl-C; with --watch that is a clean end: 0")

GET_HELP = f"""List what a worker has.

The worker may be this one's or Java's. Secrets in configurations are not shown.

{WATCHING}
\b
Examples:
  connectsdk get
  connectsdk get tasks --watch
  connectsdk get connectors --output json
  connectsdk get plugins --url https://connect.example.com:8083 --ca-file ca.pem
"""

DESCRIBE_HELP = f"""Show everything about a connector: its state, tasks, topics, offsets and properties.

{WATCHING}
\b
Examples:
  connectsdk describe orders
  connectsdk describe orders --watch
  connectsdk describe orders --output yaml
"""

EXPLAIN_HELP = f"""Say why a connector is slow, stuck or failed, and what to do.

A worker of connectsdk says what each task is at, and for how long; of another one, what failed is known.

{WATCHING}
\b
Examples:
  connectsdk explain orders
  connectsdk explain orders --output json
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

{CODES.replace("such connector", "such logger")}
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


@click.command("get", help=GET_HELP, short_help="List a worker's connectors, tasks, topics, plugins.")
@click.argument(
    "kind",
    type=click.Choice(["connectors", "tasks", "topics", "plugins", "loggers"]),
    default="connectors",
)
@watchable
@access
def _get(**options: Any) -> None:
    from connectsdk.cli._rest_reads import get

    raise SystemExit(get(Asking.taken_from(options), options.pop("kind"), every(options)))


@click.command("describe", help=DESCRIBE_HELP, short_help="Show everything about a connector.")
@of_connector
@click.option("--reveal", is_flag=True, help="Show also properties that may be secrets.")
@watchable
@access
def _describe(**options: Any) -> None:
    from connectsdk.cli._rest_reads import describe

    asking, again = Asking.taken_from(options), every(options)
    raise SystemExit(describe(asking, options["name"], again, reveal=options["reveal"]))


@click.command("explain", help=EXPLAIN_HELP, short_help="Say why a connector is slow or stuck.")
@of_connector
@watchable
@access
def _explain(**options: Any) -> None:
    from connectsdk.cli._explain import explain

    asking, again = Asking.taken_from(options), every(options)
    raise SystemExit(explain(asking, options["name"], again))


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
@asks_first
@access
def _apply(**options: Any) -> None:
    from connectsdk.cli._rest_writes import apply

    asking, confirm = Asking.taken_from(options), confirmation(options)
    raise SystemExit(apply(asking, options["paths"], confirm, dry_run=options["dry_run"]))


@click.command("delete", help=DELETE_HELP, short_help="Stop connectors and forget them.")
@of_connectors
@asks_first
@access
def _delete(**options: Any) -> None:
    from connectsdk.cli._rest_writes import delete

    raise SystemExit(delete(Asking.taken_from(options), options["names"], confirmation(options)))


def _aiming(action: str, what: str, short: str) -> click.Command:
    @click.command(action, help=AIM_HELP.format(what=what, action=action, codes=CODES), short_help=short)
    @of_connectors
    @access
    def command(**options: Any) -> None:
        from connectsdk.cli._rest_writes import aim

        raise SystemExit(aim(Asking.taken_from(options), options["names"], action))

    return command


@click.command("restart", help=RESTART_HELP, short_help="Restart connectors or tasks.")
@of_connectors
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
@of_connector
@click.argument("action", type=click.Choice(["get", "alter", "reset"]), default="get")
@click.option(
    "-f", "--file", metavar="FILE", type=click.Path(path_type=Path), help="Where it goes on: offsets as JSON."
)
@click.option(
    "--at", "positions", metavar="TOPIC:PARTITION=OFFSET", multiple=True, help="Where a sink goes on."
)
@asks_first
@access
def _offsets(**options: Any) -> None:
    asking, confirm = Asking.taken_from(options), confirmation(options)
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
@click.argument("level", type=click.Choice(LEVELS, case_sensitive=False))
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
    _explain,
    _apply,
    _delete,
    _aiming(
        "pause",
        "Let connectors' tasks wait: what is under way is delivered, nothing more is read.",
        "Let connectors wait; they keep their tasks.",
    ),
    _aiming("resume", "Let paused or stopped connectors run.", "Let connectors run again."),
    _aiming(
        "stop",
        "End connectors and their tasks; they stay configured.",
        "End connectors; they stay configured.",
    ),
    _restart,
    _offsets,
    _loggers,
    _health,
)
