"""Does everything run that the documentation shows?

The blocks of a page are run from top to bottom in one directory and, the Python ones, in one namespace:

- a block with a title, or after `<!-- example: name -->`, is a file of that name;
- another Python block is executed, `await` allowed;
- another shell block is executed by bash;
- a text block after `<!-- output -->` is what the block before it printed.

A block after `<!-- not run: reason -->` is only shown. The pages of the tutorial go on from each other.
"""

import ast
import asyncio
import contextlib
import inspect
import io
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from connectsdk.testing.broker import KafkaBroker

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FENCE = re.compile(
    r"(?:<!-- (?P<mark>[^\n]*?) -->\n+)?^(?P<indent> *)```(?P<language>\w+)(?P<info>[^\n]*)\n(?P<code>.*?)^(?P=indent)```",
    re.DOTALL | re.MULTILINE,
)
EXAMPLE = re.compile(r"^\{\{ example: (?P<name>\S+) as (?P<shown>\S+) \}\}$", re.MULTILINE)
SHELL, PYTHON = ("sh", "bash", "console"), "python"
ON_KAFKA, KAFKA_ADDRESS = DOCS / "how-to" / "run-on-kafka.md", "localhost:9092"


class Block(NamedTuple):
    """A fenced block: where it is, what it is, and the comment before it."""

    place: str
    language: str
    file: str | None
    code: str
    mark: str


def _blocks(page: Path) -> Iterator[Block]:
    text = EXAMPLE.sub(_example, page.read_text())
    for found in FENCE.finditer(text):
        code = textwrap.dedent(found["code"])
        mark = found["mark"] or ""
        file = re.search(r'title="([^"]+)"', found["info"]) or re.fullmatch(r"example: (\S+)", mark)
        place = f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, found.start('code'))}"
        yield Block(place, found["language"], file and file[1], code, mark)


def _example(mark: re.Match[str]) -> str:
    """Return the block that the documentation's build puts in the place of a mark."""
    return f'```python title="{mark["shown"]}"\n{(ROOT / "examples" / mark["name"]).read_text()}```'


class Runner:
    """Runs blocks in the current directory."""

    def __init__(self, loop: asyncio.Runner) -> None:
        self.loop = loop
        self.names: dict[str, Any] = {"__name__": "__docs__"}
        self.printed = ""

    def run(self, block: Block) -> None:
        if block.mark.startswith("not run: "):
            return
        if block.mark == "output":
            assert self.printed.strip().splitlines() == block.code.strip().splitlines(), block.place
        elif block.file is not None:
            Path(block.file).write_text(block.code)
        elif block.language == PYTHON:
            self._python(block)
        elif block.language in SHELL:
            self._shell(block)

    def _python(self, block: Block) -> None:
        code = compile(block.code, block.place, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            if code.co_flags & inspect.CO_COROUTINE:
                self.loop.run(_awaited(code, self.names))
            else:
                exec(code, self.names)  # noqa: S102 - it is what this is for
        self.printed = printed.getvalue()

    def _shell(self, block: Block) -> None:
        commands = re.sub(r"^\$ ", "", block.code, flags=re.MULTILINE)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        answer = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            env={**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert answer.returncode == 0, f"{block.place}\n{answer.stdout}\n{answer.stderr}"
        self.printed = answer.stdout


async def _awaited(code: Any, names: dict[str, Any]) -> None:
    await eval(code, names)  # noqa: S307 - it is what this is for


def _units() -> list[Any]:
    tutorial = sorted((DOCS / "tutorial").glob("*.md"))
    others = [page for page in sorted(DOCS.rglob("*.md")) if page not in tutorial]
    units = [
        ("tutorial", tutorial),
        *((str(page.relative_to(ROOT)), [page]) for page in [ROOT / "README.md", *others]),
    ]
    return [pytest.param(pages, id=name) for name, pages in units if any(_runs(page) for page in pages)]


def _runs(page: Path) -> bool:
    return page != ON_KAFKA and any(block.language in {PYTHON, *SHELL} for block in _blocks(page))


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    with asyncio.Runner() as loop:
        yield Runner(loop)
    for name in set(sys.modules) - before:
        if str(tmp_path) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


@pytest.mark.parametrize("pages", _units())
def test_everything_shown_runs(pages: list[Path], runner: Runner) -> None:
    for page in pages:
        for block in _blocks(page):
            runner.run(block)


@pytest.mark.kafka
def test_everything_shown_runs_on_kafka(runner: Runner, kafka_broker: KafkaBroker) -> None:
    for block in _blocks(ON_KAFKA):
        runner.run(block._replace(code=block.code.replace(KAFKA_ADDRESS, kafka_broker.bootstrap_servers)))


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda page: page.name
)
def test_a_block_that_is_not_run_says_why(page: Path) -> None:
    marks = [block.mark for block in _blocks(page)]
    assert all(
        len(mark.removeprefix("not run:").strip()) > 10 for mark in marks if mark.startswith("not run")
    )


def test_the_runner_sees_a_broken_block(runner: Runner) -> None:
    runner.run(Block("page:1", "python", "shown.py", "VALUE = 6\n", ""))
    runner.run(
        Block(
            "page:2",
            "python",
            None,
            "import asyncio, shown\nawait asyncio.sleep(0)\nprint(shown.VALUE)\n",
            "",
        )
    )
    runner.run(Block("page:3", "text", None, "6\n", "output"))
    runner.run(Block("page:4", "python", None, "1 / 0\n", "not run: it shows an error"))
    for block in (
        Block("page:5", "text", None, "7\n", "output"),
        Block("page:6", "python", None, "assert shown.VALUE == 7\n", ""),
        Block("page:7", "sh", None, "false\necho no\n", ""),
    ):
        with pytest.raises(AssertionError):
            runner.run(block)
