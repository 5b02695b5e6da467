"""How did a command end that asks a worker?"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import anyio
from rich.console import Console

from connectsdk.cli._asking import Asking
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._rest_answers import UnreachableError
from connectsdk.errors import ConfigError, ConnectError

if TYPE_CHECKING:
    from connectsdk.cli._rest_client import RestClient

__all__ = ("ask", "complain")

Command = Callable[["RestClient"], Awaitable[ExitCode | None]]


def ask(asking: Asking, command: Command, interrupted: ExitCode = ExitCode.INTERRUPTED) -> ExitCode:
    """Run a command with a client, and say what went wrong.

    Args:
        asking: Whom to ask.
        command: What to ask.
        interrupted: How it ends with Ctrl-C.
    """

    async def session() -> ExitCode:
        async with asking.client() as client:
            return await command(client) or ExitCode.CLEAN

    try:
        return anyio.run(session)
    except KeyboardInterrupt:
        return interrupted
    except ConnectError as error:
        return complain(error)


def complain(error: ConnectError) -> ExitCode:
    """Say what went wrong, and return how a command ends with it."""
    Console(stderr=True).print(f"error: {error}", markup=False, highlight=False, soft_wrap=True)
    return _code(error)


def _code(error: ConnectError) -> ExitCode:
    if isinstance(error, ConfigError):
        return ExitCode.CONFIGURATION
    from connectsdk.cli._rest_client import MissingError

    if isinstance(error, MissingError):
        return ExitCode.MISSING
    return ExitCode.UNREACHABLE if isinstance(error, UnreachableError) else ExitCode.FAILED
