"""Is there room on Python's stack?

The `jsonschema` library looks names up with code in Rust, which panics where Python raises a RecursionError: the panic is
no Exception, and is printed. So the room is looked for before, and both become a DataError: the next record can be fine.
"""

from connectsdk.errors import DataError

__all__ = ("need_room", "refuse_full_stack")

_ROOM = 60
"""How many frames the library takes, at most, from one place that looks for room to the next."""

_PANICS = "pyo3_runtime"
"""The module that a panic says it is from; it cannot be imported."""


def need_room(frames: int = _ROOM) -> None:
    """Return if so many more frames fit on the stack.

    Raises:
        RecursionError: If not.
    """
    if frames:
        need_room(frames - 1)


def refuse_full_stack(error: BaseException) -> None:
    """Return if an error is another one than that the stack is full.

    Raises:
        DataError: If it says that, or is a panic for that.
    """
    if isinstance(error, RecursionError) or type(error).__module__ == _PANICS:
        raise DataError(
            "The data or its JSON Schema is nested too deep, for how deep Python's stack is where it is converted"
        ) from None
