"""What became of a record, at which stage?"""

from enum import Enum, IntEnum

import attrs

__all__ = ("Failure", "Stage", "Verdict")


class Stage(Enum):
    """Where in a record's way something happened, by Kafka Connect's names."""

    TASK_POLL = "TASK_POLL"
    TASK_PUT = "TASK_PUT"
    TRANSFORMATION = "TRANSFORMATION"
    KEY_CONVERTER = "KEY_CONVERTER"
    VALUE_CONVERTER = "VALUE_CONVERTER"
    HEADER_CONVERTER = "HEADER_CONVERTER"
    KAFKA_PRODUCE = "KAFKA_PRODUCE"
    KAFKA_CONSUME = "KAFKA_CONSUME"


class Verdict(IntEnum):
    """What the pipeline decided for one record. PASS is zero, so a fresh bytearray says "all pass"."""

    PASS = 0
    FILTERED = 1
    SKIPPED = 2
    DEAD_LETTERED = 3
    FAILED = 4


@attrs.frozen
class Failure:
    """One record that could not be processed.

    Attributes:
        index: Its place in the batch.
        stage: Where it failed.
        plugin: The class that raised.
        error: What it raised.
    """

    index: int
    stage: Stage
    plugin: str
    error: Exception
