"""Can a connector work as an operator wants it configured?"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from connectsdk._core.config_records import Desired
from connectsdk._core.target_state import TargetState
from connectsdk.errors import ConfigError
from connectsdk.runtime._checking.operated_plugins import OperatedPlugins
from connectsdk.runtime._operated import BadRequestError
from connectsdk.runtime._worker.blueprint import Blueprint
from connectsdk.runtime._worker.worker import Worker

__all__ = ("checked",)


async def checked(
    plugins: OperatedPlugins, worker: Worker, name: str, config: Mapping[str, Any], target: TargetState
) -> tuple[Desired, Blueprint]:
    """Return what is to be kept of a connector, and what it says.

    Args:
        plugins: Say what is wrong with it.
        worker: What is to run it.
        name: Its name.
        config: Its properties; numbers and booleans become text.
        target: What it is meant to do.

    Raises:
        BadRequestError: If it cannot work.
        ConnectError: If that could not be found out in time.
    """
    written = {_text("a key", key): _text(key, value) for key, value in config.items()}
    _check_name(name)
    if written.setdefault("name", name) != name:
        raise BadRequestError(
            f"Connector name configuration ({written['name']}) doesn't match connector name in the URL ({name})"
        )
    try:
        read = await plugins.read(written)
    except ConfigError as error:
        hide = worker.properties.secrets.hide
        raise BadRequestError(_invalid([hide(problem) for problem in error.problems])) from None
    if not isinstance(read, Blueprint):
        raise BadRequestError(_invalid(read.errors))
    return Desired(written, target), read


def _text(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float) and not any(map(_is_half, str(value))):
        return str(value)
    raise BadRequestError(f"the value of {key} must be text, a number or true or false")


def _is_half(character: str) -> bool:
    """Return whether it is half of a surrogate pair, which no text on a wire or in a file can hold."""
    return "\ud800" <= character <= "\udfff"


def _check_name(name: str) -> None:
    controls = [str(ord(character)) for character in name if unicodedata.category(character) == "Cc"]
    problem = None
    if not name.strip():
        problem = "String may not be empty"
    elif controls:
        problem = f"String may not contain control sequences but had the following ASCII chars: {', '.join(controls)}"
    if problem is not None:
        raise BadRequestError(_invalid([f"Invalid value {name} for configuration name: {problem}"]))


def _invalid(problems: Sequence[str]) -> str:
    listed = "".join(f"{problem}\n" for problem in problems)
    return (
        f"Connector configuration is invalid and contains the following {len(problems)} error(s):\n{listed}"
        "You can also find the above list of errors at the endpoint "
        "`/connector-plugins/{connectorType}/config/validate`"
    )
