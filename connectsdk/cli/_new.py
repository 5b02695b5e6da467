"""What does a new plugin's project hold?

Files that install, pass their own tests and run at once; an author replaces what is in the middle.
"""

import keyword
import re
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from shlex import quote
from typing import Literal

import click

from connectsdk._version import __version__
from connectsdk.cli._exit_code import ExitCode

__all__ = ("Kind", "begin", "new_project", "project_files", "project_name")

Kind = Literal["source", "sink", "transform"]

GROUPS: Mapping[Kind, str] = {"source": "connectors", "sink": "connectors", "transform": "transforms"}
SUFFIXES: Mapping[Kind, str] = {"source": "Source", "sink": "Sink", "transform": ""}
WHAT: Mapping[Kind, str] = {
    "source": "A source connector: it reads numbers, in the place of your system, into a topic.",
    "sink": "A sink connector: it writes records to a file, in the place of your system.",
    "transform": "A transform: it adds a field to every record.",
}
FIRST: Mapping[Kind, str] = {
    "source": "",
    "sink": "connectsdk run numbers.properties --until-idle 1  # so that there is something to write\n",
    "transform": "",
}
"""What has to be run before the example."""
TAKEN = {"connectsdk", "pytest", "test", "tests", "src"}
"""Modules that a project needs itself, or that its folders are called."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_ ][A-Za-z0-9]+)*")


def begin(kind: Kind, name: str, into: Path | None) -> ExitCode:
    """Write a project, and say what to do next."""
    folder = into or Path(project_name(name))
    try:
        written = new_project(kind, name, folder)
    except (OSError, ValueError) as error:
        told = str(error)
        if isinstance(error, OSError) and error.strerror:
            told = f"{error.filename or folder} cannot be written: {error.strerror}"
        click.echo(f"error: {told}", err=True)
        return ExitCode.CONFIGURATION
    for path in written:
        click.echo(path)
    click.echo(f"\nNext: cd {quote(str(folder))} && pip install -e '.[tests]' && pytest")
    return ExitCode.CLEAN


def new_project(kind: Kind, name: str, folder: Path) -> list[Path]:
    """Write a project; return its files.

    Args:
        kind: What it holds.
        name: Its name: words separated by dashes.
        folder: Where it goes; it must not exist, or be empty.

    Raises:
        ValueError: If the name cannot be one.
        FileExistsError: If something is in the folder.
        OSError: If it cannot be written.
    """
    contents = project_files(kind, name)
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is there already, and no folder")
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    for path, text in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return [folder / path for path in contents]


def project_name(name: str) -> str:
    """Return the name under which a project is installed; its folder is called so, too."""
    return "-".join(re.split(r"[-_ ]", name)).lower()


def project_files(kind: Kind, name: str) -> Mapping[str, str]:
    """Return the files of a project, by path.

    Raises:
        ValueError: If the name cannot be one.
    """
    if NAME.fullmatch(name) is None:
        raise ValueError(
            f"{name!r} cannot be a project's name: take words of letters and digits, as in tea-shop"
        )
    words = re.split(r"[-_ ]", name)
    project, module = project_name(name), "_".join(words).lower()
    own = "".join(word[0].upper() + word[1:] for word in words)
    named = own if own.endswith(SUFFIXES[kind]) else own + SUFFIXES[kind]
    taken = {*sys.stdlib_module_names, *keyword.kwlist, *TAKEN}
    if module in taken or keyword.iskeyword(named):
        raise ValueError(
            f"{name!r} cannot be a project's name: Python uses it; take another, as my-{project}"
        )
    values = {
        "kind": kind,
        "project": project,
        "module": module,
        "Class": named,
        "group": GROUPS[kind],
        "what": WHAT[kind],
        "first": FIRST[kind],
        "version": __version__,
    }
    found = {
        "pyproject.toml": _template("project", "pyproject.toml"),
        "README.md": _template("project", "README.md"),
        f"src/{module}/__init__.py": _template(kind, "plugin.py"),
        f"src/{module}/py.typed": "",
        f"tests/test_{module}.py": _template(kind, "test_plugin.py"),
        "example.properties": _template(kind, "example.properties"),
    }
    if kind == "sink":
        found["numbers.properties"] = _template(kind, "numbers.properties")
        found["numbers.txt"] = "1\n2\n3\n"
    if kind == "transform":
        found["lines.txt"] = "one\ntwo\nthree\n"
    return {path: _filled(text, values) for path, text in found.items()}


def _template(folder: str, name: str) -> str:
    return (files("connectsdk.cli") / "templates" / folder / f"{name}.tmpl").read_text("utf-8")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"@(\w+)@", lambda mark: values[mark[1]], text)
