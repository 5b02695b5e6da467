"""How Prometheus sees a worker."""

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from connectsdk.errors import ConfigError
from connectsdk.runtime import Worker
from connectsdk.runtime.metrics import GROUPS, LEFT_OUT, families, metrics_text, register
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.holding import HoldingTransport
from tests.runtime.scripted import Journal, sink, source, until

# What Kafka Connect 4.1 has, bean by bean.
JAVA = {
    "connect-worker-metrics": """connector-count task-count connector-startup-attempts-total
        connector-startup-success-total connector-startup-success-percentage connector-startup-failure-total
        connector-startup-failure-percentage task-startup-attempts-total task-startup-success-total
        task-startup-success-percentage task-startup-failure-total task-startup-failure-percentage
        connector-total-task-count connector-running-task-count connector-paused-task-count
        connector-failed-task-count connector-unassigned-task-count connector-destroyed-task-count
        connector-restarting-task-count""",
    "connect-worker-rebalance-metrics": """connect-protocol leader-name epoch completed-rebalances-total
        rebalancing rebalance-max-time-ms rebalance-avg-time-ms time-since-last-rebalance-ms""",
    "connect-coordinator-metrics": "assigned-connectors assigned-tasks",
    "connect-metrics": "connection-count request-rate incoming-byte-rate",
    "connect-node-metrics": "request-rate",
    "connector-metrics": "status connector-type connector-class connector-version",
    "connector-task-metrics": """status running-ratio pause-ratio offset-commit-max-time-ms
        offset-commit-avg-time-ms offset-commit-success-percentage offset-commit-failure-percentage
        batch-size-max batch-size-avg connector-class connector-type connector-version task-class task-version
        key-converter-class key-converter-version value-converter-class value-converter-version
        header-converter-class header-converter-version""",
    "connector-transform-metrics": "transform-class transform-version",
    "connector-predicate-metrics": "predicate-class predicate-version",
    "source-task-metrics": """source-record-poll-rate source-record-poll-total source-record-write-rate
        source-record-write-total poll-batch-max-time-ms poll-batch-avg-time-ms source-record-active-count
        source-record-active-count-max source-record-active-count-avg transaction-size-min transaction-size-max
        transaction-size-avg""",
    "sink-task-metrics": """sink-record-read-rate sink-record-read-total sink-record-send-rate
        sink-record-send-total sink-record-active-count sink-record-active-count-max
        sink-record-active-count-avg partition-count offset-commit-seq-no offset-commit-completion-rate
        offset-commit-completion-total offset-commit-skip-rate offset-commit-skip-total put-batch-max-time-ms
        put-batch-avg-time-ms sink-record-lag-max""",
    "task-error-metrics": """total-record-failures total-record-errors total-records-skipped total-retries
        total-errors-logged deadletterqueue-produce-requests deadletterqueue-produce-failures
        last-error-timestamp""",
    "plugins": "anything",
    "app-info": "version commit-id start-time-ms",
}

Samples = dict[str, list[tuple[dict[str, str], float]]]


def _parsed(text: str) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def _scrape(worker: Worker) -> Samples:
    return _parsed(metrics_text(worker.facts()))


def _value(found: Samples, name: str, **labels: str) -> float:
    (value,) = [value for has, value in found[name] if labels.items() <= has.items()]
    return value


def _attributes() -> Iterator[Any]:
    for bean, attributes in JAVA.items():
        for attribute in attributes.split():
            yield pytest.param(bean, attribute, id=f"{bean}:{attribute}")


@pytest.mark.parametrize(("bean", "attribute"), list(_attributes()))
def test_every_attribute_of_java_is_there_or_left_out_for_a_reason(bean: str, attribute: str) -> None:
    there = {(group.bean, metric.java) for group in GROUPS for metric in group.metrics if group.bean}
    left_out = bool(LEFT_OUT.get(bean) or LEFT_OUT.get(f"{bean}: {attribute}"))
    assert ((bean, attribute) in there) is not left_out


def test_there_is_no_attribute_that_java_lacks() -> None:
    for group in GROUPS:
        for metric in group.metrics:
            assert not group.bean or metric.java in JAVA[group.bean].split(), metric.name


@pytest.mark.parametrize(
    ("bean", "attribute", "name"),
    [
        ("connect-worker-metrics", "task-count", "kafka_connect_worker_task_count"),
        ("connector-metrics", "status", "kafka_connect_connector_status"),
        ("connector-task-metrics", "running-ratio", "kafka_connect_connector_task_running_ratio"),
        (
            "source-task-metrics",
            "source-record-poll-total",
            "kafka_connect_source_task_source_record_poll_total",
        ),
        ("task-error-metrics", "total-retries", "kafka_connect_task_error_total_retries"),
    ],
)
def test_names_are_those_of_exporters(bean: str, attribute: str, name: str) -> None:
    metrics = [metric for group in GROUPS if group.bean == bean for metric in group.metrics]
    assert [metric.name for metric in metrics if metric.java == attribute] == [name]


def test_no_name_is_taken_twice() -> None:
    names = [metric.name for group in GROUPS for metric in group.metrics]
    assert len(set(names)) == len(names)


async def test_values_move(worker: Worker, journal: Journal) -> None:
    transforms = {
        "transforms": "seen",
        "transforms.seen.type": "RegexRouter",
        "transforms.seen.regex": "x",
        "transforms.seen.replacement": "y",
        "transforms.seen.predicate": "any",
        "predicates": "any",
        "predicates.any.type": "RecordIsTombstone",
    }
    config = {"connector.class": source(journal, end=False), "tasks.max": "2", **transforms}
    await worker.start_connector("in", config)
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await until(lambda: len(journal.values) == 200)
    await until(lambda: worker.facts().connectors["out"].tasks[0].counters.commits)
    found = _scrape(worker)
    for group in GROUPS:
        for metric in group.metrics:
            assert metric.name in found or metric.name == "connectsdk_wrong_total", metric.name
    of_source, of_sink = {"connector": "in", "task": "1"}, {"connector": "out", "task": "0"}
    assert _value(found, "kafka_connect_worker_connector_count") == 2
    assert _value(found, "kafka_connect_worker_task_count") == 3
    assert _value(found, "kafka_connect_worker_connector_running_task_count", connector="in") == 2
    assert _value(found, "kafka_connect_source_task_source_record_poll_total", **of_source) == 100
    assert _value(found, "kafka_connect_source_task_source_record_write_rate", **of_source) > 0
    assert _value(found, "kafka_connect_connector_task_status", status="running", **of_source) == 1
    assert _value(found, "kafka_connect_sink_task_sink_record_send_total", **of_sink) == 200
    assert _value(found, "kafka_connect_sink_task_partition_count", **of_sink) == 1
    assert _value(found, "connectsdk_sink_lag_records", topic="t", partition="0", **of_sink) == 0
    assert _value(found, "connectsdk_records_total", fate="delivered", **of_sink) == 200
    assert (
        _value(found, "kafka_connect_connector_transform_transform_class", transform="seen", **of_source) == 1
    )


async def test_the_dashboard_names_metrics_that_are_there(worker: Worker, journal: Journal) -> None:
    dashboard = json.loads(
        (Path(__file__).parents[2] / "docs" / "assets" / "grafana-dashboard.json").read_text()
    )
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    asked += [variable["query"] for variable in dashboard["templating"]["list"]]
    named = {name for text in asked for name in re.findall(r"\b(?:kafka_connect|connectsdk)_\w+", text)}
    await worker.start_connector("in", {"connector.class": source(journal, end=False), "tasks.max": "1"})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await until(lambda: len(journal.values) == 100)
    await until(lambda: all(task.counters.delivered == 100 for task in worker.facts().tasks))
    assert len(named) > 20
    found = _scrape(worker)
    assert named - found.keys() == set()
    for name, labels in re.findall(r"\b((?:kafka_connect|connectsdk)_\w+)\{([^}]*)\}", " ".join(asked)):
        assert set(re.findall(r"(\w+)\s*[=!]", labels)) <= set(found[name][0][0]), name
    for text in asked:
        grouped = {
            label for group in re.findall(r"by \(([^)]*)\)", text) for label in re.findall(r"\w+", group)
        }
        of_all = [set(found[name][0][0]) for name in re.findall(r"\b(?:kafka_connect|connectsdk)_\w+", text)]
        assert all(grouped <= labels for labels in of_all), text


def test_the_guide_names_metrics_that_there_are() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "monitor.md").read_text()
    named = set(re.findall(r"\b(?:kafka_connect|connectsdk)_\w+[a-z]\b", guide))
    assert len(named) > 7
    assert named <= {metric.name for group in GROUPS for metric in group.metrics}


async def test_a_failed_record_shows_where(worker: Worker, journal: Journal) -> None:
    config = {
        "connector.class": source(journal, total=10, end=False),
        "tasks.max": "1",
        "value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
        "errors.tolerance": "all",
        "errors.log.enable": "true",
    }
    await worker.start_connector("in", config)
    await until(lambda: worker.facts().tasks and worker.facts().tasks[0].counters.skipped == 10)
    before = time.time() * 1_000
    found, task = _scrape(worker), {"connector": "in", "task": "0"}
    assert _value(found, "kafka_connect_task_error_total_records_skipped", **task) == 10
    assert _value(found, "kafka_connect_task_error_total_errors_logged", **task) == 10
    assert abs(_value(found, "kafka_connect_task_error_last_error_timestamp", **task) - before) < 60_000
    assert _value(found, "connectsdk_wrong_total", fate="skipped", stage="value_converter", **task) == 10


async def test_the_text_is_what_the_library_writes(worker: Worker, journal: Journal) -> None:
    """For names with everything in them that has to be escaped, too."""
    name = 'a "quoted" \\ name, {braces} and ümlauts'
    await worker.start_connector(name, {"connector.class": source(journal, end=False), "tasks.max": "1"})
    await worker.start_connector("out", {"connector.class": sink(journal), "topics": "t"})
    await until(lambda: len(journal.values) == 100)
    facts = worker.facts()

    class Once:
        def collect(self) -> Any:
            return families(facts)

    registry = CollectorRegistry()
    registry.register(Once())  # type: ignore[arg-type]
    text = metrics_text(facts)
    assert _parsed(text) == _parsed(generate_latest(registry).decode())
    assert text.count("# TYPE") == text.count("# HELP") == sum(len(group.metrics) for group in GROUPS)
    assert _value(_parsed(text), "kafka_connect_source_task_source_record_poll_total", connector=name) == 100


async def test_a_registry_collects_on_any_thread(worker: Worker, journal: Journal) -> None:
    registry = CollectorRegistry()
    collector = register(worker, registry)
    await worker.start_connector("in", {"connector.class": source(journal, end=False), "tasks.max": "1"})
    await until(lambda: worker.facts().tasks[0].counters.delivered == 100)
    here = _parsed(generate_latest(registry).decode())
    there = _parsed((await anyio.to_thread.run_sync(generate_latest, registry)).decode())
    assert here.keys() == there.keys()
    assert _value(there, "kafka_connect_worker_connector_count") == 1
    registry.unregister(collector)
    assert not generate_latest(registry)


async def test_what_waits_for_its_acknowledgement_is_told_in_bytes_and_seconds(journal: Journal) -> None:
    transport, task = HoldingTransport(), {"connector": "in", "task": "0"}
    async with Worker(transport, QUICK) as worker:
        plan = {"connector.class": source(journal, total=10, end=False), "value.converter": "StringConverter"}
        await worker.start_connector("in", {**plan, "tasks.max": "1"})
        await until(lambda: _value(_scrape(worker), "connectsdk_bytes_in_flight", **task) == 10)
        first = _value(_scrape(worker), "connectsdk_unsettled_age_seconds", **task)
        await until(lambda: _value(_scrape(worker), "connectsdk_unsettled_age_seconds", **task) > first)
        assert "connectsdk_since_progress_seconds" not in _scrape(worker)
        transport.go_on.set()
        await until(lambda: _value(_scrape(worker), "connectsdk_bytes_in_flight", **task) == 0)
        progress = _value(_scrape(worker), "connectsdk_since_progress_seconds", **task)
        await until(lambda: _value(_scrape(worker), "connectsdk_since_progress_seconds", **task) > progress)


async def test_the_budget_of_restarts_is_told(worker: Worker, journal: Journal) -> None:
    failures, task = ["one", "two"], {"connector": "in", "task": "0"}

    async def fail(_: object) -> None:
        if failures:
            raise ValueError(failures.pop())

    journal.hooks["source.poll"] = fail
    await worker.start_connector("in", {"connector.class": source(journal, end=False), "tasks.max": "1"})
    await until(lambda: _value(_scrape(worker), "connectsdk_records_total", fate="delivered", **task) == 100)
    assert _value(_scrape(worker), "connectsdk_restarts_total", **task) == 2
    assert _value(_scrape(worker), "connectsdk_restarts_left", **task) == 3


async def test_a_task_that_blocks_the_loop_shows_in_its_delay(journal: Journal) -> None:
    async def block(_: object) -> None:
        journal.hooks.pop("source.poll")
        time.sleep(0.3)  # noqa: ASYNC251 - that it blocks is the test

    journal.hooks["source.poll"] = block
    async with Worker(EmbeddedTransport(), QUICK) as worker:
        await worker.start_connector("in", {"connector.class": source(journal, end=False), "tasks.max": "1"})
        await until(lambda: _value(_scrape(worker), "connectsdk_event_loop_delay_max_seconds") > 0.04)


async def test_a_plugin_that_blocks_does_not_hold_up_a_scrape(journal: Journal) -> None:
    """It hangs on a thread of its own, without ever giving way."""

    async def hang(_: object) -> None:
        journal.events.append("hangs")
        while "go on" not in journal.events:
            time.sleep(0.005)  # noqa: ASYNC251 - that it blocks is the test

    journal.hooks["source.poll"] = hang
    async with Worker(EmbeddedTransport(), {"task.isolation": "thread"}) as worker:
        await worker.start_connector("in", {"connector.class": source(journal), "tasks.max": "1"})
        await until(lambda: "hangs" in journal.events)
        began = time.monotonic()
        assert _value(_scrape(worker), "kafka_connect_worker_task_count") == 1
        assert time.monotonic() - began < 10  # it would hang for ever
        journal.events.append("go on")


async def test_two_hundred_connectors_are_scraped_at_once(journal: Journal) -> None:
    idle = source(journal, total=0, end=False)
    async with Worker(EmbeddedTransport(), {"offset.flush.interval.ms": "60000"}) as worker:
        async with anyio.create_task_group() as group:
            for number in range(200):
                config = {"connector.class": idle, "tasks.max": "1"}
                group.start_soon(worker.start_connector, f"c{number}", config)
        _scrape(worker)
        took = []
        for _ in range(5):
            began = time.thread_time()
            metrics_text(worker.facts())
            took.append(time.thread_time() - began)
    assert min(took) < 0.1, f"{min(took) * 1_000:.0f} ms"


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(ConfigError, match=r"pip install 'connectsdk\[metrics\]'"):
        list(families(None))  # type: ignore[arg-type]
