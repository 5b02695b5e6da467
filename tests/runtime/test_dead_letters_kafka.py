"""Dead letters on Apache Kafka: its own consumer reads them, and its own refusals are one record's error."""

import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import orjson
import pytest
from click.testing import CliRunner

from connectsdk.cli import main
from connectsdk.errors import DataError
from connectsdk.record import TopicPartition
from connectsdk.runtime import State, Worker
from connectsdk.testing.broker import KafkaBroker
from connectsdk.testing.broker_fixtures import QUICK_START
from connectsdk.transport import NewTopic
from connectsdk.transports.kafka import KafkaTransport
from tests.runtime.conftest import QUICK
from tests.runtime.letters import LETTERS, PREFIX, fill, read_all, told
from tests.runtime.scripted import Journal, sink, source, until

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


class Names:
    """Topics of a test's own."""

    def __init__(self) -> None:
        self.topic = f"t-{uuid.uuid4().hex[:8]}"
        self.letters = f"{self.topic}-letters"

    def sink(self, connector: type, **more: str) -> Mapping[str, Any]:
        return {
            "connector.class": connector,
            "topics": self.topic,
            "key.converter": "StringConverter",
            **self.settings,
            **more,
        }

    @property
    def settings(self) -> Mapping[str, str]:
        return {**LETTERS, "errors.deadletterqueue.topic.name": self.letters}


@pytest.fixture
def names() -> Names:
    return Names()


READER = """
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

public class Reader {
    public static void main(String[] arguments) {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("group.id", "reader-" + arguments[1]);
        settings.put("auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(arguments[1]));
            for (int attempt = 0; attempt < 60; attempt++)
                for (var record : consumer.poll(Duration.ofMillis(500))) {
                    for (Header header : record.headers())
                        System.out.println(header.key() + "=" + new String(header.value()).lines().findFirst().orElse(""));
                    return;
                }
        }
    }
}
"""


def kafkas_consumer(broker: KafkaBroker, topic: str, folder: Path) -> list[str]:
    """Return the headers of a topic's first record, as Kafka's own consumer reads them."""
    program = folder / "Reader.java"
    program.write_text(READER)
    command = ["java", "-cp", broker.classpath, str(program), broker.bootstrap_servers, topic]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    return done.stdout.splitlines()


async def test_kafkas_own_consumer_reads_a_dead_letter(
    kafka_broker: KafkaBroker, journal: Journal, names: Names, tmp_path: Path
) -> None:
    transport = KafkaTransport(kafka_broker.bootstrap_servers)
    async with Worker(transport, QUICK) as worker:
        await fill(transport, [b"1", b"{", b"2"], names.topic, headers=(("h", b"x"),))
        await worker.start_connector("out", names.sink(sink(journal)))
        await until(lambda: journal.values == [1, 2], 30)
        [letter] = await read_all(transport, names.letters)
        settings = (await transport.admin.describe_topics([names.letters]))[names.letters]
        assert (settings.partitions, settings.config["retention.ms"]) == (1, "-1")
    printed = await anyio.to_thread.run_sync(kafkas_consumer, kafka_broker, names.letters, tmp_path)
    assert (letter.key, letter.value) == (b"k1", b"{")
    found = [line.partition("=")[::2] for line in printed]
    assert [name for name, _ in found] == [
        "h",
        *(
            PREFIX + name
            for name in (
                "topic",
                "partition",
                "offset",
                "connector.name",
                "task.id",
                "stage",
                "class.name",
                "exception.class.name",
                "exception.message",
                "exception.stacktrace",
            )
        ),
    ]
    assert dict(found)[PREFIX + "topic"] == names.topic
    assert dict(found)[PREFIX + "offset"] == "1"


async def test_a_record_too_large_for_kafka_is_one_records_error(
    kafka_broker: KafkaBroker, journal: Journal, names: Names
) -> None:
    def swell(record: Any) -> Any:
        return record.with_value(None, "x" * 3_000) if record.value == 4 else record

    transport = KafkaTransport(kafka_broker.bootstrap_servers)
    config = {
        "connector.class": source(journal, total=10, topic=names.topic),
        "transforms": "x",
        "transforms.x.type": swell,
        **names.settings,
    }
    async with Worker(transport, QUICK) as worker:
        await transport.admin.create_topics(
            [NewTopic(name=names.topic, config={"max.message.bytes": "2000"})]
        )
        await worker.start_connector("in", config)
        await worker.wait_until_finished()
        counters = worker.status()["in"].tasks[0].counters
        [letter] = await read_all(transport, names.letters)
        sent = [record.value for record in await read_all(transport, names.topic)]
    assert sent == [b"%d" % n for n in range(10) if n != 4]
    assert (counters.delivered, counters.dead_lettered, counters.conserved) == (9, 1, True)
    assert (told(letter)["stage"], letter.value) == ("KAFKA_PRODUCE", b'{"schema":null,"payload":4}')


async def test_dead_letters_wait_for_a_broker_that_is_away(
    require_kafka: None, journal: Journal, names: Names
) -> None:
    killed: list[int] = []

    def deadly(record: Any) -> Any:
        if record.value == 2:
            if not killed:
                killed.append(record.value)
                broker.kill()
            raise DataError("odd")
        return record

    with KafkaBroker(java_options=QUICK_START, properties={"log.flush.interval.messages": "1"}) as broker:
        transport = KafkaTransport(broker.bootstrap_servers)
        async with Worker(transport, QUICK | {"errors.restart.max": "-1"}) as worker:
            await fill(transport, [b"1", b"2", b"3"], names.topic)
            more = {"transforms": "x", "transforms.x.type": deadly}
            await worker.start_connector("out", names.sink(sink(journal), **more))
            await until(lambda: killed, 60)
            assert journal.values == []
            await anyio.to_thread.run_sync(broker.start)
            await until(lambda: set(journal.values) == {1, 3}, 60)
            await worker.wait_until_idle(0.5)
            assert {letter.value for letter in await read_all(transport, names.letters)} == {b"2"}
            assert worker.status()["out"].tasks[0].counters.conserved


async def test_a_dead_letter_that_the_topic_refuses_fails_the_task_and_nothing_is_committed(
    kafka_broker: KafkaBroker, journal: Journal, names: Names
) -> None:
    transport = KafkaTransport(kafka_broker.bootstrap_servers)
    async with Worker(transport, QUICK) as worker:
        unwritable = {"max.message.bytes": "1"}
        await transport.admin.create_topics([NewTopic(name=names.letters, config=unwritable)])
        await fill(transport, [b"1", b"{", b"2"], names.topic)
        name = f"out-{names.topic}"
        await worker.start_connector(name, names.sink(sink(journal)))
        await until(lambda: worker.status()[name].state is State.FAILED, 60)
        told_why = worker.status()[name].error or ""
        assert f"the dead letter topic {names.letters} refused a record: RecordTooLargeError" in told_why
        assert await transport.admin.group_offsets(f"connect-{name}") == {}
        assert journal.values == []


async def test_dead_letters_are_replayed_once_on_kafka(
    kafka_broker: KafkaBroker, journal: Journal, names: Names
) -> None:
    transport = KafkaTransport(kafka_broker.bootstrap_servers)
    async with Worker(transport, QUICK) as worker:
        producer = await transport.producer()
        await producer.close()
        await fill(transport, [b"1", b"{", b"[", b"2"], names.topic)
        await worker.start_connector(f"out-{names.topic}", names.sink(sink(journal)))
        await until(lambda: journal.values == [1, 2], 30)
        at = ("--bootstrap", kafka_broker.bootstrap_servers, "--output", "json")

        def replay(*arguments: str) -> Any:
            result = CliRunner().invoke(main, ["dlq", "replay", names.letters, *arguments, *at])
            return orjson.loads(result.stdout)["summary"]

        now = ("--timestamp", "now")
        assert await anyio.to_thread.run_sync(replay, "0-0", "--value", "7", *now) == {"sent": 1}
        assert await anyio.to_thread.run_sync(replay, "--all", *now) == {"sent": 1, "replayed before": 1}
        both = ("0-0", "0-1")  # the second one failed again: that is another dead letter
        assert await anyio.to_thread.run_sync(replay, *both, *now) == {"replayed before": 2}
        await until(lambda: journal.values == [1, 2, 7], 30)
        assert len(await transport.admin.end_offsets({TopicPartition(names.topic, 0)})) == 1
