"""Which converters do a connector's records go through? The rules are Kafka Connect's."""

from collections.abc import Mapping
from typing import Any

import pytest

from connectsdk._core.tolerance import Tolerance
from connectsdk.converters.json import JsonConverter
from connectsdk.converters.simple_header import SimpleHeaderConverter
from connectsdk.errors import ConfigError
from connectsdk.runtime._parts.pipelines import Plumbing
from connectsdk.runtime._parts.plugins import Plugins


class Noted:
    """A converter that keeps its configuration."""

    config_class = dict

    def configure(self, config: Mapping[str, Any], **said: bool) -> None:
        self.config, self.said = dict(config), said

    def from_connect_data(self, *_: Any) -> bytes:
        return b""

    to_connect_data = from_connect_header = to_connect_header = from_connect_data


class Other(Noted):
    """Another one."""


KINDS = ("key", "value", "header")


def made(connector: Mapping[str, Any], worker: Mapping[str, Any], kind: str) -> Any:
    named = {f"{kind}.converter{key}": said for key, said in connector.items()}
    defaults = {f"{kind}.converter{key}": said for key, said in worker.items()}
    pipeline = Plumbing(named, defaults, Plugins(), Tolerance.declared("none"), ()).open_source().pipeline
    return getattr(pipeline, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("connector", "worker", "found", "config"),
    [
        ({"": Noted, ".a": "1"}, {"": Other, ".a": "2", ".b": "3"}, Noted, {"a": "1"}),
        ({"": Noted}, {"": Noted, ".a": "2"}, Noted, {}),
        ({}, {"": Other, ".a": "2", ".b.c": "3"}, Other, {"a": "2", "b.c": "3"}),
        ({".a": "1"}, {"": Other, ".b": "2"}, Other, {"b": "2"}),
        ({"": None, ".a": "1"}, {"": Other}, Other, {}),
        ({"": Noted, ".a": "1"}, {}, Noted, {"a": "1"}),
    ],
    ids=[
        "its own",
        "same class, own keys",
        "the worker's",
        "keys without a class",
        "null is absent",
        "only its own",
    ],
)
def test_the_connectors_converter_goes_before_the_workers_and_they_are_not_mixed(
    kind: str, connector: Any, worker: Any, found: type, config: dict[str, str]
) -> None:
    converter = made(connector, worker, kind)
    assert type(converter) is found
    assert converter.config == config


def test_a_converter_knows_what_it_converts() -> None:
    assert made({"": Noted}, {}, "key").said == {"is_key": True}
    assert made({"": Noted}, {}, "value").said == {"is_key": False}
    assert made({"": Noted}, {}, "header").said == {}


def test_without_any_name_it_is_json_without_schemas_and_simple_headers() -> None:
    for kind in ("key", "value"):
        converter = made({}, {}, kind)
        assert type(converter) is JsonConverter
        assert converter.from_connect_data("t", (), None, {"a": 1}) == b'{"a":1}'
    assert type(made({}, {}, "header")) is SimpleHeaderConverter


def test_the_workers_keys_are_for_the_default_converter_too() -> None:
    converter = made({}, {".schemas.enable": "true"}, "value")
    assert converter.from_connect_data("t", (), None, 1) == b'{"schema":null,"payload":1}'


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_name_is_no_name_of_a_class(kind: str) -> None:
    with pytest.raises(ConfigError, match=rf"{kind}\.converter"):
        made({"": ""}, {"": Other}, kind)


@pytest.mark.parametrize(
    "name", ["Double", "DoubleConverter", "org.apache.kafka.connect.converters.DoubleConverter"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_converted_wherever_they_are(kind: str, name: str) -> None:
    converter = made({}, {"": name}, kind)
    if kind == "header":
        assert converter.from_connect_header("t", "h", None, 1.0) == b"\x3f\xf0" + b"\0" * 6
    else:
        assert converter.from_connect_data("t", (), None, 1.0) == b"\x3f\xf0" + b"\0" * 6
