"""What does `connectsdk validate` find wrong?"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import attrs
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from connectsdk.cli._asking import Format
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._files import apply_settings, read_connector, read_properties
from connectsdk.cli._output import Shown, show
from connectsdk.cli._problems import line_of
from connectsdk.cli._rest_session import complain
from connectsdk.errors import ConfigError, ConnectError

if TYPE_CHECKING:
    from connectsdk.runtime.herder import ConfigInfos

__all__ = ("validate",)


@attrs.frozen
class Problem:
    """Something to correct.

    Attributes:
        file: Where it is written.
        line: The line; None when the key is missing, or not plain to see.
        key: The key; None when it is no single one's.
        problem: What is wrong.
        severity: error or warning.
    """

    file: str
    line: int | None
    key: str | None
    problem: str
    severity: str = "error"


def validate(files: tuple[Path, ...], worker: Path | None, settings: tuple[str, ...], output: Format) -> None:
    """Tell what is wrong with these files, and end the program."""
    sys.path.insert(0, str(Path.cwd()))
    try:
        properties = {} if worker is None else dict(read_properties(worker))
        given = dict(apply_settings(settings))
        found = [problem for file in files for problem in _problems(file, given, properties)]
    except ConfigError as error:
        found = [Problem(str(worker or ""), None, error.key, text) for text in error.problems]
    try:
        show(Shown(_table(found, len(files)), found), output)
    except ConfigError as error:
        raise SystemExit(complain(error)) from None
    wrong = any(problem.severity == "error" for problem in found)
    raise SystemExit(ExitCode.CONFIGURATION if wrong else ExitCode.CLEAN)


def _problems(file: Path, settings: dict[str, str], worker: dict[str, str]) -> list[Problem]:
    from connectsdk.runtime import OperatedPlugins, Worker
    from connectsdk.transports.embedded import EmbeddedTransport

    try:
        config = read_connector(file, settings).config
    except ConfigError as error:
        text = str(error).removeprefix(f"{file}: ")
        return [Problem(str(file), None, error.key, text)]
    of = Worker(EmbeddedTransport(), worker)
    anyio.run(of.prepare)

    async def validated() -> "ConfigInfos":
        async with of:  # while it is open, what plugins log is without secrets
            return await OperatedPlugins(of).validated(config)

    try:
        infos = anyio.run(validated)
    except ConnectError as error:
        return [Problem(str(file), line_of(file, "connector.class"), "connector.class", str(error))]
    wrong = [(each.value.name, error, "error") for each in infos.configs for error in each.value.errors]
    for key, similar in infos.unknown_keys.items():
        hint = "" if similar is None else f"; did you mean {similar}?"
        wrong.append((key, f"The property has no effect{hint}", "warning"))
    return [Problem(str(file), line_of(file, key), key, text, severity) for key, text, severity in wrong]


def _table(found: list[Problem], files: int) -> Table | Text:
    if not found:
        return Text(f"{files} {'file' if files == 1 else 'files'}: nothing is wrong", style="green")
    drawn = Table(box=SIMPLE_HEAD, header_style="bold")
    for heading in ("where", "key", "problem"):
        drawn.add_column(heading, overflow="fold")
    for each in found:
        where = each.file if each.line is None else f"{each.file}:{each.line}"
        style = "red" if each.severity == "error" else "yellow"
        drawn.add_row(
            Text(where), Text(each.key or ""), Text(f"{each.severity}: {each.problem}", style=style)
        )
    return drawn
