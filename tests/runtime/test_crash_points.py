"""A process dies at the point that its environment names, and only there."""

import os
import signal
import subprocess
import sys

import pytest

from connectsdk.runtime._crash_points import CRASH_AT

PROGRAM = """
from connectsdk.runtime._crash_points import reach
for number in range(3):
    for point in ("after_poll_before_send", "after_put_before_commit"):
        reach(point)
        print(point, number, flush=True)
"""


@pytest.mark.parametrize(
    ("crash_at", "last", "code"),
    [
        (None, "after_put_before_commit 2", 0),
        ("after_put_before_commit", "after_poll_before_send 0", -signal.SIGKILL),
        ("after_put_before_commit:3", "after_poll_before_send 2", -signal.SIGKILL),
        ("after_put_before_commit:4", "after_put_before_commit 2", 0),
    ],
)
def test_a_process_dies_where_it_is_told_to(crash_at: str | None, last: str, code: int) -> None:
    environment = {**os.environ, **({} if crash_at is None else {CRASH_AT: crash_at})}
    command = [sys.executable, "-c", PROGRAM]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout.splitlines()[-1], ended.returncode) == (last, code), ended.stderr
