"""How is a record's failure told?"""

import logging

from connectsdk._core.sink_pipeline import SinkRun
from connectsdk._core.source_pipeline import SourceRun
from connectsdk._core.verdict import Failure
from connectsdk.errors import ConfigError, ConnectError, DataError, RetriableError, TransportError
from connectsdk.record import ConsumerRecord, SourceRecord
from connectsdk.runtime._plugin_calls import describe, permanent
from connectsdk.runtime._settings import TaskSettings

__all__ = ("fatal_error", "log_failures")

log = logging.getLogger("connectsdk.task")


def fatal_error(owner: str, run: SourceRun | SinkRun) -> ConnectError:
    """Return the error that fails the task, for the record that tolerance does not cover."""
    failure = run.fatal
    assert failure is not None  # noqa: S101 - the caller asks only then
    others = isinstance(failure.error, RetriableError | TransportError | ConfigError)
    remedy = "Mend the record or the configuration, or set errors.tolerance=all to skip records like this one"
    message = (
        f"{owner}: {failure.stage.value} failed in {failure.plugin} for {_place(run.records[failure.index])}: "
        f"{describe(failure.error)}{'' if others else '. ' + remedy}"
    )
    kind = DataError if not others or permanent(failure.error) else ConnectError
    error = kind(message)
    error.__cause__ = failure.error
    return error


def log_failures(owner: str, run: SourceRun | SinkRun, settings: TaskSettings) -> None:
    """Write about a batch's failures: a line for each where that is asked for, else one line for all tolerated."""
    if settings.log_failures:
        for failure in run.failures:
            place = (
                f", where the record is {_place(run.records[failure.index])}" if settings.log_places else ""
            )
            log.error(
                "Error encountered in %s. Executing stage '%s' with class '%s'%s: %s",
                owner,
                failure.stage.value,
                failure.plugin,
                place,
                describe(failure.error),
            )
        return
    tolerated = [failure for failure in run.failures if failure is not run.fatal]
    if tolerated:
        first: Failure = tolerated[0]
        log.warning(
            "%s: skipped %d of %d records (errors.tolerance=all); the first: %s failed in %s for %s: %s",
            owner,
            len(tolerated),
            len(run.records),
            first.stage.value,
            first.plugin,
            _place(run.records[first.index]),
            describe(first.error),
        )


def _place(record: SourceRecord | ConsumerRecord) -> str:
    if isinstance(record, SourceRecord):
        return (
            f"a record for topic {record.topic} from source partition {record.source_partition} "
            f"with source offset {record.source_offset}"
        )
    return f"the record at topic {record.topic}, partition {record.partition}, offset {record.offset}"
