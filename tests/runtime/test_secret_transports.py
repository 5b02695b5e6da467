"""Is a secret in nothing that is told while a transport is made and opened?"""

import asyncio
import io
import json
import logging
import struct
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from connectsdk import SinkConnector, SinkTask
from connectsdk.cli import main
from connectsdk.cli._run import make_worker, opened_transport
from connectsdk.errors import AuthenticationError, ConnectError
from connectsdk.runtime import Worker
from connectsdk.runtime._parts.secrets import Secrets
from connectsdk.transports.kafka import KafkaTransport
from tests.runtime.conftest import QUICK
from tests.runtime.scripted import until

CANARY = "canary-T1 'of' \"a\" transport; &é"
NOWHERE = {"bootstrap.servers": "127.0.0.1:9"}
TLS = NOWHERE | {"security.protocol": "SSL"}
JAAS = 'x.PlainLoginModule required username="u" password="{}";'
SASL = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"}
SLOTS: Mapping[str, Mapping[str, str]] = {
    "servers": {"bootstrap.servers": "{}"},
    "a server's port": {"bootstrap.servers": "127.0.0.1:{}"},
    "protocol": NOWHERE | {"security.protocol": "{}"},
    "mechanism": NOWHERE | SASL | {"sasl.mechanism": "{}"},
    "login module": NOWHERE | SASL | {"sasl.jaas.config": "{}"},
    "login": NOWHERE | SASL | {"sasl.jaas.config": JAAS},
    "password": NOWHERE | SASL | {"sasl.username": "u", "sasl.password": "{}"},
    "file of trust": TLS | {"ssl.truststore.location": "/nowhere/{}"},
    "certificates": TLS | {"ssl.truststore.certificates": "{}"},
    "kind of key store": TLS | {"ssl.keystore.type": "{}"},
    "key": TLS | {"ssl.keystore.key": "{}", "ssl.keystore.certificate.chain": "{}"},
    "file of a key": TLS | {"ssl.keystore.location": "/nowhere/{}", "ssl.key.password": "{}"},
    "versions": TLS | {"ssl.enabled.protocols": "{}"},
    "names": TLS | {"ssl.endpoint.identification.algorithm": "{}"},
    "number": NOWHERE | {"request.timeout.ms": "{}"},
    "directory": {"data.dir": "/proc/{}"},
    "worker's number": {"offset.flush.interval.ms": "{}"},
}


def shown(error: BaseException) -> str:
    """Return everything that can be read of an exception and of those that it came from."""
    texts, seen, left = [], set(), [error]
    while left:
        one = left.pop()
        seen.add(id(one))
        texts += [str(one), repr(one), repr(one.args), repr(vars(one))]
        left += [
            each for each in (one.__cause__, one.__context__) if each is not None and id(each) not in seen
        ]
    return "\n".join([*texts, *traceback.format_exception(error)])


def leaks(text: str) -> bool:
    """Return whether the canary's beginning, which no way of quoting changes, is in a text in any letter case."""
    return CANARY[:9] in text.lower()


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged at DEBUG."""
    found, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(found), root.level
    client = logging.getLogger("aiokafka")
    levels = {logger: logger.level for logger in (root, client)}
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield found
    root.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)


def worker_properties(folder: Path, slot: str) -> dict[str, str]:
    """Return a worker's properties that refer to the canary."""
    (folder / "canary").write_text(CANARY)
    reference = f"${{dir:{folder}:canary}}"
    return {
        "config.providers": "dir",
        "config.providers.dir.class": "DirectoryConfigProvider",
        "config.providers.dir.param.allowed.paths": str(folder),
        **{key: text.replace("{}", reference) for key, text in SLOTS[slot].items()},
    }


@asynccontextmanager
async def a_worker(properties: Mapping[str, str]) -> AsyncIterator[None]:
    async with await make_worker(properties):
        yield


@pytest.mark.parametrize("opening", [a_worker, opened_transport])
@pytest.mark.parametrize("slot", SLOTS)
async def test_what_cannot_be_opened_tells_no_secret(
    slot: str, opening: Callable[[Any], Any], logged: io.StringIO, tmp_path: Path
) -> None:
    if opening is opened_transport and slot == "worker's number":
        return  # that is nothing to a transport
    with pytest.raises(ConnectError) as refused:
        async with opening(worker_properties(tmp_path, slot)):
            pass
    assert not leaks(shown(refused.value))
    assert not leaks(logged.getvalue())


@pytest.mark.parametrize("command", ["run", "worker", "preview", "dlq"])
def test_no_command_tells_one(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    connector = {"connector.class": "FileStreamSource", "file": "x", "topic": "t"}
    (tmp_path / "c.json").write_text(json.dumps({"name": "c", "config": connector}))
    arguments = {
        "run": ["run", "c.json"],
        "worker": ["worker"],
        "preview": ["preview", "c.json"],
        "dlq": ["dlq", "list", "t"],
    }
    for slot in ("servers", "protocol", "file of trust", "number", "directory"):
        (tmp_path / "worker.json").write_text(json.dumps(worker_properties(tmp_path, slot)))
        found = CliRunner().invoke(main, [*arguments[command], "-w", "worker.json"])
        assert found.exit_code in (1, 2)
        told = found.output + (shown(found.exception) if found.exception else "")
        assert "[hidden]" in told, slot
        assert not leaks(told), slot


# -- a broker that says what it was sent -------------------------------------------------------------------------


def text_of(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">h", len(data)) + data


async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer as a broker that refuses every login, with the login in its reason."""
    port = writer.get_extra_info("sockname")[1]
    try:
        while True:
            frame = await reader.readexactly(struct.unpack(">i", await reader.readexactly(4))[0])
            api, _, correlation, client = struct.unpack_from(">hhih", frame)
            sent = frame[10 + max(client, 0) :]
            one = struct.pack(">i", 1)
            known = ((3, 0, 0), (17, 0, 1), (18, 0, 0), (36, 0, 0), (10, 0, 0))
            answers = {
                3: one + struct.pack(">i", 1) + text_of("127.0.0.1") + struct.pack(">ii", port, 0),
                17: struct.pack(">h", 0) + one + text_of("PLAIN"),
                18: struct.pack(">hi", 0, len(known))
                + b"".join(struct.pack(">hhh", *each) for each in known),
                36: struct.pack(">h", 58) + text_of(f"I was sent {sent[4:].decode()}") + struct.pack(">i", 0),
            }
            body = struct.pack(">i", correlation) + answers.get(api, struct.pack(">h", 35))
            writer.write(struct.pack(">i", len(body)) + body)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


@pytest.fixture
async def broker() -> AsyncIterator[str]:
    server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


PASSWORD = CANARY.replace("\\", "\\\\").replace('"', '\\"')


@pytest.mark.parametrize(
    "login", [{"sasl.jaas.config": JAAS.format(PASSWORD)}, {"sasl.username": "u", "sasl.password": CANARY}]
)
@pytest.mark.parametrize("by_hand", [True, False])
async def test_a_login_that_is_refused_with_its_password(
    broker: str, login: Mapping[str, str], by_hand: bool, logged: io.StringIO
) -> None:
    settings = {**SASL, **login}
    properties = {} if by_hand else {"bootstrap.servers": broker, **settings}
    with pytest.raises(AuthenticationError, match=r"I was sent .*\[hidden\]") as refused:
        async with Worker(KafkaTransport(broker, settings=settings), properties):
            pass
    assert not leaks(shown(refused.value))
    assert not leaks(logged.getvalue())


class Task(SinkTask[Any]):
    async def put(self, records: Any) -> None:
        pass


class Sink(SinkConnector[Any]):
    task_class = Task


@pytest.mark.parametrize("written", [PASSWORD, "${dir:{}:password}"])
async def test_a_login_of_one_connector(
    broker: str, written: str, logged: io.StringIO, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    properties = QUICK | {
        "config.providers": "dir",
        "config.providers.dir.class": "DirectoryConfigProvider",
        "config.providers.dir.param.allowed.paths": str(tmp_path),
        "errors.restart.max": "0",
    }
    async with Worker(KafkaTransport(broker), properties) as worker:
        login = {**SASL, "sasl.jaas.config": JAAS.format(written.replace("{}", str(tmp_path)))}
        overrides = {f"consumer.override.{key}": text for key, text in login.items()}
        await worker.start_connector("c", {"connector.class": Sink, "topics": "t", **overrides})
        await until(lambda: worker.status()["c"].tasks and worker.status()["c"].tasks[0].error, seconds=30)
        told = repr(worker.status()) + repr(worker.facts()) + str(worker.status()["c"].tasks[0].error)
    assert "I was sent" in told
    assert not leaks(told)
    assert not leaks(logged.getvalue())


@pytest.mark.parametrize(
    ("properties", "secret"),
    [
        ({"url": "https://u:p%40ss%2Fword@h/x"}, "p@ss/word"),
        ({"url": "https://u:p%40ss%2Fword@h/x"}, "dTpwQHNzL3dvcmQ="),
        ({"url": "http://a:one@two@h,http://b:three3@i"}, "one@two"),
        ({"url": "http://a:one@two@h,http://b:three3@i"}, "three3"),
        ({"basic.auth.user.info": "u:hunter22"}, "hunter22"),
        ({"x": JAAS.format(PASSWORD)}, CANARY),
        ({"password": "half \ud800 a character"}, "half \ud800 a character"),
        ({"url": "http://u:half\udc80@h"}, "half\udc80"),
    ],
)
def test_a_secret_is_known_as_it_is_written_and_as_it_is_meant(properties: Any, secret: str) -> None:
    secrets = Secrets()
    secrets.note_properties(properties)
    assert secrets.hide(f"<{secret}>") == "<[hidden]>"
