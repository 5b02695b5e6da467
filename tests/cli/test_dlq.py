"""Do `connectsdk dlq list`, `show` and `replay` do what they say, on the broker in the process?"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import orjson
import pytest
from click.testing import CliRunner, Result

from connectsdk._core.dead_letters import DeadLetterBox
from connectsdk.cli import _dlq_session as session, main
from connectsdk.cli._dlq_letters import Selection
from connectsdk.cli._dlq_session import Replay, find
from connectsdk.converter import resolve
from connectsdk.converters.avro import AvroConverter
from connectsdk.converters.json import JsonConverter
from connectsdk.errors import UnknownOutcomeError
from connectsdk.record import ConsumerRecord, ProducerRecord, SourceRecord
from connectsdk.schema import INT64_SCHEMA, SchemaBuilder
from connectsdk.testing import configured
from connectsdk.transport import TransactionalProducer
from connectsdk.transports.embedded import EmbeddedTransport
from tests.cli.test_dlq_letters import BOX, CONSUMED, FAILURE

LINES = """name=lines
connector.class=FileStreamSource
file=in.txt
topic=t
key.converter=JsonConverter
key.converter.schemas.enable=false
value.converter=StringConverter
"""


def sinks(count: int) -> list[ProducerRecord]:
    return [BOX.of_consumed(CONSUMED._replace(offset=n, value=b"%d" % n), FAILURE) for n in range(count)]


def sources(*values: Any) -> list[ProducerRecord]:
    encode = JsonConverter().from_connect_data
    box = DeadLetterBox("letters", "lines", 0, context_headers=True)
    place = {"source_partition": {"f": "a"}, "source_offset": {"n": 1}}
    return [box.of_source(SourceRecord("t", value=value, **place), FAILURE, encode) for value in values]


async def put_in(transport: EmbeddedTransport, letters: list[ProducerRecord]) -> None:
    for_ever = {"retention.ms": "-1"}
    await transport.admin.create_topics(
        [
            session.NewTopic(name="letters", config=for_ever),
            session.NewTopic(name="t", partitions=4, config=for_ever),
            session.NewTopic(name="u", config=for_ever),
            session.NewTopic(name="short-lived", config={"retention.ms": "60000"}),
        ]
    )
    producer = await transport.producer()
    try:
        await (await producer.send(letters)).wait()
    finally:
        await producer.close()


async def contents(transport: EmbeddedTransport, topic: str = "t") -> list[ConsumerRecord]:
    reader = await transport.reader(topic)
    try:
        return list(await reader.read_to_end())
    finally:
        await reader.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stored(folder: Path, letters: list[ProducerRecord]) -> None:
    async def store() -> None:
        async with EmbeddedTransport(folder / "connectsdk-data") as transport:
            await put_in(transport, letters)

    anyio.run(store)


def read(folder: Path, topic: str = "t") -> list[ConsumerRecord]:
    async def run() -> list[ConsumerRecord]:
        async with EmbeddedTransport(folder / "connectsdk-data") as transport:
            return await contents(transport, topic)

    return anyio.run(run)


def dlq(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["dlq", *arguments])
    assert result.exit_code == code, result.output
    return result


# -- list and show -------------------------------------------------------------------------------------------


def test_dead_letters_are_listed_for_people(folder: Path) -> None:
    stored(folder, sinks(2))
    lines = dlq("list", "letters").stdout.splitlines()
    assert lines[0].split() == ["ID", "CONNECTOR", "STAGE", "FROM", "REPLAYED", "REASON"]
    expected = ["0-1", "orders", "VALUE_CONVERTER", "t-3", "@", "1", "DataError:", "no", "number"]
    assert lines[2].split() == expected


def test_dead_letters_are_listed_for_programs(folder: Path) -> None:
    stored(folder, sinks(3))
    found = orjson.loads(dlq("list", "letters", "--stage", "value_converter", "--output", "json").stdout)
    assert [(letter["id"], letter["value"], letter["replayed"]) for letter in found] == [
        ("0-0", 0, False),
        ("0-1", 1, False),
        ("0-2", 2, False),
    ]
    assert dlq("list", "letters", "--connector", "none").stdout == "No dead letters.\n"


@pytest.mark.parametrize(
    ("time", "count"),
    [("1970-01-01T00:00:05", 1), ("1970-01-01T00:00:06+00:00", 0), ("5000", 1), ("5001", 0)],
)
def test_times_are_utc_or_milliseconds(folder: Path, time: str, count: int) -> None:
    stored(folder, sinks(1))
    assert len(orjson.loads(dlq("list", "letters", "--since", time, "--output", "json").stdout)) == count


def test_a_dead_letter_is_shown_with_everything(folder: Path) -> None:
    stored(folder, sinks(2))
    shown = dlq("show", "letters", "0-0", "0-1").stdout
    for part in (
        "letters 0-0",
        "orders task 2",
        "VALUE_CONVERTER in some.Converter",
        "header h",
        "stack trace",
    ):
        assert part in shown
    [told] = orjson.loads(dlq("show", "letters", "0-1", "--output", "json").stdout)
    assert told["offset"] == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("list", "other"), "there is no topic other at embedded"),
        (("show", "letters", "0-9"), "has no dead letter 0-9"),
        (("list", "letters", "--since", "noon"), "--since noon"),
        (("replay", "letters"), "say which"),
        (("replay", "letters", "--all", "--value", "x"), "a new value is for one dead letter"),
        (("replay", "letters", "0-0", "--value", "x", "--value-file", "y"), "either --value or --value-file"),
        (("replay", "letters", "0-0", "--value-file", "nowhere"), "nowhere cannot be read"),
    ],
)
def test_what_cannot_work_is_told(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    stored(folder, sinks(1))
    assert told in " ".join(dlq(*arguments, code=2).stderr.split())


# -- as a connector's converters read them -------------------------------------------------------------------

READING = """name=orders
connector.class=FileStreamSink
file=out.txt
topics=t
key.converter=StringConverter
value.converter=AvroConverter
value.converter.schema.registry.url=${file:HERE/secrets.properties:registry}
"""
WORKER = """config.providers=file
config.providers.file.class=FileConfigProvider
config.providers.file.param.allowed.paths=HERE
data.dir=${file:HERE/secrets.properties:place}
header.converter=LongConverter
"""
ORDER = (
    SchemaBuilder.struct()
    .name("Order")
    .field("id", INT64_SCHEMA)
    .field("price", SchemaBuilder.decimal(2).build())
    .build()
)


@pytest.fixture
def reading(folder: Path) -> list[str]:
    """A dead letter of Avro, one that is none, and the options that say how they are read."""
    (folder / "secrets.properties").write_text(
        f"registry=file:{folder}/registry\nplace={folder}/connectsdk-data\n"
    )
    (folder / "orders.properties").write_text(READING.replace("HERE", str(folder)))
    (folder / "worker.properties").write_text(WORKER.replace("HERE", str(folder)))
    configure = configured(AvroConverter, {"schema.registry.url": f"file:{folder}/registry"})
    order = {"id": 7, "price": Decimal("1234567890123456789.10")}
    avro = anyio.run(resolve, configure().from_connect_data, "t", (), ORDER, order)
    headers = (("n", b"\0\0\0\0\0\0\0\x05"), ("bad", b"5"))
    good = CONSUMED._replace(key=b"42", value=avro, headers=headers)
    stored(folder, [BOX.of_consumed(good, FAILURE), BOX.of_consumed(good._replace(value=b"7"), FAILURE)])
    return ["--config", "orders.properties", "--worker", "worker.properties"]


def test_dead_letters_are_read_by_their_connectors_converters(reading: list[str]) -> None:
    avro, text = orjson.loads(dlq("list", "letters", "--output", "json", *reading).stdout)
    assert (avro["key"], avro["headers"][0]) == ("42", ["n", 5])
    assert (text["value"], text["refused"]["value"].partition(":")[0]) == (7, "DataError")
    assert avro["refused"].keys() == {"header bad"}
    shown = dlq("show", "letters", "0-0", *reading).stdout
    assert '{"id":7,"price":1234567890123456789.10}' in shown
    assert "header bad refused" in " ".join(shown.split())


def test_only_its_own_dead_letters_are_read_by_a_connector(folder: Path, reading: list[str]) -> None:
    other = READING.replace("name=orders", "name=others").replace("HERE", str(folder))
    (folder / "orders.properties").write_text(other)
    avro, _ = orjson.loads(dlq("list", "letters", "--output", "json", *reading).stdout)
    assert (avro["key"], "refused" in avro) == (42, False)


def test_what_cannot_be_resolved_is_told_without_secrets(folder: Path, reading: list[str]) -> None:
    (folder / "secrets.properties").write_text("registry=ftp://me:secret@nowhere\nplace=connectsdk-data\n")
    told = dlq("list", "letters", *reading, code=2).stderr
    assert "value.converter.schema.registry.url" in told
    assert "secret@" not in told


# -- replay --------------------------------------------------------------------------------------------------


def test_a_sinks_dead_letters_go_back_once(folder: Path) -> None:
    stored(folder, sinks(3))
    assert "3 would send" in dlq("replay", "letters", "--all", "--dry-run").stdout
    assert "1 sent" in dlq("replay", "letters", "0-1").stdout
    told = orjson.loads(dlq("replay", "letters", "--all", "--output", "json").stdout)
    assert told["summary"] == {"sent": 2, "replayed before": 1}
    assert "3 replayed before" in dlq("replay", "letters", "--all").stdout
    sent = read(folder)
    assert [(record.partition, record.value) for record in sent] == [(3, b"1"), (3, b"0"), (3, b"2")]
    assert sent[0].headers == (("h", b"x"), ("__connect.errors.replayed.from", b"letters-0-1"))
    assert [
        letter["replayed"] for letter in orjson.loads(dlq("list", "letters", "--output", "json").stdout)
    ] == [True] * 3


def test_to_another_topic_with_another_value(folder: Path) -> None:
    stored(folder, sinks(2))
    (folder / "new").write_bytes(b"\xff")
    dlq("replay", "letters", "0-0", "--to", "u", "--value", "better")
    dlq("replay", "letters", "0-1", "--to", "u", "--value-file", "new")
    assert [record.value for record in read(folder, "u")] == [b"better", b"\xff"]


def test_a_sources_dead_letters_go_through_its_pipeline(folder: Path) -> None:
    stored(folder, sources("a", "b"))
    (folder / "lines.properties").write_text(LINES)
    assert "name the connector's file with --config" in dlq("replay", "letters", "--all", code=1).stdout
    dlq("replay", "letters", "--all", "--config", "lines.properties")
    assert [record.value for record in read(folder)] == [b"a", b"b"]


def test_what_still_fails_or_is_filtered_is_said(folder: Path) -> None:
    stored(folder, sources("a", None))
    (folder / "lines.properties").write_text(
        LINES
        + "transforms=f,h\ntransforms.f.type=org.apache.kafka.connect.transforms.Filter\n"
        + "transforms.f.predicate=gone\ntransforms.h.type=InsertField$Value\ntransforms.h.static.field=x\n"
        + "transforms.h.static.value=y\npredicates=gone\n"
        + "predicates.gone.type=org.apache.kafka.connect.transforms.predicates.RecordIsTombstone\n"
    )
    result = dlq("replay", "letters", "--all", "--config", "lines.properties", "--output", "json", code=1)
    told = orjson.loads(result.stdout)
    assert told["summary"] == {"refused": 1, "filtered": 1}
    assert "TRANSFORMATION failed" in told["outcomes"][0]["to"]


def test_a_sink_cannot_take_a_sources_place(folder: Path) -> None:
    stored(folder, sources("a"))
    (folder / "copy.properties").write_text("name=copy\nconnector.class=FileStreamSink\nfile=o\ntopics=t\n")
    told = dlq("replay", "letters", "--all", "--config", "copy.properties", code=2).stderr
    assert "connector copy is a sink" in told


def test_what_its_topic_would_delete_is_not_sent_unless_as_of_now(folder: Path) -> None:
    stored(folder, sinks(1))
    told = dlq("replay", "letters", "--all", "--to", "short-lived", code=1).stdout
    assert "0 sent" not in told
    dlq("replay", "letters", "--all", "--to", "short-lived", "--timestamp", "now")
    [record] = read(folder, "short-lived")
    assert record.timestamp > CONSUMED.timestamp


# -- at most once --------------------------------------------------------------------------------------------


class CutShort:
    """A producer whose process dies around a commit."""

    def __init__(self, inner: TransactionalProducer, when: str) -> None:
        self.inner = inner
        self.when = when

    async def commit(self) -> None:
        if self.when == "after":
            await self.inner.commit()
        raise UnknownOutcomeError("no answer")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class Dying(EmbeddedTransport):
    """The embedded broker, asked by a process that dies before or after a commit."""

    when: str | None = None

    async def transactional_producer(self, transactional_id: str, config: Any = None) -> Any:
        producer = await super().transactional_producer(transactional_id, config)
        return producer if self.when is None else CutShort(producer, self.when)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_replay_that_was_cut_short_sends_nothing_twice(when: str) -> None:
    async with Dying() as transport:
        await put_in(transport, sinks(5))
        replay = Replay(transport, "letters")
        transport.when = when
        with pytest.raises(UnknownOutcomeError):
            await replay.run(Selection())
        transport.when = None
        outcomes = await replay.run(Selection())
        assert {outcome.result for outcome in outcomes} == {"replayed before" if when == "after" else "sent"}
        assert [record.value for record in await contents(transport)] == [b"%d" % n for n in range(5)]


async def test_many_replays_at_once_send_nothing_twice() -> None:
    async with EmbeddedTransport() as transport:
        await put_in(transport, sinks(30))
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(_attempt, Replay(transport, "letters"))
        await Replay(transport, "letters").run(Selection())
        found = await find(transport, "letters", Selection())
        assert all(found.was_replayed(letter) for letter in found.letters)
        assert sorted(int(record.value or b"") for record in await contents(transport)) == list(range(30))


async def _attempt(replay: Replay) -> None:
    try:
        await replay.run(Selection())
    except session.ConnectError:
        return  # another replay of this topic ended it


async def test_one_record_that_is_refused_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with EmbeddedTransport() as transport:
        await transport.admin.create_topics(
            [session.NewTopic(name="u", config={"max.message.bytes": "500", "retention.ms": "-1"})]
        )
        letters = sinks(3)
        letters[1] = letters[1]._replace(value=b"x" * 1_000)
        await put_in(transport, letters)
        outcomes = await Replay(transport, "letters", "u").run(Selection())
        assert [outcome.result for outcome in outcomes] == ["sent", "refused", "sent"]
        assert len(await contents(transport, "u")) == 2


async def test_a_replay_that_forgot_its_markers_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "replayed_ids", lambda _: frozenset())
    async with EmbeddedTransport() as transport:
        await put_in(transport, sinks(1))
        for _ in range(2):
            await Replay(transport, "letters").run(Selection())
        assert len(await contents(transport)) == 2
