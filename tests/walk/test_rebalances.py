"""Two workers share a sink's group, and one of them is killed: the other goes on where it was."""

import random

import attrs
import pytest

from tests.walk.walk import Walk

KILLS = 12
SETTLED = 0.3  # seconds after which a worker is in the midst of joining
LONGEST_LIFE = 2.5


@pytest.mark.slow
@pytest.mark.kafka
@pytest.mark.timeout(200)
def test_one_of_two_workers_is_killed_again_and_again(kafka_walk: Walk, chance: random.Random) -> None:
    walk = kafka_walk
    walk.orders = attrs.evolve(walk.orders, session_ms=1_500)
    roles = {"both": {"name": "both"}, "sinks": {"name": "sinks", "sources": ()}}
    workers = {name: walk.start(**changes) for name, changes in roles.items()}
    for _ in range(KILLS):
        walk.feed_for(chance.uniform(SETTLED, LONGEST_LIFE), *workers.values())
        victim = chance.choice(list(roles))
        walk.kill_one_of_several(workers[victim])
        walk.feed_for(chance.uniform(0, SETTLED), *(set(workers.values()) - {workers[victim]}))
        workers[victim] = walk.start(**roles[victim])
    for worker in workers.values():
        walk.kill_one_of_several(worker)
    walk.drain()
    assert walk.complaints() == []
