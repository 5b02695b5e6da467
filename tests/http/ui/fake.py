"""A worker that is only an answer: many states, and names and texts that want to be markup."""

import json
import math
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectsdk.http._page import page_routes

HOSTILE = '<img src=x onerror="document.title=`owned`">'
TRACE = f"""connectsdk.errors.DataError: {HOSTILE} cannot be read at offset 4711 of orders-3
Traceback (most recent call last):
  File "jdbc.py", line 88, in put
    await self.write(records)
  File "jdbc.py", line 131, in write
    raise DataError(f"{{record}} cannot be read")
</pre></details><script>document.title = "owned"</script>"""


def config(name: str, kind: str, **more: str) -> dict[str, str]:
    return {"name": name, "connector.class": f"com.example.connect.{kind}", "tasks.max": "4", **more}


def facts(task: int, rate: float = 0.0, **more: Any) -> dict[str, Any]:
    counted = dict.fromkeys(
        (
            "filtered",
            "skipped",
            "dead_lettered",
            "failed",
            "returned",
            "retried",
            "restarts",
            "commit_failures",
        ),
        0,
    )
    return {
        "id": task, "state": "running", "error": None, "read": 0, "delivered": 0, "in_flight": 0, "commits": 31,
        "lag": None, "restarts_left": None, "next_restart_in": None, "read_rate": rate, "delivered_rate": rate,
        **counted, **more,
    }  # fmt: skip


class Fake:
    """Answers like a worker, and takes note of what it is asked.

    Attributes:
        connectors: By name, what `GET /connectors` with its expansions answers.
        asked: Methods and paths that changed something.
        down: Whether it answers 503 to everything but the page.
        token: What has to be sent with every request; None for nothing.
        knows_facts: Whether it has more to tell than Kafka Connect's Java worker.
        worker: What it tells of itself.
        explanations: Why its connectors are as they are, by name.
    """

    def __init__(self, *, knows_facts: bool = True) -> None:
        self.connectors: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.down = False
        self.token: str | None = None
        self.knows_facts = knows_facts
        self.worker = {"abandoned": 0, "unusable_plugins": []}
        self.explanations: dict[str, dict[str, str]] = {}
        self._looks = 0

    def add(
        self, name: str, kind: str, states: str = "RUNNING", *, state: str = "RUNNING", **more: str
    ) -> list[dict[str, Any]]:
        """Add a connector whose tasks are in the given states; return the facts of its tasks, to be changed."""
        direction = "sink" if "Sink" in kind else "source"
        own = {
            "state": state,
            "worker_id": "10.0.0.7:8083",
            **({"trace": TRACE} if state == "FAILED" else {}),
        }
        tasks = [
            {"id": at, "state": each, "worker_id": "10.0.0.7:8083", **({"trace": TRACE} if each == "FAILED" else {})}
            for at, each in enumerate(states.split())
        ]  # fmt: skip
        known = [facts(at) for at, _ in enumerate(tasks)]
        info = {
            "name": name,
            "config": config(name, kind, **more),
            "tasks": [{"connector": name, "task": task["id"]} for task in tasks],
            "type": direction,
        }
        self.connectors[name] = {
            "info": info,
            "status": {"name": name, "connector": own, "tasks": tasks, "type": direction},
            "facts": {"tasks": known, "abandoned": 0},
        }
        return known

    def app(self) -> Starlette:
        methods = ["GET", "PUT", "POST", "DELETE"]
        return Starlette(routes=[*page_routes(), Route("/{path:path}", self.answer, methods=methods)])

    async def answer(self, request: Request) -> Response:
        """Answer one request to the REST API."""
        if self.token is not None and request.headers.get("authorization") != f"Bearer {self.token}":
            headers = {"WWW-Authenticate": "Bearer"}
            return JSONResponse(
                {"error_code": 401, "message": "User cannot access the resource."}, 401, headers
            )
        if self.down:
            return JSONResponse({"error_code": 503, "message": "Worker is still starting up."}, 503)
        if request.method != "GET":
            self.asked.append(f"{request.method} {request.scope['raw_path'].decode()}?{request.url.query}")
            return Response(status_code=202)
        path = request.url.path
        if path == "/connectors":
            self._go_on()
            kinds = set(request.query_params.getlist("expand")) - (set() if self.knows_facts else {"facts"})
            return JSONResponse(
                {name: {kind: found[kind] for kind in kinds} for name, found in self.connectors.items()}
            )
        answers: dict[str, Any] = {
            "/": {
                "version": "4.1.0",
                "commit": "connectsdk-0.1.0" if self.knows_facts else "x",
                "kafka_cluster_id": "MkU3OEVBNTcwNTJENDM2Qk",
            },
            "/connector-plugins": PLUGINS,
        }
        if self.knows_facts:
            answers["/worker"] = self.worker
        if self.knows_facts and path.endswith("/explain"):
            answers[path] = self.explanations.get(
                path.split("/")[2], {"verdict": "fine", "cause": "", "remedy": ""}
            )
        if path.endswith("/topics"):
            answers[path] = {path.split("/")[2]: {"topics": ["orders", "orders-dlq", HOSTILE]}}
        found = {"offsets": OFFSETS} if path.endswith("/offsets") else answers.get(path)
        return JSONResponse(found or {"error_code": 404, "message": "HTTP 404"}, 200 if found else 404)

    def _go_on(self) -> None:
        """Let two seconds pass: now faster, now slower."""
        self._looks += 1
        for seed, found in enumerate(self.connectors.values(), start=2):
            speed = 2 + math.sin(self._looks / seed) + math.sin(self._looks * seed / 2) / 2
            for task in found["facts"]["tasks"]:
                task["read"] += round(task["read_rate"] * speed)
                task["delivered"] += round(task["delivered_rate"] * speed)


OFFSETS = [
    {
        "partition": {"kafka_topic": "orders", "kafka_partition": at},
        "offset": {"kafka_offset": 48_213 * (at + 1)},
    }
    for at in range(3)
] + [{"partition": {"file": HOSTILE}, "offset": None}]
PLUGINS = [
    {"class": f"connectsdk.{module}.{name}", "type": kind, "version": "0.1.0"}
    for kind, module, names in (
        ("source", "connectors", "FileStreamSource"),
        ("sink", "connectors", "FileStreamSink"),
        (
            "converter",
            "converters",
            "JsonConverter StringConverter ByteArrayConverter AvroConverter LongConverter",
        ),
        ("header_converter", "converters", "SimpleHeaderConverter"),
        (
            "transformation",
            "transforms",
            "Cast Filter Flatten HoistField InsertField MaskField Redact RegexRouter",
        ),
        ("predicate", "transforms", "HasHeaderKey RecordIsTombstone TopicNameMatches"),
    )
    for name in names.split()
] + [{"class": HOSTILE, "type": "sink"}]


def shop() -> Fake:
    """A worker as an operator meets it: most runs, something does not."""
    fake = Fake()
    for task in fake.add("orders-to-warehouse", "JdbcSink", "RUNNING RUNNING FAILED RUNNING", topics="orders", **{
        "connection.url": "jdbc:postgresql://loader:hunter2@db.internal:5432/shop",
        "connection.password": "hunter2", "errors.deadletterqueue.topic.name": "orders-dlq", "errors.tolerance": "all",
        "value.converter": "JsonConverter", "value.converter.basic.auth.user.info": "sr:hunter2",
        "connection.user": "${env:WAREHOUSE_USER}", "transforms": "route", "transforms.route.type": "RegexRouter",
    }):  # fmt: skip
        task.update(
            read=1_204_331, delivered=1_203_900, in_flight=388, read_rate=1210.0, delivered_rate=1204.0, lag=18_204,
            dead_lettered=43, retried=12, restarts=2,
        )  # fmt: skip
    fake.connectors["orders-to-warehouse"]["facts"]["tasks"][2].update(
        read_rate=0.0, delivered_rate=0.0, restarts=9
    )
    for task in fake.add(
        "clickstream", "KinesisSource", "RUNNING RUNNING RUNNING RUNNING RUNNING RUNNING", topic="clicks"
    ):
        task.update(
            read=88_120_455, delivered=88_119_204, in_flight=1251, read_rate=8120.0, delivered_rate=8115.0
        )
    for task in fake.add("customers-cdc", "PostgresSource", "RUNNING", topic="customers"):
        task.update(read=40_112, delivered=40_112, read_rate=3.4, delivered_rate=3.4)
    fake.add("invoices-archive", "S3Sink", "PAUSED PAUSED", state="PAUSED", topics="invoices")[0].update(
        lag=902, read=4
    )
    fake.add("legacy-import", "FileStreamSource", "", state="STOPPED", topic="legacy")
    fake.add("payments-audit", "HttpSink", "FAILED FAILED", state="RUNNING", topics="payments")[0].update(
        restarts=10, dead_lettered=7, lag=120_331, read=10
    )
    for task in fake.add(
        "search-index", "OpenSearchSink", "RUNNING RUNNING RESTARTING", topics="products,reviews"
    ):
        task.update(
            read=991_200,
            delivered=991_180,
            in_flight=20,
            read_rate=402.0,
            delivered_rate=401.0,
            lag=11,
            restarts=1,
        )
    return fake


def unwell() -> Fake:
    """A worker that has it all: failed, hung and paused tasks, dead letters, code left behind, plugins that are broken."""
    fake = shop()
    for task in fake.add("geo-enricher", "HttpSink", "RUNNING RUNNING", topics="places"):
        task.update(read=31_200, delivered=31_000, in_flight=200, unsettled_age=754.0, lag=90_412)
    fake.connectors["geo-enricher"]["facts"]["abandoned"] = 2
    fake.explanations["geo-enricher"] = {
        "verdict": "stuck",
        "cause": "task 0 has been in HttpSinkTask.put for 12 min 34 s; 200 records wait for it",
        "remedy": "look at what it waits for: a connection without a timeout waits for ever. Restart the task afterwards.",
    }
    fake.worker = {
        "abandoned": 3,
        "unusable_plugins": [
            {
                "name": "SnowflakeSink",
                "type": "connector",
                "path": "snowflake_connect.sink:SnowflakeSink",
                "distribution": "snowflake-connect 2.1.0",
                "reason": "importing it raised ModuleNotFoundError: No module named 'snowflake'",
            },
            {
                "name": "slow",
                "type": "transformation",
                "path": "slow_transforms:Slow",
                "distribution": None,
                "reason": f"its import did not end within 10 s {HOSTILE}",
            },
        ],
    }
    return fake


def hostile() -> Fake:
    """A worker whose every text is an attack."""
    fake = Fake()
    evil = {"connection.password": "hunter2", HOSTILE: HOSTILE, "topics": f"orders,{HOSTILE}"}
    fake.add(HOSTILE, f"{HOSTILE}Sink", "FAILED RUNNING", **evil)
    fake.add("javascript:alert(1)", "ScriptSource", state="FAILED")
    fake.add("a/b?c#d%2F 100% ü", "SlashSource")
    fake.add("__proto__", "PrototypeSource")
    fake.add("x" * 249, "LongSource", " ".join(["RUNNING"] * 40))
    fake.connectors[HOSTILE]["info"]["config"]["z"] = json.dumps({"a": HOSTILE})
    return fake
