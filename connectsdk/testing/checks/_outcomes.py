"""What became of one call?"""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from connectsdk.errors import DataError
from connectsdk.testing.checks._copies import copied
from connectsdk.testing.checks._differences import Difference, difference
from connectsdk.testing.checks._failure import CheckFailed, shown

__all__ = ("Outcome", "close_twice", "outcome_of", "unlike")


@attrs.frozen
class Outcome:
    """What a call returned, as it was then; or that it refused.

    Attributes:
        result: What it returned; None when it refused.
        kept: A copy of the result, made at once.
        refused: The text of the `DataError`, or None.
    """

    result: Any
    kept: Any
    refused: str | None = None


def outcome_of(name: str, call: Callable[..., Any], case: Any, *arguments: Any) -> Outcome:
    """Make a call.

    Args:
        name: The call's name.
        call: What is called.
        case: What the arguments are made of, for the message.
        arguments: The call's arguments.

    Raises:
        CheckFailed: If it raises what is not a `DataError`.
    """
    try:
        result = call(*arguments)
    except DataError as error:
        return Outcome(None, None, f"{type(error).__name__}: {error}")
    except Exception as error:
        raise CheckFailed(
            "errors",
            "what it cannot process it refuses with DataError; any other error stops the task",
            case,
            (
                ("given", shown(case)),
                ("raised", f"{type(error).__name__}: {error}"),
                ("in", _place(error, name)),
            ),
        ) from error
    return Outcome(result, copied(result))


def _place(error: Exception, name: str) -> str:
    """Return where an error comes from: the innermost line."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1]
    return name if len(frames) == 1 else f"{Path(last.filename).name}, line {last.lineno}, {last.name}"


def unlike(one: Outcome, other: Outcome, place: str = "") -> Difference | None:
    """Return where two outcomes differ, or None; the texts of refusals do not count."""
    if one.refused is None and other.refused is None:
        return difference(one.kept, other.kept, place)
    if one.refused is not None and other.refused is not None:
        return None
    return Difference(place or "result", one.refused or shown(one.kept), other.refused or shown(other.kept))


def close_twice(plugs: list[Any], case: Any) -> None:
    """Close every plug, twice.

    Raises:
        CheckFailed: If that raises.
    """
    for plug in plugs:
        for time in ("first", "second"):
            try:
                plug.close()
            except Exception as error:
                raise CheckFailed(
                    "close",
                    "close() raises nothing, and may be called again",
                    case,
                    (("the " + time + " close()", f"raised {type(error).__name__}: {error}"),),
                ) from error
