"""What becomes of records that a topic refuses one by one?

One that is too large, for instance. Its neighbours went through; it is dead-lettered, skipped, or fails the task by
declared tolerance. Driven by `source_loop`.
"""

import logging
from collections.abc import Iterator, Sequence

import attrs

from connectsdk._core.batch_run import plugin_name
from connectsdk._core.counters import Counters
from connectsdk._core.source_pipeline import SourceRun
from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Failure, Stage, Verdict
from connectsdk.errors import DataError
from connectsdk.record import SourceRecord
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._tasks.dead_letters import DeadLetters
from connectsdk.runtime._tasks.failures import FATES
from connectsdk.transport import Producer, Rejected

__all__ = ("Rejections",)

log = logging.getLogger("connectsdk.task")


@attrs.frozen(eq=False)
class Rejections:
    """How one incarnation of a source task takes refused records.

    Attributes:
        owner: Connector and task, for messages.
        producer: What sent them.
        tolerance: What becomes of them.
        counters: Where they are counted.
        letters: Where dead letters go; None when there is no dead-letter topic.
    """

    owner: str
    producer: Producer
    tolerance: Tolerance
    counters: Counters
    letters: DeadLetters | None

    async def settle(self, rejected: Sequence[Rejected], run: SourceRun | None, size: int) -> None:
        """Settle what was refused of a batch.

        Args:
            rejected: What was refused; not empty.
            run: The batch, where dead letters are written.
            size: How many records were sent.

        Raises:
            DataError: If it is not tolerated.
            TransportError: If a dead letter cannot be written.
        """
        if self.tolerance is Tolerance.NONE:
            self.counters.deliver(size - len(rejected))
            self.counters.blame(Stage.KAFKA_PRODUCE, Verdict.FAILED, len(rejected))
            message = (
                f"{self.owner}: {len(rejected)} of {size} records were refused, the first one: "
                f"{describe(rejected[0].error)}. Raise producer.override.max.request.size and, on Kafka, the topic's "
                "max.message.bytes, or set errors.tolerance=all to skip records like this one"
            )
            raise DataError(message) from rejected[0].error
        verdict = self.tolerance.verdict
        log.warning(
            "%s: %s %d of %d records, which were refused (errors.tolerance=all); the first: %s",
            self.owner,
            FATES[verdict],
            len(rejected),
            size,
            describe(rejected[0].error),
        )
        if self.letters is not None and run is not None:
            await self.letters.bury_source(list(self._failures(rejected, run)))
        self.counters.deliver(size - len(rejected))
        self.counters.blame(Stage.KAFKA_PRODUCE, verdict, len(rejected))

    def _failures(
        self, rejected: Sequence[Rejected], run: SourceRun
    ) -> Iterator[tuple[SourceRecord, Failure]]:
        sent = [index for index, verdict in enumerate(run.verdicts) if verdict == Verdict.PASS]
        plugin = plugin_name(self.producer)
        for refused in rejected:
            index = sent[refused.index]
            yield run.records[index], Failure(index, Stage.KAFKA_PRODUCE, plugin, refused.error)
