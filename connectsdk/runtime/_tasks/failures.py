"""How is a record's failure told?"""

import logging

from connectsdk._core.sink_pipeline import SinkRun
from connectsdk._core.source_pipeline import SourceRun
from connectsdk._core.verdict import Failure, Verdict
from connectsdk.errors import ConfigError, ConnectError, DataError, RetriableError, TransportError
from connectsdk.record import ConsumerRecord, SourceRecord
from connectsdk.runtime._calls.plugin_calls import describe, permanent
from connectsdk.runtime._settings import TaskSettings

__all__ = ("FATES", "fatal_error", "intolerable", "log_failures", "log_report")

FATES = {Verdict.SKIPPED: "skipped", Verdict.DEAD_LETTERED: "dead-lettered"}

REMEDY = "Mend the record or the configuration, or set errors.tolerance=all to skip records like this one"

log = logging.getLogger("connectsdk.task")


def fatal_error(owner: str, run: SourceRun | SinkRun) -> ConnectError:
    """Return the error that fails the task, for the record that tolerance does not cover."""
    failure = run.fatal
    assert failure is not None  # noqa: S101 - the caller asks only then
    others = isinstance(failure.error, RetriableError | TransportError | ConfigError)
    message = (
        f"{owner}: {failure.stage.value} failed in {failure.plugin} for {_place(run.records[failure.index])}: "
        f"{describe(failure.error)}{'' if others else '. ' + REMEDY}"
    )
    kind = DataError if not others or permanent(failure.error) else ConnectError
    error = kind(message)
    error.__cause__ = failure.error
    return error


def log_failures(owner: str, run: SourceRun | SinkRun, settings: TaskSettings) -> None:
    """Write about a batch's failures: a line for each where that is asked for, else one line for all tolerated."""
    if settings.log_failures:
        for failure in run.failures:
            _log(owner, failure, _place(run.records[failure.index]), settings)
        return
    tolerated = [failure for failure in run.failures if failure is not run.fatal]
    if tolerated:
        first: Failure = tolerated[0]
        log.warning(
            "%s: %s %d of %d records (errors.tolerance=all); the first: %s failed in %s for %s: %s",
            owner,
            FATES[Verdict(run.verdicts[first.index])],
            len(tolerated),
            len(run.records),
            first.stage.value,
            first.plugin,
            _place(run.records[first.index]),
            describe(first.error),
        )


def intolerable(owner: str, failure: Failure, place: tuple[str, int, int]) -> DataError:
    """Return the error that fails a sink's task, for one record that it refused."""
    message = (
        f"{owner}: {failure.stage.value} failed in {failure.plugin} for {_consumed_at(*place)}: "
        f"{describe(failure.error)}. {REMEDY}"
    )
    error = DataError(message)
    error.__cause__ = failure.error
    return error


def log_report(owner: str, failure: Failure, place: tuple[str, int, int], settings: TaskSettings) -> None:
    """Write about a record that was consumed and refused by its task, where that is asked for."""
    if settings.log_failures:
        _log(owner, failure, _consumed_at(*place), settings)


def _log(owner: str, failure: Failure, place: str, settings: TaskSettings) -> None:
    log.error(
        "Error encountered in %s. Executing stage '%s' with class '%s'%s: %s",
        owner,
        failure.stage.value,
        failure.plugin,
        f", where the record is {place}" if settings.log_places else "",
        describe(failure.error),
    )


def _place(record: SourceRecord | ConsumerRecord) -> str:
    if isinstance(record, SourceRecord):
        return (
            f"a record for topic {record.topic} from source partition {record.source_partition} "
            f"with source offset {record.source_offset}"
        )
    return _consumed_at(*record[:3])


def _consumed_at(topic: str, partition: int, offset: int) -> str:
    return f"the record at topic {topic}, partition {partition}, offset {offset}"
