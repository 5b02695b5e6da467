"""What has the registry answered already, and when may it be asked again?

Decides only: time comes in as an argument, in seconds on any one clock that never goes back.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

import attrs

from connectsdk.errors import DataError

__all__ = ("Answers",)

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@attrs.define(eq=False)
class Answers(Generic[Key, Value]):
    """The answers of one registry, the good and the bad.

    After an answer that there is no such thing, the next question waits for `pause`: a flood of ids that do not
    exist costs one question a pause, whatever they are. Good answers cost no wait.

    Attributes:
        size: Most good answers kept; the oldest go first.
        missing_size: Most bad answers kept; the oldest go first.
        missing_ttl: Seconds for which a bad answer holds.
        pause: Seconds between a bad answer and the next question.
    """

    size: int
    missing_size: int
    missing_ttl: float
    pause: float = 1.0
    _found: dict[Key, tuple[Value, float]] = attrs.field(factory=dict, init=False)
    _missing: dict[Key, tuple[DataError, float]] = attrs.field(factory=dict, init=False)
    _not_before: float = attrs.field(default=float("-inf"), init=False)

    def get(self, key: Key, now: float) -> Value | None:
        """Return the answer, or None when the registry has to be asked.

        Raises:
            DataError: If the registry said that there is none, and it still counts.
        """
        found = self._found.get(key)
        if found is not None:
            if now < found[1]:
                return found[0]
            del self._found[key]
        missing = self._missing.get(key)
        if missing is not None:
            if now < missing[1]:
                raise type(missing[0])(str(missing[0]))  # a new one: this one has its own way to be raised on
            del self._missing[key]
        return None

    def wait(self, now: float) -> float:
        """Return the seconds until the registry may be asked."""
        return max(0.0, self._not_before - now)

    def found(self, key: Key, value: Value, until: float = float("inf")) -> None:
        """Take note of a good answer, which holds until the given time."""
        self._missing.pop(key, None)
        self._found.pop(key, None)
        _put(self._found, key, (value, until), self.size)

    def missed(self, key: Key, error: DataError, now: float) -> None:
        """Take note that there is no answer, for this reason."""
        self._not_before = now + self.pause
        self._found.pop(key, None)
        self._missing.pop(key, None)
        _put(self._missing, key, (error, now + self.missing_ttl), self.missing_size)

    def __len__(self) -> int:
        return len(self._found) + len(self._missing)


Entry = TypeVar("Entry")


def _put(cache: dict[Key, Entry], key: Key, entry: Entry, size: int) -> None:
    if size > 0:
        if len(cache) >= size:
            del cache[next(iter(cache))]
        cache[key] = entry
