"""What does the registry over HTTP make of answers, good and bad?"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from connectsdk.converter import resolve
from connectsdk.errors import AuthenticationError, ConfigError, ConnectError, RetriableError, TransportError
from connectsdk.registry import (
    RejectedSchemaError,
    SchemaDefinition,
    SchemaReference,
    SchemaRegistryClient,
    UnknownSchemaError,
    open_registry,
)
from tests.registry.scripted import JSON, Reply, configured, reply, schema

Server = Callable[..., Any]
FAST = {"retries_wait_ms": "1", "max_retries": "1"}
TEXT = SchemaDefinition('"string"')


async def test_a_question_is_what_the_registry_expects(server: Server) -> None:
    one = server(schema(), reply(200, {"id": 7}))
    registry = open_registry(configured(f"{one.url}/prefix/"))
    assert (await registry.by_id(5)).definition == TEXT
    definition = SchemaDefinition("{}", "JSON", (SchemaReference("n", "s", 2),))
    assert (await registry.register("a/b", definition, normalize=True)).id == 7
    assert (await registry.register("a", TEXT, normalize=False)).id == 7
    asked = [(asked.method, asked.path, asked.body) for asked in one.asked]
    assert asked == [
        ("GET", "/prefix/schemas/ids/5", None),
        (
            "POST",
            "/prefix/subjects/a%2Fb/versions?normalize=true",
            {
                "schema": "{}",
                "schemaType": "JSON",
                "references": [{"name": "n", "subject": "s", "version": 2}],
            },
        ),
        ("POST", "/prefix/subjects/a/versions", {"schema": '"string"'}),
    ]
    assert one.asked[1].headers["content-type"] == JSON
    assert one.asked[0].headers["accept"] == JSON
    assert one.asked[0].headers["accept-encoding"] == "identity"
    assert "authorization" not in one.asked[0].headers


INCOMPATIBLE = (
    'Schema being registered is incompatible with an earlier schema for subject "t-value", details: '
    "[{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'age' has no default'}, "
    "{oldSchemaVersion: 1}, {oldSchema: '" + "very long " * 500 + "'}, {compatibility: 'BACKWARD'}]"
)
ANSWERS: dict[str, tuple[Reply, type[ConnectError], str]] = {
    "unknown id": (
        reply(404, {"error_code": 40403, "message": "Schema 5 not found"}),
        UnknownSchemaError,
        r"^Schema 5 not found$",
    ),
    "404 of something else": (
        Reply(404, b"<html>", "text/html"),
        TransportError,
        r"schema registry http://localhost:\d+: it answered 404: check schema.registry.url",
    ),
    "incompatible": (
        reply(409, {"error_code": 409, "message": INCOMPATIBLE}),
        RejectedSchemaError,
        r"does not accept the schema \(error 409\): Schema being.*'age' has no default.*oldSchemaVersion: 1\}, \{compat",
    ),
    "invalid": (
        reply(422, {"error_code": 42201, "message": "Invalid schema\n\x1b[31m"}),
        RejectedSchemaError,
        r"\(error 42201\): Invalid schema \[31m$",
    ),
    "read-only": (
        reply(422, {"error_code": 42205, "message": "Subject t is in read-only mode"}),
        TransportError,
        "read-only mode",
    ),
    "unauthorized": (
        reply(401, {"error_code": 401, "message": "Unauthorized"}),
        AuthenticationError,
        r"401 \(error 401\): Unauthorized; check basic.auth.user.info",
    ),
    "forbidden without a body": (Reply(403, b"", ""), AuthenticationError, "it answered 403; check"),
    "server error": (Reply(500, b"oops", "text/plain"), RetriableError, "it answered 500"),
    "unavailable": (Reply(503, b"", ""), RetriableError, "it answered 503"),
    "overloaded": (reply(429), RetriableError, "it answered 429"),
    "redirect": (
        Reply(302, b"", "", {"Location": "http://169.254.169.254/latest"}),
        TransportError,
        "it answered 302, a redirect, which is not followed",
    ),
    "permanent redirect": (
        Reply(308, b"", "", {"Location": "file:///etc/passwd"}),
        TransportError,
        "it answered 308, a redirect",
    ),
    "not JSON": (
        Reply(200, b"<html>login</html>", "text/html"),
        TransportError,
        "it answered 200 with text/html and not with a JSON object: is it a schema registry?",
    ),
    "JSON said to be HTML": (Reply(200, b'{"schema":"{}"}', "text/html"), TransportError, "text/html"),
    "not an object": (Reply(200, b"[1]"), TransportError, "not with a JSON object"),
    "torn": (Reply(200, b'{"schema":'), TransportError, "not with a JSON object"),
    "deep": (Reply(200, b"[" * 100_000), TransportError, "not with a JSON object"),
    "no schema": (reply(200, {"id": 5}), TransportError, "its answer holds no schema"),
    "a schema that is no text": (reply(200, {"schema": {}}), TransportError, "its answer holds no schema"),
    "giant": (Reply(200, b" " * ((1 << 20) + 1)), TransportError, "larger than 1048576 bytes"),
    "giant error": (Reply(404, b" " * (2 << 20)), TransportError, "larger than 1048576 bytes"),
    "compressed": (
        Reply(200, b"\x1f\x8b", JSON, {"Content-Encoding": "gzip"}),
        TransportError,
        "gzip compression, which was not asked for",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_that_is_not_good(server: Server, name: str) -> None:
    answer, kind, message = ANSWERS[name]
    one = server(answer)
    registry = open_registry(configured(one.url, **FAST))
    with pytest.raises(kind, match=message) as caught:
        await (registry.register("t", TEXT, normalize=False) if "in" in name[:2] else registry.by_id(5))
    assert type(caught.value) is kind
    assert len(one.asked) == (2 if kind is RetriableError else 1)  # only what may change is asked again
    assert len(str(caught.value)) < 1_300


async def test_a_registry_that_recovers_is_asked_again(server: Server) -> None:
    one = server(Reply(503, b"", ""), Reply(500, b"", ""), schema())
    registry = open_registry(configured(one.url, retries_wait_ms="1", max_retries="2"))
    assert (await registry.by_id(5)).definition == TEXT
    assert len(one.asked) == 3


async def test_the_next_url_is_asked_and_remembered(server: Server) -> None:
    one, two = server(Reply(503, b"", "")), server(schema())
    gone = server(schema())
    gone.close()
    registry = open_registry(configured(f"{gone.url},{one.url} , {two.url}"))
    assert (await registry.by_id(5)).definition == TEXT
    assert (await registry.by_id(5)).definition == TEXT
    assert (len(one.asked), len(two.asked)) == (1, 2)


async def test_nobody_there_is_told_with_the_url(server: Server) -> None:
    gone = server(schema())
    gone.close()
    registry = open_registry(configured(gone.url, **FAST))
    with pytest.raises(RetriableError, match=rf"schema registry {gone.url}: cannot be reached: ConnectError"):
        await registry.by_id(5)


async def test_a_slow_registry_is_given_up_in_time(server: Server) -> None:
    gave_up = threading.Event()
    slow = server(attrs_evolved(schema(), lambda: gave_up.wait(30)))
    registry = open_registry(configured(slow.url, max_retries="0", http_read_timeout_ms="50"))
    began = time.monotonic()
    with pytest.raises(RetriableError, match="ReadTimeout"):
        await registry.by_id(5)
    gave_up.set()
    assert time.monotonic() - began < 15


async def test_a_look_up_ends_at_its_deadline_and_says_why(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectsdk.registry._client.DEADLINE", 10.0)
    down = server(Reply(503, b"", ""))
    config = configured(down.url, retries_wait_ms="60000", retries_max_wait_ms="60000")
    client = SchemaRegistryClient.from_config(config, lambda found: found)
    with pytest.raises(RetriableError, match="it answered 503"):  # a wait beyond the deadline is not begun
        await resolve(client.schema, 5)
    monkeypatch.setattr("connectsdk.registry._client.DEADLINE", 0.2)
    gave_up = threading.Event()
    slow = server(attrs_evolved(schema(), lambda: gave_up.wait(30)))
    client = SchemaRegistryClient.from_config(configured(slow.url), lambda found: found)
    with pytest.raises(RetriableError, match=r"did not answer within 0.2 s"):
        await resolve(client.schema, 5)
    gave_up.set()


async def test_it_waits_as_the_server_asks(server: Server) -> None:
    one = server(Reply(429, b"", "", {"Retry-After": "1"}), schema())
    registry = open_registry(configured(one.url, **FAST))
    await registry.by_id(5)
    assert one.asked[1].time - one.asked[0].time >= 0.9


def attrs_evolved(answer: Reply, before: Callable[[], Any]) -> Reply:
    return Reply(answer.status, answer.body, answer.content_type, answer.headers, before)


# -- who asks ------------------------------------------------------------------------------------------------

CREDENTIALS: dict[str, tuple[dict[str, str], str, str]] = {
    "URL": ({}, "user:p%40ss@", "Basic dXNlcjpwQHNz"),
    "user info": (
        {"basic_auth_credentials_source": "USER_INFO", "basic_auth_user_info": "user:p@ss"},
        "",
        "Basic dXNlcjpwQHNz",
    ),
    "older key": (
        {"basic_auth_credentials_source": "USER_INFO", "schema_registry_basic_auth_user_info": "user:p@ss"},
        "",
        "Basic dXNlcjpwQHNz",
    ),
    "token": ({"bearer_auth_token": "abc.def"}, "", "Bearer abc.def"),
}


@pytest.mark.parametrize("name", CREDENTIALS)
async def test_credentials_are_sent(server: Server, name: str) -> None:
    more, user, header = CREDENTIALS[name]
    one = server(schema())
    registry = open_registry(configured(f"http://{user}{one.address}", **more))
    await registry.by_id(5)
    assert one.asked[0].headers["authorization"] == header


@pytest.mark.xdist_group("srfake")
@pytest.mark.timeout(300)
async def test_a_registry_that_others_wrote_takes_our_credentials(srfake_url: Callable[..., str]) -> None:
    url = srfake_url("Basic dXNlcjpwQHNz")
    user = open_registry(configured(url.replace("http://", "http://user:p%40ss@")))
    assert (await user.register("t", TEXT, normalize=False)).version in (1, None)
    with pytest.raises(AuthenticationError, match="401"):
        await open_registry(configured(url)).by_id(1)
    with pytest.raises(AuthenticationError, match="403"):
        await open_registry(configured(url, **CREDENTIALS["token"][0])).by_id(1)


async def test_credentials_are_never_shown(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    texts = []
    for answer in (
        Reply(500, b"", ""),
        Reply(302, b"", ""),
        reply(401),
        Reply(200, b"", "text/html"),
        schema(),
    ):
        one = server(answer)
        registry = open_registry(configured(f"http://user:hunter2@{one.address}", **FAST))
        texts.append(repr(registry))
        try:
            await registry.by_id(5)
        except ConnectError as error:
            texts.append(repr(error) + repr(error.__cause__))
        assert one.asked[0].headers["authorization"].startswith("Basic ")
    shown = "\n".join(texts) + caplog.text
    for secret in ("hunter2", "dXNlcjpodW50ZXIy"):
        assert secret not in shown


async def test_what_the_environment_says_is_not_sent(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = server(schema())
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    await open_registry(configured(one.url)).by_id(5)
    assert "authorization" not in one.asked[0].headers


# -- TLS -----------------------------------------------------------------------------------------------------


def tls_server(server: Server, certificates: Path, **more: Any) -> Any:
    return server(schema(), tls=(str(certificates / "cert.pem"), str(certificates / "key.pem")), **more)


async def test_a_certificate_that_is_trusted(server: Server, certificates: Path) -> None:
    one = tls_server(server, certificates)
    trusted = str(certificates / "cert.pem")
    registry = open_registry(configured(one.url, schema_registry_ssl_truststore_location=trusted))
    assert (await registry.by_id(5)).definition == TEXT
    text = "# NetLock Arany Főtanúsítvány\n" + (certificates / "cert.pem").read_text()
    registry = open_registry(configured(one.url, schema_registry_ssl_truststore_certificates=text))
    assert (await registry.by_id(5)).definition == TEXT


async def test_a_certificate_that_is_not_trusted(server: Server, certificates: Path) -> None:
    one = tls_server(server, certificates)
    with pytest.raises(TransportError, match=r"TLS failed.*truststore.location"):
        await open_registry(configured(one.url)).by_id(5)
    assert one.asked == []


async def test_a_certificate_for_another_host(server: Server, certificates: Path) -> None:
    one = tls_server(server, certificates)
    url = one.url.replace("localhost", "127.0.0.1")
    trusted = {"schema_registry_ssl_truststore_location": str(certificates / "cert.pem")}
    with pytest.raises(TransportError, match="TLS failed"):
        await open_registry(configured(url, **trusted)).by_id(5)
    unchecked = {**trusted, "schema_registry_ssl_endpoint_identification_algorithm": ""}
    assert (await open_registry(configured(url, **unchecked)).by_id(5)).definition == TEXT


@pytest.mark.parametrize(
    ("file", "password"), [("both.pem", {}), ("locked.pem", {"schema_registry_ssl_key_password": "secret"})]
)
async def test_a_client_certificate(
    server: Server, certificates: Path, file: str, password: dict[str, str]
) -> None:
    one = tls_server(server, certificates, client_ca=str(certificates / "cert.pem"))
    trusted = {"schema_registry_ssl_truststore_location": str(certificates / "cert.pem")}
    own = {"schema_registry_ssl_keystore_location": str(certificates / file), **password}
    assert (await open_registry(configured(one.url, **trusted, **own)).by_id(5)).definition == TEXT
    with pytest.raises(ConnectError):
        await open_registry(configured(one.url, **trusted, **FAST)).by_id(5)


async def test_files_that_cannot_be_used(certificates: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for key, path in {
        "truststore.location": tmp_path / "missing",
        "keystore.location": empty,
    }.items():
        option = {f"schema_registry_ssl_{key.replace('.', '_')}": str(path)}
        with pytest.raises(ConfigError, match=rf"schema.registry.ssl.{key}: .*{path.name}"):
            await open_registry(configured("https://localhost:1", **option)).by_id(5)
    locked = str(certificates / "locked.pem")
    with anyio.fail_after(30), pytest.raises(ConfigError, match=r"keystore\.location"):
        await open_registry(
            configured("https://localhost:1", schema_registry_ssl_keystore_location=locked)
        ).by_id(5)


async def test_plain_http_where_tls_was_expected(server: Server) -> None:
    one = server(schema())
    with pytest.raises(TransportError, match="TLS failed"):
        await open_registry(configured(one.url.replace("http:", "https:"))).by_id(5)
