"""What does a plugin's exception mean to the runtime?

Every call of plugin code goes through `called`: an exception leaves it with the place it came from, and an
exit exception, or a cancellation that nobody asked for, is a failure of that plugin and of nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from connectsdk.errors import AuthenticationError, ConfigError, ConnectError, DataError, RetriableError
from connectsdk.runtime._calls.detached import cancelled_from_outside
from connectsdk.runtime._calls.interruptible import Stopped
from connectsdk.source import EndOfStream

__all__ = ("PluginError", "called", "describe", "permanent", "translated")


class PluginError(ConnectError):
    """Plugin code raised something; the cause says what."""


@contextmanager
def called(what: str) -> Iterator[None]:
    """Run plugin code in this block.

    Args:
        what: The call, for messages: `FileStreamSourceTask.poll`.

    Raises:
        ConnectError: What the plugin raised, when it is ours.
        EndOfStream: As raised.
        PluginError: Anything else.
    """
    try:
        yield
    except (ConnectError, EndOfStream, Stopped):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and cancelled_from_outside():
            raise
        raise translated(what, error, describe(error)) from error


def translated(what: str, error: BaseException, text: str) -> Exception:
    """Return what to raise for an exception of plugin code.

    Args:
        what: The call, for messages.
        error: The exception.
        text: It, described.
    """
    if isinstance(error, ConnectError | EndOfStream):
        return error
    failure = PluginError(f"{what} raised {text}")
    failure.__cause__ = error
    return failure


def describe(error: BaseException) -> str:
    """Return an exception's type and text, whatever its own methods do."""
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001 - a plugin's __str__ may raise anything
        text = "(its text cannot be shown)"
    if not text and isinstance(error, TimeoutError):
        text = "no answer in time"
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def permanent(error: BaseException) -> bool:
    """Return whether starting again cannot help: a person has to change something first."""
    return isinstance(error, ConfigError | AuthenticationError | DataError) and not isinstance(
        error, RetriableError
    )
