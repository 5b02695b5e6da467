"""A clean stop loses nothing and doubles nothing, whenever it comes."""

import random
import signal

import pytest

from tests.walk.checker import doubles
from tests.walk.walk import Walk

STOPS = 20
LONGEST_LIFE = 1.0
GRACEFUL = 5.0  # task.shutdown.graceful.timeout.ms, by default
SLACK = 1.0


def stopped_again_and_again(
    walk: Walk, chance: random.Random, stops: int, plants: tuple[str, ...] = ()
) -> None:
    for _ in range(stops):
        worker = walk.start(plants=plants)
        walk.feed_for(chance.uniform(0, LONGEST_LIFE), worker)
        worker.signal(signal.SIGTERM)
        assert worker.wait(GRACEFUL + SLACK) == 0, walk.log(worker)
    walk.drain()


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_twenty_stops_on_the_embedded_broker(embedded_walk: Walk, chance: random.Random) -> None:
    stopped_again_and_again(embedded_walk, chance, STOPS)
    assert embedded_walk.complaints() == []
    assert doubles(embedded_walk.history()).total == 0


@pytest.mark.slow
@pytest.mark.kafka
@pytest.mark.timeout(200)
def test_twenty_stops_on_kafka(kafka_walk: Walk, chance: random.Random) -> None:
    stopped_again_and_again(kafka_walk, chance, STOPS)
    assert kafka_walk.complaints() == []
    assert doubles(kafka_walk.history()).total == 0


@pytest.mark.slow
def test_a_worker_that_stops_without_a_commit_is_seen(embedded_walk: Walk, chance: random.Random) -> None:
    stopped_again_and_again(embedded_walk, chance, 6, ("let_go_without_a_commit",))
    assert {complaint.kind for complaint in embedded_walk.complaints()} == {"doubled"}
