"""How do dead letters look?

Tables for people, JSON for programs.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from connectsdk._core.dead_letters import CONNECTOR, ERROR, MESSAGE, PLUGIN, STAGE, TASK
from connectsdk.cli._dlq_letters import Letter, shown
from connectsdk.cli._dlq_session import Found, Outcome, summary

__all__ = ("letter_view", "letters_json", "letters_view", "outcomes_json", "outcomes_view", "print_to")

WIDEST = 40
"""Characters of a column that the reason does not take away."""

COLOURS = {"sent": "green", "would send": "cyan", "refused": "red", "replayed before": "dim", "filtered": ""}


def letters_view(found: Found) -> RenderableType:
    """Return a table of dead letters."""
    if not found.letters:
        return Text("No dead letters.")
    rows = [
        (
            letter.id,
            letter.context.get(CONNECTOR, ""),
            letter.context.get(STAGE, ""),
            letter.origin,
            "yes" if found.was_replayed(letter) else "",
            letter.reason,
        )
        for letter in found.letters
    ]
    table = Table(box=None, pad_edge=False)
    for number, column in enumerate(("ID", "CONNECTOR", "STAGE", "FROM", "REPLAYED")):
        widest = max(len(column), *(len(row[number]) for row in rows))
        table.add_column(column, no_wrap=True, min_width=min(widest, WIDEST))
    table.add_column("REASON", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def letter_view(letter: Letter, found: Found) -> RenderableType:
    """Return one dead letter with everything it says."""
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    context = letter.context
    owner = f"{context.get(CONNECTOR, 'unknown')} task {context.get(TASK, '?')}"
    rows = [
        ("dead letter", f"{letter.record.topic} {letter.id}"),
        ("connector", owner),
        ("stage", f"{context.get(STAGE, 'unknown')} in {context.get(PLUGIN, 'unknown')}"),
        ("error", context.get(ERROR, "unknown")),
        ("message", context.get(MESSAGE, "")),
        ("from", letter.origin or "unknown"),
        ("timestamp", _time(letter.record.timestamp)),
        ("replayed", "yes" if found.was_replayed(letter) else "no"),
        ("key", shown(letter.key)),
        *((f"header {name}", shown(said)) for name, said in letter.own_headers),
        ("value", "left out: it was too large" if letter.incomplete else shown(letter.value)),
        *((f"{part} refused", why) for part, why in letter.refusals.items()),
    ]
    for name, text in rows:
        facts.add_row(name, Text(text))
    parts: list[RenderableType] = [facts]
    if letter.stacktrace:
        parts += [
            Text("\nstack trace", style="bold"),
            Padding(Text(letter.stacktrace.rstrip()), (0, 0, 0, 2)),
        ]
    return Group(*parts)


def outcomes_view(outcomes: Sequence[Outcome]) -> RenderableType:
    """Return a table of what a replay did, and how often."""
    if not outcomes:
        return Text("No dead letters.")
    table = Table(box=None, pad_edge=False)
    for column in ("ID", "CONNECTOR", "RESULT"):
        table.add_column(column, no_wrap=True)
    table.add_column("TO", overflow="fold")
    for outcome in outcomes:
        table.add_row(
            outcome.letter.id,
            Text(outcome.letter.context.get(CONNECTOR, "")),
            Text(outcome.result, style=COLOURS[outcome.result]),
            Text(outcome.to),
        )
    total = ", ".join(f"{count} {result}" for result, count in summary(outcomes).items())
    return Group(table, Text(f"\n{total}"))


def letters_json(letters: Sequence[Letter], found: Found) -> bytes:
    """Return dead letters for programs."""
    return _json([{**letter.told(), "replayed": found.was_replayed(letter)} for letter in letters])


def outcomes_json(outcomes: Sequence[Outcome]) -> bytes:
    """Return what a replay did, for programs."""
    told = [{"id": o.letter.id, "result": o.result, "to": o.to} for o in outcomes]
    return _json({"outcomes": told, "summary": summary(outcomes)})


def print_to(console: Console, what: RenderableType | bytes) -> None:
    """Print a view, or JSON as it is."""
    if isinstance(what, bytes):
        console.file.write(what.decode() + "\n")
    else:
        console.print(what, highlight=False, soft_wrap=False)


def _json(what: object) -> bytes:
    return orjson.dumps(what, option=orjson.OPT_INDENT_2)


def _time(timestamp: int) -> str:
    if timestamp < 0:
        return "none"
    return datetime.fromtimestamp(timestamp / 1_000, UTC).isoformat(timespec="milliseconds")
