"""What becomes of a record that cannot be processed?

`errors.tolerance` decides: with `none` it fails the task, with `all` it goes to the dead-letter topic, or is skipped
where there is none, and counted. An exhausted retry is an error like any other: it is never dropped silently.
"""

from enum import Enum

from connectsdk._core.verdict import Verdict

__all__ = ("Tolerance",)


class Tolerance(Enum):
    """The declared `errors.tolerance`, and where tolerated records go."""

    NONE = Verdict.FAILED
    ALL = Verdict.SKIPPED
    DEAD_LETTER = Verdict.DEAD_LETTERED

    @classmethod
    def declared(cls, name: str, dead_letter_topic: str = "") -> "Tolerance":
        """Return the tolerance for the configured `none` or `all`, and the dead-letter topic if there is one.

        Raises:
            ValueError: If it is neither.
        """
        match name:
            case "none":
                return cls.NONE
            case "all":
                return cls.DEAD_LETTER if dead_letter_topic else cls.ALL
        message = f"errors.tolerance must be none or all, not {name!r}"
        raise ValueError(message)

    @property
    def verdict(self) -> Verdict:
        """The verdict on a record that cannot be processed."""
        return self.value
