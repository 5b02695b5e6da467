"""How long do things take, and how much is done at once?"""

from typing import Literal

import attrs

from connectsdk._core.restart_budget import RestartPolicy
from connectsdk._core.retry import RetryPolicy
from connectsdk.config.connector import ConnectorConfig
from connectsdk.config.worker import WorkerConfig

__all__ = ("TaskSettings", "task_settings")

NO_RETRY = RetryPolicy(timeout=0.0)
ASK_AGAIN = RetryPolicy(timeout=-1.0, max_delay=10.0)
RESTART = RestartPolicy()


@attrs.frozen(kw_only=True)
class TaskSettings:
    """What the loops of one connector's tasks go by. All durations are seconds.

    Attributes:
        commit_interval: Between two commits of offsets.
        commit_timeout: Before a commit of offsets counts as failed.
        graceful: For a clean stop; afterwards a task is cancelled, and then left behind.
        start_timeout: For `start` and a connector's `task_configs`.
        retry: How a converter or transform that asks for it is called again.
        ask_again: How `poll` and `put` are called again after a `RetriableError`.
        restart: How a failed task is started again.
        log_failures: Whether every record's failure is logged, also a tolerated one.
        log_places: Whether that log says which record it was: its coordinates, never its content.
        tracing: Whether OpenTelemetry is told of batches.
        isolation: Where plugin code runs: on the worker's loop, or on a thread of its own.
        batch: Most records in one pass through the pipeline.
        idle_wait: Pause after an empty `poll`, ten times as long after some seconds of them, and between two empty
            `put`s.
    """

    commit_interval: float = 60.0
    commit_timeout: float = 5.0
    graceful: float = 5.0
    start_timeout: float = 60.0
    retry: RetryPolicy = NO_RETRY
    ask_again: RetryPolicy = ASK_AGAIN
    restart: RestartPolicy = RESTART
    log_failures: bool = False
    log_places: bool = False
    isolation: Literal["loop", "thread"] = "loop"
    tracing: bool = False
    batch: int = 2_000
    idle_wait: float = 0.1


def task_settings(worker: WorkerConfig, connector: ConnectorConfig) -> TaskSettings:
    """Return the settings that a worker's and a connector's configuration name, in milliseconds there."""
    return TaskSettings(
        commit_interval=worker.offset_flush_interval_ms / 1_000,
        commit_timeout=worker.offset_flush_timeout_ms / 1_000,
        graceful=worker.task_shutdown_graceful_timeout_ms / 1_000,
        retry=RetryPolicy(
            timeout=connector.errors_retry_timeout / 1_000,
            max_delay=connector.errors_retry_delay_max_ms / 1_000,
        ),
        log_failures=connector.errors_log_enable,
        isolation=connector.task_isolation or worker.task_isolation,
        log_places=connector.errors_log_include_messages,
        tracing=worker.tracing_enabled if connector.tracing_enabled is None else connector.tracing_enabled,
        restart=RestartPolicy(
            limit=worker.errors_restart_max,
            window=worker.errors_restart_window_ms / 1_000,
            initial_delay=worker.errors_restart_delay_initial_ms / 1_000,
            max_delay=worker.errors_restart_delay_max_ms / 1_000,
        ),
    )
