"""Is the JSON Schema of every plugin's configuration one, and does it accept what the plugin's defaults say?"""

import json

import jsonschema
import pytest
from hypothesis import given, settings, strategies as st

from connectsdk.config import to_json_schema, validate
from connectsdk.runtime import OperatedPlugins, Worker
from connectsdk.transports.embedded import EmbeddedTransport
from tests.thoroughness import THOROUGHNESS


def plugins() -> OperatedPlugins:
    return OperatedPlugins(Worker(EmbeddedTransport()))


NAMES = [
    each.class_name for each in (*plugins().plugins(connectors_only=False), *plugins().config_providers())
]
KEYS = {name: plugins().plugin_keys(name) for name in sorted(set(NAMES))}


@pytest.mark.parametrize("name", KEYS)
def test_every_plugin_s_json_schema_is_one(name: str) -> None:
    schema = json.loads(json.dumps(to_json_schema(KEYS[name])))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    for key, own in schema["properties"].items():
        if "default" in own:
            assert check.evolve(schema=own).is_valid(own["default"]), f"{key}: its default is not valid"


VALUES = st.sampled_from(
    ["", " ", "0", "-1", "7", "7.5", "1e9", "true", "no", "a", "a,b", "NONE", "none", "append", "[", "a.b:C"]
)
WRITTEN = VALUES | st.text(max_size=4) | st.integers(-2, 2**40) | st.booleans() | st.none()
BLANKS = "".join(map(chr, range(0x21)))  # are no part of a value that is text: they are removed around it


@pytest.mark.parametrize("name", KEYS)
@given(drawn=st.data())
@settings(max_examples=30 * THOROUGHNESS, deadline=None)
def test_what_the_schema_refuses_is_refused_when_it_is_validated(name: str, drawn: st.DataObject) -> None:
    keys = KEYS[name]
    properties = to_json_schema(keys)["properties"]
    if not properties:
        return
    key = drawn.draw(st.sampled_from(sorted(properties)))
    value = drawn.draw(WRITTEN)
    meant = value.strip(BLANKS) if isinstance(value, str) else value
    if not jsonschema.Draft202012Validator(properties[key]).is_valid(meant):
        [found] = [each for each in validate(keys, {key: value}) if each.name == key]
        assert found.error_messages, f"{key}={value!r} contradicts {properties[key]}"


@pytest.mark.parametrize("name", KEYS)
def test_what_is_required_is_required_by_both(name: str) -> None:
    required = to_json_schema(KEYS[name])["required"]
    missing = [
        each.name
        for each in validate(KEYS[name], {})
        if any("has no default value" in message for message in each.error_messages)
    ]
    assert required == missing
