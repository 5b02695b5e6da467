"""What would a source connector's records become today?

Records that failed once go through the connector's current transforms and converters again, without its task.
"""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import attrs

from connectsdk._core.source_pipeline import SourceRun
from connectsdk.errors import ConfigError
from connectsdk.record import ProducerRecord, SourceRecord
from connectsdk.runtime._calls.interruptible import Interruptible
from connectsdk.runtime._calls.room import LoopRoom
from connectsdk.runtime._parts.pipelines import SourcePlumbing
from connectsdk.runtime._tasks.batches import through_pipeline
from connectsdk.runtime._tasks.failures import fatal_error
from connectsdk.runtime._worker.blueprint import Blueprint

__all__ = ("SourceReplay",)


@attrs.define(eq=False)
class SourceReplay:
    """One source connector's transforms and converters. Use it as an async context manager."""

    _blueprint: Blueprint
    _plumbing: SourcePlumbing

    @classmethod
    async def of(cls, name: str, config: Mapping[str, Any], worker: Mapping[str, Any]) -> "SourceReplay":
        """Make them.

        Args:
            name: The connector's name.
            config: Its properties.
            worker: Its worker's properties.

        Raises:
            ConfigError: If they cannot work as configured, or belong to a sink.
        """
        blueprint = await Blueprint.alone(name, {**config, "errors.tolerance": "none"}, worker)
        if blueprint.kind != "source":
            message = f"connector {name} is a sink: a source's records cannot go through it"
            raise ConfigError(message, key="connector.class")
        return cls(blueprint, blueprint.plumbing.open_source())

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the transforms and converters."""
        await self._plumbing.aclose()

    async def convert(self, record: SourceRecord) -> Sequence[ProducerRecord]:
        """Return what becomes of a record: one record, or none when it is filtered.

        Raises:
            ConnectError: If it still cannot be processed.
        """
        run = SourceRun([record])
        owner = f"connector {self._blueprint.name}"
        await through_pipeline(
            owner, LoopRoom(), self._plumbing.pipeline, run, Interruptible(), self._blueprint.settings
        )
        if run.fatal is not None:
            raise fatal_error(owner, run)
        return run.out
