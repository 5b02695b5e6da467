"""Who has to look again, now that something has changed?"""

from collections.abc import Iterable

import anyio
import attrs

__all__ = ("Bell", "Wakeups", "group_subject", "topic_subject")


def topic_subject(topic: str) -> str:
    """Return the name under which changes of a topic's records are announced."""
    return f"topic {topic}"


def group_subject(group: str) -> str:
    """Return the name under which changes of a group are announced."""
    return f"group {group}"


@attrs.define(eq=False)
class Bell:
    """What one client waits on: call `clear`, look, and `wait` when there was nothing to see."""

    _event: anyio.Event = attrs.field(factory=anyio.Event, init=False)

    def clear(self) -> None:
        """Forget earlier rings."""
        if self._event.is_set():
            self._event = anyio.Event()

    def ring(self) -> None:
        """End a wait."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Wait until it rings, so many seconds at most."""
        with anyio.move_on_after(seconds):
            await self._event.wait()


@attrs.define
class Wakeups:
    """Which bells ring for what, in the order in which they were hung up."""

    _bells: dict[str, dict[Bell, None]] = attrs.field(factory=dict, init=False)
    _subjects: dict[Bell, tuple[str, ...]] = attrs.field(factory=dict, init=False)

    def watch(self, bell: Bell, subjects: Iterable[str]) -> None:
        """Ring this bell for these subjects, and for no others."""
        self.forget(bell)
        self._subjects[bell] = watched = tuple(dict.fromkeys(subjects))
        for subject in watched:
            self._bells.setdefault(subject, {})[bell] = None

    def forget(self, bell: Bell) -> None:
        """Ring this bell no more."""
        for subject in self._subjects.pop(bell, ()):
            bells = self._bells[subject]
            bells.pop(bell, None)
            if not bells:
                del self._bells[subject]

    def ring(self, subjects: Iterable[str]) -> None:
        """Ring whoever watches any of these."""
        for subject in subjects:
            for bell in self._bells.get(subject, ()):
                bell.ring()

    def ring_all(self) -> None:
        """Ring everybody."""
        for bells in self._bells.values():
            for bell in bells:
                bell.ring()
