"""Logging in, being refused, and keeping the password out of every log."""

import io
import logging
import shutil
import subprocess
from pathlib import Path

import pytest

from connectsdk.errors import AuthenticationError, ConfigError, TransportError
from connectsdk.record import ProducerRecord
from connectsdk.testing.broker import KafkaBroker
from connectsdk.testing.broker_fixtures import QUICK_START
from connectsdk.transport import NewTopic
from connectsdk.transports.kafka import KafkaTransport

pytestmark = pytest.mark.kafka

CANARY = "canary-9f2c71-password"


def login(mechanism: str = "PLAIN", password: str = CANARY) -> dict[str, str]:
    module = "plain.PlainLoginModule" if mechanism == "PLAIN" else "scram.ScramLoginModule"
    jaas = f'org.apache.kafka.common.security.{module} required username="alice" password="{password}";'
    return {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism, "sasl.jaas.config": jaas}


async def round_trip(transport: KafkaTransport, topic: str) -> None:
    await transport.admin.create_topics([NewTopic(name=topic)])
    producer = await transport.producer()
    await (await producer.send([ProducerRecord(topic, 0, None, b"x")])).wait()
    reader = await transport.reader(topic)
    assert [record.value for record in await reader.read_to_end()] == [b"x"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_a_login(strict_broker: KafkaBroker, mechanism):
    async with KafkaTransport(strict_broker.address("LOGIN"), settings=login(mechanism)) as transport:
        await round_trip(transport, f"login-{mechanism}")


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
async def test_a_wrong_password_is_refused_as_such(strict_broker: KafkaBroker, mechanism):
    transport = KafkaTransport(strict_broker.address("LOGIN"), settings=login(mechanism, "wrong-secret"))
    with pytest.raises(AuthenticationError, match="check the credentials") as caught:
        await transport.start()
    assert strict_broker.address("LOGIN") in str(caught.value)
    assert "wrong-secret" not in str(caught.value)
    await transport.close()


async def test_a_listener_that_wants_a_login_is_told_apart_from_none(strict_broker: KafkaBroker):
    transport = KafkaTransport(strict_broker.address("LOGIN"))
    with pytest.raises(TransportError, match=r"security\.protocol=PLAINTEXT"):
        await transport.start()


async def test_no_password_in_the_logs_at_debug_level(strict_broker: KafkaBroker):
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    root, client = logging.getLogger(), logging.getLogger("aiokafka")
    levels = root.level, client.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    client.setLevel(logging.DEBUG)
    try:
        async with KafkaTransport(strict_broker.address("LOGIN"), settings=login()) as transport:
            await round_trip(transport, "canary")
        wrong = KafkaTransport(strict_broker.address("LOGIN"), settings=login(password=f"{CANARY}-wrong"))
        with pytest.raises(AuthenticationError):
            await wrong.start()
    finally:
        root.removeHandler(handler)
        root.setLevel(levels[0])
        client.setLevel(levels[1])
    assert "aiokafka" in output.getvalue() or "Sending username and password" in output.getvalue()
    assert CANARY not in output.getvalue()


def test_the_filters_go_with_the_transport():
    from connectsdk.transports.kafka._logs import ClientLogs

    logger = logging.getLogger("aiokafka.conn")
    before = list(logger.filters)
    with ClientLogs():
        assert len(logger.filters) > len(before)
    assert logger.filters == before


def test_a_storm_of_equal_warnings_is_one_line():
    from connectsdk.transports.kafka._logs import ClientLogs

    output = io.StringIO()
    logger = logging.getLogger("aiokafka")
    handler = logging.StreamHandler(output)
    logger.addHandler(handler)
    try:
        with ClientLogs():
            for number in range(100):
                logger.error("Unable connect to node with id %s", number)
            logger.error("something else")
    finally:
        logger.removeHandler(handler)
    assert output.getvalue().splitlines() == ["Unable connect to node with id 0", "something else"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl not found on the PATH")
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost"
    )
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=IP:127.0.0.1"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    (folder / "both.pem").write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return folder


@pytest.fixture(scope="module")
def tls_broker(require_kafka: None, certificates: Path):
    prefix = "listener.name.secure.ssl"
    properties = {
        f"{prefix}.keystore.type": "PEM",
        f"{prefix}.keystore.location": str(certificates / "both.pem"),
        f"{prefix}.truststore.type": "PEM",
        f"{prefix}.truststore.location": str(certificates / "cert.pem"),
        f"{prefix}.client.auth": "required",
    }
    with KafkaBroker(listeners={"SECURE": "SSL"}, properties=properties, java_options=QUICK_START) as broker:
        yield broker


async def test_tls_with_a_client_certificate(tls_broker: KafkaBroker, certificates: Path):
    settings = {
        "security.protocol": "SSL",
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(certificates / "cert.pem"),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.key": (certificates / "key.pem").read_text(),
        "ssl.keystore.certificate.chain": (certificates / "cert.pem").read_text(),
    }
    async with KafkaTransport(tls_broker.address("SECURE"), settings=settings) as transport:
        await round_trip(transport, "tls")


async def test_an_unknown_certificate_is_the_operators_to_judge(tls_broker: KafkaBroker):
    transport = KafkaTransport(tls_broker.address("SECURE"), settings={"security.protocol": "SSL"})
    with pytest.raises(ConfigError, match=r"check ssl\.truststore\.location"):
        await transport.start()
