"""Where does a process die when its tests ask it to?

`tests/walk` kills workers at the instants at which a record is most easily lost or doubled. An instant of a few
microseconds is not hit from outside, so the loops name it here, once a batch or commit. With
`CONNECTSDK_CRASH_AT=after_put_before_commit:3` in its environment, a process kills itself the third time it
reaches that point: by SIGKILL, so nothing is flushed, closed or said. Without, a point is one comparison.
"""

import os
import signal
from itertools import count
from typing import Literal

__all__ = ("CRASH_AT", "CrashPoint", "StorePoint", "reach")

CRASH_AT = "CONNECTSDK_CRASH_AT"
"""The environment variable; read once, when the runtime is imported."""

CrashPoint = Literal[
    "after_poll_before_send",
    "after_send_before_ack",
    "after_ack_before_offset_store",
    "after_offset_store_before_task_commit",
    "after_put_before_commit",
    "in_rebalance_after_flush_before_commit",
    "in_rebalance_after_commit_before_done",
]
"""Those of records and their offsets."""

StorePoint = Literal["desired_before_write", "desired_before_replace", "desired_after_replace"]
"""Those of what connectors are meant to do."""

_point, _, _nth = os.environ.get(CRASH_AT, "").partition(":")
_times = count(1)


def reach(point: CrashPoint | StorePoint) -> None:
    """Go on, unless this is where the process is to die."""
    if point == _point and next(_times) == int(_nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
