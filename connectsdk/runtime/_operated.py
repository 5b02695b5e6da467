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
class Health:
    """Whether the worker can do its work: `healthy`, `starting` or `unhealthy`, and why."""

    status: Literal["healthy", "starting", "unhealthy"]
    message: str
