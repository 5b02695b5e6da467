"""What would a connector do with real records, without doing it?

A source's task is started and polled; nothing is produced, and no offset is stored. A sink's topics are read without a
group, and its task is never made. Stored offsets are read, so that a source goes on where it would go on. Converters ask
their schema registry as they would, but register nothing unless the plan allows it.

All of the connector's code runs in rooms of its own, inside a deadline: what spins or hangs is named and left behind.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import attrs

from connectsdk._core.preview import Previewed, Step, preview_sink, preview_source
from connectsdk.runtime._calls.log_context import on_behalf_of
from connectsdk.runtime._previewing.consumed import consumed
from connectsdk.runtime._previewing.plan import Plan
from connectsdk.runtime._previewing.polled import polled
from connectsdk.runtime._previewing.stages import through_stages
from connectsdk.runtime._worker.worker import Worker

__all__ = ("Plan", "Preview", "Previewed", "Step", "preview")


@attrs.frozen(kw_only=True)
class Preview:
    """What was seen.

    Attributes:
        kind: Whether it is a source or a sink.
        records: Each record's way.
    """

    kind: Literal["source", "sink"]
    records: Sequence[Previewed]


async def preview(worker: Worker, name: str, config: Mapping[str, Any], plan: Plan) -> Preview:
    """Return what would become of some records.

    Args:
        worker: What would run the connector; it is open.
        name: The connector's name.
        config: Its properties.
        plan: What to look at.

    Raises:
        ConfigError: If the configuration cannot work.
        ConnectError: If nothing can be read, or plugin code does not answer in time.
    """
    blueprint = await worker.read_config(name, {**config, "task.isolation": "thread"})
    secrets = worker.properties.secrets
    with secrets.kept(), on_behalf_of(name):
        if blueprint.kind == "source":
            read: Sequence[Any] = await polled(worker, blueprint, plan)
            records = await through_stages(blueprint, plan, read, preview_source)
        else:
            read = await consumed(worker, blueprint, plan)
            records = await through_stages(blueprint, plan, read, preview_sink)
    return Preview(kind=blueprint.kind, records=[_told(each, secrets.hide) for each in records])


def _told(previewed: Previewed, hide: Callable[[str], str]) -> Previewed:
    """Return a record's way without the secrets in what plugins say of its failure."""
    steps = (attrs.evolve(each, error=each.error and hide(each.error)) for each in previewed.steps)
    return attrs.evolve(previewed, steps=tuple(steps))
