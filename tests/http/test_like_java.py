"""Are the smaller things of requests as Kafka Connect has them?

Each was found by sending the same random requests to Apache Kafka 4.1's workers and to us.
"""

from typing import Any, ClassVar

import anyio
import httpx
import pytest

from connectsdk.errors import TransportError
from connectsdk.http import app
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder
from connectsdk.testing.broker import KafkaBroker
from connectsdk.transports.kafka import KafkaTransport
from tests.http.conftest import eventually, until

VALIDATE = "/connector-plugins/FileStreamSource/config/validate"


@pytest.mark.parametrize("state", ["", " ", "RUNNING "])
async def test_an_initial_state_is_one_of_three(
    client: httpx.AsyncClient, source: dict[str, str], state: str
) -> None:
    body = {"name": "orders", "config": source, "initial_state": state}
    answer = await client.post("/connectors", json=body)
    assert answer.status_code == 400, answer.text
    assert (await client.get("/connectors")).json() == []


async def test_an_initial_state_of_null_is_none(client: httpx.AsyncClient, source: dict[str, str]) -> None:
    body = {"name": "orders", "config": source, "initial_state": None}
    assert (await client.post("/connectors", json=body)).status_code == 201


async def test_what_is_wrong_with_a_configuration_comes_before_its_name(
    client: httpx.AsyncClient, orders: dict[str, str]
) -> None:
    wrong = {**orders, "tasks.max": "0"}
    answer = await client.post("/connectors", json={"name": "orders", "config": wrong})
    assert answer.status_code == 400
    assert "Invalid value 0 for configuration tasks.max: Value must be at least 1" in answer.json()["message"]
    answer = await client.post("/connectors", json={"name": "orders", "config": orders})
    assert (answer.status_code, answer.json()["message"]) == (409, "Connector orders already exists")


async def test_null_is_validated_like_any_value(client: httpx.AsyncClient, source: dict[str, str]) -> None:
    config = {**source, "name": "a", "tasks.max": None, "file": None, "surprise": None}
    answer = await client.put(VALIDATE, json=config)
    assert answer.status_code == 200, answer.text
    errors = {each["value"]["name"]: each["value"]["errors"] for each in answer.json()["configs"]}
    null = "Null value can not be supplied as the configuration value."
    assert errors["tasks.max"] == [
        "Invalid value null for configuration tasks.max: Value must be non-null",
        null,
    ]
    assert (errors["surprise"], errors["file"]) == ([null], [])
    assert answer.json()["error_count"] == 3


async def test_the_tasks_of_a_paused_connector_stay_when_it_is_configured_anew(
    client: httpx.AsyncClient, herder: Herder, orders: dict[str, str]
) -> None:
    assert (await client.put("/connectors/orders/pause")).status_code == 202
    await until(client, "orders", "PAUSED")
    assert (await client.put("/connectors/orders/config", json={**orders, "k": "v"})).status_code == 200
    with anyio.fail_after(30):
        await herder._flock.get("orders").wait_until_settled()  # it had been paused before, too

    async def look() -> Any:
        return (await client.get("/connectors?expand=info&expand=status")).json()["orders"]

    found = await eventually(look, lambda found: found["status"]["connector"]["state"] == "PAUSED")
    assert [each["state"] for each in found["status"]["tasks"]] == ["PAUSED"]
    assert len(found["info"]["tasks"]) == 1
    assert (await client.get("/connectors/orders/tasks/0/status")).json()["state"] == "PAUSED"
    assert (await client.put("/connectors/orders/resume")).status_code == 202
    await until(client, "orders", "RUNNING")


async def test_offsets_of_a_partition_that_is_not_there_are_refused(
    client: httpx.AsyncClient, orders: dict[str, str]
) -> None:
    sink = {"connector.class": "FileStreamSink", "topics": orders["topic"], "file": f"{orders['file']}.out"}
    body = {"name": "out", "config": sink, "initial_state": "STOPPED"}
    assert (await client.post("/connectors", json=body)).status_code == 201
    for topic, partition in ((orders["topic"], 7), ("nowhere", 0)):
        place = {"kafka_topic": topic, "kafka_partition": partition}
        offsets = [{"partition": place, "offset": {"kafka_offset": 1}}]
        answer = await client.patch("/connectors/out/offsets", json={"offsets": offsets})
        assert answer.status_code == 400, answer.text
        assert topic in answer.json()["message"]


async def test_a_plugin_s_version_is_kept_as_it_was_sent(
    client: httpx.AsyncClient, source: dict[str, str]
) -> None:
    config = {**source, "name": "orders", "connector.plugin.version": "4.1.0"}
    answer = await client.post("/connectors", json={"name": "orders", "config": config})
    assert answer.status_code == 201, answer.text
    assert (await client.get("/connectors/orders/config")).json() == config


@pytest.mark.kafka
async def test_the_worker_tells_which_cluster_it_works_on(kafka_broker: KafkaBroker) -> None:
    transport = KafkaTransport(kafka_broker.bootstrap_servers)
    async with transport, Worker(transport) as worker, Herder(worker) as herder:
        asgi = httpx.ASGITransport(app(herder))
        async with httpx.AsyncClient(transport=asgi, base_url="http://localhost:8083") as client:
            found = [(await client.get("/")).json()["kafka_cluster_id"] for _ in range(2)]
    assert found == [found[0]] * 2
    assert len(found[0]) == 22


async def test_a_cluster_that_does_not_tell_its_name_is_asked_again(herder: Herder) -> None:
    class Admin:
        """Answers the second time."""

        answers: ClassVar = [TransportError("not now"), "the-name"]

        def __getattr__(self, name: str) -> Any:
            return getattr(admin, name)

        async def cluster_id(self) -> str:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return str(answer)

    assert await herder.read_cluster_id() is None
    admin, transport = herder._worker.transport.admin, herder._worker.transport
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(transport), "admin", Admin())
        assert [await herder.read_cluster_id() for _ in range(3)] == [None, "the-name", "the-name"]
