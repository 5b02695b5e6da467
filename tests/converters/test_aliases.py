"""Do the names that Kafka Connect's configurations use lead to our classes?"""

import importlib
import subprocess
import sys

import pytest

from connectsdk import connectors, converters, transforms

ALL = {**converters.ALIASES, **transforms.ALIASES, **connectors.ALIASES}


@pytest.mark.parametrize("path", sorted(set(ALL.values())))
def test_a_path_leads_to_a_class(path: str) -> None:
    module, _, name = path.partition(":")
    found = getattr(importlib.import_module(module), name)
    assert found.__name__ == name
    assert hasattr(found, "config_class")


@pytest.mark.parametrize(
    "name",
    [
        "org.apache.kafka.connect.json.JsonConverter",
        "JsonConverter",
        "Json",
        "org.apache.kafka.connect.storage.StringConverter",
        "StringConverter",
        "org.apache.kafka.connect.converters.ByteArrayConverter",
        "SimpleHeaderConverter",
        "io.confluent.connect.avro.AvroConverter",
        "AvroConverter",
        "io.confluent.connect.protobuf.ProtobufConverter",
        "ProtobufConverter",
        "org.apache.kafka.connect.storage.SimpleHeaderConverter",
        "org.apache.kafka.connect.converters.BooleanConverter",
        "org.apache.kafka.connect.converters.ShortConverter",
        "org.apache.kafka.connect.converters.IntegerConverter",
        "org.apache.kafka.connect.converters.LongConverter",
        "org.apache.kafka.connect.converters.FloatConverter",
        "org.apache.kafka.connect.converters.DoubleConverter",
        "LongConverter",
        "Long",
        "Simple",
        "org.apache.kafka.connect.transforms.InsertField$Value",
        "InsertField$Key",
        "InsertFieldValue",
        "HoistField$Value",
        "org.apache.kafka.connect.file.FileStreamSourceConnector",
        "FileStreamSource",
        "FileStreamSink",
        "FileStreamSinkConnector",
        "FileStreamSourceConnector",
    ],
)
def test_a_name_is_known(name: str) -> None:
    assert name in ALL


def test_names_import_nothing() -> None:
    code = "import sys, connectsdk.converters, connectsdk.transforms, connectsdk.connectors; print('orjson' in sys.modules)"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "False"
    )
