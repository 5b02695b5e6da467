"""Waiting: everything that awaits, nothing that decides. `connectsdk._core` decides."""

from connectsdk._core.counters import Counters
from connectsdk._core.lifecycle import State
from connectsdk.runtime._checking.operated_plugins import OperatedPlugins
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime._parts.references import resolve_properties
from connectsdk.runtime._parts.worker_properties import resolved_properties
from connectsdk.runtime._tasks.status import ConnectorStatus, TaskStatus
from connectsdk.runtime._worker.collector import collect_less_often
from connectsdk.runtime._worker.consumed_data import ConsumedData, ConsumedReader
from connectsdk.runtime._worker.memory import give_memory_back
from connectsdk.runtime._worker.snapshot import ConnectorFacts, TaskFacts, WorkerFacts
from connectsdk.runtime._worker.source_replay import SourceReplay
from connectsdk.runtime._worker.worker import Worker

__all__ = (
    "ConnectorFacts",
    "ConnectorStatus",
    "ConsumedData",
    "ConsumedReader",
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
    "give_memory_back",
    "resolve_properties",
    "resolved_properties",
)
