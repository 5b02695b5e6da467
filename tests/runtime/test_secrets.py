"""Do secrets stay inside of the worker?

Canaries are put into every place that holds a secret; then whatever leaves the worker is searched for them.
"""

import io
import json
import logging
import traceback

import anyio
import attrs
import pytest

from connectsdk.config import HIDDEN, Password, config, option
from connectsdk.record import SourceRecord
from connectsdk.runtime import Plugins, Worker
from connectsdk.runtime.herder import BadRequestError, FileDesiredState, Herder
from connectsdk.source import SourceConnector, SourceTask
from connectsdk.transports.embedded import EmbeddedTransport

RESOLVED = ["canary-file-1", "canary-dir-2\nwith lines", "canary-env-3", 'canary "quoted" 4']
INLINE = ["canary-inline-5", "canary-jaas-6", "canary-basic-7", "canary-ssl-8", "canary-worker-9"]


@config
class LeakyConfig:
    password: Password = option()
    note: str = option(default="")
    token: str = option(default="")
    mode: str = option(default="fail")


class LeakyTask(SourceTask[LeakyConfig]):
    async def start(self, config):
        self.config = config
        logging.getLogger("connectsdk.task").error("starting with %s", config.password.value)
        if config.mode == "fail":
            try:
                raise ValueError(f"inner {config.note}")  # noqa: TRY301 - its traceback is what is looked at
            except ValueError as error:
                logging.getLogger("connectsdk.task").exception("connecting failed")
                raise RuntimeError(
                    f"login failed: {config.password.value} {config.note!r} {config.token}"
                ) from error

    async def poll(self):
        await anyio.sleep(0.05)
        return [SourceRecord(topic="t", value="x")]


class LeakySourceConnector(SourceConnector[LeakyConfig]):
    task_class = LeakyTask

    async def validate(self, config):
        if config.mode == "tell":
            raise RuntimeError(f"cannot log in as {config.password.value} / {config.note}")
        return ()


@pytest.fixture
def logged():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def properties(tmp_path, monkeypatch):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "db.properties").write_text('password=canary-file-1\nquoted=canary "quoted" 4\n')
    (secrets / "token").write_text(RESOLVED[1])
    monkeypatch.setenv("LEAKY_NOTE", RESOLVED[2])
    package = "org.apache.kafka.common.config.provider."
    return {
        "config.providers": "file,dir,env",
        "config.providers.file.class": f"{package}FileConfigProvider",
        "config.providers.file.param.allowed.paths": str(secrets),
        "config.providers.dir.class": "DirectoryConfigProvider",
        "config.providers.dir.param.allowed.paths": str(secrets),
        "config.providers.env.class": "EnvVarConfigProvider",
        "config.providers.env.param.allowlist.pattern": "LEAKY_.*",
        "producer.ssl.key.password": INLINE[4],
        "errors.restart.max": "0",
        "connector.client.config.override.policy": "All",
    }


@pytest.fixture
async def herder(properties, tmp_path, logged):
    worker = Worker(EmbeddedTransport(), properties, plugins=Plugins(classes=(LeakySourceConnector,)))
    async with worker, Herder(worker, FileDesiredState(tmp_path / "connectors.json")) as herder:
        yield herder


@pytest.fixture
def leaky(tmp_path):
    secrets = tmp_path / "secrets"
    return {
        "connector.class": "LeakySource",
        "password": f"${{file:{secrets}/db.properties:password}}",
        "token": f"${{dir:{secrets}:token}}",
        "note": f"a ${{env:LEAKY_NOTE}} b ${{file:{secrets}/db.properties:quoted}} ${{gone:x:y}}",
    }


def shown(value):
    return json.dumps(attrs.asdict(value) if attrs.has(type(value)) else value, default=repr) + repr(value)


def leaks(text, canaries):
    forms = [form for canary in canaries for form in (canary, repr(canary)[1:-1], json.dumps(canary)[1:-1])]
    return [form for form in forms if form in text]


async def settled(herder, name, state):
    with anyio.fail_after(30):
        while not any(  # noqa: ASYNC110 - what operators see is asked for
            task.state == state for task in herder.status(name).tasks
        ):
            await anyio.sleep(0.02)


async def test_what_was_resolved_is_in_no_answer_log_or_file(herder, leaky, logged, tmp_path):
    await herder.create("one", leaky)
    await settled(herder, "one", "FAILED")
    await herder.create("two", {**leaky, "mode": "work"})
    await settled(herder, "two", "RUNNING")
    assert "login failed: [hidden]" in (herder.status("one").tasks[0].trace or "")
    assert "[hidden]" in logged.getvalue()
    seen = [
        shown(answer)
        for name in ("one", "two")
        for answer in (herder.info(name), herder.status(name), *herder.tasks(name))
    ]
    seen.append(shown(await herder.validate("LeakySource", {**leaky, "name": "n"})))
    seen.append(shown(await herder.validate("LeakySource", {**leaky, "name": "n", "mode": "tell"})))
    seen.append(
        shown(await herder.validate("LeakySource", {**leaky, "name": "n", "tasks.max": leaky["note"]}))
    )
    with pytest.raises(BadRequestError) as refused:
        await herder.create("three", {**leaky, "mode": "tell"})
    seen.append("".join(traceback.format_exception(refused.value)))
    seen.append((tmp_path / "connectors.json").read_text())
    seen += [repr(herder), repr(herder._worker.properties.secrets), logged.getvalue()]
    assert [found for text in seen for found in leaks(text, RESOLVED)] == []


async def test_tasks_and_infos_say_what_was_written(herder, leaky):
    await herder.create("two", {**leaky, "mode": "work"})
    await settled(herder, "two", "RUNNING")
    assert dict(herder.info("two").config) == {**leaky, "mode": "work", "name": "two"}
    told = herder.tasks("two")[0].config
    assert {key: told[key] for key in ("password", "note", "token")} == {
        key: leaky[key] for key in ("password", "note", "token")
    }


async def test_a_validation_echoes_references_as_they_are_written(herder, leaky):
    infos = await herder.validate("LeakySource", {**leaky, "name": "n"})
    values = {each.value.name: each.value.value for each in infos.configs}
    assert infos.errors == []
    assert values["note"] == leaky["note"]
    assert values["password"] == HIDDEN


async def test_what_a_secret_s_key_holds_is_in_no_log_or_error(herder, logged):
    written = {
        "connector.class": "LeakySource",
        "password": INLINE[0],
        "producer.override.sasl.jaas.config": f'x password="{INLINE[1]}";',
        "value.converter": "JsonConverter",
        "value.converter.basic.auth.user.info": INLINE[2],
        "producer.override.ssl.keystore.password": INLINE[3],
    }
    await herder.create("one", written)
    await settled(herder, "one", "FAILED")
    infos = await herder.validate("LeakySource", {**written, "name": "n", "mode": "tell"})
    assert infos.error_count
    text = shown(herder.status("one")) + shown(infos) + logged.getvalue() + repr(herder.info("one"))
    assert leaks(text, INLINE) == []


async def test_a_file_that_may_not_be_read_is_told_with_its_key(herder, leaky):
    infos = await herder.validate("LeakySource", {**leaky, "name": "n", "note": "${file:/etc/passwd:root}"})
    assert [each.value.name for each in infos.configs if each.value.errors] == ["note"]
    assert "not inside of allowed.paths" in infos.errors[0]
    with pytest.raises(BadRequestError, match="note: config provider file"):
        await herder.create("one", {**leaky, "note": "${file:/etc/passwd:root}"})


async def test_the_logs_are_as_before_when_the_worker_is_closed(properties, logged):
    async with Worker(EmbeddedTransport(), properties):
        logging.getLogger("connectsdk.task").warning("it is %s", INLINE[4])
    assert INLINE[4] not in logged.getvalue()
    logging.getLogger("connectsdk.task").warning("it is %s", INLINE[4])
    assert INLINE[4] in logged.getvalue()


# -- client overrides ------------------------------------------------------------------------------------------

SOURCE = {"connector.class": "FileStreamSource", "topic": "t", "name": "n"}
SINK = {"connector.class": "FileStreamSink", "topics": "t", "name": "n"}
REFUSED = "The '{}' policy does not allow '{}' to be overridden in the connector configuration."


@pytest.mark.parametrize(
    ("worker", "config", "errors"),
    [
        ({}, {**SOURCE, "producer.override.linger.ms": "5"}, []),
        (
            {},
            {**SOURCE, "producer.override.bootstrap.servers": "x"},
            [REFUSED.format("Allowlist", "bootstrap.servers")],
        ),
        ({}, {**SINK, "consumer.override.group.id": "x"}, [REFUSED.format("Allowlist", "group.id")]),
        ({}, {**SOURCE, "consumer.override.group.id": "x"}, []),
        (
            {},
            {**SINK, "errors.deadletterqueue.topic.name": "d", "admin.override.x": "y"},
            [REFUSED.format("Allowlist", "x")],
        ),
        (
            {"policy": "None"},
            {**SOURCE, "producer.override.linger.ms": "5"},
            [REFUSED.format("None", "linger.ms")],
        ),
        ({"policy": "All"}, {**SINK, "consumer.override.group.id": "x"}, []),
        ({"policy": "Principal"}, {**SOURCE, "producer.override.sasl.mechanism": "PLAIN"}, []),
        (
            {"policy": "Principal"},
            {**SOURCE, "producer.override.linger.ms": "5"},
            [REFUSED.format("Principal", "linger.ms")],
        ),
        ({"allowlist": "group.id"}, {**SINK, "consumer.override.group.id": "x"}, []),
        (
            {"allowlist": ""},
            {**SOURCE, "producer.override.linger.ms": "5"},
            [REFUSED.format("Allowlist", "linger.ms")],
        ),
    ],
)
async def test_overrides_are_allowed_by_policy(tmp_path, worker, config, errors):
    properties = {f"connector.client.config.override.{key}": value for key, value in worker.items()}
    async with (
        Worker(EmbeddedTransport(), properties) as running,
        Herder(running, FileDesiredState(tmp_path / "connectors.json")) as herder,
    ):
        infos = await herder.validate(config["connector.class"], config)
        assert infos.errors == errors
        if errors:
            with pytest.raises(BadRequestError, match="policy does not allow"):
                await herder.create("n", config)


async def test_a_program_s_own_connectors_override_what_they_like(tmp_path):
    (tmp_path / "a").write_text("x\n")
    async with Worker(EmbeddedTransport()) as worker:
        await worker.start_connector(
            "n", {**SOURCE, "file": str(tmp_path / "a"), "producer.override.client.id": "me"}
        )


class Noting(str):
    """A text during whose search a secret is noted, as another thread may do at any moment."""

    __slots__ = ("secrets",)

    def __contains__(self, form):
        self.secrets.note([f"{form}-and-another"])
        return super().__contains__(form)


async def test_secrets_may_be_noted_while_others_are_hidden():
    async with Worker(EmbeddedTransport(), {"ssl.key.password": INLINE[0]}) as worker:
        text = Noting(f"nothing leaves but {INLINE[0]}")
        text.secrets = worker.properties.secrets
        assert text.secrets.hide(text) == f"nothing leaves but {HIDDEN}"
