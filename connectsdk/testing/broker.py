"""How does a test get a real Apache Kafka?

`KafkaBroker` runs one KRaft node, broker and controller in one Java process, on free ports of the loopback
interface. It needs `java` (17 or newer) and `mvn`, and no container. The process never outlives its owner.

```python
with KafkaBroker() as broker:
    transport = KafkaTransport(broker.bootstrap_servers)
```
"""

import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import attrs

from connectsdk.errors import ConfigError, IllegalStateError, TransportError
from connectsdk.testing._maven import fetch_jars, missing_tools

__all__ = ("KAFKA_VERSION", "JavaProcess", "KafkaBroker", "missing_tools")

KAFKA_VERSION = "4.1.0"
LOOPBACK = "127.0.0.1"
CONTROLLER = "CONTROLLER"
FORMAT_TIMEOUT = 120.0
WATCHDOG = "read _; kill -9 {pid}"

DEFAULTS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": CONTROLLER,
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "500",  # how soon a test may have a killed member given up
    "broker.session.timeout.ms": "3000",  # how long a restart after `kill` takes
    "broker.heartbeat.interval.ms": "500",
    "log.cleaner.dedupe.buffer.size": "8388608",
}


class JavaProcess:
    """A Java process that never outlives this one.

    A shell waits beside it for the end of a pipe that only this process holds open, so the Java process is
    killed also when this one dies without a chance to clean up.
    """

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        """Start it.

        Args:
            arguments: What follows `java` on the command line.
            log: Where its output is appended.
        """
        self.log = log
        with log.open("ab") as output:
            self._java = subprocess.Popen(  # noqa: S603 - the caller's command
                ["java", *arguments],  # noqa: S607 - the java of the PATH
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._watchdog = subprocess.Popen(  # noqa: S603 - a fixed command
            ["/bin/sh", "-c", WATCHDOG.format(pid=self._java.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._java.pid

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self._java.poll() is None

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, for instance `SIGSTOP`; nothing happens when it is gone."""
        self._java.send_signal(number)

    def end(self, number: signal.Signals, timeout: float = 30.0) -> None:
        """Send a signal and wait for the end; after `timeout` seconds it is killed."""
        self._java.send_signal(number)
        try:
            self._java.wait(timeout)
        except subprocess.TimeoutExpired:
            self._java.kill()
            self._java.wait()
        self._watchdog.kill()
        self._watchdog.wait()
        if self._watchdog.stdin is not None:
            self._watchdog.stdin.close()

    def last_output(self, lines: int = 30) -> str:
        """Return the end of what it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


@attrs.define(kw_only=True)
class KafkaBroker:
    """One Apache Kafka node on the loopback interface; `start` it, or use it as a context manager.

    Attributes:
        directory: Where it keeps its data; None makes one that is removed after use as a context manager.
        properties: Broker settings that override the defaults here, by Kafka's names.
        listeners: Further listeners beside the plain one: name to protocol, for instance
            `{"SASL": "SASL_PLAINTEXT"}`; see `address`.
        users: Names and passwords known to SASL listeners, by PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512.
        artifacts: Further Maven artifacts on the class path, for instance
            `org.apache.kafka:connect-runtime:4.1.0`; see `classpath`.
        heap: Java heap, as `-Xmx` takes it.
        java_options: Further options of the Java machine.
        start_timeout: Seconds within which it must answer.
    """

    directory: Path | None = attrs.field(default=None, converter=attrs.converters.optional(Path))
    properties: Mapping[str, str] = attrs.field(factory=dict)
    listeners: Mapping[str, str] = attrs.field(factory=dict)
    users: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    artifacts: Sequence[str] = ()
    heap: str = "512m"
    java_options: Sequence[str] = ()
    start_timeout: float = 60.0
    _ports: dict[str, int] = attrs.field(factory=dict, init=False)
    _process: JavaProcess | None = attrs.field(default=None, init=False)
    _temporary: Path | None = attrs.field(default=None, init=False)

    @property
    def bootstrap_servers(self) -> str:
        """Host and port of the plain listener."""
        return self.address("PLAINTEXT")

    def address(self, listener: str) -> str:
        """Return host and port of a listener.

        Raises:
            IllegalStateError: If it was never started, or there is no such listener.
        """
        if listener not in self._ports:
            raise IllegalStateError(f"the broker has no listener {listener!r}, or was never started")
        return f"{LOOPBACK}:{self._ports[listener]}"

    @property
    def classpath(self) -> str:
        """The class path of Kafka and of `artifacts`, fetched if need be.

        Raises:
            ConfigError: If `java` or `mvn` is missing.
            TransportError: If Maven cannot fetch them.
        """
        kafka = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}"
        return str(fetch_jars((kafka, "org.slf4j:slf4j-simple:1.7.36", *self.artifacts)) / "*")

    @property
    def process(self) -> JavaProcess:
        """The Java process.

        Raises:
            IllegalStateError: If it is not started.
        """
        if self._process is None:
            raise IllegalStateError("the broker is not started")
        return self._process

    @property
    def running(self) -> bool:
        """Whether it is started and alive."""
        return self._process is not None and self._process.running

    def start(self) -> None:
        """Start it and wait until it answers; a second start uses the same data and ports.

        Raises:
            ConfigError: If `java` or `mvn` is missing.
            IllegalStateError: If it runs already.
            TransportError: If it does not come up in time; the message has the end of its output.
        """
        if self._process is not None:
            raise IllegalStateError("the broker runs already")
        classpath = self.classpath
        directory = self._prepare(classpath)
        options = (f"-Xmx{self.heap}", *self.java_options, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        self._process = JavaProcess(
            [*options, "-cp", classpath, "kafka.Kafka", str(directory / "server.properties")],
            directory / "output.log",
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Stop it in order (SIGTERM); nothing happens when it is not started."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it at once (SIGKILL); nothing happens when it is not started."""
        self._end(signal.SIGKILL)

    def remove(self) -> None:
        """Kill it, and remove its data if the directory was made by this object."""
        self.kill()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self.directory = self._temporary = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.remove()

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end(number)

    def _prepare(self, classpath: str) -> Path:
        if self.directory is None:
            self.directory = self._temporary = Path(tempfile.mkdtemp(prefix="connectsdk-kafka-"))
        directory = self.directory.absolute()
        directory.mkdir(parents=True, exist_ok=True)
        if not self._ports:
            self._ports = _free_ports(["PLAINTEXT", CONTROLLER, *self.listeners])
        settings = directory / "server.properties"
        settings.write_text(_properties_text(self._settings(directory)))
        if not (directory / "log" / "meta.properties").exists():
            self._format(classpath, settings)
        return directory

    def _settings(self, directory: Path) -> dict[str, str]:
        protocols = {"PLAINTEXT": "PLAINTEXT", **self.listeners}
        addresses = {name: f"{name}://{self.address(name)}" for name in protocols}
        settings = dict(DEFAULTS)
        settings["controller.quorum.voters"] = f"1@{self.address(CONTROLLER)}"
        settings["listeners"] = ",".join([*addresses.values(), f"{CONTROLLER}://{self.address(CONTROLLER)}"])
        settings["advertised.listeners"] = ",".join(addresses.values())
        settings["listener.security.protocol.map"] = ",".join(
            f"{name}:{protocol}" for name, protocol in {**protocols, CONTROLLER: "PLAINTEXT"}.items()
        )
        settings["log.dirs"] = str(directory / "log")
        for name, protocol in self.listeners.items():
            if protocol.startswith("SASL"):
                settings |= _sasl_settings(name, self.users)
        return settings | dict(self.properties)

    def _format(self, classpath: str, settings: Path) -> None:
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode().lstrip("-") or "connectsdk"
        command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classpath]
        command += ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(settings)]
        for name, password in self.users.items():
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
                command += ["--add-scram", f"{mechanism}=[name={name},password={password}]"]
        try:
            subprocess.run(  # noqa: S603 - a fixed command
                command, check=True, capture_output=True, text=True, timeout=FORMAT_TIMEOUT
            )
        except subprocess.CalledProcessError as error:
            output = f"{error.stdout}\n{error.stderr}"[-2000:]
            raise ConfigError(f"Kafka refused its settings in {settings}:\n{output}") from None

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self.start_timeout
        process = self.process
        while not _answers(self._ports["PLAINTEXT"]):
            if not process.running:
                raise TransportError(f"Kafka ended while it started:\n{process.last_output()}")
            if time.monotonic() > deadline:
                seconds = f"{self.start_timeout:.0f} s"
                raise TransportError(f"Kafka did not answer within {seconds}:\n{process.last_output()}")
            time.sleep(0.05)


def _sasl_settings(listener: str, users: Mapping[str, str]) -> dict[str, str]:
    prefix = f"listener.name.{listener.lower()}"
    known = " ".join(f'user_{name}="{password}"' for name, password in users.items())
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    return {
        f"{prefix}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        f"{prefix}.plain.sasl.jaas.config": (
            f"org.apache.kafka.common.security.plain.PlainLoginModule required {known};"
        ),
        f"{prefix}.scram-sha-256.sasl.jaas.config": scram,
        f"{prefix}.scram-sha-512.sasl.jaas.config": scram,
    }


def _properties_text(settings: Mapping[str, str]) -> str:
    return "".join(f"{key}={_escaped(value)}\n" for key, value in settings.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n\\\n")


def _free_ports(names: Sequence[str]) -> dict[str, int]:
    sockets = [socket.socket() for _ in names]
    try:
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return {name: each.getsockname()[1] for name, each in zip(names, sockets, strict=True)}
    finally:
        for each in sockets:
            each.close()


def _answers(port: int) -> bool:
    """Return whether a Kafka answers an ApiVersions request (version 0, no client id) on this port."""
    request = struct.pack(">ihhih", 10, 18, 0, 1, -1)
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=2.0) as connection:
        connection.settimeout(2.0)
        connection.sendall(request)
        return len(connection.recv(8)) == 8  # noqa: PLR2004 - length and correlation id
    return False
