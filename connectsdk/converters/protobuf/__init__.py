"""How do records become Protobuf under a registered schema, and come back? Confluent's Protobuf converter."""

from connectsdk.converters.protobuf._config import ProtobufConverterConfig
from connectsdk.converters.protobuf._converter import ProtobufConverter

__all__ = ("ProtobufConverter", "ProtobufConverterConfig")
