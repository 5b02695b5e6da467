"""Make the cases, ask Apache Kafka's classes, and record what they answer.

    python -m tests.differential.generate [FAMILY...]

The cases are the same at every call: what is drawn is drawn from fixed seeds. A case whose answer
changes from call to call is left out.
"""

import base64
import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.differential import (
    _converter_cases,
    _definition_cases,
    _edge_cases,
    _random_cases,
    _transform_cases,
)
from tests.differential._java import ask

FAMILIES = {
    **_converter_cases.FAMILIES,
    **_transform_cases.FAMILIES,
    **_definition_cases.FAMILIES,
    **_random_cases.FAMILIES,
    **_edge_cases.FAMILIES,
}
ADDRESS = re.compile(r"(?<=[A-Za-z])@[0-9a-f]{5,8}\b")
"""Where an object was when a message named it."""

RECORDS = Path(__file__).parent / "records"


def cases(family: str) -> Iterator[str]:
    """Return a family's cases, each once, a line of JSON each."""
    lines = (json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in FAMILIES[family]())
    yield from dict.fromkeys(lines)


def path_of(family: str) -> Path:
    """Return the file with a family's cases and answers."""
    return RECORDS / f"{family}.jsonl.gz"


def recorded(family: str) -> list[tuple[Any, Any]]:
    """Return a family's cases and Java's answers."""
    text = gzip.decompress(path_of(family).read_bytes()).decode()
    return [tuple(json.loads(line)) for line in text.split("\n")]


def asked_now(families: list[str]) -> dict[str, dict[str, str]]:
    """Ask Java the cases of some families; return its answers by family and case."""
    asked = {family: list(cases(family)) for family in families}
    answers = (ADDRESS.sub("@", said) for said in ask(line for lines in asked.values() for line in lines))
    found = {family: {line: next(answers) for line in lines} for family, lines in asked.items()}
    return {
        family: {line: said for line, said in pairs.items() if _steady(said)}
        for family, pairs in found.items()
    }


def _steady(answer: str) -> bool:
    """Return whether Java says the same next time: an array of bytes is printed as its address."""
    return b"[B@" not in base64.b64decode(json.loads(answer).get("bytes") or "")


def main(names: list[str]) -> None:
    """Record the families of these names, or all."""
    RECORDS.mkdir(exist_ok=True)
    for family, answers in asked_now(names or list(FAMILIES)).items():
        lines = "\n".join(f"[{case},{answer}]" for case, answer in answers.items())
        path_of(family).write_bytes(gzip.compress(lines.encode(), 9, mtime=0))
        print(family, len(answers))


if __name__ == "__main__":
    main(sys.argv[1:])
