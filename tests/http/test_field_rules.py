"""Are the rules kept that break tools made for Kafka Connect when they are not? One test a rule, in the tools' words."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from connectsdk import EmbeddedTransport, SourceConnector, SourceTask
from connectsdk.http import HttpConfig
from connectsdk.runtime import Worker
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime.herder import Herder
from tests.http.conftest import Connect, eventually, until

CONNECTOR_STATES = {"RUNNING", "FAILED", "PAUSED", "UNASSIGNED", "RESTARTING", "STOPPED"}
TASK_STATES = {"RUNNING", "FAILED", "PAUSED", "RESTARTING", "UNASSIGNED"}
TYPES = {"BOOLEAN", "STRING", "INT", "SHORT", "LONG", "DOUBLE", "LIST", "CLASS", "PASSWORD"}
DEFINITION = {
    "name",
    "type",
    "required",
    "default_value",
    "importance",
    "documentation",
    "group",
    "order",
    "width",
    "display_name",
    "dependents",
}
VALUE = {"name", "value", "recommended_values", "errors", "visible"}


class Task(SourceTask[dict[str, Any]]):
    async def poll(self) -> None:
        await anyio.sleep(0.01)


class FailsToStart(SourceConnector[dict[str, Any]]):
    task_class = Task

    async def start(self, config: dict[str, Any]) -> None:
        raise RuntimeError


@pytest.fixture
def transport() -> EmbeddedTransport:
    return EmbeddedTransport()


@pytest.fixture
async def herder(transport: EmbeddedTransport) -> AsyncIterator[Herder]:
    plugins = Plugins(classes=(FailsToStart,))
    async with Worker(transport, plugins=plugins) as worker, Herder(worker) as herder:
        yield herder


@pytest.fixture
async def troubled(client: httpx.AsyncClient, source: dict[str, str], tmp_path: Path) -> list[str]:
    """Connectors of which one cannot start, one has a task that failed, and one is stopped."""
    sink = {"connector.class": "FileStreamSink", "topics": "lines", "file": str(tmp_path / "out.txt")}
    broken = {**sink, "value.converter": "JsonConverter", "errors.restart.max": "0"}
    strings = {**source, "value.converter": "StringConverter"}
    for name, config in {
        "orders": strings,
        "dead": {"connector.class": "FailsToStart"},
        "torn": broken,
    }.items():
        answer = await client.put(f"/connectors/{name}/config", json=config)
        assert answer.status_code == 201, answer.text
    await client.post("/connectors", json={"name": "idle", "config": source, "initial_state": "STOPPED"})

    async def states() -> list[str]:
        found = (await client.get("/connectors?expand=status")).json()
        own = [found[name]["status"]["connector"]["state"] for name in ("dead", "idle")]
        return [*own, *(task["state"] for task in found["torn"]["status"]["tasks"])]

    await eventually(states, lambda found: found == ["FAILED", "STOPPED", "FAILED"])
    return ["orders", "dead", "torn", "idle"]


async def test_1_the_version_is_one_that_tools_can_read(client: httpx.AsyncClient) -> None:
    found = re.match(r"(\d+)\.(\d+)", (await client.get("/")).json()["version"])
    assert found is not None
    assert (int(found[1]), int(found[2])) >= (4, 0)


async def test_2_a_configuration_comes_back_as_it_was_sent(
    client: httpx.AsyncClient, source: dict[str, str]
) -> None:
    sent = {
        **source,
        "topic": "lines",
        " odd key ": " spaces ",
        "ü": "日本",
        "empty": "",
        "x.y": "${not:a:reference",
    }
    body = b'{"tasks.max": 1, "batch.size": 50, "errors.log.enable": true, ' + httpx.Request(
        "POST", "http://x", json=sent
    ).content.strip()[1:].replace(b'"tasks.max":"1",', b"")
    assert (await client.put("/connectors/orders/config", content=body)).status_code == 201
    expected = {**sent, "tasks.max": "1", "batch.size": "50", "errors.log.enable": "true", "name": "orders"}
    assert (await client.get("/connectors/orders/config")).json() == expected
    assert (await client.get("/connectors/orders")).json()["config"] == expected
    again = await client.put("/connectors/orders/config", json=expected)
    assert again.status_code == 200
    assert again.json()["config"] == expected


async def test_3_states_and_types_are_those_that_tools_know(
    client: httpx.AsyncClient, troubled: list[str]
) -> None:
    found = (await client.get("/connectors?expand=status&expand=info")).json()
    assert set(found) == set(troubled)
    for each in found.values():
        assert each["status"]["connector"]["state"] in CONNECTOR_STATES
        assert {task["state"] for task in each["status"]["tasks"]} <= TASK_STATES
        assert each["status"]["type"] == each["info"]["type"] in {"source", "sink"}
    assert found["idle"]["status"]["tasks"] == []
    assert found["orders"]["status"]["tasks"] != []


async def test_4_what_failed_has_a_trace_and_nothing_else(
    client: httpx.AsyncClient, troubled: list[str]
) -> None:
    for name in troubled:
        status = (await client.get(f"/connectors/{name}/status")).json()
        for each in (status["connector"], *status["tasks"]):
            assert ("trace" in each) == (each["state"] == "FAILED")
            assert each.get("trace", "something")


async def test_5_a_connector_s_state_holds_only_texts(client: httpx.AsyncClient, troubled: list[str]) -> None:
    for name in troubled:
        status = (await client.get(f"/connectors/{name}/status")).json()
        assert all(isinstance(value, str) for value in status["connector"].values())


async def test_6_expansions_are_complete_for_connectors_in_trouble(
    client: httpx.AsyncClient, troubled: list[str]
) -> None:
    for query in ("expand=info&expand=status", "expand=status&expand=info"):
        found = (await client.get(f"/connectors?{query}")).json()
        assert set(found) == set(troubled)
        assert all(each["info"] and each["status"] for each in found.values())


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nowhere", None, 404),
        ("PUT", "/connectors", {}, 405),
        ("POST", "/connectors", {"name": "orders", "config": {}}, 409),
        ("POST", "/connectors", [], 400),
        ("DELETE", "/connectors/nobody", None, 404),
    ],
)
async def test_7_errors_have_a_code_and_a_message(
    client: httpx.AsyncClient, orders: dict[str, str], method: str, path: str, body: Any, status: int
) -> None:
    if status == 409:
        body["config"] = orders
    answer = await client.request(method, path, json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error_code", "message"}
    assert answer.json()["error_code"] == status
    assert answer.json()["message"]


INVALID = (
    r"Connector configuration is invalid and contains the following \d error\(s\):\n(.+\n)+"
    r"You can also find the above list of errors at the endpoint "
    r"`/connector-plugins/\{connectorType\}/config/validate`$"
)


async def test_8_messages_are_those_that_tools_look_for(
    client: httpx.AsyncClient, source: dict[str, str], orders: dict[str, str]
) -> None:
    async def said(method: str, path: str, body: Any = None) -> str:
        return str((await client.request(method, path, json=body)).json()["message"])

    unknown = await said("POST", "/connectors", {"name": "a", "config": {"connector.class": "Nowhere"}})
    assert unknown.startswith(
        "Failed to find any class that implements Connector and which name matches Nowhere"
    )
    assert await said("GET", "/connectors/nobody") == "Connector nobody not found"
    assert (
        await said("POST", "/connectors", {"name": "orders", "config": source})
        == "Connector orders already exists"
    )
    for value, problem in (("abc", "Not a number of type INT"), ("0", "Value must be at least 1")):
        message = await said("PUT", "/connectors/new/config", {**source, "tasks.max": value})
        assert re.match(INVALID, message)
        assert f"\nInvalid value {value} for configuration tasks.max: {problem}\n" in message
    running = (
        "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the "
        "specified connector by issuing a 'PUT' request to the '/connectors/orders/stop' endpoint"
    )
    assert await said("DELETE", "/connectors/orders/offsets") == running
    await client.put("/connectors/orders/stop")
    await until(client, "orders", "STOPPED")
    offsets = {"offsets": [{"partition": {"filename": orders["file"]}, "offset": {"position": 0}}]}
    altered = await said("PATCH", "/connectors/orders/offsets", offsets)
    assert altered == "The offsets for this connector have been altered successfully"
    reset = await said("DELETE", "/connectors/orders/offsets")
    assert reset == "The offsets for this connector have been reset successfully"


async def test_9_validation_answers_for_every_plugin_and_nearly_no_configuration(
    client: httpx.AsyncClient,
) -> None:
    plugins = (await client.get("/connector-plugins")).json()
    assert plugins
    for plugin in plugins:
        named = plugin["class"]
        config = {"connector.class": named, "topics": "getPlugins"}
        answer = await client.put(f"/connector-plugins/{named}/config/validate", json=config)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert set(body) == {"name", "error_count", "groups", "configs"}
        for each in body["configs"]:
            definition, value = each["definition"], each["value"]
            assert set(value) == VALUE
            if definition is None:  # a key that a connector complains of and nobody defines
                continue
            assert set(definition) == DEFINITION
            assert definition["type"] in TYPES
            assert definition["importance"] in {"HIGH", "MEDIUM", "LOW"}
            assert definition["width"] in {"NONE", "SHORT", "MEDIUM", "LONG"}
            assert isinstance(definition["default_value"], str | None)
            assert isinstance(definition["dependents"], list)
            assert isinstance(definition["order"], int)
    mismatch = await client.put(
        "/connector-plugins/FileStreamSink/config/validate", json={"connector.class": "FileStreamSource"}
    )
    assert mismatch.status_code == 400


@pytest.mark.parametrize(
    "alias",
    [
        "FileStreamSource",
        "FileStreamSourceConnector",
        "org.apache.kafka.connect.file.FileStreamSourceConnector",
    ],
)
async def test_10_names_of_plugins_may_be_short_or_long(
    client: httpx.AsyncClient, source: dict[str, str], alias: str
) -> None:
    assert (await client.get(f"/connector-plugins/{alias}/config")).status_code == 200
    config = {**source, "name": "a", "connector.class": alias}
    answer = await client.put(f"/connector-plugins/{alias}/config/validate", json=config)
    assert answer.json()["error_count"] == 0
    nested = "org.apache.kafka.connect.transforms.ExtractField$Key"
    assert (await client.get(f"/connector-plugins/{nested}/config")).status_code == 200


async def test_11_sources_and_sinks_are_named_so_and_do_not_mind_each_other_s_keys(
    client: httpx.AsyncClient, source: dict[str, str]
) -> None:
    shipped = [
        each for each in (await client.get("/connector-plugins")).json() if "FileStream" in each["class"]
    ]
    assert {each["type"] for each in shipped} == {"source", "sink"}
    for each in shipped:
        assert ("Source" in each["class"]) == (each["type"] == "source")
    config = {**source, "name": "a", "topics.regex": "__TOPICS_REGEX_PLACEHOLDER"}
    answer = await client.put("/connector-plugins/FileStreamSource/config/validate", json=config)
    assert answer.json()["error_count"] == 0


async def test_12_the_group_of_a_sink_is_named_after_it(
    client: httpx.AsyncClient, transport: EmbeddedTransport, orders: dict[str, str], tmp_path: Path
) -> None:
    config = {"connector.class": "FileStreamSink", "topics": orders["topic"], "file": str(tmp_path / "out")}
    await client.put("/connectors/out/config", json=config)
    await until(client, "out", "RUNNING")
    await client.put("/connectors/out/stop")
    await until(client, "out", "STOPPED")
    assert sum(filter(None, (await transport.admin.group_offsets("connect-out")).values())) == 2


async def test_13_requests_are_taken_as_tools_send_them(connect: Connect, source: dict[str, str]) -> None:
    client = connect(HttpConfig(access_control_allow_origin=("http://console.example",)))
    created = await client.post("/connectors/", json={"name": "a->b", "config": source})
    assert created.status_code == 201
    assert created.headers["location"] == "/connectors/a-%3Eb"
    await until(client, "a-%3Eb", "RUNNING")
    for path in ("/connectors/a-%3Eb/", "/connector-plugins/", "/admin/loggers/"):
        assert (await client.get(path)).status_code == 200
    twice = await client.get("/connectors?expand=info&expand=info&expand=status")
    assert set(twice.json()["a->b"]) == {"info", "status"}
    for method, path in (("PUT", "pause"), ("PUT", "resume"), ("POST", "restart")):
        answer = await client.request(method, f"/connectors/a-%3Eb/{path}")
        assert answer.status_code in {202, 204}
        assert "content-type" not in answer.request.headers
    origin = {"Origin": "http://console.example"}
    assert "access-control-allow-origin" in (await client.get("/connectors", headers=origin)).headers


async def test_14_statuses_are_exactly_those_that_operators_expect(
    client: httpx.AsyncClient, source: dict[str, str]
) -> None:
    async def status(method: str, path: str, body: Any = None) -> tuple[int, bool]:
        answer = await client.request(method, path, json=body)
        return answer.status_code, bool(answer.content)

    body = {"name": "a", "config": source, "initial_state": "PAUSED"}
    assert await status("POST", "/connectors", body) == (201, True)
    await until(client, "a", "PAUSED", tasks=0)
    assert await status("PUT", "/connectors/a/resume") == (202, False)
    await until(client, "a", "RUNNING")
    assert await status("PUT", "/connectors/a/config", source) == (200, True)
    assert await status("PUT", "/connectors/b/config", source) == (201, True)
    assert await status("POST", "/connectors/a/tasks/0/restart") == (204, False)
    both = "/connectors/a/restart?includeTasks={}&onlyFailed={}"
    assert await status("POST", both.format("false", "false")) == (204, False)
    assert await status("POST", both.format("true", "false")) == (202, True)
    assert await status("POST", both.format("false", "true")) == (202, True)
    assert await status("PUT", "/connectors/a/pause") == (202, False)
    assert await status("PUT", "/connectors/a/stop") == (204, False)
    assert await status("DELETE", "/connectors/a") == (204, False)
    assert await status("GET", "/connectors/a") == (404, True)


async def test_15_a_request_that_another_worker_forwarded_is_answered_here(
    client: httpx.AsyncClient, orders: dict[str, str]
) -> None:
    for forward in ("true", "false"):
        answer = await client.put(f"/connectors/orders/config?forward={forward}", json=orders)
        assert answer.status_code == 200
        assert not answer.is_redirect


def test_there_is_a_test_for_every_rule() -> None:
    numbers = [int(found[1]) for name in globals() if (found := re.match(r"test_(\d+)_", name))]
    assert sorted(numbers) == list(range(1, 16))
