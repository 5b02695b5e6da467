"""What does an author of connectors need?

Everything here lives in a module of its own name (`connectsdk.source`, `connectsdk.schema`, ...), and more of it
is there. `Worker` and the transports are loaded when they are first asked for, so that importing connectsdk
loads neither the runtime nor a client library.

```python
from connectsdk import SourceConnector, SourceTask, Worker, option
```
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from connectsdk._version import __version__
from connectsdk.config import ConfigType, ConfigValue, Importance, Password, Range, ValidString, option
from connectsdk.converter import Converter, HeaderConverter, SchemaAndValue
from connectsdk.errors import (
    AuthenticationError,
    ConfigError,
    ConnectError,
    DataError,
    FencedError,
    IllegalStateError,
    RecordTooLargeError,
    RetriableError,
    SchemaError,
    TransportError,
    UnknownOutcomeError,
    UnknownTopicError,
)
from connectsdk.record import (
    ConnectRecord,
    Header,
    Headers,
    RecordMetadata,
    SinkRecord,
    SourceRecord,
    TimestampType,
    TopicPartition,
)
from connectsdk.schema import (
    BOOLEAN_SCHEMA,
    BYTES_SCHEMA,
    DATE_SCHEMA,
    FLOAT32_SCHEMA,
    FLOAT64_SCHEMA,
    INT8_SCHEMA,
    INT16_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    STRING_SCHEMA,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Field,
    Schema,
    SchemaBuilder,
    Type,
    decimal_schema,
    from_data,
    infer,
    project,
    schema_of,
    to_data,
)
from connectsdk.sink import (
    ErrantRecordReporter,
    SinkConnector,
    SinkConnectorContext,
    SinkTask,
    SinkTaskContext,
)
from connectsdk.source import (
    ConnectorTransactionBoundaries,
    EndOfStream,
    ExactlyOnceSupport,
    OffsetReader,
    SourceConnector,
    SourceConnectorContext,
    SourceOffset,
    SourceTask,
    SourceTaskContext,
    StreamSourceTask,
    TransactionContext,
)
from connectsdk.transform import Predicate, Transform, TransformFunction

if TYPE_CHECKING:
    from connectsdk.runtime import Worker
    from connectsdk.transports.embedded import EmbeddedTransport
    from connectsdk.transports.kafka import KafkaTransport

__all__ = (
    "BOOLEAN_SCHEMA",
    "BYTES_SCHEMA",
    "DATE_SCHEMA",
    "FLOAT32_SCHEMA",
    "FLOAT64_SCHEMA",
    "INT8_SCHEMA",
    "INT16_SCHEMA",
    "INT32_SCHEMA",
    "INT64_SCHEMA",
    "STRING_SCHEMA",
    "TIMESTAMP_SCHEMA",
    "TIME_SCHEMA",
    "AuthenticationError",
    "ConfigError",
    "ConfigType",
    "ConfigValue",
    "ConnectError",
    "ConnectRecord",
    "ConnectorTransactionBoundaries",
    "Converter",
    "DataError",
    "EmbeddedTransport",
    "EndOfStream",
    "ErrantRecordReporter",
    "ExactlyOnceSupport",
    "FencedError",
    "Field",
    "Header",
    "HeaderConverter",
    "Headers",
    "IllegalStateError",
    "Importance",
    "KafkaTransport",
    "OffsetReader",
    "Password",
    "Predicate",
    "Range",
    "RecordMetadata",
    "RecordTooLargeError",
    "RetriableError",
    "Schema",
    "SchemaAndValue",
    "SchemaBuilder",
    "SchemaError",
    "SinkConnector",
    "SinkConnectorContext",
    "SinkRecord",
    "SinkTask",
    "SinkTaskContext",
    "SourceConnector",
    "SourceConnectorContext",
    "SourceOffset",
    "SourceRecord",
    "SourceTask",
    "SourceTaskContext",
    "StreamSourceTask",
    "TimestampType",
    "TopicPartition",
    "TransactionContext",
    "Transform",
    "TransformFunction",
    "TransportError",
    "Type",
    "UnknownOutcomeError",
    "UnknownTopicError",
    "ValidString",
    "Worker",
    "__version__",
    "decimal_schema",
    "from_data",
    "infer",
    "option",
    "project",
    "schema_of",
    "to_data",
)

_LAZY = {
    "EmbeddedTransport": "connectsdk.transports.embedded",
    "KafkaTransport": "connectsdk.transports.kafka",
    "Worker": "connectsdk.runtime",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        message = f"module 'connectsdk' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
