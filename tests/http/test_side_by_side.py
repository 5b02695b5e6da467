"""Does Kafka Connect answer the same?

The same requests go to a real Kafka Connect and to us, and every status and every field of every body is compared. What
may differ is in `ALLOWED`, each with its reason; a difference that is not there fails, and so does a line that is not
needed any more.
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
from connectsdk.runtime import Worker
from connectsdk.runtime.herder import Herder
from connectsdk.testing.broker import KafkaBroker
from tests.http._flat import differences
from tests.http.conftest import eventually
from tests.http.exchanges import EXCHANGES, Exchange
from tests.http.java_worker import STRING, java_worker

ADDRESS = re.compile(r"127\.0\.0\.1:\d+")

MALFORMED = "Java fails with 500 where the request is at fault; here that is 400"
UNKNOWN = "Java's standalone worker trips over unknown connectors; here each is 404 with one message"
BACKGROUND = "tasks are made in the background, as in Java's distributed worker, sooner or later"
SECRETS = "Java repeats the configuration, with its secrets"
PLUGINS = "each lists its own plugins, versions, documentation and keys"
LOGGERS = "the two have different logging libraries"

ALLOWED: tuple[tuple[str, str, str], ...] = (
    ("the worker", "body/commit", "ours names ours"),
    ("the worker", "body/kafka_cluster_id", "the clusters differ"),
    ("options", "*", "Java describes the methods in the body too, and lists them in another order"),
    ("unknown topics", "*", UNKNOWN),
    ("unknown topics reset", "*", UNKNOWN),
    ("unknown pause", "body/message", UNKNOWN),
    ("unknown resume", "body/message", UNKNOWN),
    ("unknown stop", "*", UNKNOWN),
    ("unknown restart", "*", UNKNOWN),
    ("unknown restart with flags", "body/message", UNKNOWN),
    ("unknown task restart", "*", UNKNOWN),
    ("create without body", "*", MALFORMED),
    ("create with broken JSON", "*", MALFORMED),
    ("create with a list", "*", MALFORMED),
    ("create with an unknown field", "*", MALFORMED),
    ("create without config", "*", MALFORMED),
    ("create with a nested value", "*", MALFORMED),
    ("create with unknown state", "*", MALFORMED),
    ("put config without body", "*", MALFORMED),
    ("alter offsets without body", "*", MALFORMED),
    ("alter offsets wrongly", "*code*", MALFORMED),
    ("alter offsets wrongly", "status", MALFORMED),
    ("alter offsets of another", "*code*", MALFORMED),
    ("alter offsets of another", "status", MALFORMED),
    ("validate nothing", "*", MALFORMED),
    ("validate unknown class", "*", MALFORMED),
    ("create with empty config", "body/message", SECRETS),
    ("create with unknown class", "body/message", "Java adds a list of everything that is installed"),
    ("create", "body/tasks*", BACKGROUND),
    ("put new config", "body/tasks*", BACKGROUND),
    ("tasks", "body/*/config/task.class", "there are no class names of Java here"),
    ("tasks-config", "*", "Java removed it in 4.0; older tools ask for it"),
    ("*", "body*/version", "each names its own version"),
    ("encoded slash", "*", "Java's web server refuses names with a slash, which Java lets be created"),
    ("delete with a slash", "*", "the same"),
    ("rest of a slash", "*", "the same: Java cannot delete it any more"),
    ("plugins", "*", PLUGINS),
    ("all plugins", "*", PLUGINS),
    ("plugin", "*", PLUGINS),
    ("plugin by full name", "*", PLUGINS),
    ("converter", "*", PLUGINS),
    ("validate*", "body/configs/*", PLUGINS),
    ("loggers", "*", LOGGERS),
    ("root logger", "body/level", LOGGERS),
    ("set level", "body", LOGGERS),
    ("create with a slash", "location", "a slash in a name is encoded"),
    ("read level", "body/last_modified", "the time"),
)


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
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        return {each.label: await _send(client, each, places) for each in EXCHANGES}


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
    used, unexpected = set(), []
    for label, theirs in java.items():
        for path, (one, other) in differences(theirs.fields(), ours[label].fields()).items():
            rules = {
                rule for rule in ALLOWED if fnmatchcase(label, rule[0]) and fnmatchcase(path[1:], rule[1])
            }
            used |= rules
            if not rules:
                unexpected.append(f"{label}: {path}: Kafka Connect {one!r}, connectsdk {other!r}")
    assert not unexpected, "\n".join(unexpected)
    unused = [rule for rule in ALLOWED if rule not in used and rule[2] != BACKGROUND]
    assert not unused, f"not needed any more: {unused}"


def test_no_answer_of_ours_is_a_server_error_where_a_request_is_at_fault() -> None:
    assert all("500" not in path for _, path, _ in ALLOWED)
    labels = [each.label for each in EXCHANGES]
    assert len(set(labels)) == len(labels)
