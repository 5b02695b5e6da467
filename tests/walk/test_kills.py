"""Nothing is lost, put out of order or doubled without a reason, wherever a worker is killed."""

import random
from typing import get_args

import pytest

from connectsdk.runtime._crash_points import CrashPoint
from tests.walk.checker import complaints, doubles, under_way
from tests.walk.walk import PATIENCE, Walk

POINTS = get_args(CrashPoint)
CRASHES_PER_POINT = 3
RANDOM_KILLS = 32
LONGEST_LIFE = 1.0


def killed_again_and_again(walk: Walk, seed: int) -> None:
    chance = random.Random(seed)
    plan = ["", *POINTS * CRASHES_PER_POINT, *[""] * (RANDOM_KILLS - 1)]
    chance.shuffle(plan)
    for point in plan:
        crash_at = point and f"{point}:{chance.randint(1, 3)}"
        worker = walk.start(crash_at=crash_at)
        walk.feed_for(PATIENCE if point else chance.uniform(0, LONGEST_LIFE), worker)
        assert not point or not worker.alive(), f"{point} was not reached: {walk.log(worker)}"
        walk.kill(worker)
    walk.drain()
    history = walk.history()
    lines, doubled = sum(history.fed.values()), doubles(history)
    print(f"seed {seed}: {len(walk.kills)} kills, {lines} lines, {doubled}, {under_way(history)} under way")
    assert complaints(history) == []
    assert len(walk.kills) >= 50
    assert under_way(history) <= 2 * lines, "on average a line may be under way at two kills, not more"


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_fifty_kills_on_the_embedded_broker(embedded_walk: Walk) -> None:
    killed_again_and_again(embedded_walk, random.randrange(2**32))


@pytest.mark.slow
@pytest.mark.kafka
@pytest.mark.timeout(300)
def test_fifty_kills_on_kafka(kafka_walk: Walk) -> None:
    killed_again_and_again(kafka_walk, random.randrange(2**32))
