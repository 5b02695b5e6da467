"""How are dead letters read from their topic, and written to where they would have gone?"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import attrs

from connectsdk._core.dead_letters import CONNECTOR
from connectsdk.cli._dlq_letters import Letter, Selection
from connectsdk.cli._dlq_plan import (
    Refused,
    check_kept,
    marker,
    marker_key,
    marker_topic,
    replayed_ids,
    sink_record,
    source_record,
    stamped,
)
from connectsdk.errors import ConfigError, ConnectError, DataError, UnknownTopicError
from connectsdk.record import ConsumerRecord, ProducerRecord
from connectsdk.runtime import ConsumedReader, SourceReplay
from connectsdk.transport import NewTopic, Transport

__all__ = ("Found", "Outcome", "Replay", "decoded_by", "find", "summary")

BATCH = 100
"""Dead letters in one transaction."""


@attrs.frozen
class Found:
    """Dead letters of one topic.

    Attributes:
        letters: Those that were asked for, in the topic's order.
        replayed: The marker keys of all that were replayed.
    """

    letters: Sequence[Letter]
    replayed: frozenset[bytes]

    def was_replayed(self, letter: Letter) -> bool:
        """Return whether a dead letter was replayed already."""
        return marker_key(letter) in self.replayed


@attrs.frozen
class Outcome:
    """What became of one dead letter in a replay.

    Attributes:
        letter: The dead letter.
        result: What became of it; `would send` in a dry run.
        to: Its topic, or why it was not sent.
    """

    letter: Letter
    result: Literal["sent", "would send", "filtered", "replayed before", "refused"]
    to: str


async def find(transport: Transport, topic: str, selection: Selection) -> Found:
    """Return the dead letters of a topic.

    Raises:
        ConfigError: If the topic does not exist.
        TransportError: If it cannot be read.
    """
    described = await transport.admin.describe_topics()
    if topic not in described:
        message = f"there is no topic {topic} at {transport.description}"
        raise ConfigError(message, key="topic")
    letters = [Letter.read(record) for record in await _read(transport, topic)]
    markers = marker_topic(topic)
    replayed = replayed_ids(await _read(transport, markers)) if markers in described else frozenset()
    return Found([letter for letter in letters if selection.takes(letter)], replayed)


async def decoded_by(readers: Mapping[str, ConsumedReader], letter: Letter) -> Letter:
    """Return a dead letter as its connector's converters read it; as it is when they are not among these.

    A source's dead letter says everything in JSON. One that does not name its connector is that of the only one.
    """
    only = next(iter(readers)) if len(readers) == 1 else ""
    reader = readers.get(letter.context.get(CONNECTOR, only))
    if reader is None or letter.from_source:
        return letter
    return attrs.evolve(letter, decoded=await reader.read(letter.consumed()))


@attrs.define(eq=False)
class Replay:
    """One replay of dead letters of a topic.

    Attributes:
        transport: Where they are, and where they go.
        topic: The dead letter topic.
        to: The topic they go to; None for where they would have gone.
        source: The pipeline of the source connector whose records they are; None when there is none.
        value: What replaces the value of the one dead letter that is meant.
        timestamp: Whether records keep their timestamp.
        now: The time, in seconds since the epoch.
    """

    transport: Transport
    topic: str
    to: str | None = None
    source: SourceReplay | None = None
    value: bytes | None = None
    timestamp: Literal["original", "now"] = "original"
    now: Callable[[], float] = time.time
    _settings: dict[str, Mapping[str, str]] = attrs.field(factory=dict, init=False)

    async def dry(self, found: Found) -> list[Outcome]:
        """Return what a replay would do, without doing it."""
        return [outcome for outcome, _ in [await self._prepared(letter, found) for letter in found.letters]]

    async def run(self, selection: Selection) -> list[Outcome]:
        """Replay dead letters, each at most once, whoever else replays them and whenever this is cut short.

        The transactional id is the topic's: opening the producer ends any other replay of this topic, and
        settles what that one left open, before the markers are read.

        Raises:
            ConnectError: If the topics cannot be read or written. What was told as sent before stays sent.
        """
        markers = marker_topic(self.topic)
        await self.transport.admin.create_topics(
            [NewTopic(name=markers, partitions=1, config={"cleanup.policy": "compact"})]
        )
        outcomes: list[Outcome] = []
        for letters in _batches((await find(self.transport, self.topic, selection)).letters):
            outcomes += await self._transaction(letters)
        return outcomes

    async def _transaction(self, letters: Sequence[Letter]) -> list[Outcome]:
        producer = await self.transport.transactional_producer(f"connectsdk-dlq-replay-{self.topic}")
        try:
            markers = replayed_ids(await _read(self.transport, marker_topic(self.topic)))
            prepared = [await self._prepared(letter, Found((), markers)) for letter in letters]
            records = [record for _, sent in prepared for record in sent]
            if records:
                await producer.begin()
                await producer.send(records)
                await producer.commit()
        except DataError as error:
            if len(letters) == 1:
                return [Outcome(letters[0], "refused", str(error))]
        else:
            return [
                attrs.evolve(outcome, result="sent") if outcome.result == "would send" else outcome
                for outcome, _ in prepared
            ]
        finally:
            await producer.close()
        return [outcome for letter in letters for outcome in await self._transaction([letter])]

    async def _prepared(self, letter: Letter, found: Found) -> tuple[Outcome, Sequence[ProducerRecord]]:
        """Return what a replay does with a dead letter, and what it sends for that."""
        if found.was_replayed(letter):
            return Outcome(letter, "replayed before", ""), ()
        try:
            sent = [await self._dated(stamped(letter, r, self.to)) for r in await self._records(letter)]
        except ConnectError as error:
            return Outcome(letter, "refused", str(error)), ()
        said = marker(letter, sent, int(self.now() * 1_000))
        if not sent:
            return Outcome(letter, "filtered", "by a transform"), [said]
        return Outcome(letter, "would send", sent[0].topic), [*sent, said]

    async def _dated(self, record: ProducerRecord) -> ProducerRecord:
        """Return a record that its topic keeps.

        Raises:
            Refused: If it would be deleted as too old.
        """
        if self.timestamp == "now":
            return record._replace(timestamp=None)
        if record.topic not in self._settings:
            described = await self.transport.admin.describe_topics()
            self._settings[record.topic] = described[record.topic].config if record.topic in described else {}
        check_kept(record, self._settings[record.topic], int(self.now() * 1_000))
        return record

    async def _records(self, letter: Letter) -> Sequence[ProducerRecord]:
        if not letter.from_source:
            return [sink_record(letter, self.to, self.value)]
        if self.source is None:
            message = (
                "it is a source's record, which goes through its connector's transforms and converters: name the "
                "connector's file with --config"
            )
            raise Refused(message)
        return await self.source.convert(source_record(letter, self.value))


async def _read(transport: Transport, topic: str) -> Sequence[ConsumerRecord]:
    try:
        reader = await transport.reader(topic)
    except UnknownTopicError:
        return ()
    try:
        return await reader.read_to_end()
    finally:
        await reader.close()


def _batches(letters: Sequence[Letter]) -> list[Sequence[Letter]]:
    return [letters[start : start + BATCH] for start in range(0, len(letters), BATCH)]


def summary(outcomes: Sequence[Outcome]) -> Mapping[str, int]:
    """Return how many dead letters came to which end."""
    counted: dict[str, int] = {}
    for outcome in outcomes:
        counted[outcome.result] = counted.get(outcome.result, 0) + 1
    return counted
