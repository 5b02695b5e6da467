"""Do our transforms, predicates and converters answer as Apache Kafka's own? `generate.py` recorded what those say."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.differential.answer import answer
from tests.differential.compare import difference
from tests.differential.generate import FAMILIES, recorded
from tests.differential.known import KNOWN, reason

MOST_SHOWN = 20
FEWEST = 8000
DIFFERENCES = Path(__file__).parents[2] / "docs" / "explanation" / "differences.md"


@cache
def different(family: str) -> tuple[tuple[str, str | None], ...]:
    """Return the cases that differ, to be read, each with the reason if it is on purpose."""
    found: list[tuple[str, str | None]] = []
    for case, java in recorded(family):
        ours: Any = answer(json.dumps(case))
        text = difference(case, java, ours)
        if text is not None:
            found.append((text, reason(case, java, ours)))
    return tuple(found)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_answers_are_those_of_java(family: str) -> None:
    found = [text for text, why in different(family) if why is None]
    shown = "\n\n".join(found[:MOST_SHOWN])
    assert not found, f"{len(found)} answers of {family} differ, the first ones:\n{shown}"


def test_every_known_difference_still_is_one() -> None:
    found = Counter(why for family in FAMILIES for _, why in different(family))
    assert [name for name in KNOWN if not found[name]] == [], "these are differences no longer"


def test_there_are_enough_cases() -> None:
    assert sum(len(recorded(family)) for family in FAMILIES) >= FEWEST


def test_the_documentation_gives_a_reason_for_every_known_difference() -> None:
    text = DIFFERENCES.read_text(encoding="utf-8").lower()
    assert [name for name in KNOWN if name.lower() not in text] == []
