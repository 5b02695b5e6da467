"""Bells ring for what they watch, and forgetting one looks at no others."""

import random
import sys

from connectsdk.transports.embedded._wakeups import Bell, Wakeups


class Rung(Bell):
    """Counts its rings."""

    def __init__(self) -> None:
        super().__init__()
        self.rings = 0

    def ring(self) -> None:
        self.rings += 1


def test_a_bell_rings_for_what_it_watches_now() -> None:
    wakeups, bell, other = Wakeups(), Rung(), Rung()
    wakeups.watch(other, ["group a"])
    wakeups.watch(bell, ["group a", "topic t", "topic t"])
    wakeups.ring(["topic t"])
    wakeups.watch(bell, ["topic u"])
    wakeups.ring(["topic t", "group a"])
    wakeups.ring(["topic u"])
    assert (bell.rings, other.rings) == (2, 1)
    wakeups.forget(bell)
    wakeups.forget(bell)
    wakeups.ring(["topic t", "topic u", "group a"])
    wakeups.ring_all()
    assert (bell.rings, other.rings) == (2, 3)
    wakeups.forget(other)
    assert not wakeups._bells


def test_bells_and_subjects_in_any_order_leave_nothing_behind() -> None:
    chance, wakeups = random.Random(7), Wakeups()
    bells: list[Rung] = [Rung() for _ in range(8)]
    watched: dict[Rung, set[str]] = {}
    for _ in range(500):
        bell = chance.choice(bells)
        if chance.random() < 0.3:
            wakeups.forget(bell)
            watched.pop(bell, None)
        else:
            watched[bell] = {f"topic {chance.randrange(5)}" for _ in range(chance.randrange(4))}
            wakeups.watch(bell, watched[bell])
        before = {each: each.rings for each in bells}
        wakeups.ring(["topic 1"])
        rung = {each for each in bells if each.rings > before[each]}
        assert rung == {each for each, subjects in watched.items() if "topic 1" in subjects}
    for bell in bells:
        wakeups.forget(bell)
    assert (wakeups._bells, wakeups._subjects) == ({}, {})


def test_forgetting_a_bell_makes_no_more_calls_for_many_others() -> None:
    assert _calls_to_forget(5) == _calls_to_forget(500)


def _calls_to_forget(others: int) -> int:
    """Return how many calls it takes, those of built-in methods included."""
    wakeups, bell, calls = Wakeups(), Bell(), []
    for number in range(others):
        wakeups.watch(Bell(), [f"group {number}"])
    wakeups.watch(bell, ["group 3", "group mine"])
    sys.setprofile(lambda _frame, event, _argument: calls.append(event))
    try:
        wakeups.forget(bell)
    finally:
        sys.setprofile(None)
    return len(calls)
