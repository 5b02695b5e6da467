"""Why is a connector slow, stuck or failed, and what is there to do?"""

from collections.abc import Mapping, Set as AbstractSet
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from connectsdk._core.explanation import Explanation, Signs, explain_connector, explain_task
from connectsdk.cli._asking import Asking
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._fitting import Fitting
from connectsdk.cli._output import Shown
from connectsdk.cli._rest_answers import Connector
from connectsdk.cli._rest_reads import look
from connectsdk.cli._rest_view import state_text

if TYPE_CHECKING:
    from connectsdk.cli._rest_client import RestClient

__all__ = ("explain",)

COLOURS = {"fine": "green", "waiting": "cyan", "slow": "yellow", "stuck": "red", "failed": "red"}
NUMBERS: Mapping[str, str] = {
    "in_flight": "in flight",
    "oldest_unsettled_seconds": "oldest",
    "read_per_second": "read/s",
    "delivered_per_second": "done/s",
    "lag": "lag",
    "restarts": "restarts",
}
SPARE = ("read/s", "done/s", "oldest")
"""Columns that a narrow terminal does without: `cause` says in words what they show."""


def explain(asking: Asking, name: str, every: float | None) -> ExitCode:
    """Show why a connector is as it is."""

    async def shown(client: "RestClient") -> Shown:
        found = await _answer(client, name)
        return Shown(_view(found), found)

    return look(asking, shown, every)


async def _answer(client: "RestClient", name: str) -> Mapping[str, Any]:
    from connectsdk.cli._rest_client import MissingError

    try:
        return await client.explain(name)
    except MissingError:  # no such connector, or a worker that does not know this question
        return _from_status(await client.connector(name))


def _from_status(connector: Connector) -> Mapping[str, Any]:
    """Return what any worker says: what failed, and of what."""
    found = [(task, _explained(connector, task.id, task.state, task.trace)) for task in connector.tasks]
    whole = explain_connector(
        connector.name, connector.state.lower(), connector.trace, [each for _, each in found]
    )
    tasks = [{"id": task.id, **_said(each), "state": task.state} for task, each in found]
    return {
        "name": connector.name,
        "type": connector.type,
        "state": connector.state,
        **_said(whole),
        "tasks": tasks,
    }


def _explained(connector: Connector, task: int, state: str, trace: str | None) -> Explanation:
    if state == "RUNNING":
        return Explanation("fine", "It runs; this worker does not say more.")
    kind: Any = connector.type
    return explain_task(
        Signs(connector=connector.name, task=task, kind=kind, state=state.lower(), error=trace)
    )


def _said(found: Explanation) -> dict[str, str]:
    return {"verdict": found.verdict, "cause": found.cause, "remedy": found.remedy}


def _view(found: Mapping[str, Any]) -> RenderableType:
    title = Text.assemble((found["name"], "bold"), f" ({found['type']}) ", state_text(found["state"]), ": ")
    title.append(found["verdict"], COLOURS[found["verdict"]])
    parts: list[RenderableType] = [title, *_reason(found, "")]
    tasks = found["tasks"]
    rests = found["state"] in {"PAUSED", "STOPPED"}
    if not rests and (len(tasks) > 1 or any(task["cause"] != found["cause"] for task in tasks)):
        for task in tasks:
            parts.append(Text.assemble(f"task {task['id']}: ", (task["verdict"], COLOURS[task["verdict"]])))
            parts.extend(_reason(task, "  "))
    if any("step" in task for task in tasks):
        parts.append(Fitting(lambda without: _numbers(tasks, without), SPARE))
    return Group(*parts)


def _reason(found: Mapping[str, Any], indent: str) -> list[RenderableType]:
    lines = [Text(f"{indent}  {found['cause']}")]
    if found["remedy"]:
        lines.append(Text(f"{indent}  -> {found['remedy']}", style="dim"))
    return list(lines)


def _numbers(tasks: list[Mapping[str, Any]], without: AbstractSet[str]) -> Table:
    numbers = {key: heading for key, heading in NUMBERS.items() if heading not in without}
    drawn = Table(box=SIMPLE_HEAD, header_style="bold")
    drawn.add_column("task")
    drawn.add_column("is at", no_wrap=True)
    for heading in numbers.values():
        drawn.add_column(heading, justify="right")
    for task in tasks:
        at = f"{task['step']} {task['step_seconds']:g} s"
        if task["state"] not in {"RUNNING", "UNASSIGNED"}:
            at = task["state"].lower()
        drawn.add_row(str(task["id"]), at, *(_number(key, task[key]) for key in numbers))
    return drawn


def _number(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:g} s" if key.endswith("seconds") else f"{value:,.0f}"
