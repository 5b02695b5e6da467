"""What does an operator see of connectors, tasks and plugins?

Plain values with the field names of Kafka Connect's REST API; states are upper case here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs

from connectsdk.errors import ConnectError

__all__ = (
    "AlreadyExistsError",
    "BadRequestError",
    "ConfigInfo",
    "ConfigInfos",
    "ConfigKeyInfo",
    "ConfigValueInfo",
    "ConflictError",
    "ConnectorInfo",
    "ConnectorOffset",
    "ConnectorStateInfo",
    "Health",
    "HerderError",
    "Kind",
    "NotFoundError",
    "PluginInfo",
    "TaskInfo",
    "TaskStateInfo",
    "UnusablePlugin",
)

Kind = Literal["source", "sink", "unknown"]


class HerderError(ConnectError):
    """A request that the herder does not carry out."""


class NotFoundError(HerderError):
    """There is no such connector, task or plugin."""


class ConflictError(HerderError):
    """Something else is under way, or in the way."""


class AlreadyExistsError(ConflictError):
    """A connector of this name exists."""


class BadRequestError(HerderError):
    """What was asked for makes no sense, or not now."""


@attrs.frozen(kw_only=True)
class ConnectorInfo:
    """A connector as it was configured.

    Attributes:
        name: Its name.
        config: Its properties as an operator wrote them; they may hold secrets, so they are not in the repr.
        tasks: The numbers of its tasks.
        type: Source or sink; unknown when its class cannot be found.
    """

    name: str
    config: Mapping[str, str] = attrs.field(repr=False)
    tasks: Sequence[int]
    type: Kind


@attrs.frozen(kw_only=True)
class TaskInfo:
    """A task as it was configured."""

    connector: str
    task: int
    config: Mapping[str, str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class TaskStateInfo:
    """How a task fares.

    Attributes:
        id: Its number.
        state: RUNNING, FAILED, PAUSED, RESTARTING or UNASSIGNED.
        worker_id: Where it runs.
        trace: What it failed of; None unless it did.
        version: Of its class; None when it names none.
    """

    id: int
    state: str
    worker_id: str
    trace: str | None = None
    version: str | None = None


@attrs.frozen(kw_only=True)
class ConnectorStateInfo:
    """How a connector and its tasks fare.

    Attributes:
        name: Its name.
        state: RUNNING, FAILED, PAUSED, STOPPED, RESTARTING or UNASSIGNED.
        worker_id: Where it runs.
        trace: What it failed of; None unless it did.
        version: Of its class; None when it names none.
        tasks: Its tasks.
        type: Source or sink; unknown when its class cannot be found.
    """

    name: str
    state: str
    worker_id: str
    trace: str | None = None
    version: str | None = None
    tasks: Sequence[TaskStateInfo]
    type: Kind


@attrs.frozen(kw_only=True)
class ConnectorOffset:
    """Where a connector is in one partition of its source or topic; an offset of None means nowhere."""

    partition: Mapping[str, Any]
    offset: Mapping[str, Any] | None


@attrs.frozen(kw_only=True)
class PluginInfo:
    """A plugin that configurations may name.

    Attributes:
        class_name: Its full name.
        type: source, sink, converter, header_converter, transformation or predicate.
        version: None when it names none.
    """

    class_name: str
    type: str
    version: str | None = None


@attrs.frozen(kw_only=True)
class UnusablePlugin:
    """An installed plugin that cannot be used.

    Attributes:
        name: The name under which it is installed.
        type: connector, converter, transformation, predicate or config_provider.
        path: Where it is said to be: `module:Class`.
        distribution: What installed it; None when that is not known.
        reason: Why it cannot be used.
    """

    name: str
    type: str
    path: str
    distribution: str | None = None
    reason: str


@attrs.frozen(kw_only=True)
class ConfigKeyInfo:
    """What is known of one configuration key.

    Attributes:
        name: The key.
        type: BOOLEAN, STRING, INT, SHORT, LONG, DOUBLE, LIST, CLASS or PASSWORD.
        required: Whether it has no default.
        default_value: Its default as text; None when there is none.
        importance: HIGH, MEDIUM or LOW.
        documentation: What it does.
        group: The heading it is listed under.
        order: Its place in the group; -1 when it has none.
        width: NONE, SHORT, MEDIUM or LONG.
        display_name: What a form calls it.
        dependents: Keys whose meaning depends on it.
    """

    name: str
    type: str
    required: bool
    default_value: str | None
    importance: str
    documentation: str
    group: str | None
    order: int
    width: str
    display_name: str
    dependents: Sequence[str] = ()


@attrs.frozen(kw_only=True)
class ConfigValueInfo:
    """What became of one configuration key.

    Attributes:
        name: The key.
        value: Its value as text; None when it has none, or it could not be read. A secret is `[hidden]`.
        recommended_values: Values to offer.
        errors: What is wrong with it.
        visible: Whether it matters, given the other values.
    """

    name: str
    value: str | None = None
    recommended_values: Sequence[str] = ()
    errors: Sequence[str] = ()
    visible: bool = True


@attrs.frozen
class ConfigInfo:
    """A key and what became of it; a key that nobody defines has no definition."""

    definition: ConfigKeyInfo | None
    value: ConfigValueInfo


@attrs.frozen(kw_only=True)
class ConfigInfos:
    """What became of a connector's configuration.

    Attributes:
        name: The connector's class as it was written.
        error_count: How many errors there are.
        groups: The headings, in order.
        configs: The keys, in order.
        unknown_keys: Keys that have no effect, each with the known key most like it, or None.
        kind: Source or sink.
    """

    name: str
    error_count: int
    groups: Sequence[str]
    configs: Sequence[ConfigInfo]
    unknown_keys: Mapping[str, str | None] = attrs.field(factory=dict)
    kind: Kind = "unknown"

    @property
    def errors(self) -> list[str]:
        """Everything that is wrong, in the order of the keys."""
        return [error for each in self.configs for error in each.value.errors]


@attrs.frozen(kw_only=True)
class Health:
    """Whether the worker can do its work: `healthy`, `starting` or `unhealthy`, and why."""

    status: Literal["healthy", "starting", "unhealthy"]
    message: str
