"""Whom does a plugin harm that cannot be imported?"""

import importlib
import sys
import time
from collections.abc import Callable

import pytest

from connectsdk.config import config, option
from connectsdk.errors import ConfigError
from connectsdk.runtime import OperatedPlugins, Plugins, Worker
from connectsdk.runtime._parts.imports import Imports
from connectsdk.runtime.herder import BadRequestError, FileDesiredState, Herder
from connectsdk.source import SourceConnector, SourceTask
from connectsdk.transports.embedded import EmbeddedTransport

GOOD = """
from connectsdk.source import SourceConnector, SourceTask
from connectsdk.config import config, option

@config
class Settings:
    greeting: str = option(doc="What to say.")

class HelloTask(SourceTask[Settings]):
    async def poll(self):
        return None

class HelloSourceConnector(SourceConnector[Settings]):
    task_class = HelloTask
    version = "7.1"

class Abstract(SourceTask[Settings]):
    pass

def shout(record):
    return record
"""
MODULES = {
    "plug_good": GOOD,
    "plug_raises": "raise RuntimeError('not today')",
    "plug_exits": "import sys; sys.exit(3)",
    "plug_interrupts": "raise KeyboardInterrupt",
    "plug_sleeps": "import time; time.sleep(3600)",
    "plug_recurses": "def f(): f()\nf()",
    "plug_lacks": "import no_such_module_anywhere",
    "plug_prints": "print('noise'); X = 1",
}
CONNECTORS = {
    "hello": "plug_good:HelloSourceConnector",
    "raises": "plug_raises:A",
    "exits": "plug_exits:A",
    "interrupts": "plug_interrupts:A",
    "sleeps": "plug_sleeps:A",
    "recurses": "plug_recurses:A",
    "lacks": "plug_lacks:A",
    "wrong-kind": "plug_prints:X",
    "no-attribute": "plug_good:Gone",
    "FileStreamSource": "plug_raises:Impostor",
}


@pytest.fixture
def installed(tmp_path, monkeypatch):
    for name, source in MODULES.items():
        (tmp_path / f"{name}.py").write_text(source)
    for distribution, points in (
        ("one", CONNECTORS),
        ("two", {"hello2": CONNECTORS["hello"], "raises": "plug_good:HelloSourceConnector"}),
    ):
        info = tmp_path / f"{distribution}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        lines = "\n".join(f"{name} = {path}" for name, path in points.items())
        (info / "entry_points.txt").write_text(
            f"[connectsdk.connectors]\n{lines}\n[connectsdk.transforms]\nshout = plug_good:shout\n"
        )
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield tmp_path
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def plugins(installed):
    return Plugins(imports=Imports(deadline=1.5))


@pytest.fixture
async def herder(plugins, tmp_path):
    async with (
        Worker(EmbeddedTransport(), plugins=plugins) as worker,
        Herder(worker, FileDesiredState(tmp_path / "connectors.json")) as herder,
    ):
        yield herder


async def test_each_is_listed_with_what_is_wrong_with_it(herder):
    assert herder.wait_for_plugins(60)
    listed = {each.class_name: each for each in herder.plugins()}
    assert listed["plug_good.HelloSourceConnector"].version == "7.1"
    assert listed["plug_good.HelloSourceConnector"].type == "source"
    reasons = {each.name: each.reason for each in herder.unusable_plugins()}
    for name, part in {
        "raises": "not today",
        "exits": "SystemExit",
        "interrupts": "KeyboardInterrupt",
        "sleeps": "not imported within 1.5 s",
        "recurses": "RecursionError",
        "lacks": "no_such_module_anywhere",
        "wrong-kind": "is not a connector",
        "no-attribute": "Gone",
    }.items():
        assert part in reasons[name], name


def best_of(tries: int, call: Callable[[], object]) -> float:
    """Return the shortest time of a call: what else the machine does makes it longer, and nothing shorter."""

    def timed() -> float:
        began = time.perf_counter()
        call()
        return time.perf_counter() - began

    return min(timed() for _ in range(tries))


async def test_the_answer_is_at_once_while_and_after_they_are_looked_at(herder):
    began = time.perf_counter()
    herder.plugins(connectors_only=False)
    took = time.perf_counter() - began
    assert took < 0.3 or not herder.wait_for_plugins(0), "it waited for them"
    assert herder.wait_for_plugins(60)
    assert best_of(10, lambda: herder.plugins(connectors_only=False)) < 0.05


@pytest.mark.parametrize(
    "name",
    [
        "hello",
        "HelloSourceConnector",
        "HelloSource",
        "plug_good.HelloSourceConnector",
        "plug_good:HelloSourceConnector",
    ],
)
async def test_an_installed_one_is_known_by_all_its_names(herder, name):
    infos = await herder.validate(name, {"connector.class": name, "name": "n", "greeting": "hi"})
    assert infos.error_count == 0


async def test_one_that_hangs_holds_up_no_other_request(herder):
    with pytest.raises(BadRequestError, match=r"not imported within 1\.5 s"):
        await herder.validate("sleeps", {"connector.class": "sleeps"})
    times = []
    for _ in range(5):
        began = time.perf_counter()
        with pytest.raises(BadRequestError, match="not imported"):
            await herder.validate("sleeps", {"connector.class": "sleeps"})
        times.append(time.perf_counter() - began)
    assert min(times) < 0.3, "it is not tried again"


async def test_what_is_shipped_keeps_its_name(plugins):
    assert plugins.connector("FileStreamSource").__module__ == "connectsdk.connectors.file_source"


async def test_a_name_that_two_distributions_claim_is_refused(plugins):
    with pytest.raises(ConfigError, match="ambiguous"):
        plugins.connector("raises")


@pytest.mark.parametrize(
    "name", ["os:system", "subprocess.Popen", "builtins:eval", "plug_good:Abstract", "plug_unlisted:X"]
)
async def test_nothing_else_is_imported_for_a_request(herder, name):
    with pytest.raises(BadRequestError, match="not allowed"):
        await herder.validate(name, {"connector.class": name})
    infos = await herder.validate(
        "FileStreamSource",
        {
            "connector.class": "FileStreamSource",
            "name": "n",
            "topic": "t",
            "transforms": "a",
            "transforms.a.type": name,
            "value.converter": name,
        },
    )
    assert {each.value.name for each in infos.configs if each.value.errors} == {
        "transforms.a.type",
        "value.converter",
    }
    assert "plug_unlisted" not in sys.modules


@pytest.mark.parametrize("listed", ["plug_good", "x,plug_good.*"])
async def test_a_listed_module_may_be_imported(installed, tmp_path, listed):
    async with (
        Worker(EmbeddedTransport(), {"plugin.import.allow": listed}) as worker,
        Herder(worker, FileDesiredState(tmp_path / "connectors.json")) as herder,
    ):
        config = {"connector.class": "FileStreamSource", "name": "n", "topic": "t", "transforms": "a"}
        infos = await herder.validate("FileStreamSource", {**config, "transforms.a.type": "plug_good:shout"})
        assert infos.errors == []
        infos = await herder.validate(
            "FileStreamSource", {**config, "transforms.a.type": "plug_goodness:shout"}
        )
        assert "not allowed" in infos.errors[0]
        infos = await herder.validate("FileStreamSource", {**config, "transforms.a.type": "plug_good:option"})
        assert "not allowed" in infos.errors[0], "what a listed module has imported itself is not listed"


@config
class GivenConfig:
    greeting: str = option(default="hi")


class GivenTask(SourceTask[GivenConfig]):
    async def poll(self):
        return None


class GivenSourceConnector(SourceConnector[GivenConfig]):
    task_class = GivenTask


async def test_a_program_gives_classes_of_its_own(tmp_path):
    worker = Worker(EmbeddedTransport(), plugins=Plugins(classes=(GivenSourceConnector,)))
    async with worker, Herder(worker, FileDesiredState(tmp_path / "connectors.json")) as herder:
        infos = await herder.validate("GivenSource", {"connector.class": "GivenSource", "name": "n"})
        assert infos.errors == []
        assert any(each.class_name.endswith(".GivenSourceConnector") for each in herder.plugins())


async def test_a_validation_that_never_ends_is_given_up(tmp_path, monkeypatch):
    import anyio

    from connectsdk.errors import ConnectError
    from connectsdk.runtime._checking import operated_plugins as module
    from connectsdk.runtime._settings import TaskSettings

    class EndlessSourceConnector(GivenSourceConnector):
        async def validate(self, config):
            time.sleep(1.5)  # noqa: ASYNC251 - blocks on purpose
            return ()

    monkeypatch.setattr(
        module, "VALIDATION", TaskSettings(isolation="thread", start_timeout=0.3, graceful=0.2)
    )
    plugins = OperatedPlugins(Worker(EmbeddedTransport(), plugins=Plugins(classes=(EndlessSourceConnector,))))
    beats = 0

    async def beat():
        nonlocal beats
        while True:
            await anyio.sleep(0.01)
            beats += 1

    async with anyio.create_task_group() as group:
        group.start_soon(beat)
        with pytest.raises(ConnectError, match="did not return within"):
            await plugins.validated({"connector.class": "EndlessSource", "name": "n"})
        group.cancel_scope.cancel()
    assert beats > 5
