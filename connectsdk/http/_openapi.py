"""How is the API described for tools? In OpenAPI 3.1, from the table of routes."""

import re
from collections.abc import Sequence
from typing import Any

from connectsdk.http._routes.route import Route
from connectsdk.http._schemas import ERRORS, REQUESTS, SCHEMAS

__all__ = ("openapi",)

PARAMETER = re.compile(r"\{(\w+)\}")
REFUSALS = ("400", "401", "403", "404", "405", "408", "409", "413", "415", "429", "431", "500", "503")


def openapi(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """Return the description of the routes."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "connectsdk",
            "version": version,
            "description": "The REST API of Kafka Connect, answered by connectsdk.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": [{}, {"basic": []}, {"bearer": []}],
    }


def _operation(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [next(iter(route.parts), "worker")],
        "x-action": str(route.action),
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    if route.body != "none":
        described["requestBody"] = {"required": True, "content": _json(REQUESTS[route.body])}
    return described


def _parameters(route: Route) -> list[dict[str, Any]]:
    in_path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": SCHEMAS["TaskNumber" if name == "task" else "Name"],
        }
        for name in PARAMETER.findall(route.path)
    ]
    in_query = [{"name": key, "in": "query", "schema": _ref(schema)} for key, schema in route.query.items()]
    return in_path + in_query


def _responses(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(REFUSALS, ERRORS)
    for status, schema in route.answers.items():
        found[str(status)] = {"description": "Done." if schema is None else schema}
        if schema is not None:
            found[str(status)]["content"] = _json(schema)
    return dict(sorted(found.items()))


TEXTS = {"Metrics": "text/plain"}
"""Schemas of bodies that are not JSON, and what they are."""


def _json(schema: str) -> dict[str, Any]:
    return {TEXTS.get(schema, "application/json"): {"schema": _ref(schema)}}


def _ref(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}
