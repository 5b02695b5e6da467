"""How is progress shown: as a live table, or as lines?"""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from typing import Literal, Protocol

import attrs
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from connectsdk.cli._fitting import Fitting
from connectsdk.cli._rows import Row

__all__ = ("Display", "LineDisplay", "LiveDisplay", "NoDisplay", "choose_display", "table")

COLOURS = {
    "running": "green",
    "finished": "green",
    "failed": "red",
    "restarting": "yellow",
    "paused": "yellow",
}
HEADINGS: Mapping[str, Literal["left", "right"]] = {
    "connector": "left",
    "kind": "left",
    "state": "left",
    "tasks": "right",
    "records": "right",
    "records/s": "right",
    "errors": "right",
    "restarts": "right",
}
SPARE = ("kind", "tasks", "restarts", "errors")
"""Columns that a narrow terminal does without, the first first."""
SECONDS_BETWEEN_LINES = 5.0
SECONDS_BETWEEN_EQUAL_LINES = 60.0


class Display(Protocol):
    """Show rows until finished."""

    def show(self, rows: Sequence[Row], now: float) -> None:
        """Show these rows, or what has changed since the last time; called a few times a second."""
        ...

    def finish(self, rows: Sequence[Row]) -> None:
        """Show the last rows, and leave the terminal as it was."""
        ...


def choose_display(progress: Literal["auto", "live", "lines", "off"], console: Console) -> Display:
    """Return the display that was asked for; `auto` is live on a terminal and lines elsewhere."""
    if progress == "off":
        return NoDisplay()
    if progress == "live" or (progress == "auto" and console.is_terminal):
        return LiveDisplay(console)
    return LineDisplay(console)


def table(rows: Sequence[Row]) -> RenderableType:
    """Return the rows as a table."""
    return Fitting(lambda without: _table(rows, without), SPARE)


def _table(rows: Sequence[Row], without: AbstractSet[str]) -> Table:
    shown = [heading for heading in HEADINGS if heading not in without]
    drawn = Table(box=SIMPLE_HEAD, header_style="bold")
    for heading in shown:
        drawn.add_column(heading, no_wrap=True, justify=HEADINGS[heading])
    for row in rows:
        cells = _cells(row)
        drawn.add_row(*(cells[heading] for heading in shown))
    return drawn


def _cells(row: Row) -> Mapping[str, Text]:
    return {
        "connector": Text(row.name),
        "kind": Text(row.kind),
        "state": Text(row.state, style=COLOURS.get(row.state, "")),
        "tasks": Text(f"{row.running}/{row.tasks}"),
        "records": Text(f"{row.records:,}"),
        "records/s": Text(f"{row.rate:,.0f}"),
        "errors": Text(f"{row.errors:,}", style="red" if row.errors else ""),
        "restarts": Text(f"{row.restarts:,}", style="yellow" if row.restarts else ""),
    }


@attrs.define
class NoDisplay:
    """Show nothing."""

    def show(self, rows: Sequence[Row], now: float) -> None:
        """Show nothing."""

    def finish(self, rows: Sequence[Row]) -> None:
        """Show nothing."""


@attrs.define
class LineDisplay:
    """A line per connector: when its state changes, every few seconds while it works, every minute while it waits."""

    console: Console
    _last: dict[str, tuple[Row, float]] = attrs.field(factory=dict, init=False)

    def show(self, rows: Sequence[Row], now: float) -> None:
        """Print the lines that are due."""
        for row in rows:
            if self._is_due(row, now):
                self._last[row.name] = (row, now)
                self._print(row)

    def finish(self, rows: Sequence[Row]) -> None:
        """Print a last line per connector."""
        for row in rows:
            self._print(row)

    def _is_due(self, row: Row, now: float) -> bool:
        if row.name not in self._last:
            return True
        last, at = self._last[row.name]
        if row.state != last.state:
            return True
        same = attrs.evolve(row, rate=last.rate) == last
        return now - at >= (SECONDS_BETWEEN_EQUAL_LINES if same else SECONDS_BETWEEN_LINES)

    def _print(self, row: Row) -> None:
        self.console.print(
            f"{self.console.get_datetime():%H:%M:%S} {row.name} {row.kind} {row.state}: {row.running}/{row.tasks} tasks,"
            f" {row.records} records, {row.rate:.0f}/s, {row.errors} errors, {row.restarts} restarts",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


@attrs.define
class LiveDisplay:
    """A table that is drawn anew a few times a second.

    Attributes:
        console: The terminal.
        transient: Whether the table goes away at the end.
    """

    console: Console
    transient: bool = attrs.field(default=False, kw_only=True)
    _live: Live = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._live = Live(table([]), console=self.console, auto_refresh=False, transient=self.transient)

    def show(self, rows: Sequence[Row], now: float) -> None:
        """Draw the rows."""
        if not self._live.is_started:
            self._live.start()
        self._live.update(table(rows), refresh=True)

    def finish(self, rows: Sequence[Row]) -> None:
        """Draw the rows for the last time; they stay on the screen."""
        self._live.update(table(rows), refresh=self._live.is_started)
        self._live.stop()
