"""A real Apache Kafka Connect, standalone, to compare with."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from connectsdk.testing.broker import KAFKA_VERSION, JavaProcess, KafkaBroker

ARTIFACTS = tuple(
    f"org.apache.kafka:{name}:{KAFKA_VERSION}"
    for name in ("connect-runtime", "connect-file", "connect-transforms")
)
STRING = "org.apache.kafka.connect.storage.StringConverter"
START_WITHIN = 90.0


@contextmanager
def java_worker(bootstrap: str, folder: Path) -> Iterator[str]:
    """Run it until the block is left; hand out its URL."""
    classpath = KafkaBroker(artifacts=ARTIFACTS).classpath
    url = f"http://127.0.0.1:{_free_port()}"
    properties = {
        "bootstrap.servers": bootstrap,
        "key.converter": STRING,
        "value.converter": STRING,
        "offset.storage.file.filename": str(folder / "offsets"),
        "offset.flush.interval.ms": "500",
        "listeners": url,
        "plugin.discovery": "service_load",
    }
    worker = folder / "worker.properties"
    worker.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
    options = ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    log = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    main = "org.apache.kafka.connect.cli.ConnectStandalone"
    process = JavaProcess([*options, log, "-cp", classpath, main, str(worker)], folder / "java.log")
    try:
        _wait(url, process)
        yield url
    finally:
        process.end(15, 10)


def _wait(url: str, process: JavaProcess) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.running:
        try:
            if httpx.get(f"{url}/connectors", timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"Kafka Connect did not come up:\n{process.last_output()}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
