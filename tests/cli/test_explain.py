"""Does `connectsdk explain` say of connectors that are really slow or stuck why, and what to do?"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import pytest
from click.testing import CliRunner, Result

from connectsdk.cli import main
from connectsdk.http import HttpConfig, serve
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder
from connectsdk.testing.broker import KafkaBroker
from connectsdk.transport import NewTopic, Transport
from connectsdk.transports.embedded import EmbeddedTransport
from connectsdk.transports.kafka import KafkaTransport

PLUGINS = "tests.cli.stuck_plugins"
WORKER = {
    "task.isolation": "thread",
    "offset.flush.interval.ms": "300",
    "offset.flush.timeout.ms": "1000",
    "plugin.import.allow": PLUGINS,
    "task.shutdown.graceful.timeout.ms": "1000",
    "errors.restart.max": "3",
    "errors.restart.delay.initial.ms": "60000",
    "errors.restart.delay.max.ms": "60000",
    "key.converter": "StringConverter",
    "value.converter": "StringConverter",
}
SOURCE = {"connector.class": f"{PLUGINS}.OddSourceConnector", "topic": "tea"}
SINK = {"connector.class": f"{PLUGINS}.OddSinkConnector", "topics": "tea"}
SPIN = {"transforms": "x", "transforms.x.type": f"{PLUGINS}.spin"}
REFUSE = {"transforms": "x", "transforms.x.type": f"{PLUGINS}.burst"}

Case = tuple[dict[str, str], str, str, str]
CASES: dict[str, Case] = {
    "works": ({**SOURCE, "odd": "endless"}, "fine", "records a second", ""),
    "start-hangs": (
        {**SOURCE, "odd": "start"},
        "stuck",
        "its `start` has not returned",
        "system that it connects to",
    ),
    "poll-hangs": (
        {**SOURCE, "odd": "poll"},
        "waiting",
        "it has found nothing to read",
        "look at the source",
    ),
    "poll-again": (
        {**SOURCE, "odd": "again"},
        "stuck",
        "the tea shop is closed",
        "it goes on when that answers",
    ),
    "fails": (
        {**SOURCE, "odd": "fail"},
        "stuck",
        "(2 restarts are left): PluginError: connector fails task 0: OddSourceTask.poll raised ValueError: no tea left",
        "correct it",
    ),
    "spins": ({**SOURCE, **SPIN}, "stuck", "A transform or converter", "connectsdk preview"),
    "loses": (
        {**SOURCE, **REFUSE, "odd": "endless", "errors.tolerance": "all"},
        "slow",
        "skipped or dead-lettered",
        "errors.log.enable=true",
    ),
    "put-hangs": (
        {**SINK, "odd": "put"},
        "stuck",
        "`put` has not returned",
        "connectsdk restart put-hangs --task 0",
    ),
    "put-blocks": ({**SINK, "odd": "block"}, "stuck", "`put` has not returned", "system that it writes to"),
    "put-again": ({**SINK, "odd": "again"}, "stuck", "the cups are being washed", "nothing is lost"),
    "flush-hangs": ({**SINK, "odd": "flush"}, "slow", "commits of offsets failed", "`flush`"),
    "too-many": ({**SINK, "tasks.max": "2"}, "waiting", "owns no partitions", "more tasks than partitions"),
    "lags": (
        {**SINK, "topics": "much", "odd": "slow", "consumer.override.max.poll.records": "1"},
        "slow",
        "records behind",
        "more tasks",
    ),
    "paused": (SOURCE, "waiting", "paused", "connectsdk resume paused"),
    "stopped": (SOURCE, "waiting", "stopped", "connectsdk resume stopped"),
}
LONGEST = 40.0


async def _serve(
    transport: Callable[[], Transport], more: Mapping[str, str] | None = None, *, task_status: Any
) -> None:
    async with (
        Worker(transport(), {**WORKER, **(more or {})}) as worker,
        Herder(worker) as herder,
        serve(herder, HttpConfig(listeners=("http://127.0.0.1:0",))) as served,
    ):
        task_status.started(served.url)
        await anyio.sleep_forever()


@pytest.fixture(autouse=True, scope="module")
def quiet() -> Iterator[None]:
    """Write nothing of what goes wrong on purpose."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def url(quiet: None) -> Iterator[str]:
    with anyio.from_thread.start_blocking_portal() as portal:
        future, url = portal.start_task(partial(_serve, EmbeddedTransport))
        yield url
        future.cancel()


@pytest.fixture(scope="module")
def everything(url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Run all of them beside each other: each needs some seconds to be told of."""
    folder = tmp_path_factory.mktemp("odd")
    fill = {**SOURCE, "topic": "much", "records": "3000"}
    for name, config in {"fill": fill, **{name: case[0] for name, case in CASES.items()}}.items():
        _apply(url, folder, name, config)
    _run(url, "pause", "paused")
    _run(url, "stop", "stopped")
    return url


def _run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env={"CONNECTSDK_URL": url, "COLUMNS": "80"})


def _apply(url: str, folder: Path, name: str, config: dict[str, str]) -> None:
    (folder / f"{name}.json").write_text(json.dumps({"name": name, "config": config}))
    answer = _run(url, "apply", "-y", "-f", str(folder / f"{name}.json"))
    assert answer.exit_code == 0, answer.output


def _explained(url: str, name: str, verdict: str, cause: str, remedy: str) -> str:
    """Return what is said when it is what is expected."""
    deadline = time.monotonic() + LONGEST
    while True:
        answer = _run(url, "explain", name, "--output", "json")
        assert answer.exit_code == 0, answer.output
        found = json.loads(answer.stdout)
        if found["verdict"] == verdict and cause in found["cause"] and remedy in found["remedy"]:
            return _run(url, "explain", name).output
        assert time.monotonic() < deadline, json.dumps(found, indent=1)
        time.sleep(0.2)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", CASES)
def test_what_holds_a_connector_up_is_said(everything: str, name: str) -> None:
    _, verdict, cause, remedy = CASES[name]
    drawn = _explained(everything, name, verdict, cause, remedy)
    assert f": {verdict}" in drawn.splitlines()[0]
    assert (" -> " in drawn) == bool(remedy)


@pytest.mark.timeout(60)
def test_a_task_without_restarts_left_has_failed(tmp_path: Path) -> None:
    with anyio.from_thread.start_blocking_portal() as portal:
        future, url = portal.start_task(partial(_serve, EmbeddedTransport, {"errors.restart.max": "0"}))
        _apply(url, tmp_path, "orders", {**SOURCE, "odd": "fail"})
        _explained(url, "orders", "failed", "no tea left", "connectsdk restart orders --task 0")
        future.cancel()


@pytest.mark.kafka
@pytest.mark.timeout(240)
def test_a_broker_that_is_gone_and_dead_letters_that_cannot_be_written(
    require_kafka: None,
    tmp_path: Path,
) -> None:
    refused = {
        **REFUSE,
        "errors.tolerance": "all",
        "errors.deadletterqueue.topic.name": "letters",
        "errors.deadletterqueue.topic.replication.factor": "1",
    }
    with (
        KafkaBroker(java_options=("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")) as broker,
        anyio.from_thread.start_blocking_portal() as portal,
    ):
        servers = broker.bootstrap_servers
        portal.call(_letters_topic, servers)
        future, url = portal.start_task(partial(_serve, partial(KafkaTransport, servers)))
        try:
            _apply(url, tmp_path, "flow", {**SOURCE, "odd": "endless"})
            _explained(url, "flow", "fine", "records a second", "")
            _apply(url, tmp_path, "refused", {**SINK, **refused})
            said = "the dead letter topic letters refused a record"
            _explained(url, "refused", "failed", said, "connectsdk restart refused --task 0")
            elsewhere = {"topic": "other", "errors.deadletterqueue.topic.name": "other-letters"}
            _apply(url, tmp_path, "losing", {**SOURCE, "odd": "endless", **refused, **elsewhere})
            _explained(url, "losing", "slow", "dead-lettered", "connectsdk dlq list")
            broker.kill()
            _explained(url, "flow", "stuck", "not acknowledged", "Look at the Kafka cluster")
            _explained(url, "losing", "stuck", "Dead letters have waited", "Look at the dead letter topic")
        finally:
            future.cancel()


async def _letters_topic(servers: str) -> None:
    """Make a topic for dead letters that no dead letter gets into: they have no keys."""
    async with KafkaTransport(servers) as transport:
        topic = NewTopic(name="letters", replication_factor=1, config={"cleanup.policy": "compact"})
        await transport.admin.create_topics([topic])
