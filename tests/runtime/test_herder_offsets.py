"""Operators read, alter and reset the offsets of connectors."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from connectsdk import ConfigError
from connectsdk.record import TopicPartition
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import BadRequestError, ConflictError, ConnectorOffset, Herder
from connectsdk.testing.broker import KafkaBroker
from connectsdk.testing.transport_suite._steps import fresh_name
from connectsdk.transport import ConsumerConfig, NewTopic, Transport
from connectsdk.transports.embedded import EmbeddedTransport
from connectsdk.transports.kafka import KafkaTransport
from tests.runtime.conftest import QUICK
from tests.runtime.herding import SINK, SOURCE, named, plugins, settled
from tests.runtime.scripted import Journal, sink, source, until

NOT_STOPPED = (
    "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified "
    "connector by issuing a 'PUT' request to the '/connectors/in/stop' endpoint"
)
BY_FRAMEWORK = (
    "The Connect framework-managed offsets for this connector have been {how} successfully. However, if this connector "
    "manages offsets externally, they will need to be manually {how} in the system that the connector uses."
)
BY_CONNECTOR = "The offsets for this connector have been {how} successfully"


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def transport(request: pytest.FixtureRequest) -> Transport:
    if request.param == "embedded":
        return EmbeddedTransport()
    broker: KafkaBroker = request.getfixturevalue("kafka_broker")
    return KafkaTransport(broker.bootstrap_servers)


def herder_on(transport: Transport, journal: Journal, *more: type) -> tuple[Worker, Herder]:
    config = QUICK | {
        "offset.storage.topic": fresh_name("offsets"),
        "config.storage.topic": fresh_name("configs"),
    }
    worker = Worker(transport, config, plugins=plugins(journal, *more, topic=fresh_name("t")))
    return worker, Herder(worker)


async def test_a_source_is_altered_and_reset(transport: Transport, journal: Journal) -> None:
    worker, herder = herder_on(transport, journal)
    async with worker, herder:
        await herder.create("in", SOURCE)
        await settled(herder, "in")
        await until(lambda: journal.tasks[-1].position == 100)
        with pytest.raises(BadRequestError) as refused:
            await herder.alter_offsets("in", [({"share": 0}, {"n": 5})])
        assert str(refused.value) == NOT_STOPPED
        await herder.stop("in")
        wanted = [({"share": 0}, {"n": 60}), ({"share": 1}, {"n": 3})]
        assert await herder.alter_offsets("in", wanted) == BY_FRAMEWORK.format(how="altered")
        found = await herder.offsets("in")
        assert sorted(found, key=str) == [
            ConnectorOffset(partition=partition, offset=offset) for partition, offset in wanted
        ]
        await herder.alter_offsets("in", [({"share": 1}, None)])
        assert await herder.offsets("in") == [ConnectorOffset(partition={"share": 0}, offset={"n": 60})]
        await herder.resume("in")
        await until(lambda: "source.resume:60" in journal.events)
        await herder.stop("in")
        assert await herder.reset_offsets("in") == BY_FRAMEWORK.format(how="reset")
        assert await herder.offsets("in") == []
        with pytest.raises(BadRequestError, match=r"^Partitions / offsets need to be provided"):
            await herder.alter_offsets("in", [])


async def test_a_sink_is_altered_and_reset(transport: Transport, journal: Journal) -> None:
    worker, herder = herder_on(transport, journal)
    name, topic = fresh_name("sink"), fresh_name("topic")
    async with worker, herder:
        await transport.admin.create_topics([NewTopic(name=topic, partitions=2)])
        await herder.create(name, {**SINK, "topics": topic}, "STOPPED")
        await until(lambda: herder.status(name).state == "STOPPED")

        def offset(partition: int, position: int) -> ConnectorOffset:
            where = {"kafka_topic": topic, "kafka_partition": partition}
            return ConnectorOffset(partition=where, offset={"kafka_offset": position})

        wanted = [
            (offset(0, 3).partition, {"kafka_offset": "3"}),
            (offset(1, 4).partition, {"kafka_offset": 4}),
        ]
        assert await herder.alter_offsets(name, wanted) == BY_FRAMEWORK.format(how="altered")
        assert await herder.offsets(name) == [offset(0, 3), offset(1, 4)]
        await herder.alter_offsets(
            name, [(offset(0, 3).partition, None), (offset(1, 4).partition, {"kafka_offset": 2})]
        )
        assert await herder.offsets(name) == [offset(1, 2)]
        with pytest.raises(BadRequestError, match="Failed to parse the following Kafka offset value"):
            await herder.alter_offsets(name, [(offset(0, 3).partition, {"kafka_offset": "x"})])
        assert await herder.offsets(name) == [offset(1, 2)]

        other = await transport.consumer(ConsumerConfig(group=f"connect-{name}", topics=(topic,)))
        try:
            await other.next_event(10)
            for change in (herder.reset_offsets(name), herder.alter_offsets(name, wanted)):
                with pytest.raises(ConflictError, match="haven't stopped completely yet"):
                    await change
        finally:
            await other.close()
        assert await herder.offsets(name) == [offset(1, 2)]
        assert await herder.reset_offsets(name) == BY_FRAMEWORK.format(how="reset")
        assert await herder.offsets(name) == []


async def test_a_connector_has_a_say(journal: Journal) -> None:
    asked: list[tuple[str, Any]] = []

    class Opinionated(source(journal, end=False)):
        async def alter_offsets(self, config: Mapping[str, Any], offsets: Sequence[Any]) -> bool:
            asked.append((config["name"], [tuple(each) for each in offsets]))
            if any(offset == {"n": -1} for _, offset in offsets):
                message = "n must not be negative"
                raise ConfigError(message)
            return True

    class OpinionatedSink(sink(journal)):
        async def alter_offsets(
            self, config: Mapping[str, Any], offsets: Mapping[TopicPartition, Any]
        ) -> bool:
            asked.append((config["name"], dict(offsets)))
            return True

    mine = (named("Opinionated", Opinionated), named("OpinionatedSink", OpinionatedSink))
    transport = EmbeddedTransport()
    worker, herder = herder_on(transport, journal, *mine)
    async with worker, herder:
        await transport.admin.create_topics([NewTopic(name="t")])
        await herder.create("in", {**SOURCE, "connector.class": "Opinionated"}, "STOPPED")
        await herder.create("out", {**SINK, "connector.class": "OpinionatedSink"}, "STOPPED")
        with pytest.raises(BadRequestError, match="n must not be negative"):
            await herder.alter_offsets("in", [({"share": 0}, {"n": -1})])
        assert await herder.offsets("in") == []
        assert await herder.alter_offsets("in", [({"share": 0}, {"n": 1})]) == BY_CONNECTOR.format(
            how="altered"
        )
        assert await herder.reset_offsets("in") == BY_CONNECTOR.format(how="reset")
        assert asked.pop() == ("in", [({"share": 0}, None)])
        where = {"kafka_topic": "t", "kafka_partition": 0}
        assert await herder.alter_offsets("out", [(where, {"kafka_offset": 0})]) == BY_CONNECTOR.format(
            how="altered"
        )
        assert await herder.reset_offsets("out") == BY_CONNECTOR.format(how="reset")
        assert asked.pop() == ("out", {TopicPartition("t", 0): None})
