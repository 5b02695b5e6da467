"""The checker itself: each way in which a history can be bad is seen, and a good one passes."""

import attrs
import pytest

from tests.walk.checker import Copy, History, Kill, complaints, doubles, under_way


def copies(*places: tuple[int, int, int], start: int = 0) -> list[Copy]:
    """Return lines of source `a`, put one after the other: partition, offset, number of each."""
    return [
        Copy(start + at, partition, offset, "a", number)
        for at, (partition, offset, number) in enumerate(places)
    ]


GOOD = copies((0, 0, 0), (1, 0, 1), (0, 1, 2), (1, 1, 3))
FED = {"a": 4}
KILL = Kill(at=100, fed=FED, stored={"a": 2}, committed={0: 1, 1: 1})


def kinds(history: History) -> set[str]:
    return {complaint.kind for complaint in complaints(history)}


def test_a_history_without_a_fault_has_no_complaint() -> None:
    assert complaints(History(FED, GOOD)) == []
    assert complaints(History({}, [])) == []


def test_partitions_need_no_order_among_each_other() -> None:
    assert complaints(History(FED, copies((1, 0, 1), (1, 1, 3), (0, 0, 0), (0, 1, 2)))) == []


def test_lines_are_ordered_by_when_they_were_put_not_by_where_they_were_found() -> None:
    assert complaints(History(FED, GOOD[::-1])) == []


@pytest.mark.parametrize("missing", range(4))
def test_any_missing_line_is_a_loss(missing: int) -> None:
    assert "lost" in kinds(History(FED, GOOD[:missing] + GOOD[missing + 1 :]))


def test_a_record_that_a_sink_never_got_is_a_loss_even_if_its_line_came_twice() -> None:
    again = copies((0, 0, 0), (0, 1, 1), (0, 3, 1), (0, 4, 2))
    assert [c.text for c in complaints(History({"a": 3}, again, [KILL])) if c.kind == "lost"] == [
        "1 offsets of partition 0, the first 2, the last 2"
    ]


def test_a_source_of_which_nothing_arrived_is_a_loss() -> None:
    assert kinds(History({"a": 4, "b": 1}, GOOD)) == {"lost"}


def test_a_record_that_was_committed_before_it_was_put_is_a_loss_even_if_it_came_later() -> None:
    early = attrs.evolve(KILL, at=1, committed={0: 2, 1: 1})
    assert kinds(History(FED, GOOD, [early])) == {"lost"}
    assert kinds(History(FED, GOOD, [attrs.evolve(early, committed={0: 1, 1: 1})])) == set()


def test_two_lines_that_changed_places_in_the_topic_are_a_disorder() -> None:
    assert "disorder" in kinds(History(FED, copies((0, 0, 2), (1, 0, 1), (0, 1, 0), (1, 1, 3))))


def test_a_sink_that_is_given_a_later_record_first_is_a_disorder() -> None:
    assert "disorder" in kinds(History(FED, copies((0, 1, 2), (0, 0, 0), (1, 0, 1), (1, 1, 3))))


def test_an_offset_with_two_contents_is_a_disorder() -> None:
    assert "disorder" in kinds(History(FED, [*GOOD, *copies((1, 1, 0), start=200)], [KILL]))


def test_a_replay_that_skips_something_on_its_way_is_a_disorder() -> None:
    numbers = copies((0, 0, 0), (0, 1, 1), (0, 2, 2), (0, 3, 0), (0, 4, 2))
    history = History({"a": 3}, numbers, [attrs.evolve(KILL, at=2, stored={"a": 0})])
    assert kinds(history) == {"disorder"}


def test_a_doubled_line_needs_a_kill() -> None:
    twice = [*GOOD, *copies((0, 2, 2), (1, 2, 3), start=200)]
    assert kinds(History(FED, twice)) == {"doubled"}
    assert kinds(History(FED, twice, [KILL])) == set()
    assert doubles(History(FED, twice)).in_topic == 2


def test_a_line_that_the_stored_offset_covered_must_not_come_again() -> None:
    twice = [*GOOD, *copies((1, 2, 1), (0, 2, 2), (1, 3, 3), start=200)]
    found = complaints(History(FED, twice, [KILL]))
    assert [complaint.text for complaint in found] == ["line 1 of a: 2 times, 1 have a reason"]


def test_a_line_that_was_written_after_the_kill_must_not_come_twice() -> None:
    twice = [*GOOD, *copies((0, 2, 2), (1, 2, 3), start=200)]
    early = attrs.evolve(KILL, fed={"a": 3})
    assert [c.text for c in complaints(History(FED, twice, [early]))] == [
        "line 3 of a: 2 times, 1 have a reason"
    ]


def test_a_record_put_again_needs_a_kill_that_found_it_uncommitted() -> None:
    twice = [*GOOD, *copies((0, 1, 2), start=200)]
    assert kinds(History(FED, twice)) == {"doubled"}
    assert kinds(History(FED, twice, [KILL])) == set()
    assert kinds(History(FED, twice, [attrs.evolve(KILL, committed={0: 2, 1: 2})])) == {"doubled"}
    assert kinds(History(FED, twice, [attrs.evolve(KILL, at=1)])) == {"doubled"}
    assert doubles(History(FED, twice)).in_sinks == 1


def test_each_kill_excuses_one_repetition() -> None:
    thrice = [*GOOD, *copies((0, 1, 2), start=200), *copies((0, 1, 2), start=300)]
    assert kinds(History(FED, thrice, [KILL])) == {"doubled"}
    assert kinds(History(FED, thrice, [KILL, attrs.evolve(KILL, at=250)])) == set()


def test_what_was_under_way_is_counted_over_all_kills() -> None:
    assert under_way(History(FED, GOOD, [KILL, attrs.evolve(KILL, stored={})])) == 2 + 4
