"""Three bugs that lose records are seen as that; the troubles that bring them out lose nothing alone."""

import random

import pytest

from tests.walk.walk import PATIENCE, Walk

KILLS = 4
SHORTEST_LIFE, LONGEST_LIFE = 0.6, 1.2

SCENES = [
    pytest.param(
        ("slow_partition", "settle_as_they_come"), "commit_the_highest_acknowledged", "", id="highest"
    ),
    pytest.param(("reach_put",), "commit_before_put", "in_put:3", id="before-put"),
    pytest.param(("hesitate",), "forget_what_waits_when_revoked", "", id="revoked"),
]


def complaints_after_kills(
    walk: Walk, chance: random.Random, plants: tuple[str, ...], crash_at: str
) -> set[str]:
    for _ in range(KILLS):
        worker = walk.start(plants=plants, crash_at=crash_at)
        walk.feed_for(PATIENCE if crash_at else chance.uniform(SHORTEST_LIFE, LONGEST_LIFE), worker)
        walk.kill(worker)
    walk.drain()
    return {complaint.kind for complaint in walk.complaints()}


@pytest.mark.slow
@pytest.mark.parametrize(("troubles", "bug", "crash_at"), SCENES)
def test_the_bug_loses_records(
    embedded_walk: Walk, chance: random.Random, troubles: tuple[str, ...], bug: str, crash_at: str
) -> None:
    assert "lost" in complaints_after_kills(embedded_walk, chance, (*troubles, bug), crash_at)


@pytest.mark.slow
@pytest.mark.parametrize(("troubles", "bug", "crash_at"), SCENES)
def test_without_the_bug_nothing_is_lost(
    embedded_walk: Walk, chance: random.Random, troubles: tuple[str, ...], bug: str, crash_at: str
) -> None:
    assert complaints_after_kills(embedded_walk, chance, troubles, crash_at) == set()
