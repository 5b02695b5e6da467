"""Nothing is lost, put out of order or doubled without a reason, wherever a worker is killed.

The bound on repetitions is exact: a record may come once more for each kill at which it was under way, that is, read
or put and not covered by the offsets then stored; the checker looks at each record and each kill. How much is under
way is bounded by what a commit interval holds, plus the batches in the pipeline and in flight at its end.
"""

import random
from typing import get_args

import attrs
import pytest

from connectsdk.runtime._crash_points import CrashPoint
from tests.walk.checker import doubles
from tests.walk.walk import PATIENCE, Walk

POINTS = get_args(CrashPoint)
CRASHES_PER_POINT = 3
RANDOM_KILLS = 32


def killed_again_and_again(walk: Walk, chance: random.Random, longest_life: float) -> None:
    plan = [*POINTS * CRASHES_PER_POINT, *[""] * RANDOM_KILLS]
    chance.shuffle(plan)
    for point in plan:
        worker = walk.start(crash_at=point and f"{point}:{chance.randint(1, 3)}")
        walk.feed_for(PATIENCE if point else chance.uniform(0, longest_life), worker)
        assert not point or not worker.alive(), f"{point} was not reached: {walk.log(worker)}"
        walk.kill(worker)
    walk.drain()
    assert walk.complaints() == []
    assert len(walk.kills) >= 50
    # Commits that never came would excuse every repetition: each life would begin at the beginning.
    assert doubles(walk.history()).total <= sum(walk.fed.values())


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_fifty_kills_on_the_embedded_broker(embedded_walk: Walk, chance: random.Random) -> None:
    killed_again_and_again(embedded_walk, chance, longest_life=1.0)


@pytest.mark.slow
@pytest.mark.kafka
@pytest.mark.timeout(300)
def test_fifty_kills_on_kafka(kafka_walk: Walk, chance: random.Random) -> None:
    # The group waits for the dead: a worker that lives shorter than a session gets no partitions.
    kafka_walk.orders = attrs.evolve(kafka_walk.orders, session_ms=1_000)
    killed_again_and_again(kafka_walk, chance, longest_life=2.5)
