"""What is the worker doing for whoever waits for it?

A request that takes too long is answered with the stage that it is in, in Kafka Connect's words (KIP-1017). The stage
follows a request wherever it goes: into tasks that it starts, and into the threads of plugin code.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

import attrs

__all__ = ("Progress", "Stage", "following", "stage", "unfollowed")


@attrs.define(eq=False)
class Stage:
    """One thing that takes time.

    Attributes:
        description: What it is: "stopping connector orders".
        began: When it began, in seconds since 1970.
        completed: When it ended; None while it lasts.
    """

    description: str
    began: float = attrs.field(factory=time.time)
    completed: float | None = None

    def end(self, progress: "Progress", around: "Stage | None") -> None:
        """End it; the stage around it goes on."""
        self.completed = time.time()
        if around is not None and around.completed is None:
            progress.stage = around

    def summary(self) -> str:
        """Return it as a sentence."""
        began = _instant(self.began)
        if self.completed is None:
            return f"The worker is currently {self.description}, which began at {began}."
        return (
            f"The last operation the worker completed was {self.description}, which began at {began} "
            f"and completed at {_instant(self.completed)}."
        )


@attrs.define(eq=False)
class Progress:
    """How far a request has come; whoever carries it out writes it, on any thread.

    Attributes:
        stage: The latest stage; None before the first.
    """

    stage: Stage | None = None

    def after(self, text: str) -> str:
        """Return a sentence without its full stop, and after it the stage, if there is one."""
        return text if self.stage is None else f"{text}. {self.stage.summary()}"


_PROGRESS: ContextVar[Progress | None] = ContextVar("connectsdk progress", default=None)


@contextmanager
def following() -> Iterator[Progress]:
    """Follow the stages of everything that is called, or started, in this block."""
    progress = Progress()
    token = _PROGRESS.set(progress)
    try:
        yield progress
    finally:
        _PROGRESS.reset(token)


@contextmanager
def unfollowed() -> Iterator[None]:
    """Let nobody follow what is started in this block: it outlives the request that caused it."""
    token = _PROGRESS.set(None)
    try:
        yield
    finally:
        _PROGRESS.reset(token)


@contextmanager
def stage(description: str) -> Iterator[None]:
    """Say what is done in this block; whoever follows sees it, and afterwards the stage around it.

    A stage that is cancelled stays the one that it was in: that is what took too long.
    """
    progress = _PROGRESS.get()
    if progress is None:
        yield
        return
    around, progress.stage = progress.stage, Stage(description)
    mine = progress.stage
    try:
        yield
    except Exception:
        mine.end(progress, around)
        raise
    else:
        mine.end(progress, around)


def _instant(seconds: float) -> str:
    """Return a time as Java's `Instant` writes it: in UTC, with milliseconds only if there are any."""
    milliseconds = round(seconds * 1_000)
    moment = datetime.fromtimestamp(milliseconds // 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    rest = milliseconds % 1_000
    return f"{moment}.{rest:03}Z" if rest else f"{moment}Z"
