"""Is a secret, wherever it is written, in nothing that leaves the worker?

One worker is filled with canaries, one in every place that takes a secret; its plugins tell what they know wherever they can. All
that comes out is collected, exit by exit; then every canary is looked for in every exit.
"""

import base64
import io
import json
import logging
import os
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import attrs
import httpx
import pytest
from click.testing import CliRunner

from connectsdk.cli import main
from connectsdk.config import Password
from connectsdk.errors import ConnectError
from connectsdk.http import HttpConfig, hash_password, hash_token, serve
from connectsdk.http._routes.table import ROUTES
from connectsdk.record import TopicPartition
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import FileDesiredState, Herder
from connectsdk.runtime.logs import JsonFormatter
from connectsdk.runtime.preview import Plan, preview
from connectsdk.transports.embedded import EmbeddedTransport
from tests.runtime.conftest import QUICK
from tests.runtime.scripted import until

# One process makes the world that all of them look at, and that takes long where much else runs.
pytestmark = [pytest.mark.xdist_group("secrets"), pytest.mark.timeout(600)]
PACKAGE = "tests.runtime.leaky:"
FILE, DIR = "${{file:{secrets}/db.properties:{key}}}", "${{dir:{secrets}:{key}}}"


@attrs.frozen
class Slot:
    """A place that takes a secret.

    Attributes:
        name: What it is called.
        canary: The secret.
        written: How that is written into the configuration: `{}` is the secret, or the reference to it.
        key: The key in the connector's or worker's properties.
        by: The config provider; None: it is written there itself.
        worker: Whether it is a property of the worker.
    """

    name: str
    canary: str
    key: str
    written: str = "{}"
    by: str | None = None
    worker: bool = False

    def value(self, secrets: Path) -> str:
        """Return what is in the configuration."""
        forms = {
            "file": FILE.format(secrets=secrets, key=self.name),
            "dir": DIR.format(secrets=secrets, key=self.name),
            "env": f"${{env:LEAKY_{self.name}}}",
            None: self.canary,
        }
        return self.written.format(forms[self.by])


JAAS = 'org.x.PlainLoginModule required username="u" password="{}";'
SLOTS = (
    Slot("w_ssl", "canary-W1-ssl", "producer.ssl.key.password", worker=True),
    Slot("w_jaas", "canary-W2-jaas", "consumer.sasl.jaas.config", JAAS, worker=True),
    Slot("w_code", "canary-W3-code", "key.converter.code", worker=True),
    Slot("w_file", "canary-W4-file", "key.converter.hint", "a {} b", "file", worker=True),
    Slot("w_env", "canary-W5-env", "admin.sasl.password", "{}", "env", worker=True),
    Slot("c_password", "canary-C1-password", "password"),
    Slot("c_pin", "canary-C2-pin", "pin"),
    Slot("c_jaas", "canary-C3-jaas", "producer.override.sasl.jaas.config", JAAS),
    Slot("c_code", "canary-C4-code", "value.converter.code"),
    Slot("c_transform", "canary-C5-transform", "transforms.t.code"),
    Slot("c_predicate", "canary-C6-predicate", "predicates.p.code"),
    Slot("c_url", "canary-C7-url", "url", "jdbc:x://h/db?user=u&password={}&more=1"),
    Slot("c_userinfo", "canary-C8-userinfo", "note", "https://user:{}@host/path"),
    Slot("r_password", "canary-R1-file", "password", "{}", "file"),
    Slot("r_pin", 'canary-R2 "quoted" \\ back', "pin", "{}", "dir"),
    Slot("r_url", "canary-R3+dir=%/", "url", "jdbc:x://h/db?user=u&password={}&more=1", "dir"),
    Slot("r_note", "canary-R4-env ümlaut", "note", "before {} after", "env"),
    Slot("r_code", "canary-R5-code", "value.converter.hint", "x{}", "file"),
    Slot("r_transform", "canary-R6-transform", "transforms.t.hint", "{}x", "file"),
    Slot("r_predicate", "canary-R7-predicate", "predicates.p.hint", "{}", "env"),
    Slot("r_override", "canary-R8-override", "producer.override.sasl.jaas.config", JAAS, "file"),
)
REST = {
    "rest_hash": hash_password("canary-B1-basic"),
    "rest_password": "canary-B1-basic",
    "rest_token_hash": hash_token("canary-B2-bearer-token-of-some-length"),
    "rest_token": "canary-B2-bearer-token-of-some-length",
}
CANARIES = {slot.name: slot.canary for slot in SLOTS} | REST
EXITS = (
    *(f"{route.method} {route.path}" for route in ROUTES),
    "errors of requests",
    "log",
    "log in JSON",
    "log of a handler that came later",
    "exceptions",
    "metrics",
    "facts",
    "dead letters",
    "desired state in a file",
    "desired state in a topic",
    "embedded store",
    "offsets",
    "preview",
    "cli get",
    "cli describe",
    "cli explain",
    "cli offsets",
    "cli validate",
    "cli preview",
    "what is shown of objects",
)
AS_WRITTEN = frozenset(
    {
        *(
            f"{method} /connectors{path}"
            for method, path in (
                ("GET", ""),
                ("POST", ""),
                ("GET", "/{connector}"),
                ("GET", "/{connector}/config"),
                ("PUT", "/{connector}/config"),
                ("PATCH", "/{connector}/config"),
                ("GET", "/{connector}/tasks"),
                ("GET", "/{connector}/tasks-config"),
            )
        ),
        "PUT /connector-plugins/{plugin}/config/validate",
        "desired state in a file",
        "desired state in a topic",
        "embedded store",
        "cli get",
        "cli describe",
    }
)
"""Where a configuration is given back as it was written, what is written into it itself included."""


class World:
    """A worker that is full of canaries, and what came out of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.secrets = folder, folder / "secrets"
        self.secrets.mkdir()
        found = {slot.name: slot.canary for slot in SLOTS}
        escaped = {
            name: text.encode("unicode_escape").decode().replace('"', '\\"') for name, text in found.items()
        }
        (self.secrets / "db.properties").write_text("".join(f"{k}={v}\n" for k, v in escaped.items()))
        for name, text in found.items():
            (self.secrets / name).write_text(text)
        self.out: dict[str, list[str]] = {exit_: [] for exit_ in EXITS}

    def worker(self) -> dict[str, str]:
        package = "org.apache.kafka.common.config.provider."
        return (
            QUICK
            | {
                "config.providers": "file,dir,env",
                "config.providers.file.class": f"{package}FileConfigProvider",
                "config.providers.file.param.allowed.paths": str(self.secrets),
                "config.providers.dir.class": "DirectoryConfigProvider",
                "config.providers.dir.param.allowed.paths": str(self.secrets),
                "config.providers.env.class": "EnvVarConfigProvider",
                "config.providers.env.param.allowlist.pattern": "LEAKY_.*",
                "errors.restart.max": "0",
                "connector.client.config.override.policy": "All",
                "plugin.import.allow": "tests",
                "key.converter": f"{PACKAGE}LeakyConverter",
            }
            | {slot.key: slot.value(self.secrets) for slot in SLOTS if slot.worker}
        )

    def connector(self, kind: str, **more: str) -> dict[str, str]:
        """Return a connector's properties: `c` with what is written there itself, `r` with references."""
        slots = [slot for slot in SLOTS if slot.name.startswith(f"{kind}_")]
        return {
            "connector.class": f"{PACKAGE}LeakySourceConnector",
            "value.converter": f"{PACKAGE}LeakyConverter",
            "transforms": "t",
            "transforms.t.type": f"{PACKAGE}LeakyPart",
            "transforms.t.predicate": "p",
            "predicates": "p",
            "predicates.p.type": f"{PACKAGE}LeakyPart",
            **{slot.key: slot.value(self.secrets) for slot in slots},
            **more,
        }

    def note(self, exit_: str, *texts: object) -> None:
        self.out[exit_] += [
            text if isinstance(text, str) else json.dumps(text, default=repr) for text in texts
        ]

    def raised(self, error: BaseException) -> None:
        """Collect everything that can be read of an exception."""
        seen: list[BaseException] = []
        left: list[BaseException | None] = [error]
        while left:
            one = left.pop()
            if one is not None and one not in seen:
                seen.append(one)
                self.note("exceptions", str(one), repr(one), repr(vars(one)), repr(one.args))
                left += [one.__cause__, one.__context__]
        self.note("exceptions", "".join(traceback.format_exception(error)))


MODES: Mapping[str, Mapping[str, str]] = {
    "work": {},
    "task": {"mode": "task"},
    "start": {"mode": "start"},
    "transform": {"transforms.t.fail": "true"},
    "letters": {
        "value.converter.fail": "true",
        "errors.tolerance": "all",
        "errors.log.enable": "true",
        "errors.log.include.messages": "true",
        "errors.deadletterqueue.topic.name": "letters",
        "errors.deadletterqueue.topic.replication.factor": "1",
        "errors.deadletterqueue.context.headers.enable": "true",
    },
}


async def collect(world: World) -> None:
    """Run the worker and look at everything that comes out."""
    store = world.folder / "store"
    for desired in ("file", "topic"):
        worker = Worker(EmbeddedTransport(str(store)), world.worker())
        kept = FileDesiredState(world.folder / "desired.json") if desired == "file" else None
        config = HttpConfig(
            listeners=("http://127.0.0.1:0",),
            rest_auth_users=Password(f"ops:{REST['rest_hash']}"),
            rest_auth_tokens=Password(f"bot:{REST['rest_token_hash']}"),
        )
        async with worker, Herder(worker, kept) as herder, serve(herder, config) as served:
            auth = ("ops", REST["rest_password"])
            async with httpx.AsyncClient(base_url=served.url, auth=auth, timeout=30) as client:
                await run(world, worker, herder, client)
                await anyio.to_thread.run_sync(commands, world, served.url)
                await refuse(world, herder, client)
                await requests(world, client)
            world.note(
                "what is shown of objects", *map(repr, (worker, herder, served, config, worker.properties))
            )
            world.note("what is shown of objects", *map(repr, vars(worker).values()))
    world.note("desired state in a file", (world.folder / "desired.json").read_text())
    for path in store.rglob("*"):
        if path.is_file():
            world.note("embedded store", path.read_bytes().decode("latin-1"))


async def run(world: World, worker: Worker, herder: Herder, client: httpx.AsyncClient) -> None:
    names = []
    for kind in ("c", "r"):
        for mode, more in MODES.items():
            name = f"{kind}-{mode}"
            answer = await client.post(
                "/connectors", json={"name": name, "config": world.connector(kind, **more)}
            )
            assert answer.status_code == 201, answer.text
            world.note("POST /connectors", answer.text)
            names.append(name)

    def there() -> bool:
        states = {name: herder.status(name) for name in names}
        failed = all(
            status.state == "FAILED" or any(task.state == "FAILED" for task in status.tasks)
            for name, status in states.items()
            if name.endswith(("task", "start", "transform"))
        )
        facts = worker.facts().connectors
        letters = [facts[name] for name in names if name in facts and name.endswith("letters")]
        dead = len(letters) == 2 and all(
            each.tasks and each.tasks[0].status.counters.dead_lettered for each in letters
        )
        return failed and dead

    await until(there)
    late, handler = io.StringIO(), None
    handler = logging.StreamHandler(late)
    logging.getLogger().addHandler(handler)
    try:
        answer = await client.post("/connectors/r-task/restart?includeTasks=true")
        assert answer.status_code == 202
        await until(there)
        await anyio.sleep(0.1)
    finally:
        logging.getLogger().removeHandler(handler)
    world.note("log of a handler that came later", late.getvalue())
    world.note("facts", repr(worker.facts()), repr(worker.status()))
    await offsets_and_letters(world, worker)


async def offsets_and_letters(world: World, worker: Worker) -> None:
    for exit_, topic in (
        ("offsets", "connect-offsets"),
        ("dead letters", "letters"),
        ("desired state in a topic", "connect-configs"),
    ):
        found = (await worker.transport.admin.describe_topics([topic])).get(topic)
        if found is None:  # the desired state is in a file
            continue
        reader = await worker.transport.reader(topic)
        try:
            partitions = {TopicPartition(topic, number) for number in range(found.partitions)}
            ends = await worker.transport.admin.end_offsets(partitions)
            records = await reader.read_ranges({each: (0, end) for each, end in ends.items()})  # type: ignore[attr-defined]
            world.note(
                exit_, *(repr(record) for record in records), *(str(record.value) for record in records)
            )
        finally:
            await reader.close()


async def refuse(world: World, herder: Herder, client: httpx.AsyncClient) -> None:
    """Let everything fail that can fail with a secret in its reason."""
    for kind in ("c", "r"):
        good = world.connector(kind)
        wrong = (
            {**good, "mode": "tell"},
            {**good, "tasks.max": good["url"]},
            {**good, "connector.class": f"No{good['url']}"},
            {**good, "value.converter": good["url"]},
            {**good, "transforms.t.type": good["note"]},
            {**good, "errors.tolerance": good["password"]},
            {**good, "transforms.t.fail": good["pin"]},
            {**good, "producer.override.max.request.size": good["password"]},
            {**good, "config.action.reload": good["pin"]},
        )
        for config in wrong:
            answer = await client.put(f"/connectors/x-{kind}/config", json=config)
            assert answer.status_code >= 400, answer.text
            world.note("errors of requests", answer.text, str(answer.headers))
            plugin = quote(config["connector.class"], safe="")
            answer = await client.put(f"/connector-plugins/{plugin}/config/validate", json=config)
            world.note("PUT /connector-plugins/{plugin}/config/validate", answer.text)
            for call in (herder.create(f"y-{kind}", config), herder.patch_config(f"{kind}-work", config)):
                try:
                    await call
                except ConnectError as error:
                    world.raised(error)
        for mode in ("", "refuse"):
            name = f"z-{kind}{mode}"
            await herder.create(name, {**good, "mode": mode or "work"}, "STOPPED")
            for call in (
                herder.alter_offsets(name, [({"a": 1}, {"position": 3})]),
                herder.reset_offsets(name),
            ):
                with pytest.raises(ConnectError) as refused:
                    await call
                world.raised(refused.value)
            body = {"offsets": [{"partition": {"a": 1}, "offset": {"position": 3}}]}
            for answer in (
                await client.patch(f"/connectors/{name}/offsets", json=body),
                await client.delete(f"/connectors/{name}/offsets"),
            ):
                assert answer.status_code >= 400
                world.note("errors of requests", answer.text)
            await herder.delete(name)
        await previews(world, herder, kind)
    for headers in (
        {"Authorization": f"Bearer {REST['rest_token']}x"},
        {"Authorization": "Basic " + base64.b64encode(b"ops:canary-B1-basicx").decode()},
    ):
        async with httpx.AsyncClient(base_url=client.base_url) as other:
            answer = await other.get("/connectors", headers=headers)
            assert answer.status_code == 401
            world.note("errors of requests", answer.text, str(answer.headers))


async def previews(world: World, herder: Herder, kind: str) -> None:
    worker = herder._worker
    for more in MODES.values():
        try:
            found = await preview(worker, f"p-{kind}", world.connector(kind, **more), Plan(records=2, wait=5))
            world.note("preview", repr(found))
        except ConnectError as error:
            world.raised(error)
            world.note("preview", str(error))
    for config in (
        {**world.connector(kind), "tasks.max": world.connector(kind)["url"]},
        {**world.connector(kind), "mode": "start"},
    ):
        with pytest.raises(ConnectError) as refused:
            await worker.start_connector("direct", config)
        world.raised(refused.value)


async def requests(world: World, client: httpx.AsyncClient) -> None:
    """Take every route, of every connector."""
    names = [f"{kind}-{mode}" for kind in ("c", "r") for mode in MODES]
    order = {"GET": 0, "POST": 1, "PATCH": 2, "PUT": 3, "DELETE": 4}
    for route in sorted(ROUTES, key=lambda route: (order[route.method], "stop" in route.path)):
        for name in names if "{connector}" in route.path else names[:1]:
            path = route.path.format(
                connector=name,
                plugin=quote(f"{PACKAGE}LeakySourceConnector"),
                task="0",
                logger="connectsdk.task",
            )
            for query in (
                "",
                "?expand=info&expand=status&expand=facts&connectorsOnly=false&includeTasks=true",
            ):
                answer = await client.request(route.method, path + query, **body_of(world, route.body, name))
                assert answer.status_code < 500 or route.name in {
                    "alter_offsets",
                    "reset_offsets",
                    "health",
                }, answer.text
                world.note(f"{route.method} {route.path}", answer.text, str(answer.headers))
                if route.name == "metrics":
                    world.note("metrics", answer.text)


def body_of(world: World, body: str, name: str) -> dict[str, Any]:
    config = world.connector(name[0], **MODES[name[2:]])
    given: dict[str, Any] = {
        "config": config,
        "patch": {"tasks.max": "1"},
        "create": {"name": name, "config": config},
        "offsets": {"offsets": [{"partition": {"a": 1}, "offset": {"position": 3}}]},
        "level": {"level": "DEBUG"},
    }
    return {} if body == "none" else {"json": given[body]}


def commands(world: World, url: str) -> None:
    """Run commands of the command line."""
    environment = {"CONNECTSDK_URL": url, "CONNECTSDK_USER": f"ops:{REST['rest_password']}", "COLUMNS": "400"}

    def told(exit_: str, *arguments: str) -> None:
        found = CliRunner().invoke(main, [*arguments], env=environment)
        world.note(exit_, found.output, found.stderr if found.stderr_bytes is not None else "")
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception

    (world.folder / "worker.json").write_text(json.dumps(world.worker()))
    for kind in ("c", "r"):
        for mode, more in MODES.items():
            name = f"{kind}-{mode}"
            told("cli explain", "explain", name)
            told("cli offsets", "offsets", "show", name)
            told("cli describe", "describe", name)
            told("cli get", "get", "connectors", name, "--output", "json")
            for wrong in ({}, {"mode": "tell"}, {"tasks.max": world.connector(kind)["url"]}):
                file = world.folder / f"{name}.json"
                file.write_text(
                    json.dumps({"name": name, "config": world.connector(kind, **{**more, **wrong})})
                )
                told("cli validate", "validate", str(file), "-w", str(world.folder / "worker.json"))
                told(
                    "cli preview",
                    "preview",
                    str(file),
                    "-w",
                    str(world.folder / "worker.json"),
                    "-n",
                    "1",
                    "--set",
                    "data.dir=",
                )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("world"))
    plain, lines = io.StringIO(), io.StringIO()
    handlers = [logging.StreamHandler(plain), logging.StreamHandler(lines)]
    handlers[1].setFormatter(JsonFormatter())
    root = logging.getLogger()
    level, where, before = root.level, Path.cwd(), dict(os.environ)
    for slot in SLOTS:
        os.environ[f"LEAKY_{slot.name}"] = slot.canary
    root.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    try:
        os.chdir(made.folder)
        anyio.run(collect, made)
    finally:
        os.chdir(where)
        os.environ.clear()
        os.environ.update(before)
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)
    made.note("log", plain.getvalue())
    made.note("log in JSON", lines.getvalue())
    return made


def leaks(text: str, canary: str) -> list[str]:
    """Return what of a canary is in a text: its beginning, which no way of quoting changes, or all of it in base64."""
    begin = canary[:9] if canary.startswith("canary-") else canary
    forms = {begin, base64.b64encode(canary.encode()).decode()}
    return [
        f"...{text[max(0, text.find(form) - 200) : text.find(form) + 50]}" for form in forms if form in text
    ]


@pytest.mark.parametrize("exit_", EXITS)
def test_no_secret_leaves_the_worker(world: World, exit_: str) -> None:
    text = "\n".join(world.out[exit_])
    assert text, "nothing was collected there: the test is blind"
    excused = {slot.name for slot in SLOTS if exit_ in AS_WRITTEN and slot.by is None and not slot.worker}
    found = {
        name: found
        for name, canary in CANARIES.items()
        if name not in excused and (found := leaks(text, canary))
    }
    assert not found


def test_the_plugins_told_what_they_know(world: World) -> None:
    """Where nothing was hidden nothing was told: then the test would see no leak."""
    for exit_ in (
        "log",
        "log in JSON",
        "log of a handler that came later",
        "exceptions",
        "errors of requests",
        "facts",
        "dead letters",
        "GET /connectors/{connector}/status",
        "GET /connectors/{connector}/explain",
        "preview",
        "cli explain",
        "cli validate",
        "cli preview",
    ):
        assert "[hidden]" in "\n".join(world.out[exit_]), exit_
    assert '"detail"' in "\n".join(world.out["log in JSON"])
    assert "leaky.of.somebody.else" in "\n".join(world.out["log in JSON"])
