"""What does a user see, and what is lost, when the Kafka cluster is away, refuses us, or lacks a topic?"""

import re
import signal
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectsdk.testing.broker import KafkaBroker
from tests.walk.command import Command, run

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(90)]

STRINGS = "key.converter=StringConverter\nvalue.converter=StringConverter\n"
QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
RIGHT, WRONG = "tea-and-biscuits", "coffee-and-cake"
SASL = "security.protocol=SASL_PLAINTEXT\nsasl.mechanism={mechanism}\nsasl.username=ada\nsasl.password={password}\n"
ANSWERS_WITHIN = 15.0


@pytest.fixture(scope="module")
def broker(require_kafka: None) -> Iterator[KafkaBroker]:
    """A broker that creates no topics by itself, and may be killed."""
    broker = KafkaBroker(
        java_options=QUICK_START,
        properties={"auto.create.topics.enable": "false"},
        listeners={"SASL": "SASL_PLAINTEXT"},
        users={"ada": RIGHT},
    )
    with broker:
        yield broker


@pytest.fixture
def topic() -> str:
    return f"lines-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def folder(tmp_path: Path, topic: str) -> Path:
    (tmp_path / "in.txt").write_text("one\ntwo\nthree\n")
    creates = "topic.creation.default.partitions=1\ntopic.creation.default.replication.factor=1\n"
    (tmp_path / "src.properties").write_text(
        f"name=src-{topic}\nconnector.class=FileStreamSource\nfile=in.txt\ntopic={topic}\n{STRINGS}{creates}"
    )
    (tmp_path / "snk.properties").write_text(
        f"name=snk-{topic}\nconnector.class=FileStreamSink\nfile=out.txt\ntopics={topic}\n{STRINGS}"
    )
    (tmp_path / "worker.properties").write_text(worker(topic))
    return tmp_path


def worker(topic: str, more: str = "") -> str:
    return (
        f"offset.flush.interval.ms=200\noffset.storage.topic={topic}-offsets\noffset.storage.partitions=1\n"
        f"offset.storage.replication.factor=1\nerrors.restart.delay.initial.ms=100\n{more}"
    )


def out(folder: Path) -> list[str]:
    path = folder / "out.txt"
    return path.read_text().splitlines() if path.exists() else []


BOTH = ("-w", "worker.properties", "src.properties", "snk.properties")
IDLE = ("--until-idle", "0.5", "--progress", "off")


# -- nobody, or nobody who speaks Kafka, answers ---------------------------------------------------------------


@contextmanager
def listener(answer: bytes | None, accepted: threading.Event | None = None) -> Iterator[str]:
    """Accept connections on a port; say something or nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                if accepted is not None:
                    accepted.set()
                if answer is None:
                    kept.append(connection)
                    continue
                connection.recv(1024)
                connection.sendall(answer)
                connection.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        for connection in kept:
            connection.close()
    thread.join(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_broker_that_is_down_is_told_soon(folder: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    began = time.monotonic()
    answer = run(folder, *BOTH, *IDLE, "--bootstrap", address)
    answer.ended(1, "no Kafka broker answers", address, "check bootstrap.servers")
    assert time.monotonic() - began < ANSWERS_WITHIN
    assert not (folder / "connectsdk-data").exists()


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 400 Bad Request\r\n\r\n"], ids=["silence", "HTTP"])
def test_a_port_where_somebody_else_listens_is_told_soon(folder: Path, answer: bytes | None) -> None:
    began = time.monotonic()
    with listener(answer) as address:
        told = run(folder, *BOTH, *IDLE, "--bootstrap", address)
    told.ended(1, "no Kafka broker answers", address, "security.protocol=PLAINTEXT")
    assert time.monotonic() - began < ANSWERS_WITHIN


def test_a_signal_ends_the_wait_for_a_broker(folder: Path) -> None:
    accepted = threading.Event()
    with listener(None, accepted) as address, Command.start(folder, *BOTH, "--bootstrap", address) as command:
        assert accepted.wait(30)
        began = time.monotonic()
        command.signal(signal.SIGINT)
        command.wait()
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("servers", ["localhost", "localhost:kafka", "localhost:99999", ":9092", ","])
def test_bootstrap_servers_that_cannot_be(folder: Path, servers: str) -> None:
    run(folder, *BOTH, *IDLE, "--bootstrap", servers).ended(2, "bootstrap.servers", "host:port")


def test_a_host_that_is_not_there(folder: Path) -> None:
    answer = run(folder, *BOTH, *IDLE, "--bootstrap", "no.such.host.invalid:9092")
    answer.ended(1, "no Kafka broker answers", "no.such.host.invalid:9092")


# -- refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_wrong_credentials_are_told_and_never_shown(
    folder: Path, topic: str, broker: KafkaBroker, mechanism: str
) -> None:
    login = SASL.format(mechanism=mechanism, password=WRONG)
    (folder / "worker.properties").write_text(worker(topic, login))
    answer = run(folder, *BOTH, *IDLE, "--log-level", "debug", "--bootstrap", broker.address("SASL"))
    answer.ended(1, broker.address("SASL"), "check the credentials")
    assert WRONG not in answer.errors + answer.output


def test_right_credentials_are_never_shown(folder: Path, topic: str, broker: KafkaBroker) -> None:
    login = SASL.format(mechanism="PLAIN", password=RIGHT)
    (folder / "worker.properties").write_text(worker(topic, login))
    answer = run(folder, *BOTH, *IDLE, "--log-level", "debug", "--bootstrap", broker.address("SASL"))
    answer.ended(0)
    assert out(folder) == ["one", "two", "three"]
    assert RIGHT not in answer.errors + answer.output


def test_a_listener_that_wants_a_login(folder: Path, broker: KafkaBroker) -> None:
    answer = run(folder, *BOTH, *IDLE, "--bootstrap", broker.address("SASL"))
    answer.ended(1, broker.address("SASL"), "security.protocol=PLAINTEXT")


# -- topics ----------------------------------------------------------------------------------------------------


def test_a_source_without_its_topic_fails_with_the_remedy_and_goes_on_later(
    folder: Path, topic: str, broker: KafkaBroker
) -> None:
    servers = ("--bootstrap", broker.bootstrap_servers)
    (folder / "worker.properties").write_text(
        worker(topic, "topic.creation.enable=false\nerrors.restart.max=0\n")
    )
    answer = run(folder, *BOTH[:3], *IDLE, *servers)
    answer.ended(1, f"topic {topic} does not exist", "create it", "topic.creation.default.partitions")
    (folder / "worker.properties").write_text(worker(topic))
    run(folder, *BOTH, *IDLE, *servers).ended(0)
    assert out(folder) == ["one", "two", "three"]


def test_a_sink_without_its_topic_says_so_and_begins_when_it_is_there(
    folder: Path, topic: str, broker: KafkaBroker
) -> None:
    servers = ("--bootstrap", broker.bootstrap_servers)
    other = folder / "other"
    other.mkdir()
    for name in ("in.txt", "src.properties", "worker.properties"):
        (other / name).write_bytes((folder / name).read_bytes())
    with Command.start(folder, *BOTH[:2], "snk.properties", *servers) as command:
        command.wait_for(lambda: f"topic {topic} does not exist" in command.errors, 15)
        run(other, *BOTH[:3], *IDLE, *servers).ended(0)
        command.wait_for(lambda: out(folder) == ["one", "two", "three"], 20)
        command.signal(signal.SIGTERM)
        command.wait().ended(0, "failed, restarting in", "create it")


@pytest.mark.parametrize(
    ("creates", "told"),
    [("true", "cannot create topics a b: "), ("false", "topic name 'a b' is invalid: use 1 to 249 of the")],
)
def test_a_topic_name_that_is_invalid(
    folder: Path, topic: str, broker: KafkaBroker, creates: str, told: str
) -> None:
    (folder / "worker.properties").write_text(worker(topic, f"topic.creation.enable={creates}\n"))
    servers = ("--bootstrap", broker.bootstrap_servers)
    run(folder, *BOTH[:3], *IDLE, *servers, "--set", "topic=a b").ended(1, "FAILED: ConfigError", told)


# -- a broker that goes away -----------------------------------------------------------------------------------


def test_a_broker_that_is_killed_and_comes_back_loses_nothing(folder: Path, broker: KafkaBroker) -> None:
    number = 0
    with (
        (folder / "in.txt").open("w", buffering=1) as file,
        Command.start(folder, *BOTH, "--bootstrap", broker.bootstrap_servers) as command,
    ):

        def feed_until(condition: object, seconds: float) -> None:
            nonlocal number
            deadline = time.monotonic() + seconds
            while not condition():
                assert time.monotonic() < deadline, command.errors[-3000:]
                file.write(f"line {number}\n")
                number += 1
                time.sleep(0.005)

        feed_until(lambda: len(out(folder)) > 100, 30)
        broker.kill()
        away = time.monotonic() + 4
        feed_until(lambda: time.monotonic() > away, 10)
        broker.start()
        last = number
        feed_until(lambda: f"line {last}" in out(folder), 60)
        end = number
        command.wait_for(lambda: f"line {end - 1}" in out(folder), 30)
        command.signal(signal.SIGTERM)
        answer = command.wait()
    answer.ended(0)
    assert list(dict.fromkeys(out(folder))) == [f"line {each}" for each in range(end)]
    assert len(re.findall(r"WARNING|ERROR", answer.errors)) < 30
