"""Who is let in, who may do what, and what is refused before it is looked at?"""

import logging
import socket
import ssl
from base64 import b64encode
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from connectsdk import EmbeddedTransport
from connectsdk.config import Password
from connectsdk.errors import ConfigError
from connectsdk.http import (
    Action,
    HttpConfig,
    Principal,
    hash_password,
    hash_token,
    roles,
    serve,
)
from connectsdk.http._authenticating import Authenticator
from connectsdk.http._listeners import Listener, advertised, check_listeners, read_listeners
from connectsdk.http._passwords import matches
from connectsdk.http._requests import RestError
from connectsdk.http._routes.route import Route
from connectsdk.http._routes.table import ROUTES
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Health, Herder
from tests.http.certificates import make_certificates
from tests.http.conftest import Connect

CHEAP = hash_password("wonderland")
USERS = HttpConfig(
    rest_auth_users=Password(f"alice:{CHEAP}"), rest_auth_tokens=Password(f"bob:{hash_token('t0ken')}")
)
BODIES: dict[str, Any] = {
    "config": {"connector.class": "FileStreamSource"},
    "patch": {},
    "create": {"name": "orders", "config": {}},
    "offsets": {"offsets": [{"partition": {}, "offset": None}]},
    "level": {"level": "INFO"},
    "none": None,
}


async def _send(client: httpx.AsyncClient, route: Route, connector: str = "orders") -> httpx.Response:
    path = route.path.format(connector=connector, plugin="FileStreamSource", task=0, logger="nobody.here")
    body = BODIES[route.body]
    return (
        await client.request(route.method, path, json=body)
        if body is not None
        else await client.request(route.method, path)
    )


# -- who may do what -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_every_route_asks_whether_it_is_allowed(
    connect: Connect, orders: dict[str, str], route: Route
) -> None:
    asked: list[tuple[Action, str | None]] = []

    def nobody(_: Principal, action: Action, connector: str | None) -> bool:
        asked.append((action, connector))
        return False

    answer = await _send(connect(authorise=nobody), route)
    assert (route.action, None if route.checked == "worker" else "orders") in asked
    if route.checked == "listed":
        assert answer.json() == []
    else:
        assert answer.status_code == 403
        assert answer.json()["error_code"] == 403


async def test_a_list_has_only_what_somebody_may_see(
    connect: Connect, client: httpx.AsyncClient, source: dict[str, str]
) -> None:
    for name in ("team-a.one", "team-b.one"):
        await client.put(f"/connectors/{name}/config", json={**source, "password": "s3cret"})
    some = connect(HttpConfig(rest_auth_roles=("anonymous=read:team-a.*",)))
    assert (await some.get("/connectors")).json() == ["team-a.one"]
    expanded = (await some.get("/connectors?expand=info&expand=status")).json()
    assert list(expanded) == ["team-a.one"]
    assert expanded["team-a.one"]["info"]["config"]["connector.class"] == "FileStreamSource"
    assert "s3cret" not in str(expanded)
    assert (await some.get("/connectors/team-a.one/status")).status_code == 200
    assert (await some.get("/connectors/team-a.one/config")).status_code == 403
    assert (await some.get("/connectors/team-b.one/status")).status_code == 403
    assert (await some.get("/connectors/nobody/status")).status_code == 403
    assert (await some.delete("/connectors/team-a.one")).status_code == 403
    one = connect(HttpConfig(rest_auth_roles=("anonymous=admin:team-a.*",)))
    assert (await one.put("/admin/loggers/x", json={"level": "INFO"})).status_code == 403
    created = await one.post("/connectors", json={"name": "team-b.two", "config": source})
    assert created.status_code == 403
    assert (await one.delete("/connectors/team-a.one")).status_code == 204


@pytest.mark.parametrize("written", ["alice", "alice=king", "=read", "alice=", "alice=:x"])
def test_a_role_that_is_not_written_so_is_refused(written: str) -> None:
    with pytest.raises(ConfigError, match=r"rest\.auth\.roles"):
        roles([written])


# -- who is asking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("Basic " + b64encode(b"alice:wonderland").decode(), 200),
        ("basic " + b64encode(b"alice:wonderland").decode(), 200),
        ("Basic " + b64encode(b"alice:wrong").decode(), 401),
        ("Basic " + b64encode(b"nobody:wonderland").decode(), 401),
        ("Basic " + b64encode(b"alice").decode(), 401),
        ("Basic !!!", 401),
        (b"Basic \xff\xff", 401),
        (b"Bearer \xff\xff", 401),
        (b"\xff", 401),
        ("Basic " + b64encode(b"\xff:\xff").decode(), 401),
        ("Bearer t0ken", 200),
        ("Bearer token", 401),
        ("Bearer ", 401),
        ("Digest x", 401),
        ("", 401),
    ],
)
async def test_who_is_let_in(connect: Connect, authorization: str | bytes | None, status: int) -> None:
    headers: Any = {} if authorization is None else {b"Authorization": authorization}
    client = connect(USERS)
    for _ in range(2):  # the second time from memory
        answer = await client.get("/connectors", headers=headers)
        assert answer.status_code == status
    if status == 401:
        assert answer.json()["error_code"] == 401
        assert answer.headers["www-authenticate"].startswith("Basic realm=")


async def test_guessing_is_slowed_down(connect: Connect) -> None:
    client = connect(USERS)
    answers = [await client.get("/", headers={"Authorization": f"Bearer {n}"}) for n in range(8)]
    assert [each.status_code for each in answers[:5]] == [401] * 5
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "1"


async def _guess(user: str, password: str, *, source: str, known: Authenticator) -> int:
    header = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
    try:
        await known.identify(header, None, source)
    except RestError as error:
        return error.status
    return 200


@pytest.fixture
def _one_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures are counted by the second, and a hash may take long where much else runs."""
    monkeypatch.setattr(anyio, "current_time", lambda: 7.0)


@pytest.mark.usefixtures("_one_instant")
async def test_guessing_one_password_from_many_addresses_is_slowed_down() -> None:
    known = Authenticator.read(USERS)
    guesses = [await _guess("alice", str(n), source=f"10.0.0.{n}", known=known) for n in range(6)]
    assert guesses == [401] * 5 + [429]
    assert await _guess("mallory", "x", source="10.0.0.99", known=known) == 401


async def test_whoever_is_known_is_not_slowed_down_by_those_who_guess() -> None:
    known = Authenticator.read(USERS)
    assert await _guess("alice", "wonderland", source="proxy", known=known) == 200
    for n in range(6):
        await _guess("alice", str(n), source="proxy", known=known)
    assert await _guess("alice", "wonderland", source="proxy", known=known) == 200


@pytest.mark.usefixtures("_one_instant")
async def test_guesses_at_the_same_time_are_counted_and_right_ones_are_not() -> None:
    known = Authenticator.read(USERS)
    answers: list[int] = []

    async def guess(password: str) -> None:
        answers.append(await _guess("alice", password, source="proxy", known=known))

    async with anyio.create_task_group() as group:
        for _ in range(12):
            group.start_soon(guess, "wonderland")
    assert answers == [200] * 12
    answers.clear()
    async with anyio.create_task_group() as group:
        for n in range(12):
            group.start_soon(guess, str(n))
    assert answers.count(401) <= 6
    assert answers.count(429) >= 6


def test_hashes_tell_nothing_and_fit_only_their_secret() -> None:
    one, other = hash_password("a"), hash_password("a")
    assert one != other
    assert matches("a", one)
    assert not matches("b", one)
    assert "a" not in hash_token("aaaaaa").partition("$")[2][:0]
    assert matches("x", hash_token("x"))


@pytest.mark.parametrize(
    "written",
    [
        "alice",
        "alice:",
        "alice:plain",
        "alice:scrypt$3$8$1$YQ==$YQ==",
        ":x",
        "a:scrypt$1073741824$8$1$YQ==$YQ==",
    ],
)
async def test_what_is_no_hash_is_refused_without_showing_it(connect: Connect, written: str) -> None:
    with pytest.raises(ConfigError) as caught:
        connect(HttpConfig(rest_auth_users=Password(written)))
    assert "plain" not in str(caught.value)


async def test_users_and_tokens_are_read_from_files(connect: Connect, tmp_path: Path) -> None:
    users, tokens = tmp_path / "users", tmp_path / "tokens"
    users.write_text(f"# people\n\nalice:{CHEAP}\n")
    tokens.write_text(f"robot:{hash_token('beep')}\n")
    client = connect(
        HttpConfig(
            rest_auth_users_file=str(users),
            rest_auth_tokens_file=str(tokens),
            rest_auth_roles=("alice=admin", "robot=read"),
        )
    )
    assert (await client.get("/", auth=("alice", "wonderland"))).status_code == 200
    robot = {"Authorization": "Bearer beep"}
    assert (await client.get("/connectors", headers=robot)).status_code == 200
    assert (await client.put("/connectors/x/pause", headers=robot)).status_code == 403
    with pytest.raises(ConfigError, match=r"rest\.auth\.users\.file: .*missing cannot be read"):
        connect(HttpConfig(rest_auth_users_file=str(tmp_path / "missing")))


async def test_secrets_are_in_no_log_and_no_error(
    connect: Connect, caplog: pytest.LogCaptureFixture, source: dict[str, str]
) -> None:
    caplog.set_level(logging.DEBUG)
    client = connect(USERS, auth=("alice", "wonderland"))
    bad = {**source, "password": "canary-1", "tasks.max": "0", "value.converter": "canary.nowhere"}
    texts = [
        (await client.post("/connectors", json={"name": "a", "config": bad})).text,
        (
            await client.post("/connectors", content=b'{"name": "a", "config": {"password": "canary-1" x}}')
        ).text,
        (await client.post("/connectors", json={"name": "a", "config": {"password": ["canary-1"]}})).text,
        (await client.put("/connectors/a/config", json={**source, "password": "canary-1"})).text[:0],
    ]
    everything = "\n".join([*texts, caplog.text])
    for secret in ("canary-1", "wonderland", CHEAP, "t0ken"):
        assert secret not in everything
    assert CHEAP not in repr(USERS)


# -- where it listens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bind", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "", "192.0.2.1", "[::]"])  # noqa: S104 - it is refused
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("authenticated", [False, True])
@pytest.mark.parametrize("insecure", [False, True])
def test_nobody_from_elsewhere_gets_in_unasked(
    pem: Path, bind: str, scheme: str, authenticated: bool, insecure: bool
) -> None:
    config = HttpConfig(
        rest_insecure=insecure,
        ssl_keystore_location=str(pem / "server.pem"),
        rest_auth_users=Password(f"alice:{CHEAP}") if authenticated else None,
    )
    listeners = read_listeners([f"{scheme}://{bind}:8083"])
    local = bind in {"127.0.0.1", "localhost", "[::1]"}
    if local or insecure or (scheme == "https" and authenticated):
        assert (check_listeners(listeners, config) is not None) == (scheme == "https")
    else:
        with pytest.raises(ConfigError, match=r"open to other machines without .* rest\.insecure=true"):
            check_listeners(listeners, config)


@pytest.mark.parametrize(
    "written",
    ["127.0.0.1:8083", "ftp://x:1", "http://x:99999", "http://x/path", "http://u@x:1", "http://x:1?q"],
)
def test_a_listener_that_is_no_url_is_refused(written: str) -> None:
    with pytest.raises(ConfigError, match="listeners"):
        read_listeners([written])


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ({"rest.extension.classes": "org.example.X"}, "Java classes cannot be loaded"),
        ({"admin.listeners.https.ssl.client.auth": "none"}, "use the TLS of the others"),
        ({"listeners.https.ssl.keystore.type": "JKS"}, "PEM"),
        ({"response.http.headers.config": "set X"}, "is not written"),
    ],
)
async def test_what_cannot_work_is_refused_with_its_reason(
    connect: Connect, properties: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        connect(HttpConfig.read(properties))


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, "127.0.0.1:41000"),
        ({"rest.advertised.host.name": "worker-1"}, "worker-1:41000"),
        ({"rest.advertised.port": "443", "rest.advertised.host.name": "worker-1"}, "worker-1:443"),
        ({"rest.advertised.listener": "https"}, "[::1]:41001"),
    ],
)
def test_a_worker_is_known_by_where_it_is_reached(properties: dict[str, str], expected: str) -> None:
    bound = [Listener("http", "127.0.0.1", 41_000), Listener("https", "::1", 41_001)]
    assert advertised(bound, HttpConfig.read(properties)) == expected
    everywhere = advertised([Listener("http", "0.0.0.0", 8083)], HttpConfig())  # noqa: S104 - only read
    assert everywhere == f"{socket.gethostname()}:8083"


async def test_the_id_of_a_worker_has_the_port_that_was_taken() -> None:
    config = HttpConfig(listeners=("http://127.0.0.1:0",))
    async with Worker(EmbeddedTransport()) as worker:
        async with Herder(worker) as herder:
            await herder.create(
                "a", {"connector.class": "FileStreamSource", "topic": "t", "file": "x"}, "STOPPED"
            )
            async with serve(herder, config) as served:
                assert herder.worker_id == served.url.removeprefix("http://") == herder.status("a").worker_id
        async with Herder(worker, worker_id="here:1") as herder, serve(herder, config):
            assert herder.worker_id == "here:1"


def test_java_keys_are_read() -> None:
    read = HttpConfig.read(
        {
            "listeners": "http://a:1,https://b:2",
            "ssl.keystore.location": "x",
            "listeners.https.ssl.keystore.location": "y",
            "admin.listeners": "",
        }
    )
    assert read.listeners == ("http://a:1", "https://b:2")
    assert read.ssl_keystore_location == "y"
    assert read.admin_listeners == ()


# -- pages of other sites --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8083", 200),
        ("LOCALHOST", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8083", 200),
        ("worker.example", 200),
        ("10.1.2.3", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("", 403),
        ("a b", 403),
    ],
)
async def test_a_worker_answers_only_to_its_own_names(connect: Connect, host: str, status: int) -> None:
    client = connect(HttpConfig(rest_allowed_hosts=("worker.example",)))
    assert (await client.get("/", headers={"Host": host})).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 201),
        ("http://localhost:8083", 201),
        ("http://evil.example", 403),
        ("https://localhost:8083", 403),
        ("null", 403),
        ("http://[", 403),
    ],
)
async def test_pages_of_other_sites_change_nothing(
    client: httpx.AsyncClient, source: dict[str, str], origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    answer = await client.post("/connectors", json={"name": "orders", "config": source}, headers=headers)
    assert answer.status_code == status


async def test_sites_that_are_allowed_are_told_so(connect: Connect, source: dict[str, str]) -> None:
    site = "https://console.example"
    config = HttpConfig(access_control_allow_origin=(site,), access_control_allow_methods=("GET", "PUT"))
    client = connect(config)
    preflight = {
        "Origin": site,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type",
    }
    allowed = await client.options("/connectors/orders/config", headers=preflight)
    assert allowed.status_code == 200
    assert "PUT" in allowed.headers["access-control-allow-methods"]
    created = await client.put("/connectors/orders/config", json=source, headers={"Origin": site})
    assert created.status_code == 201
    assert created.headers["access-control-allow-origin"] == site
    other = await client.get("/connectors", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


async def test_headers_of_answers(connect: Connect) -> None:
    rules = 'add Cache-Control: no-cache, set X-One: a, "set X-Two: a, b", setDate X-When: 1000, set X-Frame-Options: SAMEORIGIN'
    headers = (await connect(HttpConfig(response_http_headers_config=rules)).get("/nowhere")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-one"] == "a"
    assert headers["x-two"] == "a, b"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["x-when"].endswith("GMT")
    assert "server" not in headers


# -- limits ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
async def test_compressed_bodies_are_not_read(client: httpx.AsyncClient, encoding: str) -> None:
    answer = await client.put("/connectors/a/config", content=b"x", headers={"Content-Encoding": encoding})
    assert answer.status_code == 415


async def test_large_bodies_are_not_read(connect: Connect) -> None:
    client = connect(HttpConfig(rest_request_max_bytes=100))

    async def endless() -> Any:
        while True:
            yield b" " * 60

    for content in (b" " * 101, endless()):
        answer = await client.put("/connectors/a/config", content=content)
        assert answer.status_code == 413
        assert answer.json()["error_code"] == 413


async def test_requests_take_only_so_long(
    connect: Connect, herder: Herder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: str) -> None:
        await anyio.sleep_forever()

    monkeypatch.setattr(herder, "pause", never)
    answer = await connect(HttpConfig(rest_request_timeout_ms=20)).put("/connectors/a/pause")
    assert answer.json() == {"error_code": 500, "message": "Request timed out"}


async def test_health_has_a_limit_of_its_own(
    connect: Connect, herder: Herder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow() -> Health:
        await anyio.sleep(0.1)
        return Health(status="healthy", message="it is")

    monkeypatch.setattr(herder, "check_health", slow)
    assert (await connect(HttpConfig(rest_request_timeout_ms=20)).get("/health")).status_code == 200


async def test_only_so_many_requests_run_at_once(
    connect: Connect, herder: Herder, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, begun = anyio.Event(), anyio.Event()

    async def wait(_: str) -> None:
        begun.set()
        await go_on.wait()

    monkeypatch.setattr(herder, "pause", wait)
    client = connect(HttpConfig(rest_request_max_parallel=1))
    async with anyio.create_task_group() as group:
        group.start_soon(client.put, "/connectors/a/pause")
        await begun.wait()
        assert (await client.get("/")).status_code == 503
        go_on.set()
    assert (await client.get("/")).status_code == 200


async def test_what_fails_inside_tells_only_the_log_why(
    client: httpx.AsyncClient,
    herder: Herder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> list[str]:
        raise RuntimeError("the inside")

    monkeypatch.setattr(herder, "connectors", broken)
    answer = await client.get("/connectors")
    assert answer.status_code == 500
    assert "the inside" not in answer.text
    assert "the inside" in caplog.text
    assert answer.json()["message"].rpartition(" ")[2] in caplog.text


# -- over a network --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates."""
    folder = tmp_path_factory.mktemp("pem")
    make_certificates(folder)
    return folder


async def test_a_certificate_says_who_is_asking(herder: Herder, pem: Path) -> None:
    config = HttpConfig(
        listeners=("https://127.0.0.1:0",),
        ssl_keystore_location=str(pem / "server.pem"),
        ssl_truststore_location=str(pem / "ca.pem"),
        ssl_client_auth="required",
        rest_auth_roles=("CN=alice,O=Example=read",),
    )
    context = ssl.create_default_context(cafile=pem / "ca.pem")
    async with serve(herder, config) as served:
        async with httpx.AsyncClient(verify=context, base_url=served.url) as client:
            with pytest.raises(httpx.TransportError):
                await client.get("/")
        context.load_cert_chain(pem / "client.pem")
        async with httpx.AsyncClient(verify=context, base_url=served.url) as client:
            assert (await client.get("/connectors")).status_code == 200
            assert (await client.put("/connectors/x/pause")).status_code == 403


async def test_admin_routes_on_listeners_of_their_own(herder: Herder) -> None:
    config = HttpConfig(
        listeners=("http://127.0.0.1:0", "http://127.0.0.1:0"), admin_listeners=("http://127.0.0.1:0",)
    )
    async with serve(herder, config) as served, httpx.AsyncClient() as client:
        assert len(set(served.urls) | set(served.admin_urls)) == 3
        for url in served.urls:
            assert (await client.get(f"{url}/admin/loggers")).status_code == 404
            assert (await client.get(url)).status_code == 200
        assert (await client.get(f"{served.admin_urls[0]}/admin/loggers")).status_code == 200
        assert (await client.get(f"{served.admin_urls[0]}/connectors")).status_code == 404
        for url in (*served.urls, *served.admin_urls):
            assert url.startswith("http://127.0.0.1:")
    config = HttpConfig(listeners=("http://127.0.0.1:0",), admin_listeners=())
    async with serve(herder, config) as served, httpx.AsyncClient() as client:
        assert (await client.get(f"{served.url}/admin/loggers")).status_code == 404


HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (HEAD + b"Content-Length: \xc2\xb9\r\n\r\n", 400),
        (HEAD + b"X: " + b"x" * 100_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 10_000 + HEAD[5:] + b"\r\n", 414),
        (HEAD + b"X: y\r\n" * 20_000, 431),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (HEAD + b"\r\n", 200),
    ],
    ids=lambda value: repr(value)[:60],
)
async def test_what_is_no_request_is_refused(herder: Herder, sent: bytes, status: int) -> None:
    async with serve(herder, HttpConfig(listeners=("http://127.0.0.1:0",))) as served:
        url = httpx.URL(served.url)
        async with await anyio.connect_tcp(url.host, url.port or 0) as stream:
            await stream.send(sent)
            with anyio.fail_after(30):
                answer = (await stream.receive()).decode()
    assert answer.startswith(f"HTTP/1.1 {status} ")


async def test_a_head_that_does_not_arrive_is_not_waited_for(
    herder: Herder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectsdk.http._protocol.HEAD_TIMEOUT", 0.05)
    async with serve(herder, HttpConfig(listeners=("http://127.0.0.1:0",))) as served:
        url = httpx.URL(served.url)
        async with await anyio.connect_tcp(url.host, url.port or 0) as stream:
            await stream.send(HEAD)
            with anyio.fail_after(30):
                answer = (await stream.receive()).decode()
    assert answer.startswith("HTTP/1.1 408 ")


async def test_leaving_answers_what_is_under_way(herder: Herder, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = anyio.Event()

    async def slow(_: str) -> None:
        begun.set()
        await anyio.sleep(0.2)

    monkeypatch.setattr(herder, "pause", slow)
    answers: list[int] = []

    async def ask(url: str) -> None:
        async with httpx.AsyncClient() as client:
            answers.append((await client.put(f"{url}/connectors/a/pause")).status_code)

    async with (
        anyio.create_task_group() as group,
        serve(herder, HttpConfig(listeners=("http://127.0.0.1:0",))) as served,
    ):
        group.start_soon(ask, served.url)
        await begun.wait()
    assert answers == [202]


async def test_answers_are_sent_at_once(herder: Herder) -> None:
    config = HttpConfig(listeners=("http://127.0.0.1:0",))
    async with serve(herder, config) as served, httpx.AsyncClient(base_url=served.url) as client:
        await client.get("/connectors")
        times = [1.0]
        while min(times) >= 0.035 and len(times) < 300:  # a delayed acknowledgement takes 0.04, each time
            times.append((await client.get("/connectors")).elapsed.total_seconds())
    assert min(times) < 0.035
