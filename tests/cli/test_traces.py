"""Where do the traces of `connectsdk run` and `connectsdk worker` go?"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SOURCE = "name=lines\nconnector.class=FileStreamSource\nfile=in.txt\ntopic=lines\n"
CONSOLE = {"OTEL_TRACES_EXPORTER": "console"}
HANGING = """
import time
from opentelemetry.sdk.trace.export import SpanExporter

class Hanging(SpanExporter):
    def export(self, spans):
        time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.txt").write_text("one\ntwo\n")
    (tmp_path / "source.properties").write_text(SOURCE)
    (tmp_path / "worker.properties").write_text("tracing.enabled=true\n")
    return tmp_path


def _run(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [
        sys.executable,
        "-m",
        "connectsdk",
        "run",
        "source.properties",
        "--until-idle",
        "0.2",
        *arguments,
    ]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )


def _spans(text: str) -> list[dict[str, object]]:
    decoder, spans = json.JSONDecoder(), []
    while text := text.lstrip():
        span, end = decoder.raw_decode(text)
        spans.append(span)
        text = text[end:]
    return spans


def test_they_go_where_the_variables_of_opentelemetry_say(folder: Path) -> None:
    done = _run(CONSOLE, "-w", "worker.properties")
    assert done.returncode == 0, done.stderr
    spans = {span["name"]: span for span in _spans(done.stdout)}
    assert {"transform lines", "send lines", "commit"} <= set(spans)
    assert spans["send lines"]["resource"]["attributes"]["service.name"] == "connectsdk"


def test_the_service_and_the_sampler_are_the_variables_to_choose(folder: Path) -> None:
    named = _run(CONSOLE | {"OTEL_SERVICE_NAME": "books"}, "-w", "worker.properties")
    assert {span["resource"]["attributes"]["service.name"] for span in _spans(named.stdout)} == {"books"}
    unsampled = _run(CONSOLE | {"OTEL_TRACES_SAMPLER": "always_off"}, "-w", "worker.properties")
    assert (unsampled.returncode, unsampled.stdout) == (0, "")


def test_nothing_is_exported_unless_the_worker_traces(folder: Path) -> None:
    done = _run(CONSOLE)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "pip install opentelemetry-exporter-otlp-proto-http"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "pip install opentelemetry-exporter-otlp-proto-grpc"),
        ({"OTEL_TRACES_EXPORTER": "carrier_pigeon"}, "pip install opentelemetry-exporter-carrier-pigeon"),
        ({"OTEL_PROPAGATORS": "smoke"}, "OTEL_*"),
    ],
)
def test_what_is_missing_is_named(folder: Path, environment: dict[str, str], told: str) -> None:
    done = _run(environment, "-w", "worker.properties")
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "tracing.enabled" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_exporter_that_hangs_delays_the_end_by_seconds_only(folder: Path) -> None:
    (folder / "hanging.py").write_text(HANGING)
    about = folder / "hanging-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: hanging\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[opentelemetry_traces_exporter]\nhanging = hanging:Hanging\n")
    path = f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    began = time.monotonic()
    done = _run({"OTEL_TRACES_EXPORTER": "hanging", "PYTHONPATH": path}, "-w", "worker.properties")
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < 30


def test_a_managed_worker_exports_what_is_left_when_it_stops(folder: Path) -> None:
    settings = ("--set", "listeners=http://127.0.0.1:0", "--set", "tracing.enabled=true")
    command = [sys.executable, "-m", "connectsdk", "worker", *settings, "source.properties"]
    process = subprocess.Popen(
        command, env=os.environ | CONSOLE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        next(line for line in process.stderr if "connector lines: created" in line)
        process.send_signal(signal.SIGTERM)
        text, told = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, told
    assert any(str(span["name"]).startswith("poll") for span in _spans(text))
