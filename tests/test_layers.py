"""Who imports whom, and do decisions never wait?"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DECISIONS = sorted((ROOT / "connectsdk" / "_core").rglob("*.py"))
CHECK = "from importlinter.cli import lint_imports_command as run; run()"


def test_every_row_imports_only_rows_below_it() -> None:
    command = [sys.executable, "-c", CHECK, "--no-cache"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_decision_never_waits(path: Path) -> None:
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    found = [node.lineno for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, waiting)]
    assert not found, f"{path.relative_to(ROOT)} waits in line {found[0]}"
