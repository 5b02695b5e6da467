"""Waiting: everything that awaits, nothing that decides. `connectsdk._core` decides."""

from connectsdk._core.counters import Counters
from connectsdk._core.lifecycle import State
from connectsdk.runtime._collector import collect_less_often
from connectsdk.runtime._operated_plugins import OperatedPlugins
from connectsdk.runtime._plugins import Plugins
from connectsdk.runtime._references import resolve_properties
from connectsdk.runtime._snapshot import ConnectorFacts, TaskFacts, WorkerFacts
from connectsdk.runtime._source_replay import SourceReplay
from connectsdk.runtime._status import ConnectorStatus, TaskStatus
from connectsdk.runtime._worker import Worker

__all__ = (
    "ConnectorFacts",
    "ConnectorStatus",
    "Counters",
    "OperatedPlugins",
    "Plugins",
    "SourceReplay",
    "State",
    "TaskFacts",
    "TaskStatus",
    "Worker",
    "WorkerFacts",
    "collect_less_often",
    "resolve_properties",
)
