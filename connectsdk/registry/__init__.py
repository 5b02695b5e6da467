"""How do converters use a schema registry?

A converter owns one client, tells it how to parse a schema, and asks it. It never awaits::

    client = SchemaRegistryClient.from_config(config, parse)  # in `configure`; opens and asks nothing
    parsed = client.schema(schema_id_of(data))  # in `to_connect_data`
    found = client.written(subject(topic, name), SchemaDefinition(text, "AVRO"))  # in `from_connect_data`
    data = framed_header(found.id) + encode(found.parsed, value)

What is not known yet is a `LookupNeeded`: let it pass through. Whoever drives the converter awaits its `look_up` and
makes the same call again, see `connectsdk.converter`. A schema of a shape that was seen before costs no await.
`client.aclose` belongs into the converter's `aclose`.

`config` is the converter's own configuration class, which inherits from `SchemaRegistryConfig`.
"""

from connectsdk.registry._client import SchemaRegistryClient, Written
from connectsdk.registry._config import SchemaRegistryConfig
from connectsdk.registry._memory import MemoryRegistry
from connectsdk.registry._opening import open_registry
from connectsdk.registry._port import (
    Kind,
    RegisteredSchema,
    RejectedSchemaError,
    SchemaDefinition,
    SchemaReference,
    SchemaRegistry,
    UnknownSchemaError,
    of_another_kind,
)
from connectsdk.registry._subjects import SubjectName, subject_name
from connectsdk.registry._unsupported import refused_key
from connectsdk.registry._wire import HEADER_SIZE, framed_header, schema_id_of

__all__ = (
    "HEADER_SIZE",
    "Kind",
    "MemoryRegistry",
    "RegisteredSchema",
    "RejectedSchemaError",
    "SchemaDefinition",
    "SchemaReference",
    "SchemaRegistry",
    "SchemaRegistryClient",
    "SchemaRegistryConfig",
    "SubjectName",
    "UnknownSchemaError",
    "Written",
    "framed_header",
    "of_another_kind",
    "open_registry",
    "refused_key",
    "schema_id_of",
    "subject_name",
)
