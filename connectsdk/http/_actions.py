"""What may be allowed or forbidden to somebody?"""

from enum import StrEnum

__all__ = ("Action",)


class Action(StrEnum):
    """What a route does, for whoever decides who may do it."""

    WORKER_READ = "worker:read"
    WORKER_HEALTH = "worker:health"
    METRICS_READ = "metrics:read"
    PLUGINS_READ = "plugins:read"
    PLUGINS_VALIDATE = "plugins:validate"
    LOGGERS_READ = "loggers:read"
    LOGGERS_WRITE = "loggers:write"
    CONNECTOR_READ = "connector:read"
    CONNECTOR_CONFIG = "connector:config"
    CONNECTOR_WRITE = "connector:write"
    CONNECTOR_OPERATE = "connector:operate"
    CONNECTOR_OFFSETS = "connector:offsets"
