"""What does each route answer?"""

from typing import Any

import httpx
import pytest

from connectsdk.http._operations import Operations
from connectsdk.http._routes.route import find_route
from connectsdk.http._routes.table import ROUTES
from tests.http.conftest import eventually, until


def test_every_route_has_an_operation_and_every_operation_a_route() -> None:
    public = {
        name for name, found in vars(Operations).items() if not name.startswith("_") and callable(found)
    }
    assert {route.name for route in ROUTES} == public - {"named"}


async def test_the_worker_tells_clients_of_kafka_connect_what_they_may_ask_for(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/")
    assert answer.status_code == 200
    major, minor = answer.json()["version"].split(".")[:2]
    assert (int(major), int(minor)) >= (3, 7)
    assert set(answer.json()) == {"version", "commit", "kafka_cluster_id"}


async def test_health(client: httpx.AsyncClient) -> None:
    answer = await eventually(lambda: client.get("/health"), lambda found: found.status_code == 200)
    assert answer.json() == {
        "status": "healthy",
        "message": "Worker has completed startup and is ready to handle requests.",
    }


async def test_a_connector_from_its_creation_to_its_end(
    client: httpx.AsyncClient, orders: dict[str, str]
) -> None:
    assert (await client.get("/connectors")).json() == ["orders"]
    info = (await client.get("/connectors/orders")).json()
    assert info == {
        "name": "orders",
        "config": orders,
        "tasks": [{"connector": "orders", "task": 0}],
        "type": "source",
    }
    assert (await client.get("/connectors/orders/config")).json() == orders
    assert (await client.get("/connectors/orders/tasks/0/status")).json()["state"] == "RUNNING"
    both = (await client.get("/connectors?expand=info&expand=status")).json()
    assert set(both["orders"]) == {"info", "status"}
    assert both["orders"]["info"] == info
    assert (await client.put("/connectors/orders/pause")).status_code == 202
    await until(client, "orders", "PAUSED")
    assert (await client.put("/connectors/orders/resume")).status_code == 202
    await until(client, "orders", "RUNNING")
    assert (await client.put("/connectors/orders/stop")).status_code == 204
    await until(client, "orders", "STOPPED")
    assert (await client.delete("/connectors/orders")).status_code == 204
    assert (await client.get("/connectors/orders")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/nowhere", 404, "HTTP 404 Not Found"),
        ("PUT", "/connectors", 405, "HTTP 405 Method Not Allowed"),
        ("TRACE", "/connectors", 405, "HTTP 405 Method Not Allowed"),
        ("GET", "/connectors/x", 404, "Connector x not found"),
        ("GET", "/connectors/x/status", 404, "No status found for connector x"),
        ("GET", "/connectors/x/tasks/a/status", 404, "HTTP 404 Not Found"),
        ("DELETE", "/connectors/x", 404, "Connector x not found"),
        ("GET", "/connectors/%FF", 400, "the path is not UTF-8 in percent-encoding"),
        ("GET", "/admin/loggers/nobody", 404, "Logger nobody not found."),
    ],
)
async def test_errors_say_the_status_and_why(
    client: httpx.AsyncClient, method: str, path: str, status: int, message: str
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.json() == {"error_code": status, "message": message}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize("end", ["", "/", "//"])
def test_slashes_at_the_end_of_a_path_mean_nothing(route: Any, end: str) -> None:
    path = route.path.replace("{connector}", "a%2Fb").replace("{", "").replace("}", "")
    found, parameters = find_route(route.method, path.rstrip("/") + (end or "/"), ROUTES)
    assert found is route
    assert parameters.get("connector", "a/b") == "a/b"


async def test_offsets_that_cannot_be_stored_are_the_request_s_fault(
    client: httpx.AsyncClient, orders: dict[str, str]
) -> None:
    await client.put("/connectors/orders/stop")
    await until(client, "orders", "STOPPED")
    wanted = {"offsets": [{"partition": {"filename": [1]}, "offset": {"position": 1}}]}
    answer = await client.patch("/connectors/orders/offsets", json=wanted)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == 400
