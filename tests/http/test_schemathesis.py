"""Does any request make an error of the server, or an answer that the description does not know?

Schemathesis makes requests of the OpenAPI document, good ones and bad ones.
"""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import anyio
import anyio.from_thread
import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from connectsdk.http._openapi import openapi
from connectsdk.http._routes.table import ROUTES
from tests.http.served import served

CASES = 2_000
VARIED = [route for route in ROUTES if "{" in route.path or route.query or route.body != "none"]
"""Routes that can be asked in more than a few ways."""

EACH = -(-CASES // len(VARIED)) if os.environ.get("CI") else 8
"""How many cases each of them gets at least; schemathesis adds some for the limits of every schema."""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("schemathesis")]

api = schemathesis.openapi.from_dict(openapi(ROUTES, "test"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
counted = {"cases": 0}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A worker on a thread of its own."""
    before = {name: logging.getLogger(name).level for name in (None, *logging.Logger.manager.loggerDict)}
    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(served()) as url,
    ):
        yield url
    for name in (None, *logging.Logger.manager.loggerDict):
        logging.getLogger(name).setLevel(before.get(name, logging.NOTSET))


@pytest.fixture
def connector(url: str, tmp_path: Path) -> str:
    """A connector that is there when a route's cases begin."""
    config = {"connector.class": "FileStreamSource", "topic": "lines", "file": str(tmp_path / "lines.txt")}
    (tmp_path / "lines.txt").write_text("one\n")
    httpx.put(f"{url}/connectors/orders/config", json=config).raise_for_status()
    return "orders"


@api.parametrize()
@settings(
    max_examples=EACH,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_is_described(case: schemathesis.Case, url: str, connector: str) -> None:
    counted["cases"] += 1
    if "connector" in case.path_parameters and counted["cases"] % 2:
        case.path_parameters["connector"] = connector
    response = case.call(base_url=url, timeout=20)
    case.validate_response(response, checks=CHECKS)


def test_as_many_cases_were_sent_as_there_should_be(request: pytest.FixtureRequest) -> None:
    others = [each for each in request.session.items if each.path == request.path]
    if len(others) <= len(ROUTES):
        pytest.skip("only some of the routes were asked for")
    assert counted["cases"] >= (CASES if os.environ.get("CI") else EACH * len(VARIED))
