"""Does Kafka Connect answer the same?

The same requests go to a real Kafka Connect and to us: every route with what is good, unknown names, bad bodies, wrong
values and wrong states. Every status and every field of every body is compared. What may differ is in
`allowed_differences`, each with its reason; a difference that is not there fails, and so does a line that is not needed
any more.
"""

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

from connectsdk import EmbeddedTransport
from connectsdk.http import HttpConfig, serve
from connectsdk.http._requests import RestError
from connectsdk.http._routes.route import Route, find_route
from connectsdk.http._routes.table import ROUTES
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder
from connectsdk.testing.broker import KafkaBroker
from tests.http._flat import differences
from tests.http.allowed_differences import ALLOWED, BACKGROUND, OWN_KEYS, OWN_PLUGINS, Rule
from tests.http.conftest import eventually
from tests.http.exchanges import EXCHANGES, Exchange
from tests.http.exchanges_of_errors import ERRORS
from tests.http.java_worker import STRING, java_worker

ADDRESS = re.compile(r"127\.0\.0\.1:\d+")

COMPARED = 379
"""How many requests both were sent."""

EVERYTHING = (*EXCHANGES, *ERRORS)

WHOLE = (OWN_KEYS, OWN_PLUGINS)
"""Reasons for which a whole key or plugin may be on one side only."""

OURS = {"metrics", "openapi", "explain", "worker_facts"}
"""Routes that Kafka Connect does not have."""


@attrs.frozen
class Got:
    """What came back."""

    status: int
    body: Any
    location: str | None

    def fields(self) -> dict[str, Any]:
        return {"status": self.status, "location": self.location, "body": self.body}


async def _play(url: str, places: dict[str, str]) -> dict[str, Got]:
    """Send all requests to one worker."""
    once = httpx.Limits(max_keepalive_connections=0)  # Java closes some connections without saying so first
    async with httpx.AsyncClient(base_url=url, timeout=30, limits=once) as client:
        return {each.label: await _send(client, each, places) for each in EVERYTHING}


async def _send(client: httpx.AsyncClient, exchange: Exchange, places: dict[str, str]) -> Got:
    if exchange.wait is not None:
        await eventually(lambda: _states(client, *exchange.wait), lambda found: found)  # type: ignore[misc]
    content = exchange.content(places)
    headers = {"Content-Type": "application/json"} if content else {}

    async def ask() -> httpx.Response:
        return await client.request(
            exchange.method, exchange.path, content=content, headers={**headers, **exchange.headers}
        )

    answer = await eventually(ask, lambda found: exchange.until in found.text)
    text = ADDRESS.sub("worker", answer.text)
    for key, value in places.items():
        text = text.replace(value, f"{{{key}}}")
    try:
        body = json.loads(text)
    except ValueError:
        body = text
    location = answer.headers.get("location")
    return Got(
        answer.status_code, body, location and ADDRESS.sub("worker", location).removeprefix("http://worker")
    )


async def _states(client: httpx.AsyncClient, name: str, state: str) -> bool:
    answer = await client.get(f"/connectors/{name}/status")
    if answer.status_code != httpx.codes.OK:
        return False
    found = answer.json()
    states = [found["connector"]["state"], *(task["state"] for task in found["tasks"])]
    return set(states) == {state} and len(states) == (1 if state == "STOPPED" else 2)


def _places(folder: Path) -> dict[str, str]:
    folder.mkdir()
    (folder / "lines.txt").write_text("one\ntwo\nthree\n")
    return {
        "lines": str(folder / "lines.txt"),
        "out": str(folder / "out.txt"),
        "topic": f"topic-of-{folder.name}",
    }


@pytest.mark.kafka
@pytest.mark.slow
async def test_kafka_connect_answers_the_same(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    with java_worker(kafka_broker.bootstrap_servers, tmp_path) as url:
        java = await _play(url, _places(tmp_path / "java"))
    config = {"key.converter": STRING, "value.converter": STRING, "offset.flush.interval.ms": "500"}
    http = HttpConfig(listeners=("http://127.0.0.1:0",))
    async with (
        Worker(EmbeddedTransport(), config) as worker,
        Herder(worker) as herder,
        serve(herder, http) as served,
    ):
        ours = await _play(served.url, _places(tmp_path / "ours"))
    assert len(java) == len(ours) == COMPARED
    used, unexpected = set(), []
    for label, theirs in java.items():
        for path, (one, other) in differences(theirs.fields(), ours[label].fields()).items():
            rules = _rules(label, path.removeprefix("/"))
            used |= rules
            if not rules:
                unexpected.append(f"{label}: {path}: Kafka Connect {one!r}, connectsdk {other!r}")
    assert not unexpected, "\n".join(unexpected)
    unused = [rule for rule in ALLOWED if rule not in used and rule[2] != BACKGROUND]
    assert not unused, f"not needed any more: {unused}"


def _rules(label: str, path: str) -> set[Rule]:
    """Return the rules that allow a difference: in a field, or in everything below a key that only one has."""
    return {
        rule
        for rule in ALLOWED
        if fnmatchcase(label, rule[0])
        and (fnmatchcase(path, rule[1]) or (rule[2] in WHOLE and fnmatchcase(path, f"{rule[1]}/*")))
    }


def test_every_route_of_kafka_connect_is_compared() -> None:
    sent = {
        route.name
        for exchange in EVERYTHING
        for route in ROUTES
        if _is_of(exchange.method, exchange.path.partition("?")[0], route)
    }
    assert sent == {route.name for route in ROUTES} - OURS


def _is_of(method: str, path: str, route: Route) -> bool:
    try:
        return find_route(method, path, [route])[0] is route
    except RestError:
        return False


def test_no_rule_allows_everything() -> None:
    assert all(path not in {"*", "body*", "body/*"} for _, path, _ in ALLOWED)
    assert all(reason for _, _, reason in ALLOWED)
    labels = [each.label for each in EVERYTHING]
    assert len(set(labels)) == len(labels) == COMPARED
