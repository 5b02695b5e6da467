"""Which plugins are asked for their configuration keys?"""

from collections.abc import Iterator
from typing import Any

__all__ = ("FAMILIES",)

PACKAGE = "org.apache.kafka.connect."
SIDED = (
    "Cast", "ExtractField", "Flatten", "HeaderFrom", "HoistField", "InsertField", "MaskField", "ReplaceField",
    "SetSchemaMetadata", "TimestampConverter",
)  # fmt: skip
PLAIN = ("DropHeaders", "Filter", "InsertHeader", "RegexRouter", "TimestampRouter", "ValueToKey")
PREDICATES = ("HasHeaderKey", "RecordIsTombstone", "TopicNameMatches")
CONVERTERS = (
    "json.JsonConverter", "storage.StringConverter", "storage.SimpleHeaderConverter", "converters.ByteArrayConverter",
    "converters.BooleanConverter", "converters.ShortConverter", "converters.IntegerConverter", "converters.LongConverter",
    "converters.FloatConverter", "converters.DoubleConverter",
)  # fmt: skip
CONNECTORS = ("file.FileStreamSourceConnector", "file.FileStreamSinkConnector")


def definitions() -> Iterator[dict[str, Any]]:
    """Every plugin that Apache Kafka ships."""
    transforms = [*(f"{name}${side}" for name in SIDED for side in ("Key", "Value")), *PLAIN]
    names = [*transforms, *(f"predicates.{name}" for name in PREDICATES)]
    for name in (*(f"transforms.{name}" for name in names), *CONVERTERS, *CONNECTORS):
        yield {"op": "config_def", "class": PACKAGE + name}


FAMILIES = {"definitions": definitions}
