"""Is there anything left to do?"""

from collections.abc import Sequence

import anyio
import attrs

from connectsdk.config.connector import SinkConnectorConfig
from connectsdk.config.java_regex import compile_java
from connectsdk.record import TopicPartition
from connectsdk.runtime._parts.client_configs import consumer_group
from connectsdk.runtime._tasks.sink_life import SinkLife
from connectsdk.runtime._worker.runner import Runner
from connectsdk.transport import Transport

__all__ = ("Idleness",)

LOOK_EVERY = 0.05
"""Seconds between two looks at the counters."""


@attrs.define(eq=False)
class Idleness:
    """Watch some connectors until nothing moves.

    Attributes:
        transport: Where topics are described.
    """

    transport: Transport
    _last: tuple[tuple[int, ...], ...] = ()
    _since: float = 0.0

    async def wait(self, runners: Sequence[Runner], seconds: float) -> None:
        """Return when no record has moved for so long, and everything is delivered and committed.

        A connector that has ended counts as idle; one that waits for a restart does not.
        """
        self._since = anyio.current_time()
        while not await self._idle(runners, seconds):  # noqa: ASYNC110 - an event per record would cost more
            await anyio.sleep(min(LOOK_EVERY, seconds))

    async def _idle(self, runners: Sequence[Runner], seconds: float) -> bool:
        supervisors = [supervisor for runner in runners for supervisor in runner.supervisors]
        moved = tuple(
            (supervisor.counters.read, supervisor.counters.settled, supervisor.status(0.0).restarts)
            for supervisor in supervisors
        )
        now = anyio.current_time()
        if moved != self._last:
            self._last, self._since = moved, now
            return False
        if now - self._since < seconds:
            return False
        busy = [supervisor for supervisor in supervisors if not supervisor.idle]
        for supervisor in busy:
            supervisor.request_commit()
        if busy:
            return False
        for runner in runners:
            if runner.blueprint.kind == "sink" and not runner.ended and not await self._caught_up(runner):
                return False
        return True

    async def _caught_up(self, runner: Runner) -> bool:
        """Return whether every partition of a sink's topics is read to its end, by us or by somebody else."""
        wanted = await self._partitions(runner)
        owned = {
            TopicPartition(*partition)
            for supervisor in runner.supervisors
            if isinstance(supervisor.incarnation, SinkLife)
            for partition in supervisor.incarnation.assignment
        }
        others = wanted - owned
        if not others:
            return True
        plan = runner.blueprint
        group = consumer_group(runner.name, plan.properties, plan.worker.properties)
        committed = await self.transport.admin.group_offsets(group)
        ends = await self.transport.admin.end_offsets(others)
        return all(committed.get(partition, 0) >= ends[partition] for partition in others)

    async def _partitions(self, runner: Runner) -> set[TopicPartition]:
        config = runner.blueprint.common
        assert isinstance(config, SinkConnectorConfig)  # noqa: S101 - asked for sinks only
        names = list(config.topics) if config.topics else None
        described = await self.transport.admin.describe_topics(names)
        if config.topics_regex:
            pattern = compile_java(config.topics_regex)
            described = {name: topic for name, topic in described.items() if pattern.matches(name)}
        return {
            TopicPartition(name, number)
            for name, topic in described.items()
            for number in range(topic.partitions)
        }
