"""Which options do the commands share that run connectors here?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

__all__ = ("choice", "file_of", "logs", "place", "seconds")

Command = Callable[..., Any]
Option = Callable[[Command], Command]


def choice(*names: str, **more: Any) -> Option:
    """Return an option that shows its default."""
    return click.option(*names, show_default=True, **more)


def seconds(name: str, **more: Any) -> Option:
    """Return an option for a duration."""
    kind = click.FloatRange(min=0, min_open=True)
    return click.option(name, metavar="SECONDS", type=kind, show_default="default" in more, **more)


def file_of(name: str, metavar: str, *, many: bool = False, required: bool = True) -> Option:
    """Take one file, or several."""
    count = -1 if many else 1
    return click.argument(
        name, metavar=metavar, nargs=count, required=required, type=click.Path(path_type=Path)
    )


def place(worker: str, settings: str, data_dir: str) -> Option:
    """Add the options that say with which properties something runs, and where its records are.

    Args:
        worker: What the worker's file holds.
        settings: What `--set` sets.
        data_dir: What the data directory keeps.
    """
    return _all(
        click.option(
            "-w",
            "--worker",
            "worker_file",
            metavar="WORKER",
            type=click.Path(path_type=Path),
            help=worker,
        ),
        click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help=settings),
        click.option("--bootstrap", metavar="HOST:PORT", help="A Kafka broker; wins over the worker file."),
        click.option(
            "--data-dir",
            metavar="DIR",
            show_default="the worker's data.dir, or connectsdk-data",
            type=click.Path(path_type=Path, file_okay=False),
            help=data_dir,
        ),
    )


def logs(level: str, what: str) -> Option:
    """Add the options that say how much is told, and how.

    Args:
        level: The level unless another is asked for.
        what: What the first one is for.
    """
    return _all(
        choice(
            "--log-level",
            type=click.Choice(["debug", "info", "warning", "error"]),
            default=level,
            help=what,
        ),
        choice(
            "--log-format",
            type=click.Choice(["plain", "json"]),
            default="plain",
            help="Lines for people, or JSON for programs.",
        ),
    )


def _all(*options: Option) -> Option:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add
