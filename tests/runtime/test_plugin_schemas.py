"""Is the JSON Schema of every plugin's configuration one, and does it accept what the plugin's defaults say?"""

import json

import jsonschema
import pytest

from connectsdk.config import to_json_schema
from connectsdk.runtime import OperatedPlugins, Worker
from connectsdk.transports.embedded import EmbeddedTransport


def plugins() -> OperatedPlugins:
    return OperatedPlugins(Worker(EmbeddedTransport()))


NAMES = [
    each.class_name for each in (*plugins().plugins(connectors_only=False), *plugins().config_providers())
]


@pytest.mark.parametrize("name", sorted(set(NAMES)))
def test_every_plugin_s_json_schema_is_one(name: str) -> None:
    schema = json.loads(json.dumps(to_json_schema(plugins().plugin_keys(name))))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    for key, own in schema["properties"].items():
        if "default" in own:
            assert check.evolve(schema=own).is_valid(own["default"]), f"{key}: its default is not valid"
