"""How did a command end?"""

from enum import IntEnum

__all__ = ("ExitCode",)


class ExitCode(IntEnum):
    """What the shell is told.

    Attributes:
        CLEAN: It did what it was asked to.
        FAILED: A connector failed, the worker refused, or the broker could not be reached.
        CONFIGURATION: The command line or a configuration cannot work.
        MISSING: There is no such connector, task or logger.
        UNREACHABLE: No worker answered.
        INTERRUPTED: Ctrl-C ended it before it was done.
    """

    CLEAN = 0
    FAILED = 1
    CONFIGURATION = 2
    MISSING = 3
    UNREACHABLE = 4
    INTERRUPTED = 130
