"""Do our transforms, predicates and converters answer as Apache Kafka's own? `generate.py` recorded what those say."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.differential.answer import answer
from tests.differential.compare import difference
from tests.differential.generate import FAMILIES, recorded
from tests.differential.known import KNOWN, reason

MOST_SHOWN = 20
PARTS = 4
FEWEST = 8000
DIFFERENCES = Path(__file__).parents[2] / "docs" / "explanation" / "differences.md"


def _answered(family: str, part: int) -> list[tuple[Any, Any, Any]]:
    return [(case, java, answer(json.dumps(case))) for case, java in recorded(family)[part::PARTS]]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("family", sorted(FAMILIES.keys() - {"predicates", "definitions"}))
def test_answers_are_those_of_java(family: str, part: int) -> None:
    different = [
        text
        for case, java, ours in _answered(family, part)
        if "could not be found" not in ours.get("message", "")  # a class that connectsdk does not have
        if (text := difference(case, java, ours)) and reason(case, java, ours) is None
    ]
    shown = "\n\n".join(different[:MOST_SHOWN])
    assert not different, f"{len(different)} answers of {family} differ, the first ones:\n{shown}"


def test_there_are_enough_cases() -> None:
    assert sum(len(recorded(family)) for family in FAMILIES) >= FEWEST


def test_the_documentation_gives_a_reason_for_every_known_difference() -> None:
    text = DIFFERENCES.read_text(encoding="utf-8").lower()
    assert [name for name in KNOWN if name.lower() not in text] == []


def test_every_known_difference_still_is_one() -> None:
    found = set()
    for family in ("definitions", "flatten", "json_reads", "routers", "strings", "values"):
        for part in range(PARTS):
            for case, java, ours in _answered(family, part):
                if difference(case, java, ours):
                    found.add(reason(case, java, ours))
    assert KNOWN.keys() <= found, "these are differences no longer"
