"""Which keys does a connector have besides its own?

The keys, defaults and messages are Kafka Connect's, so that a connector's configuration moves over unchanged.
"""

from connectsdk.config._connector import ConnectorConfig
from connectsdk.config._sink_connector import SinkConnectorConfig
from connectsdk.config._source_connector import (
    SourceConnectorConfig,
    TopicCreationDefaults,
    TopicCreationGroup,
)

__all__ = (
    "ConnectorConfig",
    "SinkConnectorConfig",
    "SourceConnectorConfig",
    "TopicCreationDefaults",
    "TopicCreationGroup",
)
