"""Is the answer to a configuration that of Kafka Connect's own worker?

`validations/java.json` has what Apache Kafka 4.1's worker answered; `validations/record.py` wrote it.
"""

import importlib.util
import json
from pathlib import Path

import attrs
import pytest

from connectsdk.runtime import Worker
from connectsdk.runtime.herder import FileDesiredState, Herder
from connectsdk.transports.embedded import EmbeddedTransport

HERE = Path(__file__).parent / "validations"
ROWS = json.loads((HERE / "java.json").read_text())
JSON = "org.apache.kafka.connect.json.JsonConverter"

STRICTER = {
    "batch.size": "it has a lowest value here",
    "transaction.boundary": "there are no transactions of connectors here",
    "exactly.once.support": "the same",
    "topic.creation.default": "Java looks at it when the connector starts",
}


def short(infos):
    spec = importlib.util.spec_from_file_location("record", HERE / "record.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.short(infos)


@pytest.fixture
async def herder(tmp_path):
    worker = Worker(EmbeddedTransport(), {"key.converter": JSON, "value.converter": JSON})
    async with worker, Herder(worker, FileDesiredState(tmp_path / "connectors.json")) as herder:
        yield herder


def _title(row):
    return ",".join(
        f"{key}={value}" for key, value in row["config"].items() if key not in {"file", "topic", "name"}
    )[:100]


@pytest.mark.parametrize("row", ROWS, ids=_title)
async def test_the_answer_is_java_s(herder, row):
    config, java = row["config"], row["answer"]
    ours = short(attrs.asdict(await herder.validate(config["connector.class"], config)))
    assert ours["name"] == java["name"]
    assert sorted(ours["groups"]) == sorted(java["groups"])
    assert _wrong(ours) - set(STRICTER) == _wrong(java) - set(STRICTER)
    for name, key in java["definitions"].items():
        known = ours["definitions"][name]
        version = name.endswith("plugin.version")
        assert {**known, "default_value": None} | (
            {} if version else {"default_value": known["default_value"]}
        ) == {
            **key,
            "default_value": None if version else key["default_value"],
        }, name
    for name, (value, errors, visible) in java["values"].items():
        told, problems, seen = ours["values"].get(name, [value, [], True])
        assert problems or not errors, name
        if not name.endswith(("plugin.version", ".converter")):
            assert told == value, name
        assert seen == visible, name
        if not name.startswith(("transforms.", "predicates.")) and ".converter" not in name:
            assert [text.partition(" near index")[0] for text in errors] == problems[: len(errors)], name


def _wrong(answer):
    return {name for name, (_, errors, _) in answer["values"].items() if errors}
