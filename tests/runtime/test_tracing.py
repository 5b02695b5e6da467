"""What OpenTelemetry is told of batches, and what it costs those who do not ask for it."""

import subprocess
import sys
import textwrap
import threading
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any

import anyio
import pytest
from opentelemetry import propagate, trace
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode

from connectsdk import Headers, KafkaTransport, RetriableError, SourceRecord
from connectsdk.errors import ConfigError
from connectsdk.record import ProducerRecord, RawHeaders
from connectsdk.runtime import Worker
from connectsdk.runtime._tracing.steps import UNTRACED
from connectsdk.testing.broker import KafkaBroker
from connectsdk.transport import Transport
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.holding import HoldingTransport
from tests.runtime.letters import LETTERS, read_all, told
from tests.runtime.scripted import Journal, sink, source, until
from tests.runtime.tracing import ON, Spans, header, inside

FOREIGN = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Spans:
    spans = Spans()
    spans.install(monkeypatch)
    return spans


@pytest.fixture(params=["loop", "thread"])
async def worker(request: pytest.FixtureRequest) -> AsyncIterator[Worker]:
    async with Worker(EmbeddedTransport(), QUICK | ON | {"task.isolation": request.param}) as worker:
        yield worker


async def through(worker: Worker, journal: Journal, **connectors: dict[str, Any]) -> None:
    for name, config in connectors.items():
        await worker.start_connector(name, config)
    await worker.wait_until_idle(0.1)
    for name in connectors:
        await worker.stop_connector(name)


async def write(transport: Transport, records: Sequence[tuple[bytes, RawHeaders]]) -> None:
    producer = await transport.producer()
    batch = [ProducerRecord("t", 0, None, value, None, headers) for value, headers in records]
    await (await producer.send(batch)).wait()
    await producer.close()


def chain(journal: Journal, **options: Any) -> dict[str, dict[str, Any]]:
    return {
        "orders": {"connector.class": source(journal, **options)},
        "books": {"connector.class": sink(journal), "topics": "t"},
    }


async def test_a_record_is_followed_from_its_source_through_the_topic_into_the_sink(
    worker: Worker, journal: Journal, spans: Spans
) -> None:
    await through(worker, journal, **chain(journal, total=30, batch=30))
    assert journal.values == list(range(30))
    poll = next(span for span in spans.named("poll") if "messaging.batch.message_count" in span.attributes)
    (transform,) = (span for span in spans.named("transform t") if span.parent == poll.context)
    (send,) = spans.named("send t")
    assert send.parent == poll.context
    assert transform.context.trace_id == send.context.trace_id
    receive = spans.named("receive t")[0]
    assert receive.parent is None
    assert receive.links[0].context.span_id == send.context.span_id
    assert receive.links[0].context.trace_id == send.context.trace_id
    put = spans.named("put t")[0]
    assert put.parent == receive.context
    commit = [span for span in spans.named("commit") if span.attributes["connectsdk.connector"] == "books"]
    assert receive.context in [link.context for span in commit for link in span.links]
    stored = [span for span in spans.named("commit") if span.attributes["connectsdk.connector"] == "orders"]
    assert send.context in [link.context for span in stored for link in span.links]
    assert spans.open == 0


async def test_spans_say_what_the_conventions_want_to_know(
    worker: Worker, journal: Journal, spans: Spans
) -> None:
    await through(worker, journal, **chain(journal, total=30, batch=30))
    (send,), receive, put = spans.named("send t"), spans.named("receive t")[0], spans.named("put t")[0]
    assert (send.kind, receive.kind, put.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER, SpanKind.INTERNAL)
    assert dict(send.attributes) == {
        "connectsdk.connector": "orders",
        "connectsdk.task": 0,
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.batch.message_count": 30,
        "messaging.destination.name": "t",
    }
    assert receive.attributes["messaging.operation.type"] == "receive"
    assert receive.attributes["connectsdk.offsets"] == ("t-0@0-29",)
    assert receive.attributes["messaging.destination.partition.id"] == "0"
    assert receive.attributes["messaging.kafka.offset"] == 0
    assert put.attributes["messaging.operation.type"] == "process"
    assert put.attributes["messaging.batch.message_count"] == 30


async def test_records_carry_the_span_that_sent_them(worker: Worker, journal: Journal, spans: Spans) -> None:
    await through(worker, journal, orders=chain(journal, total=20, batch=10)["orders"])
    sends = spans.named("send t")
    assert [record.headers for record in await read_all(worker.transport, "t")] == [
        (("traceparent", header(sends[0])),)
    ] * 10 + [(("traceparent", header(sends[1])),)] * 10


async def test_a_record_that_belongs_to_a_trace_already_keeps_it_and_is_linked_to(
    worker: Worker, journal: Journal, spans: Spans
) -> None:
    batch = [
        SourceRecord("t", value=1, headers=Headers().add("traceparent", FOREIGN.decode())),
        SourceRecord("t", value=2, headers=Headers().add("color", "red")),
    ]

    async def poll(task: Any) -> Sequence[SourceRecord]:
        journal.hooks.pop("source.poll")
        return batch

    journal.hooks["source.poll"] = poll
    await through(worker, journal, orders=chain(journal, total=0)["orders"])
    (send,) = spans.named("send t")
    assert [f"{link.context.trace_id:032x}" for link in send.links] == [FOREIGN.decode()[3:35]]
    first, second = await read_all(worker.transport, "t")
    assert first.headers == (("traceparent", FOREIGN),)
    assert second.headers == (("color", b"red"), ("traceparent", header(send)))


async def test_a_batch_of_many_traces_links_to_a_bounded_number(
    worker: Worker, journal: Journal, spans: Spans
) -> None:
    marks = [(("traceparent", b"00-%032x-%016x-01" % (number, number)),) for number in range(1, 101)]
    marks.append((("traceparent", b"\xff nonsense"), ("tracestate", None)))
    await write(worker.transport, [(b"1", mark) for mark in marks])
    await through(worker, journal, books=chain(journal)["books"])
    assert len(journal.values) == 101
    received = spans.named("receive t")
    assert sum(span.attributes["messaging.batch.message_count"] for span in received) == 101
    assert all(len(span.links) <= 32 for span in received)
    assert received[0].links[0].attributes["messaging.kafka.offset"] == 0


async def test_a_large_poll_is_one_trace_of_many_batches(
    worker: Worker, journal: Journal, spans: Spans
) -> None:
    await through(worker, journal, **chain(journal, total=5_000, batch=5_000))
    assert journal.values == list(range(5_000))
    sends = spans.named("send t")
    assert [span.attributes["messaging.batch.message_count"] for span in sends] == [2_000, 2_000, 1_000]
    assert len({span.context.trace_id for span in sends}) == 1


async def test_what_is_not_sampled_leaves_no_mark(
    worker: Worker, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans = Spans()
    spans.install(monkeypatch, ALWAYS_OFF)
    await through(worker, journal, **chain(journal))
    assert journal.values == list(range(100))
    assert spans.ended == ()
    assert {record.headers for record in await read_all(worker.transport, "t")} == {()}


async def test_plugin_code_runs_inside_of_its_span(worker: Worker, journal: Journal, spans: Spans) -> None:
    polls: list[int] = []
    puts: list[int] = []
    commits: list[int] = []
    journal.hooks |= {
        "source.poll": inside(polls),
        "sink.put": inside(puts),
        "sink.flush": inside(commits),
    }
    with trace.get_tracer("test").start_as_current_span("the request that started it"):
        await through(worker, journal, **chain(journal, total=30, batch=10))
    assert set(polls) == {span.context.span_id for span in spans.named("poll")}
    assert set(puts) == {span.context.span_id for span in spans.named("put t")}
    assert set(commits) < {span.context.span_id for span in spans.named("commit")}
    assert {span.parent for span in spans.named("poll")} == {None}


async def test_a_source_that_has_nothing_makes_one_span(
    worker: Worker, journal: Journal, spans: Spans
) -> None:
    await worker.start_connector("orders", chain(journal, total=0, end=False)["orders"])
    await worker.start_connector("books", chain(journal)["books"])
    await until(lambda: journal.events.count("source.poll") > 10)
    assert spans.begun == ["poll"]
    await worker.stop_connector("orders")
    (poll,) = spans.named("poll")
    assert poll.attributes["connectsdk.polls"] >= 10
    assert poll.status.status_code is StatusCode.UNSET


async def test_errors_are_told_without_secrets(worker: Worker, journal: Journal, spans: Spans) -> None:
    failures = [RetriableError("the token hunter22 is not accepted yet", after=0.001), ValueError("hunter22")]

    async def poll(task: Any) -> None:
        if failures:
            raise failures.pop(0)

    journal.hooks["source.poll"] = poll
    await worker.start_connector("orders", chain(journal)["orders"] | {"password": "hunter22"})
    await worker.wait_until_idle(0.1)
    failed = [span for span in spans.named("poll") if span.status.status_code is StatusCode.ERROR]
    assert [span.attributes["error.type"].rpartition(".")[2] for span in failed] == [
        "RetriableError",
        "PluginError",
    ]
    assert all(span.events[0].name == "exception" for span in failed)
    assert "hunter22" not in "".join(span.to_json() for span in spans.ended)
    assert "[hidden]" in failed[0].status.description


async def test_tolerated_records_and_their_dead_letters_are_told(
    worker: Worker, journal: Journal, spans: Spans
) -> None:
    await write(worker.transport, [(b"1", ()), (b"no json", ()), (b"no json", (("traceparent", FOREIGN),))])
    await through(worker, journal, books=chain(journal)["books"] | LETTERS)
    assert journal.values == [1]
    transform = spans.named("transform")[0]
    assert transform.attributes["connectsdk.records.failed"] == 2
    assert [event.attributes["messaging.kafka.offset"] for event in transform.events] == [1, 2]
    assert transform.events[0].attributes["connectsdk.stage"] == "VALUE_CONVERTER"
    (send,) = spans.named("send letters")
    assert send.parent == spans.named("receive")[0].context
    plain, marked = await read_all(worker.transport)
    assert dict(plain.headers)["traceparent"] == header(send)
    assert dict(marked.headers)["traceparent"] == FOREIGN
    assert told(plain)["topic"] == "t"


class Broken(SpanProcessor, SpanExporter):
    """Fails wherever it can."""

    def on_start(self, *_: Any) -> None:
        raise OSError

    on_end = on_start
    export = on_start


async def test_a_propagator_that_fails_harms_nobody(
    worker: Worker, journal: Journal, spans: Spans, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Propagator(TextMapPropagator):
        def extract(self, *_: Any, **__: Any) -> Any:
            raise OSError

        inject = extract
        fields = property(extract)

    monkeypatch.setattr(propagate, "_HTTP_TEXT_FORMAT", Propagator())
    await through(worker, journal, **chain(journal))
    assert journal.values == list(range(100))
    assert spans.begun == []
    monkeypatch.setattr(Propagator, "fields", {"traceparent"})
    await write(worker.transport, [(b"1", (("traceparent", FOREIGN),))])
    await through(worker, journal, books=chain(journal)["books"])
    assert journal.values[-1] == 1
    assert spans.named("receive t")


@pytest.mark.parametrize("broken", [Broken(), SimpleSpanProcessor(Broken())], ids=["processor", "exporter"])
async def test_what_fails_to_export_harms_nobody(
    broken: SpanProcessor, worker: Worker, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    Spans().install(monkeypatch).add_span_processor(broken)
    await through(worker, journal, **chain(journal))
    assert journal.values == list(range(100))


async def test_an_exporter_that_hangs_harms_nobody(
    worker: Worker, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, go_on = threading.Event(), threading.Event()

    class Hanging(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            hanging.set()
            go_on.wait(30)
            return SpanExportResult.FAILURE

    processor = BatchSpanProcessor(
        Hanging(), max_queue_size=4, max_export_batch_size=2, schedule_delay_millis=1
    )
    Spans().install(monkeypatch).add_span_processor(processor)
    try:
        await through(worker, journal, **chain(journal))
        assert journal.values == list(range(100))
        assert hanging.is_set()
    finally:
        go_on.set()
        processor.shutdown()


@pytest.mark.parametrize("hook", ["source.poll", "sink.put", "sink.flush"])
async def test_what_is_cancelled_ends_its_span(
    hook: str, worker: Worker, journal: Journal, spans: Spans
) -> None:
    async def hang(*_: Any) -> None:
        await anyio.sleep_forever()

    journal.hooks[hook] = hang
    for name, config in chain(journal).items():
        await worker.start_connector(name, config)
    await until(lambda: hook in journal.events)
    for name in chain(journal):
        await worker.stop_connector(name)
    assert spans.begun
    assert spans.open == 0


async def test_what_is_under_way_at_the_end_ends_its_span(spans: Spans, journal: Journal) -> None:
    async with Worker(HoldingTransport(), QUICK | ON) as worker:
        await worker.start_connector("orders", chain(journal, total=20, end=False)["orders"])
        await until(lambda: spans.begun.count("send t") == 2)
        assert spans.named("send t") == []
        await worker.stop_connector("orders")
    assert [span.status.description for span in spans.named("send t")] == ["cancelled"] * 2
    assert spans.open == 0


async def test_a_paused_source_ends_its_span_when_it_is_stopped(
    worker: Worker, journal: Journal, spans: Spans
) -> None:
    await worker.start_connector("orders", chain(journal, total=0, end=False)["orders"])
    await until(lambda: journal.events.count("source.poll") > 1)
    await worker.pause_connector("orders")
    await until(lambda: worker.facts().tasks[0].readings.pause_ratio > 0)
    await worker.stop_connector("orders")
    assert spans.begun == ["poll"]
    assert spans.open == 0


async def test_a_delivery_that_fails_ends_its_span(worker: Worker, journal: Journal, spans: Spans) -> None:
    big = chain(journal, total=1)["orders"] | {"producer.override.max.request.size": "1"}
    with pytest.raises(Exception, match="refused"):
        await through(worker, journal, orders=big)
    (send,) = spans.named("send t")
    assert send.attributes["connectsdk.records.refused"] == 1
    assert send.events[0].attributes["exception.type"].endswith("RecordTooLargeError")
    await worker.stop_connector("orders")
    assert spans.open == 0


async def test_a_connector_decides_for_itself(spans: Spans, journal: Journal) -> None:
    async with Worker(EmbeddedTransport(), QUICK | ON) as worker:
        await through(worker, journal, a=chain(journal)["orders"] | {"tracing.enabled": "false"})
        assert spans.begun == []
    async with Worker(EmbeddedTransport(), QUICK) as worker:
        await through(worker, journal, a=chain(journal)["orders"])
        assert spans.begun == []
        await through(worker, journal, b=chain(journal)["orders"] | ON)
        assert spans.named("send t")


async def test_without_the_extra_there_is_no_tracing(
    monkeypatch: pytest.MonkeyPatch, journal: Journal
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    missing = r"tracing\.enabled=true needs OpenTelemetry: pip install 'connectsdk\[otel\]'"
    with pytest.raises(ConfigError, match=missing):
        Worker(EmbeddedTransport(), ON)
    async with Worker(EmbeddedTransport(), QUICK) as worker:
        with pytest.raises(ConfigError, match=missing):
            await worker.start_connector("orders", chain(journal)["orders"] | ON)


@pytest.mark.parametrize("step", ["receiving", "transforming", "sending", "putting", "committing"])
def test_off_every_step_is_what_it_was(step: str) -> None:
    async def as_it_was(*_: Any) -> None: ...

    assert getattr(UNTRACED, step)(as_it_was) is as_it_was
    assert UNTRACED.polling(as_it_was, int) is as_it_was


@pytest.mark.kafka
async def test_the_trace_goes_through_kafka(
    kafka_broker: KafkaBroker, journal: Journal, spans: Spans
) -> None:
    topic = f"traced-{uuid.uuid4().hex[:8]}"
    config = QUICK | ON | {"offset.storage.topic": f"{topic}-offsets"}
    async with Worker(KafkaTransport(kafka_broker.bootstrap_servers), config) as worker:
        plan = {"connector.class": source(journal, topic=topic, end=False)}
        await worker.start_connector(f"{topic}-in", plan)
        await worker.start_connector(f"{topic}-out", {"connector.class": sink(journal), "topics": topic})
        await until(lambda: len(journal.values) == 100, 30)
    assert sorted(journal.values) == list(range(100))
    sent = {span.context.span_id for span in spans.named(f"send {topic}")}
    received = {link.context.span_id for span in spans.named(f"receive {topic}") for link in span.links}
    assert received == sent
    assert spans.open == 0


def test_off_it_is_not_even_imported() -> None:
    script = """
        import sys
        import anyio
        from connectsdk.runtime import Worker
        from connectsdk.transports.embedded import EmbeddedTransport
        from tests.runtime.letters import read_all
        from tests.runtime.scripted import Journal, sink, source

        async def main():
            journal = Journal()
            async with Worker(EmbeddedTransport()) as worker:
                await worker.start_connector("in", {"connector.class": source(journal)})
                await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
                await worker.wait_until_idle(0.1)
                assert {record.headers for record in await read_all(worker.transport, "t")} == {()}
            assert journal.values == list(range(100))

        anyio.run(main)
        assert not [name for name in sys.modules if name.partition(".")[0] == "opentelemetry"]
        assert "connectsdk.runtime._tracing.spans" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, timeout=60)
