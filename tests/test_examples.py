"""Do the examples run, and does the README show them as they are?"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
PRINTED = {
    "embedding.py": [f"numbers {n - 1}: {n}" for n in range(1, 6)],
    "transforming.py": ["numbers 0: 4", "numbers 1: 16"],
}
CODE_LINES = {"smallest_source.py": 12, "smallest_sink.py": 12}


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_an_example_runs_and_prints_what_it_should(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", EXAMPLES / name]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines() == PRINTED.get(name, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "most"), CODE_LINES.items())
def test_the_smallest_are_small(name: str, most: int) -> None:
    lines = [line for line in (EXAMPLES / name).read_text().splitlines() if line.strip()]
    assert len(lines) <= most


def test_the_readme_shows_the_examples_as_they_are() -> None:
    text = (ROOT / "README.md").read_text()
    shown = re.findall(r"<!-- example: (\S+) -->\n```python\n(.*?)```", text, re.DOTALL)
    assert {"smallest_source.py", "smallest_sink.py", "embedding.py"} <= {name for name, _ in shown}
    assert [name for name, code in shown if code != (EXAMPLES / name).read_text()] == []


def test_every_python_block_of_the_readme_is_an_example() -> None:
    text = (ROOT / "README.md").read_text()
    assert text.count("```python") == len(re.findall(r"<!-- example: \S+ -->\n```python", text))
