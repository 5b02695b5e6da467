"""Does the demo show what it promises, in a few seconds, and leave nothing behind?"""

import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from rich.console import Console

from connectsdk.cli._demo import demo


def _demo(lines: int) -> tuple[int, str]:
    console = Console(file=io.StringIO(), width=100, color_system=None)
    code = demo(lines, console)
    assert isinstance(console.file, io.StringIO)
    return code, console.file.getvalue()


def test_it_shows_both_ends_and_the_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code, shown = _demo(500)
    assert code == 0, shown
    assert "order 0000001 for 3 boxes of tea" in shown
    assert '{"order":"order 0000001 for 3 boxes of tea","origin":"demo"}' in shown
    assert "All 500 lines were delivered, in order" in shown
    assert shown.count(" 500 ") >= 2
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_is_no_failure_of_the_delivery(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "connectsdk", "demo", "--lines", "2000000"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "TMPDIR": str(tmp_path)}
    ) as process:
        try:
            deadline = time.monotonic() + 30
            while not any(path.stat().st_size for path in tmp_path.glob("*/delivered.txt")):
                assert time.monotonic() < deadline, "it never delivered"
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            shown, _ = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 130, shown
    assert b"Stopped before the end." in shown
    assert b"error" not in shown
    assert b"Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_it_takes_less_than_ten_seconds() -> None:
    began = time.process_time()  # that of the clock depends on what else runs
    code, shown = _demo(100_000)
    assert (code, "All 100,000 lines" in shown) == (0, True)
    assert time.process_time() - began < 5
