"""What does each life of a connector's tasks need?

A task that is restarted begins a new life with clients, transforms and converters of its own.
"""

from typing import Any, cast

import attrs

from connectsdk._core.counters import Counters
from connectsdk._core.gauges import Startups
from connectsdk.config.connector import SinkConnectorConfig
from connectsdk.runtime._calls.signals import Signals
from connectsdk.runtime._parts.client_configs import consumer_config, producer_config
from connectsdk.runtime._tasks.contexts import SinkContext, SourceContext
from connectsdk.runtime._tasks.gate import Gate
from connectsdk.runtime._tasks.sink_life import SinkLife
from connectsdk.runtime._tasks.source_life import SourceLife
from connectsdk.runtime._tasks.source_offsets import ConnectorOffsets, WorkerOffsets
from connectsdk.runtime._tasks.supervisor import Incarnation, Supervisor
from connectsdk.runtime._tracing.opening import open_trace
from connectsdk.runtime._tracing.steps import Trace
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.rereading import Rereading, TaskValues
from connectsdk.sink import SinkConnector
from connectsdk.source import SourceConnector
from connectsdk.transport import Transport

__all__ = ("Lives",)


@attrs.frozen(eq=False)
class Lives:
    """Makes the supervisors of one connector's tasks, and they the lives.

    Attributes:
        rereading: The connector's configuration, which can be read again.
        transport: Where its records come from or go to.
        offsets: The worker's store of source offsets.
        signals: What its tasks tell the connector.
        gate: Closed while it is paused.
        startups: How often tasks were started.
    """

    rereading: Rereading
    transport: Transport
    offsets: WorkerOffsets
    signals: Signals
    gate: Gate
    startups: Startups

    def supervised(self, values: TaskValues) -> Supervisor:
        """Return what runs a task over all its lives."""
        plan = values.blueprint
        make = self._source_life if plan.kind == "source" else self._sink_life

        async def incarnate(counters: Counters) -> Incarnation:
            await values.next_life(self.rereading)
            return make(values, counters)

        return Supervisor(
            plan.name, values.number, incarnate, plan.settings, gate=self.gate, startups=self.startups
        )

    def _source_life(self, values: TaskValues, counters: Counters) -> Incarnation:
        plan, number, properties = values.blueprint, values.number, values.properties
        offsets = ConnectorOffsets(self.offsets, plan.name)
        return SourceLife(
            f"connector {plan.name} task {number}",
            cast("type[SourceConnector[Any]]", plan.connector_class).task_class,
            properties,
            SourceContext(plan.name, number, properties, offsets, self.signals),
            plan.plumbing,
            self.transport,
            producer_config(plan.name, number, plan.properties, plan.worker.properties),
            plan.settings,
            counters,
            plan.dead_letters(number),
            plan.topic_creation,
            gate=self.gate,
            trace=_trace(plan, number),
        )

    def _sink_life(self, values: TaskValues, counters: Counters) -> Incarnation:
        plan, number, properties = values.blueprint, values.number, values.properties
        common = cast("SinkConnectorConfig", plan.common)
        return SinkLife(
            f"connector {plan.name} task {number}",
            cast("type[SinkConnector[Any]]", plan.connector_class).task_class,
            properties,
            SinkContext(plan.name, number, properties),
            plan.plumbing,
            self.transport,
            consumer_config(plan.name, number, common, plan.properties, plan.worker.properties),
            plan.settings,
            counters,
            plan.dead_letters(number),
            gate=self.gate,
            trace=_trace(plan, number),
        )


def _trace(plan: Blueprint, number: int) -> Trace:
    return open_trace(plan.name, number, plan.worker.secrets.hide, enabled=plan.settings.tracing)
