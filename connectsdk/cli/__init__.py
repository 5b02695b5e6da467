"""Which commands are there?

Each command imports what it needs when it runs, so that `--help` answers at once.
"""

from pathlib import Path
from typing import Any

import click

from connectsdk._version import __version__
from connectsdk.cli._completion import completion
from connectsdk.cli._dlq import dlq
from connectsdk.cli._local import plugins, validate
from connectsdk.cli._rest import REST_COMMANDS
from connectsdk.cli._running_options import choice, file_of, logs, place, seconds
from connectsdk.cli._sections import Sections

__all__ = ("main",)

MAIN_EXAMPLES = """\b
Examples:
  connectsdk demo
  connectsdk run source.properties sink.properties
  connectsdk validate source.properties
  connectsdk worker --bootstrap localhost:9092
  connectsdk apply -f orders.json
  connectsdk dlq list orders-dlq
  connectsdk run --help
"""

RUN_HELP = """Run connectors until they finish, or until you stop them.

Each CONNECTOR is a file: Java's `.properties`, or `.json` holding the properties or a create request
({"name": ..., "config": {...}}). Without a bootstrap server, from --bootstrap or from the worker file, the
topics live in a broker inside this process that keeps them in the data directory.

Ctrl-C stops cleanly: records under way are delivered and their offsets stored. A second one stops at once.

\b
Exit code: 0  a clean end
           1  a connector failed, or the broker could not be reached
           2  a configuration cannot work

\b
Examples:
  connectsdk run source.properties sink.properties
  connectsdk run orders.json --set tasks.max=4 --until-idle 5
  connectsdk run -w worker.properties orders.json --bootstrap localhost:9092
"""

NEW_HELP = """Begin a project with a source, a sink or a transform.

It installs, passes its own tests and runs on the broker in the process as it stands; pyproject.toml declares the plugin,
so that workers find it by name.

\b
Examples:
  connectsdk new source tea-shop
  connectsdk new transform mask-names --into projects/masks
"""

PREVIEW_HELP = """Show what would become of real records, stage by stage, without writing anything.

A source's task is started and polled as it would be, from the offsets that are stored; nothing is produced and no offset
is stored. A sink's topics are read without a group, and its task is never made. Every stage shows what it changed.
Converters ask their schema registry; they register nothing there without --register.

\b
Exit code: 0    every record would be delivered or filtered
           1    a record would fail, or nothing can be read
           2    the configuration cannot work
           130  Ctrl-C

\b
Examples:
  connectsdk preview source.properties
  connectsdk preview sink.json -n 5 --first --bootstrap localhost:9092
  connectsdk preview orders.json --set transforms.mask.fields=name --output json
"""

DEMO_HELP = """Send a generated file through two transforms and a topic into another file.

No broker is needed and nothing is left behind: everything happens in a temporary directory.

\b
Examples:
  connectsdk demo
  connectsdk demo --lines 1000000
"""


WORKER_HELP = """Run a worker until it is stopped; connectors are managed over REST.

Each CONNECTOR is a file as for `connectsdk run`: it is created, or updated, at the start. What connectors are meant to
do survives a restart: it is kept beside the records in the data directory, or with a Kafka cluster in
connectors.json there. The first line says where REST listens; it is `listeners` in the worker file.

Ctrl-C and SIGTERM stop cleanly: records under way are delivered and their offsets stored. A second one stops at once.

\b
Exit code: 0  a clean end
           1  the broker could not be reached
           2  a configuration cannot work

\b
Examples:
  connectsdk worker
  connectsdk worker orders.json --set listeners=http://127.0.0.1:8084
  connectsdk worker -w worker.properties --bootstrap localhost:9092 --log-format json
"""


@click.group(
    epilog=MAIN_EXAMPLES,
    cls=Sections,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, message="connectsdk %(version)s")
def main() -> None:
    """Kafka Connect for Python: run connectors, with or without a Kafka cluster."""


@main.command("run", help=RUN_HELP)
@file_of("connectors", "CONNECTOR...", many=True)
@place(
    worker="The worker's properties: bootstrap.servers, key.converter, offset.flush.interval.ms, ...",
    settings="Set a property of every connector.",
    data_dir="Where the broker in this process keeps its topics.",
)
@seconds(
    "--until-idle",
    help="Stop when no record has moved for so long and everything is delivered and committed.",
)
@choice(
    "--progress",
    type=click.Choice(["auto", "live", "lines", "off"]),
    default="auto",
    help="auto is live on a terminal and lines elsewhere; all of it goes to standard error.",
)
@logs("warning", "How much the runtime tells.")
def _run(**options: Any) -> None:
    from connectsdk.cli._run import RunOptions, run

    raise SystemExit(run(RunOptions(**options)))


@main.command("new", help=NEW_HELP, short_help="Begin a project with a connector or transform.")
@click.argument("kind", type=click.Choice(["source", "sink", "transform"]))
@click.argument("name")
@click.option(
    "--into",
    metavar="DIR",
    show_default="a directory of its name",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where it goes.",
)
def _new(kind: Any, name: str, into: Path | None) -> None:
    from connectsdk.cli._new import begin

    raise SystemExit(begin(kind, name, into))


@main.command("preview", help=PREVIEW_HELP, short_help="Show what would become of real records.")
@file_of("connector", "CONNECTOR")
@choice("-n", "records", type=click.IntRange(min=1), default=20, help="How many records.")
@click.option(
    "--first/--last",
    default=False,
    show_default="last",
    help="Which of a sink's records: the first or the last of its topics.",
)
@choice("--task", type=click.IntRange(min=0), default=0, help="Which of a source's tasks.")
@seconds("--wait", default=10.0, help="How long a source with fewer records is polled.")
@seconds(
    "--deadline",
    default=30.0,
    help="How long the connector's code may take to answer; what hangs is named.",
)
@click.option(
    "--register", is_flag=True, help="Let converters register schemas, as the running connector does."
)
@place(
    worker="The worker's properties.",
    settings="Set a property of the connector.",
    data_dir="Where the broker in this process keeps its topics; no worker may be using it.",
)
@choice(
    "--output",
    type=click.Choice(["table", "json", "yaml"]),
    default="table",
    help="For people, or for programs.",
)
def _preview(**options: Any) -> None:
    from connectsdk.cli._preview import PreviewOptions, show_preview

    raise SystemExit(show_preview(PreviewOptions(**options)))


@main.command("demo", help=DEMO_HELP, short_help="See it work: a file, two transforms, a topic, a file.")
@choice("--lines", type=click.IntRange(min=1), default=100_000, help="How many lines.")
def _demo(lines: int) -> None:
    from connectsdk.cli._demo import demo

    raise SystemExit(demo(lines))


@main.command("worker", help=WORKER_HELP, short_help="Run a worker, managed over REST.")
@file_of("connectors", "[CONNECTOR]...", many=True, required=False)
@place(
    worker="The worker's properties: bootstrap.servers, listeners, key.converter, ...",
    settings="Set a property of the worker.",
    data_dir="Where the worker keeps what it keeps.",
)
@logs("info", "How much the worker tells, on standard error.")
def _worker(**options: Any) -> None:
    from connectsdk.cli._worker import WorkerOptions, work

    raise SystemExit(work(WorkerOptions(**options)))


for command in (completion, dlq, plugins, validate, *REST_COMMANDS):
    main.add_command(command)
