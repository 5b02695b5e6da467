"""What can go wrong, whose fault is it, and may it be tried again?

```
ConnectError                     catch everything of ours
├── ConfigError                  the operator's fault: a key, a value, a file
├── DataError                    the record's fault          -> tolerance decides
│   ├── SchemaError              a schema that contradicts itself or its value
│   └── RecordTooLargeError      a record the transport cannot carry
├── RetriableError(after=...)    nobody's fault; ask again   -> retry decides
│   └── LookupNeeded             a converter lacks something that `look_up` fetches -> awaited, then asked again
├── TransportError               the world's fault; adapters map foreign errors to it
│   ├── FencedError              another worker owns this now
│   ├── AuthenticationError      the system refused who we say we are, or what we may do
│   ├── UnknownTopicError        the topic does not exist and is not created on demand
│   └── UnknownOutcomeError      the answer is missing: it may or may not have happened
└── IllegalStateError            a call at the wrong time: ours or the caller's fault
```

Messages name the connector, task, stage, topic, partition and offset; never a record's content or a secret.
"""

from collections.abc import Awaitable, Callable
from typing import Any

__all__ = (
    "AuthenticationError",
    "ConfigError",
    "ConnectError",
    "DataError",
    "FencedError",
    "IllegalStateError",
    "LookupNeeded",
    "RecordTooLargeError",
    "RetriableError",
    "SchemaError",
    "TransportError",
    "UnknownOutcomeError",
    "UnknownTopicError",
)


class ConnectError(Exception):
    """Anything that connectsdk raises on purpose."""


class ConfigError(ConnectError):
    """A configuration cannot work as written.

    Attributes:
        key: The configuration key at fault, or None when no single key is.
        problems: One sentence per problem when there are several.
    """

    def __init__(self, message: str, *, key: str | None = None, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.key = key
        self.problems = problems or (message,)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_config_error, (type(self), str(self), self.key, self.problems)


def _rebuild_config_error(
    cls: type[ConfigError], message: str, key: str | None, problems: tuple[str, ...]
) -> ConfigError:
    return cls(message, key=key, problems=problems)


class DataError(ConnectError):
    """A record, or a value in it, cannot be processed; another record may."""


class SchemaError(DataError):
    """A schema contradicts itself, or a value does not fit its schema."""


class RecordTooLargeError(DataError):
    """A record is larger than the transport carries."""


class RetriableError(ConnectError):
    """The same call may succeed later.

    Attributes:
        after: Seconds to wait before the next attempt; None leaves it to the runtime's back-off.
    """

    def __init__(self, message: str = "", *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class LookupNeeded(RetriableError):  # noqa: N818 - a request, not something that is wrong
    """A converter needs something from outside for this record: it is awaited, and the record is tried again.

    A converter does no I/O of its own. It raises this on a cache miss; the loop awaits `look_up` once, outside of the
    pipeline, and goes on with the same record. `connectsdk.converter` says what comes of an error of `look_up`.

    Attributes:
        look_up: Fetches what is missing into the converter's cache, or raises.
    """

    def __init__(self, message: str, look_up: Callable[[], Awaitable[None]]) -> None:
        super().__init__(message)
        self.look_up = look_up


class TransportError(ConnectError):
    """The messaging system, or the way to it, failed."""


class FencedError(TransportError):
    """Somebody newer owns this partition, transaction or task; stop and do not retry in place."""


class AuthenticationError(TransportError):
    """The system refused the credentials or the permission; asking again will not help."""


class UnknownTopicError(TransportError):
    """The topic does not exist, and nobody creates it on demand."""


class UnknownOutcomeError(TransportError):
    """A request was sent and its answer is missing: it may or may not have been carried out."""


class IllegalStateError(ConnectError):
    """A call came at a time when it is not allowed."""
