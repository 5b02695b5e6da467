"""With which command and configuration does each runner do a job?

The Java worker and connectsdk get the same connector configuration; a loop by hand gets its arguments.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import attrs

from benchmarks._jobs import Job, Runner

__all__ = ("Assignment", "Tools", "command", "compile_java", "start_command")

TRANSFORMS: Mapping[str, Mapping[str, str]] = {
    "hoist": {"type": "org.apache.kafka.connect.transforms.HoistField$Value", "field": "line"},
    "insert": {
        "type": "org.apache.kafka.connect.transforms.InsertField$Value",
        "static.field": "source",
        "static.value": "benchmark",
    },
}
STRING = "org.apache.kafka.connect.storage.StringConverter"
JSON = "org.apache.kafka.connect.json.JsonConverter"
CONNECTORS = {
    "file-source": "FileStreamSource",
    "file-sink": "FileStreamSink",
    "generator": "bench.GenSource",
    "null-sink": "bench.NullSink",
}
HERE = Path(__file__).parent


@attrs.frozen(kw_only=True)
class Tools:
    """What is used by all runs.

    Attributes:
        bootstrap: Where the broker is.
        python: The interpreter of connectsdk and of the loop by hand.
        classpath: Of the Java worker; empty without Java.
        heap: Of the Java worker, as `-Xmx` takes it.
    """

    bootstrap: str
    python: str = sys.executable
    classpath: str = ""
    heap: str = "512m"


@attrs.frozen(kw_only=True)
class Assignment:
    """One run of a job.

    Attributes:
        job: What is to be done.
        name: Unique, for the connector and so for its consumer group.
        topic: Where to, or where from.
        folder: Empty, for this run's files; `notes` in it is for null sinks, `output` for file sinks.
        input: The file that file sources read.
        tasks: How many tasks share the work.
        partitions: Of the topic.
        extra: Further properties of the connector.
    """

    job: Job
    name: str
    topic: str
    folder: Path
    input: Path
    tasks: int = 1
    partitions: int = 1
    extra: Mapping[str, str] = attrs.field(factory=dict)


def command(runner: Runner, assignment: Assignment, tools: Tools) -> list[str]:
    """Return the command that does it, after writing the files that the command names."""
    if runner == "hand":
        return _hand(assignment, tools)
    properties = connector_properties(assignment)
    return (_java if runner == "java" else _connectsdk)(properties, assignment, tools)


def start_command(runner: Runner, assignment: Assignment, tools: Tools) -> list[str]:
    """Return the command that a user would give, after writing the files that it names."""
    if runner != "connectsdk":
        return command(runner, assignment, tools)
    path = assignment.folder / "connector.properties"
    _write_properties(path, connector_properties(assignment))
    return [tools.python, "-m", "connectsdk", "run", str(path), "--bootstrap", tools.bootstrap]


def connector_properties(assignment: Assignment) -> dict[str, str]:
    """Return the connector's configuration."""
    job = assignment.job
    properties = {
        "name": assignment.name,
        "connector.class": CONNECTORS[job.kind],
        "tasks.max": str(assignment.tasks),
        ("topic" if job.is_source else "topics"): assignment.topic,
        "key.converter": STRING,
        "value.converter": STRING if job.converter == "string" else JSON,
    }
    if job.converter != "string":
        properties["value.converter.schemas.enable"] = str(job.converter == "json-schemas").lower()
    if job.transforms:
        properties["transforms"] = ",".join(job.transforms)
    for name in job.transforms:
        properties |= {f"transforms.{name}.{key}": value for key, value in TRANSFORMS[name].items()}
    return properties | _own_properties(assignment) | dict(assignment.extra)


def _own_properties(assignment: Assignment) -> dict[str, str]:
    job = assignment.job
    match job.kind:
        case "file-source":
            return {"file": str(assignment.input)}
        case "file-sink":
            return {"file": str(assignment.folder / "output")}
        case "null-sink":
            notes = assignment.folder / "notes"
            notes.mkdir(exist_ok=True)
            return {"records": str(job.records // assignment.tasks), "notes": str(notes)}
        case "generator":
            return {
                "records": str(job.records // assignment.tasks),
                "shape": "struct" if job.struct else "string",
                "size": str(job.size),
                "partitions": str(assignment.partitions),
            }


def _hand(assignment: Assignment, tools: Tools) -> list[str]:
    job = assignment.job
    if job.is_source:
        module, arguments = "source_loop", [assignment.topic, str(assignment.input)]
    else:
        notes = assignment.folder / "notes"
        notes.mkdir()
        arguments = [assignment.topic, str(notes / "loop"), str(job.records)]
        arguments += [str(assignment.folder / "output")] if job.kind == "file-sink" else []
        module = "sink_loop"
    return [tools.python, "-m", f"benchmarks.hand.{module}", tools.bootstrap, *arguments]


def _connectsdk(properties: Mapping[str, str], assignment: Assignment, tools: Tools) -> list[str]:
    if assignment.job.threads:
        properties = {**properties, "task.isolation": "thread"}
    path = assignment.folder / "connector.json"
    path.write_text(json.dumps({"bootstrap": tools.bootstrap, "connector": properties}))
    return [tools.python, "-m", "benchmarks.worker", str(path)]


def _java(properties: Mapping[str, str], assignment: Assignment, tools: Tools) -> list[str]:
    folder = assignment.folder
    worker = {
        "bootstrap.servers": tools.bootstrap,
        "key.converter": STRING,
        "value.converter": STRING,
        "offset.storage.file.filename": str(folder / "offsets"),
        "listeners": f"http://127.0.0.1:{_free_port()}",
        "plugin.discovery": "service_load",
    }
    files = [folder / "worker.properties", folder / "connector.properties"]
    for path, settings in zip(files, (worker, properties), strict=True):
        _write_properties(path, settings)
    main = "org.apache.kafka.connect.cli.ConnectStandalone"
    options = [f"-Xmx{tools.heap}", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", tools.classpath]
    return ["java", *options, main, *map(str, files)]


def _write_properties(path: Path, settings: Mapping[str, str]) -> None:
    path.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))


def compile_java(classpath: str, folder: Path) -> str:
    """Compile our Java connectors into a folder; return the class path with them in front.

    Raises:
        subprocess.CalledProcessError: If the compiler refuses them.
    """
    sources = [str(path) for path in sorted((HERE / "java" / "bench").glob("*.java"))]
    subprocess.run(
        ["javac", "-cp", classpath, "-d", str(folder), *sources], check=True, timeout=120, capture_output=True
    )
    return f"{folder}:{HERE / 'java'}:{classpath}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
