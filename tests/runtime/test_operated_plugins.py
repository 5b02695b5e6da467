"""What do operators learn of plugins and configurations?"""

import time

import pytest

from connectsdk.runtime import Worker
from connectsdk.runtime.herder import BadRequestError, Herder, NotFoundError
from connectsdk.transports.embedded import EmbeddedTransport


@pytest.fixture
async def herder(tmp_path):
    from connectsdk.runtime.herder import FileDesiredState

    async with (
        Worker(EmbeddedTransport()) as worker,
        Herder(worker, FileDesiredState(tmp_path / "connectors.json")) as herder,
    ):
        yield herder


async def test_what_is_java_s_is_listed_under_java_s_names(herder):
    listed = {(each.type, each.class_name) for each in herder.plugins(connectors_only=False)}
    assert ("source", "org.apache.kafka.connect.file.FileStreamSourceConnector") in listed
    assert ("sink", "org.apache.kafka.connect.file.FileStreamSinkConnector") in listed
    assert ("transformation", "org.apache.kafka.connect.transforms.ExtractField$Key") in listed
    assert {each.type for each in herder.plugins()} == {"source", "sink"}


@pytest.mark.parametrize(
    "name",
    [
        "FileStreamSource",
        "FileStreamSourceConnector",
        "org.apache.kafka.connect.file.FileStreamSourceConnector",
        "connectsdk.connectors.file_source.FileStreamSourceConnector",
        "Cast$Value",
        "org.apache.kafka.connect.transforms.Cast$Key",
        "JsonConverter",
        "Json",
        "HasHeaderKey",
        "SimpleHeaderConverter",
    ],
)
async def test_a_plugin_says_its_keys_whatever_name_it_is_called_by(herder, name):
    keys = herder.plugin_config(name)
    assert isinstance(keys, list)
    assert bool(keys) == (name != "SimpleHeaderConverter")


async def test_every_listed_plugin_says_its_keys_quickly(herder):
    for each in herder.plugins(connectors_only=False):
        herder.plugin_config(each.class_name)
    times = []
    for _ in range(5):  # what else the machine does makes it longer, and nothing shorter
        began = time.perf_counter()
        for each in herder.plugins(connectors_only=False):
            herder.plugin_config(each.class_name)
        times.append(time.perf_counter() - began)
    assert min(times) < 1.0


async def test_an_unknown_plugin_is_not_found(herder):
    with pytest.raises(NotFoundError, match=r"Unknown plugin NoSuch\."):
        herder.plugin_config("NoSuch")


async def test_a_nearly_empty_configuration_is_answered(herder):
    infos = await herder.validate(
        "FileStreamSinkConnector", {"connector.class": "FileStreamSink", "topics": "getPlugins"}
    )
    assert infos.name == "FileStreamSink"
    assert infos.errors == ['Missing required configuration "name" which has no default value.']
    assert infos.error_count == 1
    assert infos.groups[:4] == ["Common", "Transforms", "Predicates", "Error Handling"]


@pytest.mark.parametrize(
    ("plugin", "config", "message"),
    [
        ("FileStreamSource", {}, "contains no connector type"),
        ("FileStreamSource", {"connector.class": "FileStreamSink"}, "does not match request type"),
        (
            "NoSuch",
            {"connector.class": "NoSuch"},
            "Failed to find any class that implements Connector and which name matches NoSuch",
        ),
    ],
)
async def test_a_request_that_names_no_connector_is_refused(herder, plugin, config, message):
    with pytest.raises(BadRequestError, match=message):
        await herder.validate(plugin, config)


async def test_problems_of_all_layers_are_told_at_once(herder):
    infos = await herder.validate(
        "FileStreamSource",
        {
            "connector.class": "FileStreamSource",
            "name": "n",
            "tasks.max": "0",
            "transforms": "a,b,c",
            "transforms.a.type": "MaskField$Value",
            "transforms.b.type": "NoSuch",
            "transforms.c.type": "Cast$Value",
            "transforms.c.spec": "x:int99",
            "transforms.c.predicate": "gone",
            "predicates": "p",
            "predicates.p.type": "TopicNameMatches",
            "predicates.p.pattern": "[",
            "value.converter": "JsonConverter",
            "value.converter.schemas.enable": "maybe",
            "header.converter": "NoSuch",
            "batch.size": "many",
            "bach.size": "1",
        },
    )
    wrong = {each.value.name for each in infos.configs if each.value.errors}
    assert wrong == {
        "tasks.max",
        "transforms.a.fields",
        "transforms.b.type",
        "transforms.c.spec",
        "transforms.c.predicate",
        "predicates.p.pattern",
        "value.converter.schemas.enable",
        "header.converter",
        "batch.size",
        "topic",
    }
    assert infos.error_count == len(infos.errors) > len(wrong)
    assert infos.unknown_keys == {"bach.size": "batch.size"}
