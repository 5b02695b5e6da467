"""Is every module, class and function small enough to be read at once?

Complexity and the number of parameters are ruff's to check. An exception is a line in `EXCUSES`, with its
reason, so that it is seen in a review; an excuse that is no longer needed fails too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULE_LINES, CLASS_LINES, FUNCTION_LINES, NESTING = 400, 250, 50, 4
Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)

EXCUSES: dict[str, str] = {
    "connectsdk/_core/sink_pipeline.py:_one_by_one": "the hot loop, written out: a call per record would cost more",
    "connectsdk/_core/source_pipeline.py:_one_by_one": "the hot loop, written out: a call per record would cost more",
    "connectsdk/testing/transport_suite/_consuming.py:ConsumingChecks": "independent checks, a short method each",
    "connectsdk/transports/kafka/_group.py:retrying": "a deadline around repetition, in twelve lines",
    "connectsdk/transport.py": "one port; four fifths of it are the contracts of its methods, there is no code",
}


def _lines(node: ast.ClassDef | Function) -> int:
    """Count the lines of a definition without its docstring."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def _class_lines(node: ast.ClassDef) -> int:
    """Count the lines of a class without the docstrings in it."""
    inner = [item for item in ast.walk(node) if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    docs = sum((item.end_lineno or 0) - item.lineno + 1 - _lines(item) for item in inner)
    return _lines(node) - docs


def _depth(node: ast.AST) -> int:
    """Count how deep blocks are nested; an `elif` is not deeper than its `if`."""
    deepest = 0
    for name, children in ast.iter_fields(node):
        for child in children if isinstance(children, list) else [children]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            chained = isinstance(node, ast.If) and name == "orelse" and children and len(children) == 1
            step = isinstance(child, BLOCKS) and not (chained and isinstance(child, ast.If))
            deepest = max(deepest, _depth(child) + step)
    return deepest


def _offences(path: Path) -> Iterator[str]:
    text = path.read_text()
    name = str(path.relative_to(ROOT))
    if (lines := text.count("\n")) > MODULE_LINES:
        yield f"{name}: {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and (lines := _class_lines(node)) > CLASS_LINES:
            yield f"{name}:{node.name}: {lines} lines"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if (lines := _lines(node)) > FUNCTION_LINES:
                yield f"{name}:{node.name}: {lines} lines"
            if (depth := _depth(node)) > NESTING:
                yield f"{name}:{node.name}: {depth} blocks deep"


def test_nothing_is_too_large_without_an_excuse() -> None:
    found = [offence for path in sorted((ROOT / "connectsdk").rglob("*.py")) for offence in _offences(path)]
    places = {offence.rsplit(": ", 1)[0] for offence in found}
    assert [offence for offence in found if offence.rsplit(": ", 1)[0] not in EXCUSES] == []
    assert set(EXCUSES) - places == set(), "these excuses are no longer needed"


def test_the_rule_sees_what_it_should(tmp_path: Path) -> None:
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES))
    deep = "".join(f"{'    ' * n}if x:\n" for n in range(1, NESTING + 2)) + "    " * (NESTING + 2) + "x = 1"
    chain = "    if x:\n        y = 1\n" + "    elif x:\n        y = 1\n" * 6
    path = ROOT / "connectsdk" / "made_up.py"
    source = f"def long():\n{body}\n\ndef deep(x):\n{deep}\n\ndef chain(x):\n{chain}"
    stand_in = tmp_path / path.name
    stand_in.write_text(source)
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    assert [_lines(function) > FUNCTION_LINES for function in functions] == [True, False, False]
    assert [_depth(function) for function in functions] == [0, NESTING + 1, 1]
