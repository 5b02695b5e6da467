"""What does connectsdk do? See it in a few seconds."""

import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from time import time

import anyio
import attrs
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from connectsdk.cli._display import Display, LiveDisplay, NoDisplay
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._files import ConnectorFile, read_connector
from connectsdk.cli._problems import Written
from connectsdk.cli._rows import Row
from connectsdk.cli._run import make_worker
from connectsdk.cli._session import Session

__all__ = ("demo",)

IDLE_SECONDS = 0.5
LINES_SHOWN = 3

SOURCE = """\
name=read-orders
connector.class=FileStreamSource
file={folder}/orders.txt
topic=orders
transforms=hoist,origin
transforms.hoist.type=org.apache.kafka.connect.transforms.HoistField$Value
transforms.hoist.field=order
transforms.origin.type=org.apache.kafka.connect.transforms.InsertField$Value
transforms.origin.static.field=origin
transforms.origin.static.value=demo
value.converter=org.apache.kafka.connect.json.JsonConverter
value.converter.schemas.enable=false
"""

SINK = """\
name=write-orders
connector.class=FileStreamSink
file={folder}/delivered.txt
topics=orders
value.converter=org.apache.kafka.connect.storage.StringConverter
"""


@attrs.define
class _Remembered:
    """A display that keeps the last rows for the summary."""

    display: Display
    rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row], now: float) -> None:
        """Show these rows."""
        self.display.show(rows, now)

    def finish(self, rows: Sequence[Row]) -> None:
        """Keep the last rows."""
        self.rows = rows
        self.display.finish(rows)


def demo(lines: int, console: Console | None = None) -> ExitCode:
    """Send a file through two transforms and a topic into another file, and show what became of it."""
    try:
        return _demo(lines, console or Console())
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED


def _demo(lines: int, console: Console) -> ExitCode:
    with tempfile.TemporaryDirectory(prefix="connectsdk-demo-") as name:
        folder = Path(name)
        files = _write(folder, lines)
        console.print(
            f"A file of {lines:,} lines, two transforms, a topic, a file; no broker needed.\n",
            highlight=False,
        )
        display = _Remembered(LiveDisplay(console, transient=True) if console.is_terminal else NoDisplay())
        began = time()
        session = _session(folder, files, display, console)
        code = anyio.run(session.run)
        if session.interrupted:
            console.print("Stopped before the end.")
            return ExitCode.INTERRUPTED
        if code is ExitCode.CLEAN:
            seconds = max((folder / "delivered.txt").stat().st_mtime - began, 0.001)
            code = _show(console, folder, display.rows, seconds)
    return code


def _write(folder: Path, lines: int) -> tuple[ConnectorFile, ConnectorFile]:
    """Write the input and both configurations."""
    with (folder / "orders.txt").open("w") as file:
        file.writelines(f"order {number:07} for 3 boxes of tea\n" for number in range(1, lines + 1))
    (folder / "source.properties").write_text(SOURCE.format(folder=folder))
    (folder / "sink.properties").write_text(SINK.format(folder=folder))
    return read_connector(folder / "source.properties", {}), read_connector(folder / "sink.properties", {})


def _session(folder: Path, files: Sequence[ConnectorFile], display: Display, console: Console) -> Session:
    return Session(
        worker=lambda: make_worker({"data.dir": str(folder / "broker")}),
        settings=Written("The worker", None, {}),
        connectors=[(file.name, Written(file.name, file.path, file.config)) for file in files],
        display=display,
        complain=lambda text: console.print(f"error: {text}", markup=False, highlight=False),
        until_idle=IDLE_SECONDS,
    )


def _show(console: Console, folder: Path, rows: Sequence[Row], seconds: float) -> ExitCode:
    """Show both ends, the summary, and whether every line arrived in order."""
    sent, arrived = folder / "orders.txt", folder / "delivered.txt"
    console.print(
        _panel("orders.txt", sent, "text"), _panel("delivered.txt", arrived, "json"), _summary(rows)
    )
    delivered = arrived.read_text().splitlines()
    expected = ['{"order":"' + line + '","origin":"demo"}' for line in sent.read_text().splitlines()]
    if delivered != expected:
        console.print(
            f"error: {len(delivered):,} lines were delivered, and they are not those sent", highlight=False
        )
        return ExitCode.FAILED
    rate = round(len(delivered) / seconds, -3)
    console.print(
        f"All {len(delivered):,} lines were delivered, in order, in {seconds:.1f} s: {rate:,.0f} lines/s.",
        highlight=False,
    )
    return ExitCode.CLEAN


def _panel(title: str, path: Path, language: str) -> Panel:
    with path.open() as file:
        head = "".join(islice(file, LINES_SHOWN))
    content = Syntax(head.rstrip("\n"), language, theme="ansi_dark", background_color="default")
    return Panel(Group(content, "..."), title=title, title_align="left", expand=False, border_style="dim")


def _summary(rows: Sequence[Row]) -> Table:
    drawn = Table(box=SIMPLE_HEAD, header_style="bold")
    drawn.add_column("connector")
    drawn.add_column("kind")
    for heading in ("delivered", "errors", "restarts"):
        drawn.add_column(heading, justify="right")
    for row in rows:
        drawn.add_row(Text(row.name), row.kind, f"{row.records:,}", str(row.errors), str(row.restarts))
    return drawn
