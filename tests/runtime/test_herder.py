"""Operators manage connectors as they do with Kafka Connect."""

from collections.abc import AsyncIterator

import anyio
import pytest

from connectsdk import ConfigError, IllegalStateError
from connectsdk.runtime import Worker
from connectsdk.runtime._worker import runner
from connectsdk.runtime.herder import AlreadyExistsError, BadRequestError, Herder, NotFoundError
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.herding import SINK, SOURCE, herding, plugins, settled
from tests.runtime.scripted import Journal, until


@pytest.fixture(params=["loop", "thread"])
async def herder(request: pytest.FixtureRequest, journal: Journal) -> AsyncIterator[Herder]:
    async with herding(plugins(journal), task_isolation=request.param) as herder:
        yield herder


# -- create --------------------------------------------------------------------------------------------------


async def test_a_connector_is_created_and_runs(herder: Herder, journal: Journal) -> None:
    info = await herder.create("in", {**SOURCE, "tasks.max": 2, "flag": True})
    expected = {**SOURCE, "tasks.max": "2", "flag": "true", "name": "in"}
    assert (info.name, dict(info.config), info.type) == ("in", expected, "source")
    await settled(herder, "in")
    assert herder.connectors() == ["in"]
    assert dict(herder.info("in").config) == expected
    assert list(herder.info("in").tasks) == [0, 1]
    status = herder.status("in")
    assert [(task.id, task.state, task.worker_id, task.trace) for task in status.tasks] == [
        (0, "RUNNING", herder.worker_id, None),
        (1, "RUNNING", herder.worker_id, None),
    ]
    assert herder.task_status("in", 1) == status.tasks[1]
    assert [each.config["share"] for each in herder.tasks("in")] == ["0", "1"]
    await until(lambda: herder.topics("in") == ["t"])
    assert herder.health().status == "healthy"


@pytest.mark.parametrize("state", ["PAUSED", "STOPPED"])
async def test_what_is_created_paused_or_stopped_starts_with_resume(
    herder: Herder, journal: Journal, state: str
) -> None:
    await herder.create("in", SOURCE, state)
    await until(lambda: herder.status("in").state == state)
    assert (journal.events, list(herder.status("in").tasks)) == ([], [])
    await herder.resume("in")
    await settled(herder, "in")
    assert "source.start" in journal.events


async def test_a_taken_name_is_refused(herder: Herder) -> None:
    await herder.create("in", SOURCE)
    with pytest.raises(AlreadyExistsError, match=r"^Connector in already exists$"):
        await herder.create("in", SINK)


@pytest.mark.parametrize(
    ("name", "config", "state", "message"),
    [
        ("x", {**SOURCE, "name": "y"}, "RUNNING", "Connector name configuration (y) doesn't match"),
        ("x", SOURCE, "FAILED", "the initial state must be RUNNING, PAUSED or STOPPED"),
        ("x", {**SOURCE, "topic": None}, "RUNNING", "the value of topic must be text"),
        ("x", {**SOURCE, "topic": "\ud800"}, "RUNNING", "the value of topic must be text"),
        ("x\n", SOURCE, "RUNNING", "control sequences but had the following ASCII chars: 10"),
        (" ", SOURCE, "RUNNING", "String may not be empty"),
        ("x", {"topic": "t"}, "RUNNING", "connector"),
        (
            "x",
            {**SOURCE, "connector.class": "Nobody"},
            "RUNNING",
            "Class Nobody could not be found for connector.class.",
        ),
        (
            "x",
            {**SOURCE, "tasks.max": "abc"},
            "RUNNING",
            "\nInvalid value abc for configuration tasks.max: Not a number of type INT\n",
        ),
        ("x", {**SOURCE, "tasks.max": 0}, "RUNNING", "tasks.max: Value must be at least 1"),
    ],
)
async def test_what_cannot_work_is_refused(
    herder: Herder, name: str, config: dict, state: str, message: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        await herder.create(name, config, state)
    assert message in str(refused.value)
    assert herder.connectors() == []


async def test_a_thousand_creations_of_one_name_have_one_winner(journal: Journal) -> None:
    outcomes: list[type] = []

    async def create(herder: Herder) -> None:
        try:
            outcomes.append(type(await herder.create("in", SOURCE)))
        except AlreadyExistsError as error:
            outcomes.append(type(error))

    async with herding(plugins(journal)) as herder:
        async with anyio.create_task_group() as group:
            for _ in range(1_000):
                group.start_soon(create, herder)
        assert outcomes.count(AlreadyExistsError) == 999
        await settled(herder, "in")
        assert journal.events.count("source_connector.start") == 1


# -- change --------------------------------------------------------------------------------------------------


async def test_a_configuration_is_put_patched_and_kept_as_it_is_written(herder: Herder) -> None:
    created, _ = await herder.put_config("in", SOURCE)
    assert created
    await settled(herder, "in")
    created, info = await herder.put_config("in", {**SOURCE, "tasks.max": "2", "extra": "1"})
    assert (created, info.config["tasks.max"]) == (False, "2")
    await until(lambda: len(herder.status("in").tasks) == 2)
    info = await herder.patch_config("in", {"extra": None, "tasks.max": 3})
    assert dict(info.config) == {**SOURCE, "tasks.max": "3", "name": "in"}
    await until(lambda: len(herder.status("in").tasks) == 3)
    with pytest.raises(BadRequestError, match=r"connector\.class"):
        await herder.patch_config("in", {"connector.class": None})
    assert herder.info("in").config["connector.class"] == "Numbers"


async def test_the_tasks_are_listed_while_a_changed_configuration_is_about_to_replace_them(
    herder: Herder, journal: Journal
) -> None:
    await herder.create("in", SOURCE)
    await settled(herder, "in")
    asked, go = anyio.Event(), anyio.Event()

    async def wait(_: object) -> None:
        asked.set()
        await go.wait()

    journal.hooks["source_connector.start"] = wait
    await herder.put_config("in", {**SOURCE, "tasks.max": "2"})
    await asked.wait()
    assert list(herder.info("in").tasks) == [0]
    _, info = await herder.put_config("in", {**SOURCE, "tasks.max": "3"})
    assert list(info.tasks) == [0]
    go.set()
    await until(lambda: list(herder.info("in").tasks) == [0, 1, 2])
    await herder.stop("in")
    await until(lambda: herder.status("in").state == "STOPPED")
    assert list(herder.info("in").tasks) == []


async def test_the_same_configuration_restarts_the_connector_and_no_task(
    herder: Herder, journal: Journal
) -> None:
    await herder.create("in", SOURCE)
    await settled(herder, "in")
    await herder.put_config("in", SOURCE)
    await until(lambda: journal.events.count("source_connector.start") == 2)
    await settled(herder, "in")
    assert journal.events.count("source.start") == 1


async def test_a_stopped_connector_stays_stopped_when_it_is_configured(
    herder: Herder, journal: Journal
) -> None:
    await herder.create("in", SOURCE, "STOPPED")
    await herder.put_config("in", {**SOURCE, "tasks.max": "2"})
    await until(lambda: herder.status("in").state == "STOPPED")
    assert journal.events == []


async def test_pause_resume_and_stop(herder: Herder, journal: Journal) -> None:
    await herder.create("in", SOURCE)
    await settled(herder, "in")
    await herder.pause("in")
    await settled(herder, "in", "PAUSED")
    assert "source_connector.stop" in journal.events
    assert "source.stop" not in journal.events
    await herder.resume("in")
    await settled(herder, "in")
    assert journal.events.count("source.start") == 1
    await herder.stop("in")
    await until(lambda: herder.status("in").state == "STOPPED")
    assert (list(herder.status("in").tasks), herder.status("in").type) == ([], "source")
    assert "source.stop" in journal.events


async def test_delete_forgets_a_connector_and_keeps_its_offsets(herder: Herder, journal: Journal) -> None:
    await herder.create("in", SOURCE)
    await settled(herder, "in")
    await until(lambda: journal.tasks[-1].position == 100)
    await herder.delete("in")
    assert herder.connectors() == []
    await herder.create("in", SOURCE)
    await until(lambda: "source.resume:100" in journal.events)


async def test_what_does_not_exist_is_not_found(herder: Herder) -> None:
    for read in (herder.info, herder.tasks, herder.topics, herder.reset_topics):
        with pytest.raises(NotFoundError, match=r"^Connector x not found$"):
            read("x")
    with pytest.raises(NotFoundError, match=r"^No status found for connector x$"):
        herder.status("x")
    with pytest.raises(NotFoundError, match=r"^No status found for task x-3$"):
        herder.task_status("x", 3)
    for write in (
        herder.pause("x"),
        herder.resume("x"),
        herder.stop("x"),
        herder.delete("x"),
        herder.restart("x"),
        herder.restart_task("x", 0),
        herder.patch_config("x", {}),
        herder.offsets("x"),
        herder.alter_offsets("x", []),
        herder.reset_offsets("x"),
    ):
        with pytest.raises(NotFoundError, match=r"^Connector x not found$"):
            await write


# -- failures and restarts -----------------------------------------------------------------------------------


async def test_a_connector_that_fails_to_start_says_so_and_is_restarted(
    herder: Herder, journal: Journal
) -> None:
    async def fail(_: object) -> None:
        message = "no such table"
        raise ZeroDivisionError(message)

    journal.hooks["source_connector.start"] = fail
    await herder.create("in", SOURCE)
    await until(lambda: herder.status("in").state == "FAILED")
    assert "no such table" in (herder.status("in").trace or "")
    assert list(herder.status("in").tasks) == []
    del journal.hooks["source_connector.start"]
    assert await herder.restart("in") is None
    await settled(herder, "in")
    assert herder.status("in").trace is None


async def test_a_failed_restart_of_the_connector_leaves_its_tasks_which_stop_all_the_same(
    herder: Herder, journal: Journal
) -> None:
    await herder.create("in", SOURCE)
    await settled(herder, "in")

    async def fail(_: object) -> None:
        raise ZeroDivisionError

    journal.hooks["source_connector.start"] = fail
    await herder.restart("in")
    await until(lambda: herder.status("in").state == "FAILED")
    assert [task.state for task in herder.status("in").tasks] == ["RUNNING"]
    await herder.stop("in")
    await until(lambda: herder.status("in").state == "STOPPED")
    assert "source.stop" in journal.events


async def test_failed_tasks_alone_are_restarted(herder: Herder, journal: Journal) -> None:
    async def fail(task: object) -> None:
        if task.partition["share"] == 1:
            message = "broken share"
            raise ConfigError(message)

    journal.hooks["source.poll"] = fail
    await herder.create("in", {**SOURCE, "tasks.max": "2"})
    await until(lambda: [task.state for task in herder.status("in").tasks] == ["RUNNING", "FAILED"])
    assert "broken share" in (herder.status("in").tasks[1].trace or "")
    assert herder.status("in").state == "RUNNING"
    del journal.hooks["source.poll"]
    status = await herder.restart("in", include_tasks=True, only_failed=True)
    assert status is not None
    assert (status.state, [task.state for task in status.tasks]) == ("RUNNING", ["RUNNING", "RESTARTING"])
    await settled(herder, "in")
    starts = [journal.events.count(event) for event in ("source_connector.start", "source.start")]
    assert starts == [1, 3]


async def test_everything_is_restarted(herder: Herder, journal: Journal) -> None:
    await herder.create("in", {**SOURCE, "tasks.max": "2"})
    await settled(herder, "in")
    status = await herder.restart("in", include_tasks=True)
    assert status is not None
    assert {status.state, *(task.state for task in status.tasks)} == {"RESTARTING"}
    await settled(herder, "in")
    starts = [journal.events.count(event) for event in ("source_connector.start", "source.start")]
    assert starts == [2, 4]


async def test_one_task_is_restarted(herder: Herder, journal: Journal) -> None:
    await herder.create("in", {**SOURCE, "tasks.max": 2})
    await settled(herder, "in")
    await herder.restart_task("in", 0)
    await until(lambda: journal.events.count("source.start") == 3)
    await settled(herder, "in")
    assert [task.id for task in herder.status("in").tasks] == [0, 1]
    with pytest.raises(NotFoundError, match=r"^Task in-2 not found$"):
        await herder.restart_task("in", 2)


async def test_a_restart_of_a_stopped_connector_starts_nothing(herder: Herder, journal: Journal) -> None:
    await herder.create("in", SOURCE, "STOPPED")
    await herder.restart("in", include_tasks=True)
    await until(lambda: herder.status("in").state == "STOPPED")
    assert journal.events == []


async def test_a_storm_of_restarts_ends_with_everything_running(herder: Herder) -> None:
    await herder.create("in", {**SOURCE, "tasks.max": "2"})
    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(lambda: herder.restart("in", include_tasks=True))
            group.start_soon(herder.pause, "in")
            group.start_soon(herder.resume, "in")
    await settled(herder, "in")


# -- tasks ---------------------------------------------------------------------------------------------------


async def test_too_many_tasks_fail_the_connector(herder: Herder, journal: Journal) -> None:
    async def three(_: object) -> list[dict[str, str]]:
        return [{}, {}, {}]

    journal.hooks["source_connector.task_configs"] = three
    await herder.create("in", {**SOURCE, "tasks.max": "2"})
    await until(lambda: herder.status("in").state == "FAILED")
    expected = (
        "The connector in has generated 3 tasks, which is greater than 2, "
        "the maximum number of tasks it is configured to create."
    )
    assert expected in (herder.status("in").trace or "")


async def test_tasks_that_change_are_replaced_and_others_are_left_alone(
    herder: Herder, journal: Journal
) -> None:
    await herder.create("in", {**SOURCE, "tasks.max": "2"})
    await settled(herder, "in")
    connector = journal.tasks[0]

    async def changed(_: object) -> list[dict[str, object]]:
        return [{**connector.context.config, "share": 0}, {**connector.context.config, "share": 7}]

    journal.hooks["source_connector.task_configs"] = changed
    connector.context.request_task_reconfiguration()
    await until(lambda: [each.config["share"] for each in herder.tasks("in")] == ["0", "7"])
    await settled(herder, "in")
    assert journal.events.count("source.start") == 3


async def test_a_connector_that_fails_to_tell_its_tasks_is_asked_again(
    herder: Herder, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = runner.RetryPolicy(timeout=-1.0, initial_delay=0.001, max_delay=0.002)
    monkeypatch.setattr(runner, "RECONFIGURE_AGAIN", quick)
    await herder.create("in", {**SOURCE, "tasks.max": "3"})
    await settled(herder, "in")
    connector = journal.tasks[0]
    failures = [ZeroDivisionError() for _ in range(5)]

    async def fail_at_first(_: object) -> list[dict[str, object]]:
        if failures:
            raise failures.pop()
        return [{**connector.context.config, "share": 0}]

    journal.hooks["source_connector.task_configs"] = fail_at_first
    connector.context.request_task_reconfiguration()
    await until(lambda: len(herder.status("in").tasks) == 1)
    await settled(herder, "in")
    assert journal.events.count("source.start") == 3

    async def many(_: object) -> list[dict[str, object]]:
        return [{}] * 4

    journal.hooks["source_connector.task_configs"] = many
    connector.context.request_task_reconfiguration()
    await until(lambda: herder.status("in").state == "FAILED")
    assert "has generated 4 tasks" in (herder.status("in").trace or "")
    assert [task.state for task in herder.status("in").tasks] == ["RUNNING"]


def test_asking_again_waits_as_kafka_connect_does() -> None:
    delays = [runner.RECONFIGURE_AGAIN.delay(attempt, 0.999) for attempt in (1, 2, 3, 8, 50)]
    assert delays[:4] == [0.25, 0.5, 1.0, 32.0]
    assert 30 <= delays[4] <= 60


# -- around --------------------------------------------------------------------------------------------------


async def test_topics_are_forgotten_on_request(herder: Herder) -> None:
    await herder.create("in", SOURCE)
    await until(lambda: herder.topics("in") == ["t"])
    herder.reset_topics("in")
    assert herder.topics("in") == []


async def test_a_version_is_told_when_there_is_one(journal: Journal) -> None:
    known = plugins(journal)
    known.classes[0].version = "1.2"
    async with herding(known) as herder:
        await herder.create("in", SOURCE)
        await settled(herder, "in")
        assert (herder.status("in").version, herder.status("in").tasks[0].version) == ("1.2", "1.2")
        await herder.create("out", SINK)
        await settled(herder, "out")
        assert herder.status("out").version is None


async def test_a_herder_that_is_not_running_changes_nothing(journal: Journal) -> None:
    async with Worker(EmbeddedTransport(), plugins=plugins(journal)) as worker:
        herder = Herder(worker)
        with pytest.raises(IllegalStateError, match="async with Herder"):
            await herder.create("in", SOURCE)
        assert herder.health().status == "unhealthy"
        async with herder:
            await herder.create("in", SOURCE)
        with pytest.raises(IllegalStateError, match="async with Herder"):
            await herder.delete("in")
