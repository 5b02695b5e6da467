"""Kafka's own setting names, values and mistakes."""

import logging
import ssl
import subprocess
from pathlib import Path

import pytest

from connectsdk.errors import ConfigError
from connectsdk.transport import ConsumerConfig, ProducerConfig
from connectsdk.transports.kafka import KafkaTransport
from connectsdk.transports.kafka._client import ClientOptions
from connectsdk.transports.kafka._options import ConsumerOptions, ProducerOptions
from connectsdk.transports.kafka._security import parse_jaas, security_arguments
from connectsdk.transports.kafka._settings import COMMON, CONSUMER, IGNORED, PRODUCER, SECURITY
from tests.http.certificates import make_certificates

CLIENT = ClientOptions.parse("localhost:9092", {})
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"


def producer_options(**overrides: str) -> ProducerOptions:
    named = {key.replace("_", "."): value for key, value in overrides.items()}
    return ProducerOptions.parse(ProducerConfig(overrides=named), CLIENT)


def consumer_options(**overrides: str) -> ConsumerOptions:
    named = {key.replace("_", "."): value for key, value in overrides.items()}
    return ConsumerOptions.parse(ConsumerConfig(group="g", topics=["t"], overrides=named), CLIENT)


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        ("localhost:9092", ("localhost:9092",)),
        (" a:1 , PLAINTEXT://b:2,", ("a:1", "b:2")),
        ("[::1]:9092", ("[::1]:9092",)),
    ],
)
def test_addresses(servers, expected):
    assert ClientOptions.parse(servers, {}).servers == expected


@pytest.mark.parametrize(
    "servers", ["", " , ", "localhost", "localhost:", ":9092", "host:0", "host:70000", "host:x"]
)
def test_wrong_addresses(servers):
    with pytest.raises(ConfigError, match=r"bootstrap\.servers"):
        KafkaTransport(servers)


@pytest.mark.parametrize(
    ("key", "text", "field", "value"),
    [
        ("batch_size", "1000", "batch_size", 1000),
        ("batch_size", "0", "batch_size", 1),
        ("linger_ms", "5", "linger_ms", 5),
        ("compression_type", "ZSTD", "compression", "zstd"),
        ("compression_type", "none", "compression", None),
        ("delivery_timeout_ms", "1500", "delivery_timeout", 1.5),
        ("max_request_size", "2000000", "max_request_size", 2_000_000),
        ("buffer_memory", "33554432", "buffer_bytes", 33_554_432),
        ("client_id", "me", "client_id", "me"),
        ("acks", "all", "compression", None),
        ("enable_idempotence", "true", "compression", None),
        ("transaction_timeout_ms", "900000", "transaction_timeout_ms", 900_000),
    ],
)
def test_producer_overrides(key, text, field, value):
    assert getattr(producer_options(**{key: text}), field) == value


@pytest.mark.parametrize(
    ("key", "text", "field", "value"),
    [
        ("auto_offset_reset", "latest", "auto_offset_reset", "latest"),
        ("isolation_level", "read_uncommitted", "isolation_level", "read_uncommitted"),
        ("max_poll_records", "17", "max_records", 17),
        ("max_partition_fetch_bytes", "99", "fetch_bytes", 99),
        ("session_timeout_ms", "6000", "session_timeout", 6.0),
        ("max_poll_interval_ms", "300000", "rebalance_timeout", 300.0),
        ("group_id", "other", "group", "other"),
        ("fetch_min_bytes", "3", "arguments", {"fetch_min_bytes": 3}),
        ("check_crcs", "false", "arguments", {"check_crcs": False}),
        (
            "partition_assignment_strategy",
            "org.apache.kafka.clients.consumer.RangeAssignor, x.CooperativeStickyAssignor",
            "assignor",
            "range",
        ),
    ],
)
def test_consumer_overrides(key, text, field, value):
    assert getattr(consumer_options(**{key: text}), field) == value


@pytest.mark.parametrize(
    ("kind", "key", "text", "message"),
    [
        (producer_options, "acks", "1", "all in-sync replicas"),
        (producer_options, "enable_idempotence", "false", "always idempotent"),
        (producer_options, "compresion_type", "gzip", "did you mean 'compression.type'"),
        (producer_options, "compression_type", "brotli", "must be one of"),
        (producer_options, "linger_ms", "soon", "whole number"),
        (producer_options, "linger_ms", "-1", "between"),
        (producer_options, "partitioner_class", "x.Y", "unknown"),
        (consumer_options, "enable_auto_commit", "true", "after delivery"),
        (consumer_options, "group_protocol", "consumer", "classic"),
        (
            consumer_options,
            "partition_assignment_strategy",
            "x.StickyAssignor",
            "RangeAssignor or RoundRobin",
        ),
        (consumer_options, "check_crcs", "maybe", "true or false"),
        (consumer_options, "sesion_timeout_ms", "1", "did you mean 'session.timeout.ms'"),
    ],
)
def test_refused_overrides(kind, key, text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        kind(**{key: text})
    assert caught.value.key == key.replace("_", ".")


def test_what_has_no_meaning_here_is_ignored_with_a_warning(caplog):
    with caplog.at_level(logging.WARNING):
        consumer_options(interceptor_classes="x.Y")
    assert "interceptor.classes is ignored: there are no interceptors" in caplog.text


def test_the_tables_do_not_overlap():
    tables = [set(COMMON), set(SECURITY), set(IGNORED)]
    for own in (set(PRODUCER), set(CONSUMER)):
        for table in tables:
            assert not own & table
    assert not tables[0] & tables[1] | tables[0] & tables[2] | tables[1] & tables[2]


def test_a_consumer_needs_topics_or_a_pattern():
    for config in (ConsumerConfig(group="g"), ConsumerConfig(group="g", topics=["t"], pattern="t.*")):
        with pytest.raises(ConfigError, match="topics or a pattern"):
            ConsumerOptions.parse(config, CLIENT)


def test_heartbeats_fit_into_a_short_session():
    assert consumer_options(session_timeout_ms="3000").heartbeat_interval_ms == 1000


def test_overrides_may_log_in_as_somebody_else():
    overrides = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"}
    overrides |= {"sasl.username": "bob", "sasl.password": "secret"}
    options = ProducerOptions.parse(ProducerConfig(overrides=overrides), CLIENT)
    assert options.client.arguments["sasl_plain_username"] == "bob"
    assert "secret" not in repr(options)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'{PLAIN} username="alice" password="a b;c";', ("alice", "a b;c")),
        (f"{PLAIN} username='alice' password='x\"y';", ("alice", 'x"y')),
        (f'{PLAIN} username=alice password="back\\\\slash \\"quoted\\"";', ("alice", 'back\\slash "quoted"')),
        ('ScramLoginModule\n required\n username="u"\n password="p" ;', ("u", "p")),
    ],
)
def test_jaas(text, expected):
    assert parse_jaas(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "com.sun.security.auth.module.JndiLoginModule required user.provider.url=ldap://secret;",
        f'{PLAIN} username="alice";',
        f'{PLAIN} password="secret";',
    ],
)
def test_refused_jaas_is_not_shown(text):
    with pytest.raises(ConfigError) as caught:
        parse_jaas(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"security.protocol": "SSH"}, "security.protocol must be one of"),
        ({"security.protocol": "SASL_SSL", "sasl.mechanism": "GSSAPI"}, "PLAIN, SCRAM-SHA-256"),
        ({"security.protocol": "SASL_SSL"}, "sasl.mechanism"),
        ({"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN"}, "sasl.jaas.config"),
        ({"security.protocol": "SSL", "ssl.truststore.type": "JKS"}, "keytool -importkeystore"),
        ({"security.protocol": "SSL", "ssl.truststore.location": "/nowhere/x.pem"}, "cannot be read"),
        ({"security.protocol": "SSL", "ssl.truststore.certificates": "nonsense"}, "no PEM certificate"),
        ({"security.protocol": "SSL", "ssl.truststore.certificates": "ünsinn"}, "no PEM certificate"),
        ({"security.protocol": "SSL", "ssl.truststore.location": "/\0"}, "cannot be read"),
        ({"security.protocol": "SSL", "ssl.keystore.certificate.chain": "nonsense"}, "no usable PEM"),
        ({"security.protocol": "SSL", "ssl.enabled.protocols": "TLSv1.1"}, "TLSv1.2, TLSv1.3"),
        ({"security.protocol": "SSL", "ssl.endpoint.identification.algorithm": "dns"}, "https or empty"),
    ],
)
def test_refused_security(settings, message):
    with pytest.raises(ConfigError, match=message):
        security_arguments(settings)


def test_a_java_key_store_is_refused_with_what_to_do(tmp_path: Path):
    store = tmp_path / "trust.jks"
    store.write_bytes(b"\xfe\xed\xfe\xed\x00\x00")
    with pytest.raises(ConfigError, match="is not a PEM file: convert it with"):
        security_arguments({"security.protocol": "SSL", "ssl.truststore.location": str(store)})


def test_tls_checks_certificates_and_names_unless_told_otherwise():
    context = security_arguments({"security.protocol": "SSL"})["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    named = {"security.protocol": "SSL", "ssl.endpoint.identification.algorithm": ""}
    named["ssl.enabled.protocols"] = "TLSv1.3"
    context = security_arguments(named)["ssl_context"]
    assert not context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3


def test_a_transport_shows_no_secret():
    settings = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"}
    settings["sasl.jaas.config"] = f'{PLAIN} username="alice" password="hidden";'
    transport = KafkaTransport("localhost:9092", settings=settings)
    assert "hidden" not in f"{transport!r} {transport.description}"
    assert transport.description == "Kafka at localhost:9092"


def test_names_of_authorities_between_certificates_are_passed_over(tmp_path):
    make_certificates(tmp_path)
    store = tmp_path / "ca.pem"
    store.write_text(f"# NetLock Arany Főtanúsítvány\n{store.read_text()}", "utf-8")
    for trust in (
        {"ssl.truststore.location": str(store)},
        {"ssl.truststore.certificates": store.read_text("utf-8")},
    ):
        context = security_arguments({"security.protocol": "SSL", **trust})["ssl_context"]
        assert context.cert_store_stats()["x509_ca"] == 1


def test_a_key_whose_password_is_too_long_is_told(tmp_path):
    command = "openssl req -x509 -newkey rsa:2048 -passout pass:secret -keyout key.pem -out cert.pem -days 2 -subj /CN=x"
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    settings = {
        "ssl.keystore.key": (tmp_path / "key.pem").read_text(),
        "ssl.keystore.certificate.chain": (tmp_path / "cert.pem").read_text(),
        "ssl.key.password": "x" * 2_000,
    }
    with pytest.raises(ConfigError, match="no usable PEM key"):
        security_arguments({"security.protocol": "SSL", **settings})
