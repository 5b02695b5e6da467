"""How is progress shown?"""

import io
from typing import Any

import attrs
import pytest
from rich.console import Console

from connectsdk.cli._display import LineDisplay, LiveDisplay, NoDisplay, choose_display, table
from connectsdk.cli._rows import Row

ROW = Row("orders", "source", "running", 2, 2, 1_234_567, 45_678.9, 0, 0, None)


def _console(*, terminal: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=110, color_system=None)


def _text(console: Console) -> str:
    file: Any = console.file
    return str(file.getvalue())


@pytest.mark.parametrize(
    ("progress", "terminal", "kind"),
    [
        ("auto", True, LiveDisplay),
        ("auto", False, LineDisplay),
        ("live", False, LiveDisplay),
        ("lines", True, LineDisplay),
        ("off", True, NoDisplay),
    ],
)
def test_a_terminal_is_live_and_everything_else_gets_lines(progress: Any, terminal: bool, kind: type) -> None:
    assert type(choose_display(progress, _console(terminal=terminal))) is kind


def test_the_table_shows_every_figure() -> None:
    console = _console(terminal=False)
    console.print(table([attrs.evolve(ROW, errors=3, restarts=4, name="[b]x[/b]")]))
    for shown in ("[b]x[/b]", "source", "running", "2/2", "1,234,567", "45,679", " 3 ", " 4 "):
        assert shown in _text(console)


@pytest.mark.parametrize("width", [100, 80, 60, 52])
def test_a_narrow_terminal_has_fewer_columns_and_no_half_figures(width: int) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    console.print(table([attrs.evolve(ROW, name="write-orders", errors=3)]))
    for shown in ("write-orders", "running", "1,234,567", "45,679"):
        assert shown in _text(console)
    assert "\u2026" not in _text(console)
    assert ("restarts" in _text(console), "kind" in _text(console)) == (width >= 80, width >= 100)


def test_a_line_is_printed_when_due_or_when_the_state_changes() -> None:
    console = _console(terminal=False)
    display = LineDisplay(console)
    counts = []
    for now, state, records in [
        (0.0, "running", 1_234_567),
        (1.0, "running", 1_234_568),
        (4.9, "running", 1_234_569),
        (5.0, "running", 1_234_570),
        (5.5, "failed", 1_234_570),
    ]:
        display.show([attrs.evolve(ROW, state=state, records=records)], now)
        counts.append(_text(console).count("orders source"))
    display.finish([ROW])
    assert [*counts, _text(console).count("orders source")] == [1, 1, 1, 2, 3, 4]
    assert "orders source running: 2/2 tasks, 1234567 records, 45679/s, 0 errors, 0 restarts" in _text(
        console
    )


def test_a_connector_that_waits_is_told_of_once_a_minute() -> None:
    console = _console(terminal=False)
    display = LineDisplay(console)
    for now in range(0, 125, 5):
        display.show([attrs.evolve(ROW, rate=1000.0 / (now + 1))], float(now))
    assert _text(console).count("orders source") == 3  # at 0, 60 and 120 seconds
    display.show([attrs.evolve(ROW, records=ROW.records + 1)], 125.0)
    assert _text(console).count("orders source") == 4


def test_nothing_is_shown_when_off() -> None:
    display = NoDisplay()
    display.show([ROW], 0.0)
    display.finish([ROW])


def test_the_live_table_stays_with_the_last_figures() -> None:
    console = _console(terminal=True)
    display = LiveDisplay(console)
    display.show([ROW], 0.0)
    display.finish([attrs.evolve(ROW, state="stopped", records=2_000_000)])
    assert "2,000,000" in _text(console)
    assert _text(console).endswith("\x1b[?25h")  # the cursor is back


def test_a_live_table_that_was_never_shown_prints_nothing() -> None:
    console = _console(terminal=True)
    LiveDisplay(console).finish([ROW])
    assert "1,234,567" not in _text(console)
