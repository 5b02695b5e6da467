"""A clean stop loses nothing and doubles nothing, whenever it comes."""

import random
import signal
import time

import pytest

from tests.walk.checker import complaints, doubles
from tests.walk.walk import Walk

STOPS = 20
LONGEST_LIFE = 1.0
GRACEFUL = 5.0  # task.shutdown.graceful.timeout.ms, by default
SLACK = 1.0


def stopped_again_and_again(walk: Walk, seed: int) -> None:
    chance = random.Random(seed)
    slowest = 0.0
    for _ in range(STOPS):
        worker = walk.start()
        walk.feed_for(chance.uniform(0, LONGEST_LIFE), worker)
        worker.signal(signal.SIGTERM)
        since = time.monotonic()
        assert worker.wait(GRACEFUL + SLACK) == 0, walk.log(worker)
        slowest = max(slowest, time.monotonic() - since)
    walk.drain()
    history = walk.history()
    print(f"seed {seed}: {STOPS} stops, {sum(history.fed.values())} lines, the slowest took {slowest:.2f} s")
    assert (complaints(history), doubles(history).total) == ([], 0)


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_twenty_stops_on_the_embedded_broker(embedded_walk: Walk) -> None:
    stopped_again_and_again(embedded_walk, random.randrange(2**32))


@pytest.mark.slow
@pytest.mark.kafka
@pytest.mark.timeout(200)
def test_twenty_stops_on_kafka(kafka_walk: Walk) -> None:
    stopped_again_and_again(kafka_walk, random.randrange(2**32))
