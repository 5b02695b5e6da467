"""Which keys does every connector have?"""

from typing import Any, Literal

import attrs

from connectsdk.config._checks import unique
from connectsdk.config._kinds import ConfigType, Importance, Width
from connectsdk.config._option import option
from connectsdk.config._validators import NonEmptyStringWithoutControlChars

__all__ = ("ConnectorConfig",)

_COMMON = "Common"
_ERRORS = "Error Handling"

_CONVERTER_DOC = (
    "How {what} become bytes in Kafka, and come back: the class or the name of a converter. "
    "The worker's when absent. Its own keys follow this key and a dot."
)


@attrs.frozen(kw_only=True)
class ConnectorConfig:
    """What every connector can be told; its own keys stand beside these."""

    name: str = option(
        doc="The connector's name; unique in its cluster.",
        validator=NonEmptyStringWithoutControlChars(),
        importance=Importance.HIGH,
        group=_COMMON,
        order=1,
        width=Width.MEDIUM,
        display_name="Connector name",
    )
    connector_class: type[Any] | str = option(
        type=ConfigType.STRING,
        doc="The connector: its class, the class's full or simple name, or that name without `Connector`.",
        importance=Importance.HIGH,
        group=_COMMON,
        order=2,
        width=Width.LONG,
        display_name="Connector class",
    )
    connector_plugin_version: str | None = option(
        default=None,
        doc="The connector's version, when several are installed.",
        group=_COMMON,
        order=3,
        width=Width.MEDIUM,
        display_name="Connector version",
    )
    tasks_max: int = option(
        default=1,
        at_least=1,
        doc="The most tasks that the connector's work is divided into.",
        importance=Importance.HIGH,
        group=_COMMON,
        order=4,
        width=Width.SHORT,
        display_name="Tasks max",
    )
    tasks_max_enforce: bool = option(
        default=True,
        doc="Whether a connector that makes more than `tasks.max` tasks fails. Deprecated in Kafka Connect.",
        importance=Importance.LOW,
        group=_COMMON,
        order=5,
        width=Width.SHORT,
        display_name="Enforce tasks max",
    )
    key_converter: type[Any] | str | None = option(
        default=None,
        doc=_CONVERTER_DOC.format(what="keys"),
        importance=Importance.LOW,
        group=_COMMON,
        order=6,
        width=Width.SHORT,
        display_name="Key converter class",
    )
    key_converter_plugin_version: str | None = option(
        default=None,
        doc="The key converter's version, when several are installed.",
        importance=Importance.LOW,
        group=_COMMON,
        order=7,
        width=Width.SHORT,
        display_name="Key converter version",
    )
    value_converter: type[Any] | str | None = option(
        default=None,
        doc=_CONVERTER_DOC.format(what="values"),
        importance=Importance.LOW,
        group=_COMMON,
        order=8,
        width=Width.SHORT,
        display_name="Value converter class",
    )
    value_converter_plugin_version: str | None = option(
        default=None,
        doc="The value converter's version, when several are installed.",
        importance=Importance.LOW,
        group=_COMMON,
        order=9,
        width=Width.SHORT,
        display_name="Value converter version",
    )
    header_converter: type[Any] | str | None = option(
        default=None,
        doc=_CONVERTER_DOC.format(what="header values"),
        importance=Importance.LOW,
        group=_COMMON,
        order=10,
        width=Width.SHORT,
        display_name="Header converter class",
    )
    header_converter_plugin_version: str | None = option(
        default=None,
        doc="The header converter's version, when several are installed.",
        importance=Importance.LOW,
        group=_COMMON,
        order=11,
        width=Width.SHORT,
        display_name="Header converter version",
    )
    transforms: tuple[str, ...] = option(
        default=(),
        doc="Names of the transforms to apply, in order; each has keys `transforms.<name>.type` and its own.",
        validator=unique("transformation aliases"),
        importance=Importance.LOW,
        group="Transforms",
        order=12,
        width=Width.LONG,
        display_name="Transforms",
    )
    predicates: tuple[str, ...] = option(
        default=(),
        doc="Names of the predicates that transforms refer to; each has keys `predicates.<name>.type` and its own.",
        validator=unique("predicate aliases"),
        importance=Importance.LOW,
        group="Predicates",
        order=13,
        width=Width.LONG,
        display_name="Predicates",
    )
    config_action_reload: Literal["none", "restart"] = option(
        default="restart",
        doc="What to do when a value behind a reference to a config provider changes.",
        importance=Importance.LOW,
        group=_COMMON,
        order=14,
        width=Width.MEDIUM,
        display_name="Reload Action",
    )
    task_isolation: Literal["loop", "thread"] | None = option(
        default=None,
        doc="Where the connector's plugin code runs: on a `thread` of its own, or on the worker's event `loop`. The worker's `task.isolation` when absent.",
        group=_COMMON,
        order=15,
        width=Width.SHORT,
        display_name="Task isolation",
    )
    tracing_enabled: bool | None = option(
        default=None,
        doc="Whether OpenTelemetry is told of every batch of the connector, and its records carry their trace in headers. The worker's `tracing.enabled` when absent.",
        importance=Importance.LOW,
        group=_COMMON,
        order=16,
        width=Width.SHORT,
        display_name="Tracing",
    )
    errors_retry_timeout: int = option(
        default=0,
        type=ConfigType.LONG,
        doc="How long a failed operation is tried again, in milliseconds; 0 not at all, -1 for ever.",
        group=_ERRORS,
        order=1,
        width=Width.MEDIUM,
        display_name="Retry Timeout for Errors",
    )
    errors_retry_delay_max_ms: int = option(
        default=60_000,
        type=ConfigType.LONG,
        doc="The longest delay between two attempts, in milliseconds; jitter begins there.",
        group=_ERRORS,
        order=2,
        width=Width.MEDIUM,
        display_name="Maximum Delay Between Retries for Errors",
    )
    errors_tolerance: Literal["none", "all"] = option(
        default="none",
        doc="`none`: a record that cannot be processed fails the task. `all`: it goes to the dead letter topic, "
        "or is skipped where there is none, and is counted.",
        group=_ERRORS,
        order=3,
        width=Width.SHORT,
        display_name="Error Tolerance",
    )
    errors_log_enable: bool = option(
        default=False,
        doc="Whether every failure is logged, also a tolerated one.",
        group=_ERRORS,
        order=4,
        width=Width.SHORT,
        display_name="Log Errors",
    )
    errors_log_include_messages: bool = option(
        default=False,
        doc="Whether the log says which record failed.",
        group=_ERRORS,
        order=5,
        width=Width.SHORT,
        display_name="Log Error Details",
    )
    errors_deadletterqueue_topic_name: str = option(
        default="",
        doc="The topic for records that could not be processed, with `errors.tolerance=all`; "
        "without one they are only skipped.",
        group=_ERRORS,
        order=6,
        width=Width.MEDIUM,
        display_name="Dead Letter Queue Topic Name",
    )
    errors_deadletterqueue_topic_replication_factor: int = option(
        default=3,
        type=ConfigType.SHORT,
        doc="The replication factor of the dead letter topic when it is created.",
        group=_ERRORS,
        order=7,
        width=Width.MEDIUM,
        display_name="Dead Letter Queue Topic Replication Factor",
    )
    errors_deadletterqueue_context_headers_enable: bool = option(
        default=False,
        doc="Whether dead letters say in `__connect.errors.*` headers where and why they failed; "
        "`connectsdk dlq` needs it for more than the record itself.",
        group=_ERRORS,
        order=8,
        width=Width.MEDIUM,
        display_name="Enable Error Context Headers",
    )
