"""Every route with what is wrong: unknown names, bodies that are no JSON or of the wrong kind, and wrong states.

They come after `EXCHANGES`, which leaves no connector behind, and begin with connectors of their own: `runs`, which is
running, and `rests`, which is stopped.
"""

from typing import Any

from tests.http.exchanges import SINK, SOURCE, Exchange

__all__ = ("ERRORS",)

TEXT = {"Content-Type": "text/plain"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

ROUTES_OF_A_CONNECTOR: tuple[tuple[str, str, Any], ...] = (
    ("GET", "", None),
    ("GET", "/config", None),
    ("PUT", "/config", SOURCE),
    ("PATCH", "/config", {"a": "b"}),
    ("GET", "/status", None),
    ("GET", "/topics", None),
    ("PUT", "/topics/reset", None),
    ("PUT", "/pause", None),
    ("PUT", "/resume", None),
    ("PUT", "/stop", None),
    ("POST", "/restart", None),
    ("GET", "/tasks", None),
    ("GET", "/tasks/0/status", None),
    ("POST", "/tasks/0/restart", None),
    ("GET", "/offsets", None),
    ("PATCH", "/offsets", {"offsets": [{"partition": {}, "offset": None}]}),
    ("DELETE", "/offsets", None),
    ("DELETE", "", None),
)
"""What may be asked of one connector, with a good body."""

BODIES: tuple[tuple[str, str, str], ...] = (
    ("POST", "/connectors", "creation"),
    ("PUT", "/connectors/rests/config", "put config"),
    ("PATCH", "/connectors/rests/config", "patch config"),
    ("PATCH", "/connectors/rests/offsets", "alter offsets"),
    ("PUT", "/connector-plugins/FileStreamSource/config/validate", "validate"),
    ("PUT", "/admin/loggers/side.by.side", "set level"),
)
"""What takes a body."""

WRONG_BODIES: tuple[tuple[str, Any, dict[str, str]], ...] = (
    ("nothing", None, {}),
    ("broken JSON", '{"a": ', {}),
    ("no JSON", "hello", {}),
    ("a list", [], {}),
    ("a text", '"text"', {}),
    ("a number", "7", {}),
    ("null", "null", {}),
    ("plain text", '{"a": "b"}', TEXT),
    ("a form", "a=b", FORM),
    ("a nested value", {"name": "x", "config": {"x": {"y": 1}}, "x": {"y": 1}}, {}),
)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PATHS: dict[str, tuple[str, ...]] = {
    "/": ("GET",),
    "/connectors": ("GET", "POST"),
    "/connectors/rests": ("GET", "DELETE"),
    "/connectors/rests/config": ("GET", "PUT", "PATCH"),
    "/connectors/rests/status": ("GET",),
    "/connectors/rests/topics": ("GET",),
    "/connectors/rests/topics/reset": ("PUT",),
    "/connectors/rests/pause": ("PUT",),
    "/connectors/rests/resume": ("PUT",),
    "/connectors/rests/stop": ("PUT",),
    "/connectors/rests/restart": ("POST",),
    "/connectors/rests/tasks": ("GET",),
    "/connectors/rests/tasks/0/status": ("GET",),
    "/connectors/rests/tasks/0/restart": ("POST",),
    "/connectors/rests/offsets": ("GET", "PATCH", "DELETE"),
    "/connector-plugins": ("GET",),
    "/connector-plugins/FileStreamSource/config": ("GET",),
    "/connector-plugins/FileStreamSource/config/validate": ("PUT",),
    "/admin/loggers": ("GET",),
    "/admin/loggers/root": ("GET", "PUT"),
}
"""Each path with the methods that it has."""


def _unknown() -> list[Exchange]:
    return [
        Exchange(label=f"nobody: {method} {path}", method=method, path=f"/connectors/nobody{path}", body=body)
        for method, path, body in ROUTES_OF_A_CONNECTOR
        if not (method == "PUT" and path == "/config")  # that one creates it
    ]


def _wrong_bodies() -> list[Exchange]:
    return [
        Exchange(label=f"{label} with {kind}", method=method, path=path, body=body, headers=headers)
        for method, path, label in BODIES
        for kind, body, headers in WRONG_BODIES
    ]


def _wrong_methods() -> list[Exchange]:
    return [
        Exchange(label=f"method: {method} {path}", method=method, path=path)
        for path, known in PATHS.items()
        for method in METHODS
        if method not in known
    ]


def _of_a_stopped_one() -> list[Exchange]:
    return [
        Exchange(label=f"stopped: {method} {path}", method=method, path=f"/connectors/rests{path}", body=body)
        for method, path, body in ROUTES_OF_A_CONNECTOR
        if path
        in {
            "",
            "/config",
            "/status",
            "/topics",
            "/tasks",
            "/offsets",
            "/restart",
            "/tasks/0/status",
            "/tasks/0/restart",
            "/stop",
        }
        and method not in {"DELETE", "PATCH", "PUT"}
    ]


_SOURCE_PARTITION = {"filename": "{lines}"}
_SINK_PARTITION = {"kafka_topic": "{topic}", "kafka_partition": 0}
OFFSETS: tuple[tuple[str, str, Any], ...] = (
    ("text for a list", "rests", "text"),
    ("a list of texts", "rests", ["text"]),
    ("no partition", "rests", [{"offset": {"position": 1}}]),
    ("a partition of null", "rests", [{"partition": None, "offset": {"position": 1}}]),
    ("a partition of text", "rests", [{"partition": "a", "offset": {"position": 1}}]),
    ("an offset of text", "rests", [{"partition": _SOURCE_PARTITION, "offset": "1"}]),
    ("no offset", "rests", [{"partition": _SOURCE_PARTITION}]),
    ("an unknown field", "rests", [{"partition": _SOURCE_PARTITION, "offset": None, "surprise": 1}]),
    ("a position of text", "rests", [{"partition": _SOURCE_PARTITION, "offset": {"position": "one"}}]),
    ("no position", "rests", [{"partition": _SOURCE_PARTITION, "offset": {"line": 1}}]),
    ("a number for a filename", "rests", [{"partition": {"filename": 1}, "offset": {"position": 1}}]),
    ("another partition", "rests", [{"partition": {"table": "a"}, "offset": {"position": 1}}]),
    (
        "a partition twice",
        "rests",
        [{"partition": _SOURCE_PARTITION, "offset": {"position": n}} for n in (1, 2)],
    ),
    ("an offset that is forgotten", "rests", [{"partition": _SOURCE_PARTITION, "offset": None}]),
    ("a sink's offset", "sinks", [{"partition": _SINK_PARTITION, "offset": {"kafka_offset": 1}}]),
    ("a sink's offset as text", "sinks", [{"partition": _SINK_PARTITION, "offset": {"kafka_offset": "2"}}]),
    (
        "a sink's partition as text",
        "sinks",
        [{"partition": {**_SINK_PARTITION, "kafka_partition": "0"}, "offset": {"kafka_offset": 1}}],
    ),
    ("a sink's negative offset", "sinks", [{"partition": _SINK_PARTITION, "offset": {"kafka_offset": -1}}]),
    (
        "a sink's offset that is no number",
        "sinks",
        [{"partition": _SINK_PARTITION, "offset": {"kafka_offset": "x"}}],
    ),
    ("a sink's offset without a number", "sinks", [{"partition": _SINK_PARTITION, "offset": {}}]),
    (
        "a sink's partition that is no number",
        "sinks",
        [{"partition": {**_SINK_PARTITION, "kafka_partition": "x"}, "offset": {"kafka_offset": 1}}],
    ),
    (
        "a sink's partition without a topic",
        "sinks",
        [{"partition": {"kafka_partition": 0}, "offset": {"kafka_offset": 1}}],
    ),
    (
        "a sink's partition without a number",
        "sinks",
        [{"partition": {"kafka_topic": "{topic}"}, "offset": {"kafka_offset": 1}}],
    ),
    (
        "a partition that is not there",
        "sinks",
        [{"partition": {**_SINK_PARTITION, "kafka_partition": 7}, "offset": {"kafka_offset": 1}}],
    ),
    ("a sink's offset that is forgotten", "sinks", [{"partition": _SINK_PARTITION, "offset": None}]),
    ("a sink's empty partition", "sinks", [{"partition": {}, "offset": None}]),
)
"""Offsets, and of which connector: `rests` is a source, `sinks` a sink, both are stopped."""

_SMT = "org.apache.kafka.connect.transforms."
_VALIDATE = "/connector-plugins/FileStreamSource/config/validate"
_NAMED = {**SOURCE, "name": "a"}
PARTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("a null", {"tasks.max": None, "surprise": None, "file": None}),
    (
        "wrong keys of a transform",
        {
            "transforms": "t",
            "transforms.t.type": f"{_SMT}MaskField$Value",
            "transforms.t.fields": "",
            "transforms.t.replacement": "",
        },
    ),
    ("a transform that does nothing", {"transforms": "t", "transforms.t.type": f"{_SMT}InsertField$Value"}),
    (
        "a transform's negation without a predicate",
        {"transforms": "t", "transforms.t.type": f"{_SMT}Filter", "transforms.t.negate": "true"},
    ),
    (
        "a predicate as a transform",
        {"transforms": "t", "transforms.t.type": f"{_SMT}predicates.HasHeaderKey"},
    ),
    (
        "wrong keys of a converter",
        {
            "value.converter": "org.apache.kafka.connect.json.JsonConverter",
            "value.converter.schemas.enable": "x",
            "value.converter.converter.type": "y",
        },
    ),
    ("the version of a plugin", {"connector.plugin.version": "4.1.0"}),
)
"""What is validated besides a connector's own keys."""

VALUES: tuple[tuple[str, str, str, Any], ...] = (
    ("status of task -1", "GET", "/connectors/runs/tasks/-1/status", None),
    ("status of task 00", "GET", "/connectors/runs/tasks/00/status", None),
    ("status of a huge task", "GET", "/connectors/runs/tasks/99999999999/status", None),
    ("restart of task x", "POST", "/connectors/runs/tasks/x/restart", None),
    ("flags that are none", "POST", "/connectors/runs/restart?includeTasks=no&onlyFailed=", None),
    ("plugins with a flag that is none", "GET", "/connector-plugins?connectorsOnly=yes", None),
    ("connectors with an empty expansion", "GET", "/connectors?expand=", None),
    ("connectors with a good and a bad expansion", "GET", "/connectors?expand=status&expand=nothing", None),
    ("a query that nobody knows", "GET", "/connectors/runs?surprise=1", None),
    (
        "numbers and truth values",
        "PUT",
        "/connectors/numbers/config",
        {**SOURCE, "tasks.max": 1, "errors.log.enable": True, "batch.size": 10.0},
    ),
    ("numbers as they are kept", "GET", "/connectors/numbers/config", None),
    ("null in a configuration", "PUT", "/connectors/nulls/config", {**SOURCE, "x": None}),
    ("end of numbers", "DELETE", "/connectors/numbers", None),
    ("a patch of nothing", "PATCH", "/connectors/rests/config", {}),
    ("a patch that renames", "PATCH", "/connectors/rests/config", {"name": "other"}),
    ("a patch that removes the class", "PATCH", "/connectors/rests/config", {"connector.class": None}),
    ("keys of an unknown plugin", "GET", "/connector-plugins/Nowhere/config", None),
    ("keys of a predicate", "GET", "/connector-plugins/HasHeaderKey/config", None),
    (
        "keys of a transform by its full name",
        "GET",
        "/connector-plugins/org.apache.kafka.connect.transforms.MaskField$Key/config",
        None,
    ),
    (
        "validation without a class",
        "PUT",
        "/connector-plugins/FileStreamSource/config/validate",
        {"name": "a", "topic": "t"},
    ),
    (
        "validation without a topic",
        "PUT",
        "/connector-plugins/FileStreamSource/config/validate",
        {"connector.class": "FileStreamSource", "name": "a"},
    ),
    (
        "validation of a sink",
        "PUT",
        "/connector-plugins/FileStreamSinkConnector/config/validate",
        {**SINK, "name": "a"},
    ),
    (
        "validation of a sink without topics",
        "PUT",
        "/connector-plugins/FileStreamSink/config/validate",
        {"connector.class": "FileStreamSink", "name": "a"},
    ),
    (
        "validation of transforms",
        "PUT",
        "/connector-plugins/FileStreamSource/config/validate",
        {
            **SOURCE,
            "name": "a",
            "transforms": "t",
            "transforms.t.type": "org.apache.kafka.connect.transforms.HoistField$Value",
        },
    ),
    (
        "validation of an unknown transform",
        "PUT",
        "/connector-plugins/FileStreamSource/config/validate",
        {**SOURCE, "name": "a", "transforms": "t", "transforms.t.type": "Nowhere"},
    ),
    (
        "validation of an unknown converter",
        "PUT",
        "/connector-plugins/FileStreamSource/config/validate",
        {**SOURCE, "name": "a", "value.converter": "Nowhere"},
    ),
    *((f"validation of {label}", "PUT", _VALIDATE, {**_NAMED, **properties}) for label, properties in PARTS),
    (
        "creation of what is there, with an error",
        "POST",
        "/connectors",
        {"name": "runs", "config": {**SOURCE, "tasks.max": "0"}},
    ),
    (
        "creation with an empty state",
        "POST",
        "/connectors",
        {"name": "empty", "config": SOURCE, "initial_state": ""},
    ),
    (
        "validation of an unknown tolerance",
        "PUT",
        "/connector-plugins/FileStreamSource/config/validate",
        {**SOURCE, "name": "a", "errors.tolerance": "some"},
    ),
    ("level in lower case", "PUT", "/admin/loggers/side.by.side", {"level": "warn"}),
    ("level of null", "PUT", "/admin/loggers/side.by.side", {"level": None}),
    ("level with a field too many", "PUT", "/admin/loggers/side.by.side", {"level": "INFO", "surprise": "1"}),
    ("level in an unknown scope", "PUT", "/admin/loggers/side.by.side?scope=galaxy", {"level": "INFO"}),
    ("level in this worker", "PUT", "/admin/loggers/side.by.side?scope=worker", {"level": "INFO"}),
)
"""Values of paths, queries and bodies that are good, or nearly so."""


def _offsets() -> list[Exchange]:
    return [
        Exchange(
            label=f"offsets: {kind}",
            method="PATCH",
            path=f"/connectors/{name}/offsets",
            body={"offsets": offsets},
        )
        for kind, name, offsets in OFFSETS
    ]


def _values() -> list[Exchange]:
    return [
        Exchange(label=f"value: {label}", method=method, path=path, body=body)
        for label, method, path, body in VALUES
    ]


BEGIN = (
    Exchange(
        label="begin sinks",
        method="POST",
        path="/connectors",
        body={"name": "sinks", "config": SINK},
    ),
    Exchange(label="sinks runs", method="GET", path="/connectors/sinks/status", wait=("sinks", "RUNNING")),
    Exchange(label="sinks stops", method="PUT", path="/connectors/sinks/stop"),
    Exchange(
        label="sinks is stopped", method="GET", path="/connectors/sinks/status", wait=("sinks", "STOPPED")
    ),
    Exchange(label="begin runs", method="POST", path="/connectors", body={"name": "runs", "config": SINK}),
    Exchange(
        label="begin rests",
        method="POST",
        path="/connectors",
        body={"name": "rests", "config": SOURCE, "initial_state": "STOPPED"},
    ),
    Exchange(
        label="rests is stopped", method="GET", path="/connectors/rests/status", wait=("rests", "STOPPED")
    ),
    Exchange(label="runs is running", method="GET", path="/connectors/runs/status", wait=("runs", "RUNNING")),
)
STATES = (
    Exchange(label="stop twice", method="PUT", path="/connectors/rests/stop"),
    Exchange(label="resume a running one", method="PUT", path="/connectors/runs/resume"),
    Exchange(label="pause a stopped one", method="PUT", path="/connectors/rests/pause"),
    Exchange(label="paused from stopped", method="GET", path="/connectors/rests/status", until="PAUSED"),
    Exchange(label="pause twice", method="PUT", path="/connectors/rests/pause"),
    Exchange(label="reset offsets while paused", method="DELETE", path="/connectors/rests/offsets"),
    Exchange(label="restart a paused task", method="POST", path="/connectors/rests/tasks/0/restart"),
    Exchange(label="end rests", method="DELETE", path="/connectors/rests"),
    Exchange(label="end rests again", method="DELETE", path="/connectors/rests"),
    Exchange(label="end runs", method="DELETE", path="/connectors/runs"),
    Exchange(label="end sinks", method="DELETE", path="/connectors/sinks"),
    Exchange(label="nothing is left", method="GET", path="/connectors"),
)

ERRORS: tuple[Exchange, ...] = (
    *BEGIN,
    *_unknown(),
    *_wrong_bodies(),
    *_wrong_methods(),
    *_offsets(),
    *_values(),
    *_of_a_stopped_one(),
    *STATES,
)
