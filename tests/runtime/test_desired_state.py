"""What connectors are meant to do survives whatever ends the process, and refuses what it cannot read."""

import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import get_args

import anyio
import pytest

from connectsdk import ConfigError, ConnectError
from connectsdk._core.config_records import Desired
from connectsdk._core.target_state import TargetState
from connectsdk.runtime import Worker
from connectsdk.runtime._crash_points import StorePoint
from connectsdk.runtime.herder import FileDesiredState, Herder, TopicDesiredState
from connectsdk.transport import NewTopic
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.desired_nursery import opened, wanted
from tests.runtime.herding import SOURCE, herding, plugins, settled
from tests.runtime.scripted import Journal, until

ROOT = Path(__file__).parents[2]
KILLS = 60


@pytest.fixture(scope="module")
def nursery() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.runtime.desired_nursery"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        yield process
        process.kill()


def killed(nursery: subprocess.Popen[str], directory: Path, kind: str, point: str, seconds: float) -> None:
    """Let a process write, and return when it was killed."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(json.dumps([str(directory), kind, point, seconds]) + "\n")
    nursery.stdin.flush()
    assert int(nursery.stdout.readline()) == -signal.SIGKILL


async def check(directory: Path, kind: str) -> int:
    """Compare what is stored with what was written; the write under way may have happened or not."""
    lines = (directory / "progress").read_text().split() if (directory / "progress").exists() else []
    last, done = (int(lines[-1][1:]), lines[-1][0] == "e") if lines else (-1, True)
    old: dict[str, Desired] = {}
    for step in range(last + 1):
        new = dict(old)
        name, desired = wanted(step)
        new.pop(name, None)
        if desired is not None:
            new[name] = desired
        if step < last or done:
            old = new
    async with AsyncExitStack() as stack:
        found = dict(await (await opened(stack, kind, directory)).load())
    assert found in ((old,) if done else (old, new))
    # From now on the history is what is there: the next process goes on after the last step.
    if not done and found == new:
        with (directory / "progress").open("a") as progress:
            print(f"e{last}", file=progress)
    elif not done:
        kept = [line for line in lines if line != f"b{last}"]
        (directory / "progress").write_text("\n".join(kept) + "\n" if kept else "")
    return last


@pytest.mark.parametrize("kind", ["file", "topic"])
async def test_a_kill_at_any_instant_leaves_the_old_or_the_new_state(
    nursery: subprocess.Popen[str], tmp_path: Path, kind: str
) -> None:
    chance = random.Random(kind)
    last = -1
    for _ in range(KILLS):
        await anyio.to_thread.run_sync(killed, nursery, tmp_path, kind, "", 0.005 + chance.random() * 0.15)
        last = await check(tmp_path, kind)
    assert last > KILLS / 4  # enough of them came in the middle of writes


@pytest.mark.parametrize("nth", [1, 3, 8])
@pytest.mark.parametrize("point", get_args(StorePoint))
@pytest.mark.parametrize("kind", ["file", "topic"])
async def test_a_kill_at_any_step_leaves_the_old_or_the_new_state(
    nursery: subprocess.Popen[str], tmp_path: Path, kind: str, point: str, nth: int
) -> None:
    await anyio.to_thread.run_sync(killed, nursery, tmp_path, kind, f"{point}:{nth}", 0)
    assert await check(tmp_path, kind) == nth - 1
    await anyio.to_thread.run_sync(killed, nursery, tmp_path, kind, "", 0.1)
    await check(tmp_path, kind)


# -- the file ------------------------------------------------------------------------------------------------

GOOD = Desired({"a": "ü"}, TargetState.PAUSED)


async def stored(path: Path) -> dict[str, Desired]:
    store = FileDesiredState(path)
    try:
        return dict(await store.load())
    finally:
        await store.close()


async def test_what_is_put_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "connectors.json"
    store = FileDesiredState(path)
    assert await store.load() == {}
    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(store.put, f"c{number}", GOOD)
    await store.remove("c3")
    await store.close()
    assert await stored(path) == {f"c{number}": GOOD for number in range(20) if number != 3}
    assert [stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()] == [0o600, 0o600]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[1]",
        b"{}",
        b'{"version": 1}',
        b'{"version": 1, "connectors": {"x": {"config": {"a": 1}, "target": "STARTED"}}}',
        b'{"version": 1, "connectors": {"x": {"config": {}, "target": "ASLEEP"}}}',
        b'{"version": 2, "connectors": {}}',
        b"[" * 200_000,
    ],
)
async def test_a_file_that_cannot_be_read_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "connectors.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"connectors\.json"):
        await stored(path)
    assert path.read_bytes() == content


async def test_every_truncated_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "connectors.json"
    store = FileDesiredState(path)
    await store.load()
    await store.put("x", GOOD)
    await store.close()
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ConfigError):
            await stored(path)


async def test_two_herders_do_not_share_a_file(tmp_path: Path) -> None:
    first, second = (FileDesiredState(tmp_path / "connectors.json") for _ in range(2))
    await first.load()
    with pytest.raises(ConfigError, match="managed by another herder"):
        await second.load()
    await first.close()
    await second.load()
    await second.close()


async def test_a_full_disk_leaves_the_old_state(tmp_path: Path) -> None:
    path = tmp_path / "connectors.json"
    store = FileDesiredState(path)
    await store.load()
    await store.put("x", GOOD)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, limits[1]))
    try:
        with pytest.raises(ConnectError, match="cannot be stored"):
            await store.put("y", Desired({"long": "x" * 5_000}))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    await store.put("z", GOOD)
    await store.close()
    assert await stored(path) == {"x": GOOD, "z": GOOD}
    assert not list(tmp_path.glob("*.new"))  # noqa: ASYNC240 - a look


# -- the topic -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "message"),
    [
        (NewTopic(name="c", partitions=2, config={"cleanup.policy": "compact"}), "must have 1 partition"),
        (NewTopic(name="c", config={"cleanup.policy": "delete"}), "must have cleanup.policy=compact"),
    ],
)
async def test_a_topic_that_cannot_keep_connectors_is_refused(topic: NewTopic, message: str) -> None:
    async with Worker(EmbeddedTransport()) as worker:
        await worker.transport.admin.create_topics([topic])
        with pytest.raises(ConfigError, match=message):
            await TopicDesiredState(worker.transport, "c").load()


async def test_only_what_changes_is_written(tmp_path: Path) -> None:
    async with Worker(EmbeddedTransport()) as worker:
        store = TopicDesiredState(worker.transport, "c")
        await store.load()
        await store.put("x", Desired({"a": "b"}))
        await store.put("x", Desired({"a": "b"}, TargetState.PAUSED))
        await store.put("x", Desired({"a": "b"}, TargetState.PAUSED))
        await store.put("x", Desired({"a": "c"}, TargetState.PAUSED))
        await store.remove("x")
        await store.close()
        reader = await worker.transport.reader("c")
        keys = [record.key for record in await reader.read_to_end()]
        await reader.close()
    config, target = b"connector-x", b"target-state-x"
    assert keys == [target, config, target, config, config, target]


# -- a herder ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["file", "topic"])
async def test_a_herder_goes_on_where_another_one_ended(tmp_path: Path, kind: str) -> None:
    def herder(journal: Journal) -> object:
        desired = FileDesiredState(tmp_path / "connectors.json") if kind == "file" else None
        return herding(plugins(journal), EmbeddedTransport(tmp_path / "data"), desired)

    async with herder(Journal()) as first:
        for name in ("running", "paused", "stopped", "gone"):
            await first.create(name, SOURCE)
        await first.pause("paused")
        await first.stop("stopped")
        await first.delete("gone")
        configs = {name: dict(first.info(name).config) for name in first.connectors()}
    async with herder(Journal()) as second:
        assert {name: dict(second.info(name).config) for name in second.connectors()} == configs
        await settled(second, "running")
        await settled(second, "paused", "PAUSED")
        await settled(second, "stopped", "STOPPED")
        assert second.info("stopped").type == "source"
        await until(lambda: second.health().status == "healthy")
        await second.resume("paused")
        await settled(second, "paused")


async def test_what_cannot_be_stored_is_not_followed(tmp_path: Path, journal: Journal) -> None:
    class Broken(FileDesiredState):
        async def put(self, name: str, desired: Desired) -> None:
            raise ConnectError("no space left")

    async with (
        Worker(EmbeddedTransport(), plugins=plugins(journal)) as worker,
        Herder(worker, Broken(tmp_path / "c.json")) as herder,
    ):
        with pytest.raises(ConnectError, match="no space left"):
            await herder.create("in", SOURCE)
        assert herder.connectors() == []
