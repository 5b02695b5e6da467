"""Which keys does a worker have?

Names and defaults are Kafka Connect's where it has them. Keys of the Kafka client (`security.protocol`,
`sasl.*`, `ssl.*`, and all behind `producer.`, `consumer.` and `admin.`) are passed through, not declared.
"""

from typing import Any, Literal

import attrs

from connectsdk.config._checks import COUNT
from connectsdk.config._kinds import ConfigType, Importance
from connectsdk.config._option import option

__all__ = ("WorkerConfig",)

_JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter"
_HEADER_CONVERTER = "org.apache.kafka.connect.storage.SimpleHeaderConverter"


@attrs.frozen(kw_only=True)
class WorkerConfig:
    """What a worker can be told; all of it has a default."""

    bootstrap_servers: tuple[str, ...] | None = option(
        default=None,
        doc="Where the Kafka cluster is: `host:port`, separated by commas. Without it the worker carries its own broker.",
        importance=Importance.HIGH,
    )
    data_dir: str | None = option(
        default=None,
        doc="Where the worker's own broker keeps its data; in memory when absent. Not used with `bootstrap.servers`.",
        importance=Importance.HIGH,
    )

    key_converter: type[Any] | str = option(
        default=_JSON_CONVERTER,
        doc="How keys become bytes in Kafka, and come back, unless a connector says otherwise.",
        importance=Importance.HIGH,
    )
    value_converter: type[Any] | str = option(
        default=_JSON_CONVERTER,
        doc="How values become bytes in Kafka, and come back, unless a connector says otherwise.",
        importance=Importance.HIGH,
    )
    header_converter: type[Any] | str = option(
        default=_HEADER_CONVERTER,
        doc="How header values become bytes in Kafka, and come back, unless a connector says otherwise.",
        importance=Importance.LOW,
    )

    offset_flush_interval_ms: int = option(
        default=60_000,
        type=ConfigType.LONG,
        at_least=1,
        doc="How often tasks' offsets are stored, in milliseconds.",
        importance=Importance.LOW,
    )
    offset_flush_timeout_ms: int = option(
        default=5_000,
        type=ConfigType.LONG,
        at_least=1,
        doc="How long storing offsets may take, in milliseconds; then it is tried again at the next interval.",
        importance=Importance.LOW,
    )
    task_shutdown_graceful_timeout_ms: int = option(
        default=5_000,
        type=ConfigType.LONG,
        at_least=0,
        doc="How long all tasks together may take to stop, in milliseconds; then they are cancelled.",
        importance=Importance.LOW,
    )

    task_isolation: Literal["loop", "thread"] = option(
        default="loop",
        doc="Where plugin code runs: `thread` gives each task and connector a thread of its own, so that one which blocks or spins stops no other; `loop` runs all on the worker's event loop. `connectsdk run` sets `thread` unless told otherwise.",
    )

    tracing_enabled: bool = option(
        default=False,
        doc="Whether OpenTelemetry is told of every batch, and records carry their trace in headers, unless a connector says otherwise. Needs `connectsdk[otel]`.",
        importance=Importance.LOW,
    )

    plugin_import_allow: tuple[str, ...] = option(
        default=(),
        doc="Modules and packages from which configurations that come in as requests may name classes, besides installed plugins. `connectsdk run`, and programs that start connectors themselves, may import anything.",
    )

    offset_storage_topic: str = option(
        default="connect-offsets",
        doc="The compacted topic with sources' offsets.",
        importance=Importance.HIGH,
    )
    offset_storage_partitions: int = option(
        default=25, validator=COUNT, doc="Its partitions when it is created.", importance=Importance.LOW
    )
    offset_storage_replication_factor: int = option(
        default=-1,
        type=ConfigType.SHORT,
        validator=COUNT,
        doc="Its replication factor when it is created; -1 for the cluster's default.",
        importance=Importance.LOW,
    )

    config_storage_topic: str = option(
        default="connect-configs",
        doc="The compacted topic with what connectors are meant to do, when it is not kept in a file.",
        importance=Importance.HIGH,
    )

    errors_restart_max: int = option(
        default=10,
        at_least=-1,
        doc="How often a failed task is restarted inside `errors.restart.window.ms`; 0 never, -1 without limit.",
    )
    errors_restart_window_ms: int = option(
        default=600_000,
        type=ConfigType.LONG,
        at_least=1,
        doc="The time over which restarts are counted, in milliseconds.",
    )
    errors_restart_delay_initial_ms: int = option(
        default=1_000,
        type=ConfigType.LONG,
        at_least=0,
        doc="The delay before the first restart, in milliseconds; it doubles with each further one.",
    )
    errors_restart_delay_max_ms: int = option(
        default=60_000,
        type=ConfigType.LONG,
        at_least=0,
        doc="The longest delay before a restart, in milliseconds.",
    )

    topic_creation_enable: bool = option(
        default=True,
        doc="Whether connectors with `topic.creation.*` keys create their topics.",
        importance=Importance.LOW,
    )
