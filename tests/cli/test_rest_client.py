"""Do the commands get into a worker that is protected, wait for a rebalance, and say what to do when they cannot?"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import pytest
from click.testing import CliRunner, Result

from connectsdk.cli import main
from connectsdk.cli._rest_client import FIRST_WAIT
from connectsdk.config import Password
from connectsdk.http import HttpConfig, hash_password, hash_token, serve
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder
from connectsdk.transports.embedded import EmbeddedTransport
from tests.http.certificates import make_certificates
from tests.registry.scripted import Reply, ScriptedServer, reply

Server = Callable[..., ScriptedServer]
CONFLICT = reply(
    409,
    {
        "error_code": 409,
        "message": "Cannot complete request because of a conflicting operation (e.g. worker rebalance)",
    },
)
STALE = reply(
    409,
    {
        "error_code": 409,
        "message": "Cannot complete request momentarily due to stale configuration "
        "(typically caused by a concurrent config change)",
    },
)
TAKEN = reply(409, {"error_code": 409, "message": "Connector orders already exists"})


async def _serve(config: HttpConfig, *, task_status: Any) -> None:
    async with (
        Worker(EmbeddedTransport()) as worker,
        Herder(worker) as herder,
        serve(herder, config) as served,
    ):
        task_status.started(served.url)
        await anyio.sleep_forever()


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pem")
    make_certificates(folder)
    (folder / "token").write_text("t0ken\n")
    (folder / "empty").write_text(" \n")
    return folder


@pytest.fixture(scope="module", params=["users and tokens", "certificates"])
def protected(request: pytest.FixtureRequest, pem: Path) -> Iterator[tuple[str, str]]:
    own: dict[str, Any] = {
        "listeners": ("https://127.0.0.1:0",),
        "ssl_keystore_location": str(pem / "server.pem"),
    }
    ways: dict[str, dict[str, Any]] = {
        "users and tokens": {
            "rest_auth_users": Password(f"alice:{hash_password('wonder:land')}"),
            "rest_auth_tokens": Password(f"bob:{hash_token('t0ken')}"),
        },
        "certificates": {
            "ssl_truststore_location": str(pem / "ca.pem"),
            "ssl_client_auth": "required",
            "rest_auth_roles": ("CN=alice,O=Example=read",),
        },
    }
    with anyio.from_thread.start_blocking_portal() as portal:
        future, url = portal.start_task(partial(_serve, HttpConfig(**own, **ways[request.param])))
        yield request.param, url
        future.cancel()


def _run(url: str, *arguments: object, **environment: str) -> Result:
    env = {"CONNECTSDK_URL": url, "COLUMNS": "80", **environment}
    return CliRunner().invoke(main, [str(part) for part in arguments], env=env)


# -- being let in ----------------------------------------------------------------------------------------------


def test_each_way_to_be_let_in(protected: tuple[str, str], pem: Path) -> None:
    way, url = protected
    ca = ("--ca-file", pem / "ca.pem")
    client = ("--cert", pem / "client.crt", "--key", pem / "client.key")
    ways: dict[str, list[tuple[object, ...]]] = {
        "users and tokens": [
            ("--user", "alice:wonder:land"),
            ("--token", "t0ken"),
            ("--token-file", pem / "token"),
        ],
        "certificates": [client, ("--cert", pem / "client.pem")],
    }
    for options in ways[way]:
        answer = _run(url, "get", *ca, *options)
        assert (answer.exit_code, "There are no connectors" in answer.output) == (0, True), answer.output
    assert _run(url, "get", "--cacert", pem / "ca.pem", *ways[way][0]).exit_code == 0, "curl's name"


def test_the_environment_lets_in_too(protected: tuple[str, str], pem: Path) -> None:
    way, url = protected
    ways: dict[str, list[dict[str, object]]] = {
        "users and tokens": [
            {"CONNECTSDK_USER": "alice:wonder:land"},
            {"CONNECTSDK_TOKEN": "t0ken"},
            {"CONNECTSDK_TOKEN_FILE": pem / "token"},
        ],
        "certificates": [{"CONNECTSDK_CERT": pem / "client.crt", "CONNECTSDK_KEY": pem / "client.key"}],
    }
    for variables in ways[way]:
        given = {key: str(value) for key, value in variables.items()}
        assert _run(url, "get", CONNECTSDK_CA_FILE=str(pem / "ca.pem"), **given).exit_code == 0, given


def test_who_is_not_let_in_is_told_what_is_missing(protected: tuple[str, str], pem: Path) -> None:
    way, url = protected
    ca = ("--ca-file", pem / "ca.pem")
    refused: dict[str, list[tuple[tuple[object, ...], int, str]]] = {
        "users and tokens": [
            (ca, 1, "--user, --token-file or --cert"),
            ((*ca, "--user", "alice:wrong"), 1, "--user, --token-file or --cert"),
            ((*ca, "--token", "wrong"), 1, "--user, --token-file or --cert"),
            ((), 4, "--ca-file names the certificates"),
        ],
        "certificates": [
            (ca, 4, "--cert and --key"),
            (("--cert", pem / "client.pem"), 4, "--ca-file names the certificates"),
        ],
    }
    for options, code, told in refused[way]:
        answer = _run(url, "get", *options)
        assert (answer.exit_code, told in answer.output) == (code, True), answer.output
        assert len(answer.output.strip().splitlines()) == 1, answer.output
    if way == "certificates":
        answer = _run(url, "delete", "orders", "-y", *ca, "--cert", pem / "client.pem")
        assert answer.exit_code == 1, "who may only read may not delete"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--token-file", "none"], "--token-file: none cannot be read"),
        (["--token-file", "{pem}/empty"], "is empty"),
        (["--token-file", "{pem}/token", "--token", "x"], "leave out one of them"),
        (["--cert", "{pem}/ca.pem"], "--cert"),
        (["--cert", "none.pem"], "--cert"),
        (["--key", "{pem}/client.key"], "--cert names its file"),
        (["--cert", "{pem}/client.crt", "--key", "{pem}/server.key"], "--cert"),
        (["--ca-file", "none.pem"], "--ca-file"),
        (["--user", "alice"], "NAME:PASSWORD"),
    ],
)
def test_credentials_that_cannot_work(pem: Path, options: list[str], told: str) -> None:
    answer = _run("https://127.0.0.1:9", "get", *(option.format(pem=pem) for option in options))
    assert (answer.exit_code, told in answer.output) == (2, True), answer.output
    assert len(answer.output.strip().splitlines()) == 1, answer.output


# -- rebalances ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("conflict", [CONFLICT, STALE])
def test_a_request_that_meets_a_rebalance_is_made_again(server: Server, conflict: Reply) -> None:
    worker = server(conflict, conflict, reply(202))
    answer = _run(worker.url, "pause", "orders")
    assert (answer.exit_code, "orders is pausing" in answer.output) == (0, True), answer.output
    times = [asked.time for asked in worker.asked]
    assert len(times) == 3
    assert times[1] - times[0] >= FIRST_WAIT
    assert times[2] - times[1] >= 2 * FIRST_WAIT, "it waits longer each time"


def test_a_rebalance_that_does_not_end_is_not_waited_for_for_ever(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectsdk.cli._rest_access.REBALANCE_TIMEOUT", 1.0)
    worker = server(CONFLICT)
    began = time.monotonic()
    answer = _run(worker.url, "delete", "orders", "-y")
    assert (answer.exit_code, "e.g. worker rebalance" in answer.output) == (1, True), answer.output
    assert time.monotonic() - began < 15
    assert len(worker.asked) >= 2


def test_a_name_that_is_taken_is_not_asked_for_again(server: Server) -> None:
    worker = server(TAKEN)
    answer = _run(worker.url, "resume", "orders")
    assert (answer.exit_code, "already exists" in answer.output) == (1, True)
    assert len(worker.asked) == 1


# -- what goes wrong -------------------------------------------------------------------------------------------

WRONG: list[tuple[Any, int, str]] = [
    (reply(401, {"error_code": 401, "message": "User cannot access the resource."}), 1, "--token-file"),
    (reply(403, {"error_code": 403, "message": "No."}), 1, "No. (credentials:"),
    (reply(404, {"error_code": 404, "message": "Connector x not found"}), 3, "Connector x not found"),
    (reply(500, {"error_code": 500, "message": "Request timed out"}), 1, "Request timed out"),
    (Reply(200, b"<html>hello</html>"), 4, "is not a Kafka Connect worker"),
    (Reply(404, b"<html>nothing here</html>"), 4, "was answered with 404"),
    (Reply(200, b'{"a": 1}'), 4, "is not a Kafka Connect worker"),
    (Reply(200, b"[1]"), 4, "is not a Kafka Connect worker"),
    (Reply(200, b""), 4, "is not a Kafka Connect worker"),
    (Reply(200, b"null"), 4, "is not a Kafka Connect worker"),
    (Reply(200, b"[" * 100_000), 4, "is not a Kafka Connect worker"),
    (Reply(302, b"", headers={"Location": "/elsewhere"}), 4, "no worker answers"),
]


@pytest.mark.parametrize(("answer", "code", "told"), WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize(
    "command",
    [["get"], ["describe", "x"], ["offsets", "x"], ["health"], ["explain", "x"], ["get", "plugins"]],
)
def test_what_a_worker_answers_wrongly_is_one_line(
    server: Server, command: list[str], answer: Any, code: int, told: str
) -> None:
    found = _run(server(answer).url, *command)
    assert found.exit_code in {code, 4, 3}, found.output
    assert found.exception is None or isinstance(found.exception, SystemExit)
    assert len(found.output.strip().splitlines()) == 1, found.output
    if command == ["get"]:
        assert (found.exit_code, told in found.output) == (code, True), found.output


def test_an_answer_that_drips_is_not_waited_for(server: Server) -> None:
    gave_up = threading.Event()
    worker = server(Reply(before=lambda: gave_up.wait(30)))
    began = time.monotonic()
    answer = _run(worker.url, "get", "--timeout", "0.5")
    assert (answer.exit_code, "--timeout" in answer.output) == (4, True), answer.output
    assert time.monotonic() - began < 15
    gave_up.set()


def test_tls_where_there_is_none_and_none_where_there_is(server: Server, protected: tuple[str, str]) -> None:
    plain = server(reply(200, {}))
    answer = _run(plain.url.replace("http:", "https:"), "get")
    assert (answer.exit_code, "does not speak TLS" in answer.output) == (4, True), answer.output
    answer = _run(protected[1].replace("https:", "http:"), "get")
    assert (answer.exit_code, "--url" in answer.output) == (4, True), answer.output


def test_a_port_that_swallows_everything() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        answer = _run(f"http://127.0.0.1:{deaf.getsockname()[1]}", "get", "--timeout", "0.5")
    assert (answer.exit_code, "did not answer within 0.5 s" in answer.output) == (4, True), answer.output


def _process(url: str, *arguments: str, **more: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "connectsdk", *arguments],
        env={**os.environ, "CONNECTSDK_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def test_ctrl_c_is_no_traceback(server: Server) -> None:
    asked = threading.Event()

    def before() -> None:
        asked.set()
        time.sleep(2)

    worker = server(Reply(before=before))
    with _process(worker.url, "get") as process:
        assert asked.wait(60)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "")


@pytest.mark.parametrize("form", ["table", "json", "yaml"])
def test_a_pipe_that_is_closed_is_no_traceback(server: Server, form: str) -> None:
    many = {f"c{number}": {"info": {"config": {"k": "v" * 500}}, "status": {}} for number in range(2_000)}
    worker = server(Reply(body=json.dumps(many).encode()))
    with _process(worker.url, "get", "--output", form) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
        process.wait(60)
    assert errors == ""
