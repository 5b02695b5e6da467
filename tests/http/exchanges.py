"""The same requests for Kafka Connect and for us: a script that needs nothing but a file of lines.

`{lines}` in a body is the file that sources read, `{out}` the one that sinks write. A step may wait until a connector is
in a state before it is sent.
"""

import json
from typing import Any

import attrs

__all__ = ("EXCHANGES", "SINK", "SOURCE", "Exchange")

SOURCE = {"connector.class": "FileStreamSource", "tasks.max": "1", "topic": "{topic}", "file": "{lines}"}
SINK = {"connector.class": "FileStreamSink", "tasks.max": 1, "topics": "{topic}", "file": "{out}"}
PLUGIN = "/connector-plugins/FileStreamSource/config"


@attrs.frozen(kw_only=True)
class Exchange:
    """One request.

    Attributes:
        label: What it is about, unique.
        method: Of the request.
        path: Of the request, with its query.
        body: JSON, or text as it is.
        headers: Of the request.
        wait: A connector and the state that it has to be in first.
        until: What the answer has to say; the request is sent again until it does.
    """

    label: str
    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = attrs.field(factory=dict)
    wait: tuple[str, str] | None = None
    until: str = ""

    def content(self, places: dict[str, str]) -> bytes | None:
        """Return the body with its places filled in."""
        if self.body is None:
            return None
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        for key, value in places.items():
            text = text.replace(f"{{{key}}}", value)
        return text.encode()


def _e(label: str, method: str, path: str, body: Any = None, **more: Any) -> Exchange:
    return Exchange(label=label, method=method, path=path, body=body, **more)


_OFFSET = {"partition": {"filename": "{lines}"}, "offset": {"position": 4}}
_SINK_OFFSET = {
    "partition": {"kafka_topic": "{topic}", "kafka_partition": 0},
    "offset": {"kafka_offset": 1},
}

EXCHANGES: tuple[Exchange, ...] = (
    _e("the worker", "GET", "/"),
    _e("health", "GET", "/health"),
    _e("no connectors", "GET", "/connectors"),
    _e("no connectors, slash", "GET", "/connectors/"),
    _e("no connectors, expanded", "GET", "/connectors?expand=info&expand=status"),
    _e("head", "HEAD", "/connectors"),
    _e("options", "OPTIONS", "/connectors"),
    _e("unknown path", "GET", "/nowhere"),
    _e("unknown method", "PUT", "/connectors"),
    _e("delete all", "DELETE", "/connectors"),
    _e("unknown connector", "GET", "/connectors/nobody"),
    _e("unknown config", "GET", "/connectors/nobody/config"),
    _e("unknown status", "GET", "/connectors/nobody/status"),
    _e("unknown tasks", "GET", "/connectors/nobody/tasks"),
    _e("unknown topics", "GET", "/connectors/nobody/topics"),
    _e("unknown topics reset", "PUT", "/connectors/nobody/topics/reset"),
    _e("unknown offsets", "GET", "/connectors/nobody/offsets"),
    _e("unknown offsets alter", "PATCH", "/connectors/nobody/offsets", {"offsets": [_OFFSET]}),
    _e("unknown offsets reset", "DELETE", "/connectors/nobody/offsets"),
    _e("unknown pause", "PUT", "/connectors/nobody/pause"),
    _e("unknown resume", "PUT", "/connectors/nobody/resume"),
    _e("unknown stop", "PUT", "/connectors/nobody/stop"),
    _e("unknown restart", "POST", "/connectors/nobody/restart"),
    _e("unknown restart with flags", "POST", "/connectors/nobody/restart?includeTasks=true&onlyFailed=true"),
    _e("unknown task", "GET", "/connectors/nobody/tasks/0/status"),
    _e("unknown task restart", "POST", "/connectors/nobody/tasks/0/restart"),
    _e("unknown delete", "DELETE", "/connectors/nobody"),
    _e("unknown patch", "PATCH", "/connectors/nobody/config", {"a": "b"}),
    _e("create without body", "POST", "/connectors"),
    _e("create with broken JSON", "POST", "/connectors", '{"name": '),
    _e("create with a list", "POST", "/connectors", []),
    _e("create with an unknown field", "POST", "/connectors", {"name": "a", "config": {}, "surprise": 1}),
    _e("create without config", "POST", "/connectors", {"name": "a"}),
    _e("create with empty config", "POST", "/connectors", {"name": "a", "config": {}}),
    _e("create with text/plain", "POST", "/connectors", "{}", headers={"Content-Type": "text/plain"}),
    _e("create without name", "POST", "/connectors", {"config": SOURCE}),
    _e("create with blank name", "POST", "/connectors", {"name": "  ", "config": SOURCE}),
    _e("create with control character", "POST", "/connectors", {"name": "a\u0001b", "config": SOURCE}),
    _e(
        "create with unknown class",
        "POST",
        "/connectors",
        {"name": "a", "config": {"connector.class": "Nowhere"}},
    ),
    _e(
        "create with tasks.max of abc",
        "POST",
        "/connectors",
        {"name": "a", "config": {**SOURCE, "tasks.max": "abc"}},
    ),
    _e(
        "create with tasks.max of 0",
        "POST",
        "/connectors",
        {"name": "a", "config": {**SOURCE, "tasks.max": "0"}},
    ),
    _e("create with another name", "POST", "/connectors", {"name": "a", "config": {**SOURCE, "name": "b"}}),
    _e(
        "create with a nested value",
        "POST",
        "/connectors",
        {"name": "a", "config": {**SOURCE, "x": {"y": 1}}},
    ),
    _e(
        "create with unknown state",
        "POST",
        "/connectors",
        {"name": "a", "config": SOURCE, "initial_state": "BORED"},
    ),
    _e("create", "POST", "/connectors", {"name": "lines", "config": SOURCE}),
    _e("create again", "POST", "/connectors/", {"name": "lines", "config": SOURCE}),
    _e("list", "GET", "/connectors", wait=("lines", "RUNNING")),
    _e("info", "GET", "/connectors/lines"),
    _e("config", "GET", "/connectors/lines/config"),
    _e("status", "GET", "/connectors/lines/status/"),
    _e("tasks", "GET", "/connectors/lines/tasks"),
    _e("tasks-config", "GET", "/connectors/lines/tasks-config"),
    _e("task status", "GET", "/connectors/lines/tasks/0/status"),
    _e("unknown number of a task", "GET", "/connectors/lines/tasks/7/status"),
    _e("no number of a task", "GET", "/connectors/lines/tasks/x/status"),
    _e("topics", "GET", "/connectors/lines/topics", until="topic-of-"),
    _e("expand info", "GET", "/connectors?expand=info"),
    _e("expand status", "GET", "/connectors?expand=status"),
    _e("expand both", "GET", "/connectors?expand=info&expand=status"),
    _e("expand both with a comma", "GET", "/connectors?expand=info,status"),
    _e("expand what is unknown", "GET", "/connectors?expand=nothing"),
    _e("reset topics", "PUT", "/connectors/lines/topics/reset"),
    _e("alter offsets while running", "PATCH", "/connectors/lines/offsets", {"offsets": [_OFFSET]}),
    _e("reset offsets while running", "DELETE", "/connectors/lines/offsets"),
    _e("patch config", "PATCH", "/connectors/lines/config", {"batch.size": "100", "unknown": None}),
    _e("patch config back", "PATCH", "/connectors/lines/config", {"batch.size": None}),
    _e("patch config with an error", "PATCH", "/connectors/lines/config", {"tasks.max": "-1"}),
    _e("put config with a wrong name", "PUT", "/connectors/lines/config", {**SOURCE, "name": "other"}),
    _e("put config without body", "PUT", "/connectors/lines/config"),
    _e("put config", "PUT", "/connectors/lines/config", {**SOURCE, "tasks.max": 1, "name": "lines"}),
    _e("put new config", "PUT", "/connectors/out/config", SINK),
    _e("sink", "GET", "/connectors/out", wait=("out", "RUNNING")),
    _e("restart", "POST", "/connectors/lines/restart", wait=("lines", "RUNNING")),
    _e("restart false false", "POST", "/connectors/out/restart?includeTasks=false&onlyFailed=false"),
    _e("restart only failed", "POST", "/connectors/out/restart?onlyFailed=true", wait=("out", "RUNNING")),
    _e(
        "restart with tasks", "POST", "/connectors/lines/restart?includeTasks=true", wait=("lines", "RUNNING")
    ),
    _e("restart task", "POST", "/connectors/lines/tasks/0/restart", wait=("lines", "RUNNING")),
    _e("pause", "PUT", "/connectors/lines/pause", wait=("lines", "RUNNING")),
    _e("paused", "GET", "/connectors/lines/status", wait=("lines", "PAUSED")),
    _e("resume", "PUT", "/connectors/lines/resume"),
    _e("stop", "PUT", "/connectors/lines/stop", wait=("lines", "RUNNING")),
    _e("stopped", "GET", "/connectors/lines/status", wait=("lines", "STOPPED")),
    _e("tasks of a stopped one", "GET", "/connectors/lines/tasks"),
    _e("offsets", "GET", "/connectors/lines/offsets"),
    _e("alter offsets without body", "PATCH", "/connectors/lines/offsets"),
    _e("alter no offsets", "PATCH", "/connectors/lines/offsets", {"offsets": []}),
    _e("alter null offsets", "PATCH", "/connectors/lines/offsets", {"offsets": None}),
    _e("alter offsets", "PATCH", "/connectors/lines/offsets", {"offsets": [_OFFSET]}),
    _e("altered offsets", "GET", "/connectors/lines/offsets"),
    _e(
        "alter offsets wrongly",
        "PATCH",
        "/connectors/lines/offsets",
        {"offsets": [{**_OFFSET, "offset": {"position": -1}}]},
    ),
    _e("alter offsets of another", "PATCH", "/connectors/lines/offsets", {"offsets": [_SINK_OFFSET]}),
    _e("reset offsets", "DELETE", "/connectors/lines/offsets"),
    _e("reset offsets again", "DELETE", "/connectors/lines/offsets/"),
    _e("no offsets", "GET", "/connectors/lines/offsets"),
    _e("stop sink", "PUT", "/connectors/out/stop", wait=("out", "RUNNING")),
    _e("sink offsets", "GET", "/connectors/out/offsets", wait=("out", "STOPPED")),
    _e("alter sink offsets", "PATCH", "/connectors/out/offsets", {"offsets": [_SINK_OFFSET]}),
    _e("altered sink offsets", "GET", "/connectors/out/offsets"),
    _e("alter sink offsets wrongly", "PATCH", "/connectors/out/offsets", {"offsets": [_OFFSET]}),
    _e("reset sink offsets", "DELETE", "/connectors/out/offsets"),
    _e("restart a stopped one", "POST", "/connectors/out/restart?includeTasks=true"),
    _e(
        "create stopped",
        "POST",
        "/connectors",
        {"name": "new->one", "config": SOURCE, "initial_state": "STOPPED"},
    ),
    _e("percent-encoded", "GET", "/connectors/new-%3Eone/status", wait=("new-%3Eone", "STOPPED")),
    _e(
        "create with a slash",
        "POST",
        "/connectors",
        {"name": "a/b", "config": SOURCE, "initial_state": "PAUSED"},
    ),
    _e("encoded slash", "GET", "/connectors/a%2Fb"),
    _e("delete with a slash", "DELETE", "/connectors/a%2Fb"),
    _e("delete percent-encoded", "DELETE", "/connectors/new-%3Eone"),
    _e("restart of an unknown task of a connector", "POST", "/connectors/out/tasks/7/restart"),
    _e("delete sink", "DELETE", "/connectors/out"),
    _e("delete", "DELETE", "/connectors/lines"),
    _e("rest of a slash", "GET", "/connectors"),
    _e("deleted", "GET", "/connectors/lines"),
    _e("plugins", "GET", "/connector-plugins/"),
    _e("all plugins", "GET", "/connector-plugins?connectorsOnly=false"),
    _e("plugin", "GET", PLUGIN),
    _e(
        "plugin by full name",
        "GET",
        "/connector-plugins/org.apache.kafka.connect.file.FileStreamSinkConnector/config",
    ),
    _e("converter", "GET", "/connector-plugins/org.apache.kafka.connect.json.JsonConverter/config"),
    _e("transform", "GET", "/connector-plugins/org.apache.kafka.connect.transforms.HoistField$Value/config"),
    _e("unknown plugin", "GET", "/connector-plugins/Nowhere/config"),
    _e("validate", "PUT", f"{PLUGIN}/validate", {**SOURCE, "name": "lines"}),
    _e(
        "validate little",
        "PUT",
        f"{PLUGIN}/validate/",
        {"connector.class": "FileStreamSource", "topics": "getPlugins"},
    ),
    _e("validate nothing", "PUT", f"{PLUGIN}/validate", {}),
    _e("validate another class", "PUT", f"{PLUGIN}/validate", {"connector.class": "FileStreamSink"}),
    _e(
        "validate unknown class",
        "PUT",
        "/connector-plugins/Nowhere/config/validate",
        {"connector.class": "Nowhere"},
    ),
    _e("validate with errors", "PUT", f"{PLUGIN}/validate", {**SOURCE, "tasks.max": "abc", "name": "lines"}),
    _e("loggers", "GET", "/admin/loggers/"),
    _e("root logger", "GET", "/admin/loggers/root"),
    _e("unknown logger", "GET", "/admin/loggers/nobody.knows.this"),
    _e("set level", "PUT", "/admin/loggers/side.by.side", {"level": "ERROR"}),
    _e("read level", "GET", "/admin/loggers/side.by.side"),
    _e("set level in the cluster", "PUT", "/admin/loggers/side.by.side?scope=cluster", {"level": "debug"}),
    _e("set unknown level", "PUT", "/admin/loggers/side.by.side", {"level": "LOUD"}),
    _e("set no level", "PUT", "/admin/loggers/side.by.side", {}),
)
