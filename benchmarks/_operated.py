"""What came out of operating a worker?"""

import attrs

__all__ = ("Latency", "Operating", "Step")


@attrs.frozen
class Latency:
    """How long REST requests took, in milliseconds."""

    requests: int
    p50: float
    p90: float
    p99: float
    worst: float


@attrs.frozen
class Step:
    """One thing that was done to all connectors.

    Attributes:
        name: What.
        seconds: How long it took until it showed in the status of all of them.
        cpu: Processor seconds of the worker.
        rss: Resident megabytes of the worker afterwards.
    """

    name: str
    seconds: float
    cpu: float
    rss: float


@attrs.frozen
class Operating:
    """What managing many connectors costs.

    Attributes:
        connectors: How many.
        start: Seconds from the command to the first answer over REST, each time.
        before: Resident megabytes of the warm worker before there were connectors.
        steps: What was done to all of them, two rounds of it.
        idle: How many had nothing to do while they were watched, in a worker of their own.
        idle_share: Of a core.
        idle_rss: Resident megabytes of that worker.
    """

    connectors: int
    start: list[float]
    before: float
    steps: list[Step]
    idle: int
    idle_share: float
    idle_rss: float

    @property
    def seconds(self) -> float:
        """Seconds of one round, the faster one."""
        half = len(self.steps) // 2
        return min(sum(step.seconds for step in steps) for steps in (self.steps[:half], self.steps[half:]))

    @property
    def growth(self) -> float:
        """Resident memory after everything was deleted, over that before anything was created."""
        return self.steps[-1].rss / self.before
