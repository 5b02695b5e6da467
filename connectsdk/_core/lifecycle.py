"""Which states may a connector or task go through?

The states are Kafka Connect's, and FINISHED for a source that has no more records. All legal moves are in
one table; docs draw their diagram from it.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum

import attrs

from connectsdk.errors import IllegalStateError

__all__ = ("MOVES", "Event", "Lifecycle", "State")


class State(StrEnum):
    """What an operator sees; the text is Kafka Connect's in lower case."""

    UNASSIGNED = "unassigned"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"
    FINISHED = "finished"

    @property
    def ended(self) -> bool:
        """Whether nothing runs any more, and nothing will by itself."""
        return self in {State.FAILED, State.STOPPED, State.FINISHED}


class Event(Enum):
    """What happens to a connector or task."""

    STARTED = "started"
    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    FAIL = "fail"
    STOP = "stop"
    FINISH = "finish"


MOVES: Mapping[tuple[State, Event], State] = {
    (State.UNASSIGNED, Event.STARTED): State.RUNNING,
    (State.UNASSIGNED, Event.PAUSE): State.PAUSED,
    (State.UNASSIGNED, Event.RETRY): State.RESTARTING,
    (State.UNASSIGNED, Event.FAIL): State.FAILED,
    (State.UNASSIGNED, Event.STOP): State.STOPPED,
    (State.RUNNING, Event.PAUSE): State.PAUSED,
    (State.RUNNING, Event.RETRY): State.RESTARTING,
    (State.RUNNING, Event.FAIL): State.FAILED,
    (State.RUNNING, Event.STOP): State.STOPPED,
    (State.RUNNING, Event.FINISH): State.FINISHED,
    (State.PAUSED, Event.RESUME): State.RUNNING,
    (State.PAUSED, Event.RETRY): State.RESTARTING,
    (State.PAUSED, Event.FAIL): State.FAILED,
    (State.PAUSED, Event.FINISH): State.FINISHED,
    (State.PAUSED, Event.STOP): State.STOPPED,
    (State.RESTARTING, Event.STARTED): State.RUNNING,
    (State.RESTARTING, Event.PAUSE): State.PAUSED,
    (State.RESTARTING, Event.RETRY): State.RESTARTING,
    (State.RESTARTING, Event.FAIL): State.FAILED,
    (State.RESTARTING, Event.STOP): State.STOPPED,
    (State.FAILED, Event.STOP): State.STOPPED,
    (State.FAILED, Event.RETRY): State.RESTARTING,
    (State.FINISHED, Event.STOP): State.STOPPED,
}


@attrs.define(eq=False)
class Lifecycle:
    """Where one connector or task is.

    Attributes:
        owner: Its name, for messages.
        state: Where it is.
    """

    owner: str
    state: State = State.UNASSIGNED

    def move(self, event: Event) -> State:
        """Go where the table says; return the new state.

        Raises:
            IllegalStateError: If the table lacks the move.
        """
        found = MOVES.get((self.state, event))
        if found is None:
            message = f"{self.owner} is {self.state}: it cannot {event.value}"
            raise IllegalStateError(message)
        self.state = found
        return found
