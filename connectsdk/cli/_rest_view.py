"""What do the answers of a worker look like to people?"""

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from connectsdk.cli._problems import hidden
from connectsdk.cli._rest_answers import Connector, Health, Logger, Offset, Plugin

__all__ = (
    "connector_view",
    "connectors_view",
    "health_view",
    "loggers_view",
    "masked",
    "offsets_view",
    "plugins_view",
    "state_text",
    "tasks_view",
    "topics_view",
)

COLOURS = {
    "RUNNING": "green",
    "healthy": "green",
    "FAILED": "red",
    "unhealthy": "red",
    "PAUSED": "yellow",
    "STOPPED": "yellow",
    "RESTARTING": "yellow",
    "UNASSIGNED": "yellow",
    "starting": "yellow",
}


def connectors_view(connectors: Sequence[Connector]) -> RenderableType:
    """Return a row per connector, and what the failed ones failed of."""
    if not connectors:
        return Text("There are no connectors. Create one: connectsdk apply -f FILE")
    drawn = _table("connector", "type", "state", "tasks", "worker")
    for each in connectors:
        tasks = Text(f"{each.running}/{len(each.tasks)}", style=_tasks_colour(each))
        drawn.add_row(Text(each.name), each.type, state_text(each.state), tasks, Text(each.worker_id))
    return Group(drawn, *_failures(connectors))


def tasks_view(connectors: Sequence[Connector]) -> RenderableType:
    """Return a row per task, and what the failed ones failed of."""
    drawn = _table("connector", "task", "state", "worker")
    for each in connectors:
        for task in each.tasks:
            drawn.add_row(Text(each.name), str(task.id), state_text(task.state), Text(task.worker_id))
    if not drawn.row_count:
        return Text("There are no tasks.")
    return Group(drawn, *_failures(connectors))


def topics_view(topics: Mapping[str, Sequence[str]]) -> RenderableType:
    """Return a row per topic that a connector has used."""
    drawn = _table("connector", "topic")
    for name, used in topics.items():
        for topic in used:
            drawn.add_row(Text(name), Text(topic))
    return drawn if drawn.row_count else Text("No connector has used a topic yet.")


def plugins_view(plugins: Sequence[Plugin]) -> RenderableType:
    """Return a row per plugin."""
    drawn = _table("type", "class", "version")
    for each in plugins:
        drawn.add_row(each.type, Text(each.class_name, overflow="fold"), Text(each.version or ""))
    return drawn


def loggers_view(loggers: Sequence[Logger]) -> RenderableType:
    """Return a row per logger."""
    if not loggers:
        return Text("No level was set: connectsdk loggers set NAME LEVEL")
    drawn = _table("logger", "level")
    for each in loggers:
        drawn.add_row(Text(each.name), Text(each.level or ""))
    return drawn


def offsets_view(offsets: Sequence[Offset]) -> RenderableType:
    """Return a row per partition."""
    if not offsets:
        return Text("No offsets are stored.")
    drawn = _table("partition", "offset")
    for each in offsets:
        drawn.add_row(_pairs(each.partition), _pairs(each.offset))
    return drawn


def health_view(health: Health, url: str) -> RenderableType:
    """Return how a worker is."""
    facts = _facts()
    facts.add_row("worker", Text(url))
    facts.add_row("status", state_text(health.status))
    facts.add_row("", Text(health.message))
    facts.add_row("version", Text(_version(health)))
    if health.kafka_cluster_id is not None:
        facts.add_row("cluster", Text(health.kafka_cluster_id))
    return facts


def connector_view(connector: Connector, topics: Sequence[str], offsets: Sequence[Offset]) -> RenderableType:
    """Return everything about a connector; its config is shown as it is given."""
    facts = _facts()
    facts.add_row("connector", Text(connector.name, style="bold"))
    facts.add_row("type", connector.type)
    facts.add_row("state", state_text(connector.state))
    facts.add_row("worker", Text(connector.worker_id))
    facts.add_row("topics", Text(", ".join(topics) or "none yet"))
    parts: list[RenderableType] = [facts]
    if connector.tasks:
        parts.append(_plain_tasks(connector))
    parts.extend(_traces(connector))
    parts.append(offsets_view(offsets))
    properties = _table("property", "value")
    for key, value in sorted(connector.config.items()):
        properties.add_row(Text(key, overflow="fold"), Text(value, overflow="fold"))
    return Group(*parts, properties)


def masked(config: Mapping[str, str]) -> dict[str, str]:
    """Return properties for showing: without what may be a secret."""
    return {key: value if hidden(key, value) == repr(value) else "[hidden]" for key, value in config.items()}


def state_text(state: str) -> Text:
    """Return a state in its colour."""
    return Text(state, style=COLOURS.get(state, ""))


def _plain_tasks(connector: Connector) -> Table:
    drawn = _table("task", "state", "worker")
    for task in connector.tasks:
        drawn.add_row(str(task.id), state_text(task.state), Text(task.worker_id))
    return drawn


def _traces(connector: Connector) -> list[RenderableType]:
    found = [("connector", connector.trace), *((f"task {task.id}", task.trace) for task in connector.tasks)]
    return [
        Text.assemble((f" {where} failed of:\n", "red"), _indented(trace), "\n")
        for where, trace in found
        if trace
    ]


def _failures(connectors: Sequence[Connector]) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for each in connectors:
        found = [("", each.trace), *((f" task {task.id}", task.trace) for task in each.tasks)]
        lines += [
            Text.assemble(" ", (f"{each.name}{where}", "red"), ": ", trace.strip().splitlines()[0])
            for where, trace in found
            if trace and trace.strip()
        ]
    if lines:
        lines.append(Text(" connectsdk describe NAME shows all of it.", style="dim"))
    return lines


def _indented(trace: str) -> str:
    return "\n".join(f"   {line}" for line in trace.expandtabs(2).strip().splitlines())


def _version(health: Health) -> str:
    """Return what a worker is: the version that it answers as is not that of connectsdk."""
    name, _, version = (health.commit or "").partition("-")
    own = f"connectsdk {version}, answers as " if name == "connectsdk" else ""
    return f"{own}Kafka Connect {health.version}"


def _pairs(found: Mapping[str, object] | None) -> Text:
    if found is None:
        return Text("none")
    return Text(", ".join(f"{key}={value}" for key, value in found.items()), overflow="fold")


def _tasks_colour(connector: Connector) -> str:
    if connector.failed:
        return "red"
    return "" if connector.tasks or connector.state != "RUNNING" else "yellow"


def _table(*headings: str) -> Table:
    drawn = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=True)
    for heading in headings:
        drawn.add_column(heading, overflow="fold", justify="right" if heading == "tasks" else "left")
    return drawn


def _facts() -> Table:
    drawn = Table.grid(padding=(0, 2))
    drawn.add_column(style="dim", no_wrap=True)
    drawn.add_column(overflow="fold")
    return drawn
