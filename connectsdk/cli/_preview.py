"""What does `connectsdk preview` do?"""

import sys
from pathlib import Path

import anyio
import attrs
from rich.console import Console

from connectsdk.cli._asking import Format
from connectsdk.cli._exit_code import ExitCode
from connectsdk.cli._files import apply_settings, read_connector, read_properties
from connectsdk.cli._log_lines import log_to_standard_error
from connectsdk.cli._output import Shown, show
from connectsdk.cli._preview_view import preview_data, preview_view
from connectsdk.cli._problems import Written, tell
from connectsdk.cli._run import make_worker
from connectsdk.errors import ConfigError, ConnectError
from connectsdk.runtime.preview import Plan, Preview, preview

__all__ = ("PreviewOptions", "show_preview")


@attrs.frozen(kw_only=True)
class PreviewOptions:
    """The command line.

    Attributes:
        connector: The connector's file.
        records: How many records.
        first: Whether the first ones of a sink's topics, not the last.
        task: Which of a source's tasks.
        wait: How long a source is polled.
        deadline: How long the connector's code may take to answer.
        register: Whether converters may register schemas.
        worker_file: The worker's file.
        settings: `key=value` for the connector.
        bootstrap: A Kafka broker.
        data_dir: Where the embedded broker keeps its topics.
        output: For people or for programs.
    """

    connector: Path
    records: int = 20
    first: bool = False
    task: int = 0
    wait: float = 10.0
    deadline: float = 30.0
    register: bool = False
    worker_file: Path | None = None
    settings: tuple[str, ...] = ()
    bootstrap: str | None = None
    data_dir: Path | None = None
    output: Format = "table"

    def plan(self) -> Plan:
        """Return what to look at."""
        return Plan(
            records=self.records,
            which="first" if self.first else "last",
            task=self.task,
            wait=self.wait,
            deadline=self.deadline,
            registers=self.register,
        )

    def worker(self) -> Written:
        """Return the worker's properties, and those of the command line over them.

        Raises:
            ConfigError: If the file cannot be read.
        """
        flags = {"bootstrap.servers": self.bootstrap, "data.dir": self.data_dir}
        given = {key: str(value) for key, value in flags.items() if value is not None}
        written = {} if self.worker_file is None else read_properties(self.worker_file)
        return Written("The worker", self.worker_file, {**written, **given}, frozenset(given))


def show_preview(options: PreviewOptions) -> ExitCode:
    """Show what would become of real records."""
    log_to_standard_error("warning", "plain", "%H:%M:%S")
    sys.path.insert(0, str(Path.cwd()))  # a connector may be a module of this directory
    try:
        settings = apply_settings(options.settings)
        file = read_connector(options.connector, settings)
        worker = options.worker()
    except ConfigError as error:
        return _complain(str(error), ExitCode.CONFIGURATION)
    connector = Written(f"Connector '{file.name}'", file.path, file.config, frozenset(settings))
    opening = worker

    async def look() -> Preview:
        nonlocal opening
        async with await make_worker(worker.config) as opened:
            opening = connector
            return await preview(opened, file.name, file.config, options.plan())

    try:
        found = anyio.run(look)
        show(Shown(preview_view(found, options.wait), preview_data(found)), options.output)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except ConfigError as error:
        return _complain("\n".join(tell(error, opening)), ExitCode.CONFIGURATION)
    except ConnectError as error:
        return _complain(str(error), ExitCode.FAILED)
    failed = any(each.outcome == "failed" for each in found.records)
    return ExitCode.FAILED if failed else ExitCode.CLEAN


def _complain(text: str, code: ExitCode) -> ExitCode:
    Console(stderr=True).print(f"error: {text}", markup=False, highlight=False, soft_wrap=True)
    return code
