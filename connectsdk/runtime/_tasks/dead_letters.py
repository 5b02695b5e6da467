"""How do dead letters get into their topic?

One batch at a time, acknowledged before `write` returns. When the topic cannot be reached, `write` waits and
tries again with a new producer, and fails in the end; nothing is dropped. What a dead letter holds is decided by
`connectsdk._core.dead_letters`.
"""

import logging
import random
from collections.abc import Callable, Sequence

import anyio
import attrs

from connectsdk._core.dead_letters import DeadLetterBox, reduced
from connectsdk._core.gauges import Gauges
from connectsdk._core.retry import Retry, RetryPolicy
from connectsdk._core.verdict import Failure
from connectsdk.converters.json import JsonConverter
from connectsdk.errors import AuthenticationError, DataError, RecordTooLargeError, TransportError
from connectsdk.record import ConsumerRecord, ProducerRecord, SourceRecord
from connectsdk.runtime._calls.interruptible import Interruptible
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._calls.room import Room
from connectsdk.runtime._tracing.steps import UNTRACED, Trace
from connectsdk.transport import NewTopic, Producer, ProducerConfig, Rejected, Transport

__all__ = ("DeadLetterPlan", "DeadLetters")

log = logging.getLogger("connectsdk.task")

MAX_DELAY = 10.0


@attrs.frozen
class DeadLetterPlan:
    """What a connector's configuration says about dead letters.

    Attributes:
        topic: The topic, as it is created when it does not exist.
        context_headers: Whether dead letters say where and why they failed.
        producer: How they are written.
        hide: Returns a text without secrets.
    """

    topic: NewTopic
    context_headers: bool
    producer: ProducerConfig
    hide: Callable[[str], str] = str


@attrs.define(eq=False)
class DeadLetters:
    """The dead letters of one incarnation of a task.

    Attributes:
        owner: Connector and task, for messages.
        box: What they look like.
        plan: Where they go, and how.
        transport: What carries them.
        room: Where plugin code runs: writing a record or an error as text may call some.
        gauges: Where they are counted.
        trace: What traces how they are written.
    """

    owner: str
    box: DeadLetterBox
    plan: DeadLetterPlan
    transport: Transport
    room: Room
    gauges: Gauges
    trace: Trace = UNTRACED
    _producer: Producer | None = None
    _waits: Interruptible = attrs.field(factory=Interruptible)
    _writing: anyio.Lock = attrs.field(factory=anyio.Lock)

    @classmethod
    def of_task(
        cls,
        owner: tuple[str, int],
        plan: DeadLetterPlan | None,
        transport: Transport,
        room: Room,
        gauges: Gauges,
        *,
        trace: Trace = UNTRACED,
    ) -> "DeadLetters | None":
        """Return a task's dead letters, if it has any.

        Args:
            owner: The connector's name, and the task's number.
            plan: Where they go, and how.
            transport: What carries them.
            room: Where plugin code runs.
            gauges: Where they are counted.
            trace: What traces how they are written.
        """
        if plan is None:
            return None
        connector, task = owner
        box = DeadLetterBox(plan.topic.name, connector, task, plan.context_headers, plan.hide)
        return cls(f"connector {connector} task {task}", box, plan, transport, room, gauges, trace)

    async def open(self) -> None:
        """Create the topic if it does not exist.

        Raises:
            ConfigError: If its name or replication factor is invalid.
            TransportError: If it cannot be created.
        """
        if created := await self.transport.admin.create_topics([self.plan.topic]):
            log.info("%s: created the dead letter topic %s", self.owner, *created)

    def stop(self) -> None:
        """Wait no more for a topic that cannot be reached."""
        self._waits.stop()

    async def bury_consumed(self, failures: Sequence[tuple[ConsumerRecord, Failure]]) -> None:
        """Write dead letters for consumed records.

        Raises:
            ConnectError: As `write`.
        """
        of_consumed = self.box.of_consumed
        await self._bury(lambda: [of_consumed(record, failure) for record, failure in failures])

    async def bury_source(self, failures: Sequence[tuple[SourceRecord, Failure]]) -> None:
        """Write dead letters for records that a source task handed out.

        Raises:
            ConnectError: As `write`.
        """
        of_source, encode = self.box.of_source, JsonConverter().from_connect_data
        await self._bury(lambda: [of_source(record, failure, encode) for record, failure in failures])

    async def _bury(self, make: Callable[[], list[ProducerRecord]]) -> None:
        await self.write(await self.room.compute(f"{self.owner}: writing its dead letters", make))

    async def write(self, letters: Sequence[ProducerRecord]) -> None:
        """Write dead letters; return when all are acknowledged.

        A dead letter that is too large for the topic is written in part. Cancelled, or failed, any of them may have
        been written.

        Raises:
            DataError: If the topic refuses one for another reason.
            Stopped: If the topic could not be reached and the task was asked to stop.
            TransportError: If it could not be reached within the producer's delivery timeout.
        """
        async with self._writing:
            with self.gauges.during("dead_letters", anyio.current_time()):
                await self._write(letters)

    async def _write(self, letters: Sequence[ProducerRecord]) -> None:
        retry = Retry(RetryPolicy(timeout=self.plan.producer.delivery_timeout, max_delay=MAX_DELAY))
        while letters:
            self.gauges.letters_sent += len(letters)
            try:
                letters = await self._attempt(letters)
            except AuthenticationError:
                raise
            except TransportError as error:
                self.gauges.letters_failed += len(letters)
                await self._wait(retry, error)

    async def close(self) -> None:
        """Let go of the producer. Idempotent."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with anyio.CancelScope(shield=True):
                await producer.close()

    async def _attempt(self, letters: Sequence[ProducerRecord]) -> Sequence[ProducerRecord]:
        """Write dead letters; return smaller ones for those that were too large."""
        timeout = self.plan.producer.delivery_timeout
        try:
            with anyio.fail_after(timeout):
                if self._producer is None:
                    await self.open()
                    self._producer = await self.transport.producer(self.plan.producer)
                delivery = await self.trace.sending(self._producer.send)(letters)
                report = await delivery.wait()
        except TimeoutError as error:
            message = f"no acknowledgement within {timeout:.0f} s"
            raise TransportError(message) from error
        return [self._smaller(letters[rejected.index], rejected) for rejected in report.rejected]

    def _smaller(self, letter: ProducerRecord, rejected: Rejected) -> ProducerRecord:
        smaller = reduced(letter) if isinstance(rejected.error, RecordTooLargeError) else None
        if smaller is None:
            message = f"{self.owner}: the dead letter topic {self.plan.topic.name} refused a record: "
            raise DataError(message + describe(rejected.error)) from rejected.error
        return smaller

    async def _wait(self, retry: Retry, error: TransportError) -> None:
        await self.close()
        name = self.plan.topic.name
        delay = retry.failed(anyio.current_time(), random.random())  # noqa: S311 - spreads load
        if delay is None:
            message = (
                f"{self.owner}: dead letters could not be written to {name}, and nothing is committed without them: "
                f"{describe(error)}"
            )
            raise TransportError(message) from error
        log.warning(
            "%s: dead letters wait for %s, next attempt in %.1f s: %s",
            self.owner,
            name,
            delay,
            describe(error),
        )
        await self._waits.sleep(delay)
