"""What /metrics answers."""

import sys

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families


async def test_metrics_are_text(client: httpx.AsyncClient, orders: dict[str, str]) -> None:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert families["kafka_connect_worker_connector_count"].samples[0].value == 1


async def test_they_need_no_library(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    answer = await client.get("/metrics")
    assert answer.status_code == 200
