"""What is a connector meant to do?"""

from enum import StrEnum

__all__ = ("TargetState",)


class TargetState(StrEnum):
    """The state that an operator wants, by the names that Kafka Connect stores."""

    STARTED = "STARTED"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"

    @classmethod
    def initial(cls, name: str) -> "TargetState":
        """Return the target for an `initial_state`: RUNNING, PAUSED or STOPPED, in any case.

        Raises:
            ValueError: If it is none of these.
        """
        upper = name.upper()
        if upper == "RUNNING":
            return cls.STARTED
        if upper in {"PAUSED", "STOPPED"}:
            return cls(upper)
        raise ValueError(f"the initial state must be RUNNING, PAUSED or STOPPED, not {name!r}")
