"""Which commands deal with dead letters?

Each imports what it needs when it runs, so that `--help` answers at once.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = ("dlq",)

F = TypeVar("F", bound=Callable[..., Any])

DLQ_HELP = """List, show and replay dead letters.

TOPIC is a connector's `errors.deadletterqueue.topic.name`. What went wrong, where and why is known of dead letters
written with `errors.deadletterqueue.context.headers.enable=true`, by connectsdk or by a Java worker.
"""

LIST_HELP = """List the dead letters of a topic.

\b
Examples:
  connectsdk dlq list orders-dlq
  connectsdk dlq list orders-dlq --stage value_converter --error SchemaError
  connectsdk dlq list orders-dlq --since 2026-01-31T12:00 --output json
  connectsdk dlq list orders-dlq --bootstrap localhost:9092
"""

SHOW_HELP = """Show dead letters: the record, where it came from, and why it failed.

ID is a dead letter's partition and offset, as `connectsdk dlq list` says it.

A record is shown as JSON or a text, if it looks like one. With --config it is what the connector's converters read:
of Avro, for instance, with the schema from the registry.

\b
Examples:
  connectsdk dlq show orders-dlq 0-17
  connectsdk dlq show orders-dlq 0-17 --output json
  connectsdk dlq show orders-dlq 0-17 --config orders.properties --worker worker.properties
"""

REPLAY_HELP = """Send dead letters again, each at most once.

A sink's dead letter goes back to the topic it was consumed from, as it was: every reader of that topic sees it again.
To reach one sink only, send it with --to to a topic that only this sink reads. A source's dead letter goes through the
connector's current transforms and converters, which --config names, to its topic.

The record and a note that it was replayed, in the compacted topic TOPIC.replayed, are written in one transaction:
a dead letter that was replayed is not sent again, also when a replay was cut short.

\b
Exit code: 0  all were sent, filtered, or replayed before
           1  some were refused, or the broker could not be reached
           2  a configuration or the command line cannot work

\b
Examples:
  connectsdk dlq replay orders-dlq --all --dry-run
  connectsdk dlq replay orders-dlq --connector orders --stage transformation
  connectsdk dlq replay orders-dlq 0-17 --value '{"id": 7, "amount": 0}'
  connectsdk dlq replay orders-dlq --all --to orders-retry
  connectsdk dlq replay lines-dlq --all --config lines.properties
"""


@click.group("dlq", help=DLQ_HELP, short_help="List, show and replay dead letters.")
def dlq() -> None:
    pass


def _where(command: F) -> F:
    """Add the options that say which broker holds the topic, and how to print."""
    options = (
        click.option(
            "-w",
            "--worker",
            "worker_file",
            metavar="WORKER",
            type=click.Path(path_type=Path),
            help="The worker's properties.",
        ),
        click.option("--bootstrap", metavar="HOST:PORT", help="A Kafka broker; wins over the worker file."),
        click.option(
            "--data-dir",
            metavar="DIR",
            show_default="the worker's data.dir, or connectsdk-data",
            type=click.Path(path_type=Path, file_okay=False),
            help="Where the broker in this process keeps its topics; no worker may be using it.",
        ),
        click.option(
            "--output",
            type=click.Choice(["table", "json"]),
            default="table",
            show_default=True,
            help="For people, or for programs.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _as_read(command: F) -> F:
    """Add the option that says how to read records."""
    return click.option(
        "-c",
        "--config",
        "configs",
        metavar="CONNECTOR",
        multiple=True,
        type=click.Path(path_type=Path),
        help="A sink connector's file: its converters read its dead letters.",
    )(command)


def _which(command: F) -> F:
    """Add the options that select dead letters."""
    options = (
        click.option("--connector", metavar="NAME", help="Only this connector's."),
        click.option("--stage", metavar="STAGE", help="Only those that failed there: VALUE_CONVERTER, ..."),
        click.option("--error", metavar="CLASS", help="Only those whose error's class contains this."),
        click.option("--since", metavar="TIME", help="Only records with this timestamp or a later one."),
        click.option("--until", metavar="TIME", help="Only records with an earlier timestamp."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dlq.command("list", help=LIST_HELP, short_help="List the dead letters of a topic.")
@click.argument("topic")
@_which
@_as_read
@_where
def _list(**options: Any) -> None:
    from connectsdk.cli._dlq_commands import Letters, list_letters

    raise SystemExit(list_letters(Letters(**options)))


@dlq.command("show", help=SHOW_HELP, short_help="Show dead letters with everything they say.")
@click.argument("topic")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@_as_read
@_where
def _show(**options: Any) -> None:
    from connectsdk.cli._dlq_commands import Letters, show_letter

    raise SystemExit(show_letter(Letters(**options)))


@dlq.command("replay", help=REPLAY_HELP, short_help="Send dead letters again, each at most once.")
@click.argument("topic")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All dead letters of the topic.")
@_which
@click.option("--to", metavar="TOPIC", help="Send them to this topic instead.")
@click.option(
    "-c",
    "--config",
    metavar="CONNECTOR",
    type=click.Path(path_type=Path),
    help="The source connector's file, for the dead letters of a source.",
)
@click.option("--value", metavar="TEXT", help="What replaces the value of the one dead letter that is named.")
@click.option(
    "--value-file", metavar="FILE", type=click.Path(path_type=Path), help="A file that holds its new value."
)
@click.option(
    "--timestamp",
    type=click.Choice(["original", "now"]),
    default="original",
    show_default=True,
    help="Whether records keep their timestamp; a topic deletes what is older than its retention.ms.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@_where
def _replay(**options: Any) -> None:
    from connectsdk.cli._dlq_commands import Letters, ReplayOptions, replay_letters

    names = ("to", "config", "dry_run", "everything", "value", "value_file", "timestamp")
    own = {name: options.pop(name) for name in names}
    raise SystemExit(replay_letters(Letters(**options), ReplayOptions(**own)))
