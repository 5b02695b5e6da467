"""What is logged, on whose behalf, and how it is written."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import anyio.to_thread
import pytest

from connectsdk.runtime import Worker
from connectsdk.runtime.logs import ContextFilter, JsonFormatter, Sparing, TextFormatter, configure_logging
from tests.runtime.scripted import Journal, sink, source, until

plugin = logging.getLogger("a.plugin")


class Kept(logging.Handler):
    """Keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self.addFilter(ContextFilter())

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def owners(self, message: str) -> set[Any]:
        return {(r.connector, r.task) for r in self.records if r.getMessage() == message}  # type: ignore[attr-defined]


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler = Kept()
    logging.getLogger().addHandler(handler)
    before = plugin.level
    plugin.setLevel(logging.INFO)
    yield handler
    plugin.setLevel(before)
    logging.getLogger().removeHandler(handler)


async def test_a_record_of_plugin_code_says_whose_it_is(worker: Worker, journal: Journal, kept: Kept) -> None:
    """In the event loop or in a thread, and in what the plugin starts itself."""

    async def poll(task: Any) -> None:
        plugin.info("polled")
        await anyio.to_thread.run_sync(lambda: plugin.info("in a thread"))

    async def put(task: Any, records: Any) -> None:
        plugin.info("put")

    async def start(task: Any) -> None:
        plugin.info("connector started")

    journal.hooks |= {"source.poll": poll, "sink.put": put, "source_connector.start": start}
    await worker.start_connector("in", {"connector.class": source(journal, end=False), "tasks.max": "2"})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await until(lambda: len(journal.values) == 200)
    plugin.info("outside")
    assert kept.owners("polled") == kept.owners("in a thread") == {("in", 0), ("in", 1)}
    assert kept.owners("put") == {("out", 0)}
    assert kept.owners("connector started") == {("in", None)}
    assert kept.owners("outside") == {(None, None)}


def _record(message: str, *arguments: object, **attributes: object) -> logging.LogRecord:
    record = logging.LogRecord("x.y", logging.WARNING, __file__, 1, message, arguments, None)
    vars(record).update(attributes)
    return record


def test_json_is_one_line_with_its_context() -> None:
    line = JsonFormatter().format(_record("a\n%s", "b", connector="orders", task=0, shard={"n": 1}))
    assert "\n" not in line
    found = json.loads(line)
    assert found.pop("timestamp").endswith("Z")
    assert found == {
        "level": "WARNING",
        "logger": "x.y",
        "message": "a\nb",
        "connector": "orders",
        "task": 0,
        "shard": {"n": 1},
    }


def test_json_takes_what_cannot_be_json() -> None:
    error = ValueError("\ud800")
    record = _record("half \ud800", odd=object(), bits=2**70)
    record.exc_info = (type(error), error, None)
    found = json.loads(JsonFormatter().format(record))
    assert found["message"] == "half \ud800"
    assert "ValueError" in found["exception"]


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        ({}, "it fails"),
        ({"connector": "orders", "task": None}, "[orders] it fails"),
        ({"connector": "orders", "task": 3}, "[orders|task-3] it fails"),
    ],
)
def test_text_says_whose_it_is(attributes: dict[str, Any], shown: str) -> None:
    assert TextFormatter("then").format(_record("it fails", **attributes)) == f"then WARNING {shown}"


def test_text_does_not_say_it_twice_nor_in_two_lines() -> None:
    record = _record("connector orders task 0: bad\nnews", connector="orders", task=0)
    assert TextFormatter("then").format(record) == "then WARNING connector orders task 0: bad\\nnews"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_repeats_is_counted() -> None:
    kept, clock = Kept(), Clock()
    sparing = Sparing(kept, burst=2, seconds=10, clock=clock)
    for number in range(122):
        clock.now = number / 20
        sparing.handle(_record("attempt %d", number))
    assert [record.getMessage() for record in kept.records] == ["attempt 0", "attempt 1"]
    clock.now = 10.0
    sparing.handle(_record("another"))
    assert [record.getMessage() for record in kept.records[2:]] == [
        "attempt 121 (repeated 120 times in 10 s)",
        "another",
    ]
    sparing.handle(_record("attempt %d", 123))
    assert kept.records[-1].getMessage() == "attempt 123"


def test_what_was_left_out_is_told_at_the_end() -> None:
    kept, clock = Kept(), Clock()
    sparing = Sparing(kept, burst=1, seconds=10, clock=clock)
    for _ in range(3):
        sparing.handle(_record("again"))
    sparing.close()
    assert [record.getMessage() for record in kept.records] == ["again", "again (repeated 2 times in 1 s)"]


def test_kinds_are_bounded() -> None:
    sparing = Sparing(Kept(), clock=Clock())
    for number in range(3_000):
        sparing.handle(_record(f"kind {number}"))
    assert len(sparing._kinds) <= 1_000


@pytest.fixture
def restored() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in (None, "connectsdk", "aiokafka")]
    levels, handlers = [logger.level for logger in loggers], list(loggers[0].handlers)
    yield
    loggers[0].handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.usefixtures("restored")
def test_a_program_is_configured_once() -> None:
    first, second = io.StringIO(), io.StringIO()
    configure_logging("info", handler=logging.StreamHandler(first))
    configure_logging("debug", "json", handler=logging.StreamHandler(second))
    logging.getLogger("connectsdk.task").debug("hello")
    logging.getLogger("aiokafka.conn").debug("password")
    logging.getLogger("another").info("not told")
    assert first.getvalue() == ""
    assert json.loads(second.getvalue())["message"] == "hello"
