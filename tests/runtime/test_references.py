"""What happens to a worker when a config provider does not answer, or answers nonsense?"""

import time
import traceback
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from connectsdk.config import ConfigData
from connectsdk.errors import ConfigError, IllegalStateError
from connectsdk.runtime import OperatedPlugins, Worker, resolve_properties
from connectsdk.runtime._parts import references
from connectsdk.runtime._parts.references import References
from connectsdk.runtime.herder import BadRequestError, FileDesiredState, Herder
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.leases import Leases, blocks, spins

CONFIG = {"connector.class": "FileStreamSource", "topic": "t", "file": "${l:some/path:some.key}"}


def raises(error: BaseException) -> Callable[[], None]:
    def behave() -> None:
        raise error

    return behave


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise SystemExit("canary")


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "DEADLINE", 0.3)


def resolver(provider: Any, deadline: float = 0.3) -> References:
    return References({"l": provider}, deadline)


@pytest.mark.parametrize("behave", [spins, blocks])
async def test_a_provider_that_does_not_answer_is_left_behind_and_named(behave: Callable[[], None]) -> None:
    found = resolver(Leases(behave=behave), 1.0)
    began = time.monotonic()
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await anyio.sleep(0.01)
            ticks += 1

    async with anyio.create_task_group() as group:
        group.start_soon(tick)
        with pytest.raises(ConfigError) as error:
            await found.resolve({"password": "a ${l:some/path:some.key} b"})
        group.cancel_scope.cancel()
    assert time.monotonic() - began < 15
    assert ticks > 5, "the event loop was blocked"
    for named in ("password: config provider l:", "'some/path'", "'some.key'", "1 s"):
        assert named in str(error.value)
    assert error.value.key == "password"
    assert found.consultations.abandoned == 1


async def test_many_paths_share_one_deadline() -> None:
    leases = Leases(behave=lambda: time.sleep(0.2))
    with pytest.raises(ConfigError, match="did not answer within"):
        await resolver(leases).resolve({str(n): f"${{l:{n}:k}}" for n in range(50)})
    assert leases.asked < 5


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("canary"), "RuntimeError"),
        (SystemExit("canary"), "SystemExit"),
        (KeyboardInterrupt("canary"), "KeyboardInterrupt"),
        (GeneratorExit("canary"), "GeneratorExit"),
        (UnspeakableError(), "UnspeakableError"),
        (ConfigError("there is no such lease"), "there is no such lease"),
    ],
)
async def test_what_a_provider_raises_is_told_without_its_text(error: BaseException, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        await resolver(Leases(behave=raises(error))).resolve({"password": "${l:p:k}"})
    assert told in str(raised.value)
    assert "canary" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.key == "password"


@pytest.mark.parametrize(
    "data",
    [
        None,
        ConfigData({"k": 1}),  # type: ignore[dict-item]
        ConfigData({"k": None}),  # type: ignore[dict-item]
        ConfigData(None),  # type: ignore[arg-type]
        ConfigData({"k": "v"}, ttl="soon"),  # type: ignore[arg-type]
        ConfigData({"k": "v"}, ttl=True),
    ],
)
async def test_nonsense_is_the_provider_s_error(data: Any) -> None:
    class Odd:
        def get(self, path: str, keys: Any) -> Any:
            return data

    with pytest.raises(ConfigError, match=r"^password: config provider l: .*'k' of path 'p'"):
        await resolver(Odd()).resolve({"password": "${l:p:k}"})


async def test_the_earliest_time_to_live_counts() -> None:
    class Several:
        def get(self, path: str, keys: Any) -> ConfigData:
            return ConfigData(dict.fromkeys(keys, "v"), None if path == "none" else float(path))

    found = await resolver(Several()).resolve({"a": "${l:none:k} ${l:300:k}", "b": "${l:200:k}"})
    assert found.ttl == 200


# -- a worker's own properties ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("behave", [spins, blocks])
async def test_a_worker_whose_provider_hangs_does_not_open_and_blocks_nobody(
    behave: Callable[[], None],
) -> None:
    leases = Leases(behave=behave)
    worker = Worker(EmbeddedTransport(), leases.properties() | {"offset.flush.interval.ms": "${l:p:k}"})
    assert leases.asked == 0, "a constructor asks no provider"
    with pytest.raises(IllegalStateError, match="async with"):
        _ = worker.config
    with pytest.raises(
        ConfigError, match=r"offset\.flush\.interval\.ms: config provider l: .*'k' of path 'p'"
    ):
        async with worker:
            pass
    assert worker.abandoned == 1


@pytest.mark.usefixtures("_impatient")
async def test_a_provider_that_hangs_when_it_is_configured_is_named() -> None:
    class Slow(Leases):
        def configure(self, config: Any) -> None:
            blocks()

    with pytest.raises(
        ConfigError, match=r"config\.providers\.l\.class: config provider l: configure did not"
    ):
        async with Worker(EmbeddedTransport(), Slow().properties()):
            pass


@pytest.mark.usefixtures("_impatient")
async def test_a_provider_that_hangs_when_it_is_closed_does_not_hold_up_the_worker() -> None:
    class Sticky(Leases):
        def close(self) -> None:
            blocks()

    async with Worker(EmbeddedTransport(), Sticky().properties()) as worker:
        began = time.monotonic()
    assert time.monotonic() - began < 15
    assert worker.abandoned == 1


async def test_restricting_a_worker_holds_when_it_is_read_later() -> None:
    worker = Worker(EmbeddedTransport(), Leases().properties())
    worker.restrict()
    async with worker:
        assert worker.properties.overrides.name == "Allowlist"
        assert not worker.plugins.allow_import("os")


async def test_what_a_worker_s_own_property_stands_for_is_not_told() -> None:
    with pytest.raises(ConfigError) as error:
        async with Worker(
            EmbeddedTransport(), Leases().properties() | {"offset.flush.interval.ms": "${l:p:k}"}
        ):
            pass
    assert "offset.flush.interval.ms" in str(error.value)
    assert "lease-1" not in "".join(traceback.format_exception(error.value))


@pytest.mark.usefixtures("_impatient")
def test_a_program_without_an_event_loop_waits_inside_the_deadline() -> None:
    began = time.monotonic()
    with pytest.raises(ConfigError, match="x: config provider l"):
        resolve_properties(Leases(behave=blocks).properties() | {"x": "${l:p:k}"})
    assert time.monotonic() - began < 15


# -- a herder's connectors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("isolation", ["loop", "thread"])
async def test_requests_are_refused_when_a_provider_hangs_and_others_are_served(
    tmp_path: Any, isolation: str
) -> None:
    leases = Leases()
    properties = leases.properties() | {"task.isolation": isolation}
    async with (
        Worker(EmbeddedTransport(), properties) as worker,
        Herder(worker, FileDesiredState(tmp_path / "desired.json")) as herder,
    ):
        object.__setattr__(worker.properties.references, "deadline", 0.3)
        leases.behave = blocks
        with anyio.fail_after(15):
            with pytest.raises(BadRequestError, match="file: config provider l"):
                await herder.create("n", CONFIG)
            infos = await herder.validate("FileStreamSource", {**CONFIG, "name": "n"})
        assert [each.value.name for each in infos.configs if each.value.errors] == ["file"]
        assert worker.abandoned == 2
        leases.behave = lambda: None
        await herder.create("n", CONFIG)


async def test_plugins_are_listed_before_the_worker_is_open() -> None:
    assert OperatedPlugins(Worker(EmbeddedTransport(), Leases().properties())).plugins()
