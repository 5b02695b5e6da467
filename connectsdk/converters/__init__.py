"""Which converters come with connectsdk, and by which names are they known?"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ("ALIASES",)

_IMPORTS = {
    "io.confluent.connect.json.JsonSchemaConverter": "connectsdk.converters.json_schema:JsonSchemaConverter",
    "org.apache.kafka.connect.json.JsonConverter": "connectsdk.converters.json:JsonConverter",
    "org.apache.kafka.connect.storage.StringConverter": "connectsdk.converters.string:StringConverter",
    "org.apache.kafka.connect.converters.ByteArrayConverter": "connectsdk.converters.bytes:ByteArrayConverter",
    "org.apache.kafka.connect.converters.BooleanConverter": "connectsdk.converters.boolean:BooleanConverter",
    "org.apache.kafka.connect.converters.ShortConverter": "connectsdk.converters.numbers:ShortConverter",
    "org.apache.kafka.connect.converters.IntegerConverter": "connectsdk.converters.numbers:IntegerConverter",
    "org.apache.kafka.connect.converters.LongConverter": "connectsdk.converters.numbers:LongConverter",
    "org.apache.kafka.connect.converters.FloatConverter": "connectsdk.converters.numbers:FloatConverter",
    "org.apache.kafka.connect.converters.DoubleConverter": "connectsdk.converters.numbers:DoubleConverter",
    "org.apache.kafka.connect.storage.SimpleHeaderConverter": "connectsdk.converters.simple_header:SimpleHeaderConverter",
    "io.confluent.connect.avro.AvroConverter": "connectsdk.converters.avro:AvroConverter",
    "io.confluent.connect.protobuf.ProtobufConverter": "connectsdk.converters.protobuf:ProtobufConverter",
}

ALIASES: Mapping[str, str] = MappingProxyType(
    _IMPORTS
    | {name.rpartition(".")[2]: path for name, path in _IMPORTS.items()}
    | {name.rpartition(".")[2].removesuffix("Converter"): path for name, path in _IMPORTS.items()}
    | {"Simple": _IMPORTS["org.apache.kafka.connect.storage.SimpleHeaderConverter"]}  # less `HeaderConverter`
)
"""Import paths (`module:Class`) by Kafka Connect's full name, its simple name, and that without `Converter`."""
