"""Why is a task slow or stuck, and what is there to do?"""

from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from connectsdk._core.explanation import Explanation, Signs, explain_connector, explain_task

SOURCE = Signs(connector="orders", task=1, kind="source", state="running", step="poll")
SINK = Signs(connector="orders", task=1, kind="sink", state="running", step="fetch", partitions=2, lag=0)


@pytest.mark.parametrize(
    ("signs", "changes", "verdict", "told"),
    [
        (SOURCE, {"state": "failed", "error": "ValueError: no\nmore"}, "failed", "ValueError: no."),
        (SOURCE, {"state": "failed"}, "failed", "nobody said of what"),
        (
            SOURCE,
            {"state": "restarting", "next_restart_in": 4.2, "error": "x", "restarts_left": 2},
            "stuck",
            "in 4 s (2 restarts are left): x.",
        ),
        (SOURCE, {"state": "paused"}, "waiting", "paused"),
        (SOURCE, {"state": "finished"}, "fine", "no more records"),
        (SOURCE, {"state": "stopped"}, "waiting", "stopped"),
        (SOURCE, {"state": "unassigned", "step_for": 1.0}, "waiting", "starting"),
        (SOURCE, {"state": "unassigned", "step_for": 60.0}, "stuck", "starting for 60 s"),
        (
            SOURCE,
            {"step": "poll_again", "step_for": 130.0, "asked_again": "busy"},
            "stuck",
            "For 2 min `poll` has asked",
        ),
        (SINK, {"step": "put_again", "step_for": 3.0, "asked_again": "busy"}, "stuck", "`put` has asked"),
        (SINK, {"step": "put", "step_for": 4.0}, "waiting", "nothing to do yet"),
        (SINK, {"step": "put", "step_for": 6.0}, "stuck", "`put` has not returned for 6 s"),
        (SINK, {"step": "transform", "step_for": 6.0}, "stuck", "transform or converter"),
        (SINK, {"step": "commit", "step_for": 9.0}, "stuck", "Storing offsets has taken 9 s"),
        (SINK, {"step": "fetch", "step_for": 900.0, "since_progress": 900.0}, "waiting", "15 min ago"),
        (SOURCE, {"step": "send", "step_for": 6.0}, "stuck", "taken no more records"),
        (SOURCE, {"step": "poll", "step_for": 9.0}, "waiting", "found nothing to read"),
        (
            SOURCE,
            {"in_flight": 1_500, "unsettled_age": 7.0, "bytes_in_flight": 2_048},
            "stuck",
            "1,500 records, 2,048 bytes are sent and not acknowledged, the oldest for 7 s",
        ),
        (SOURCE, {"commit_failure": 0.5}, "slow", "50% of the latest commits"),
        (SINK, {"partitions": 0, "rebalances": 3}, "waiting", "no partitions (3 rebalances"),
        (SINK, {"lost": 3, "since_error": 5.0}, "slow", "3 so far, the last one 5 s ago"),
        (SINK, {"lost": 3, "since_error": 500.0, "delivered_rate": 7.0}, "fine", "7 records a second"),
        (
            SINK,
            {"lag": 60_000, "delivered_rate": 100.0, "batch_time": 0.9, "batch_size": 100.0},
            "slow",
            "60,000 records behind, about 10 min of work, at 100 a second; `put` takes 90%",
        ),
        (SINK, {"lag": 60_000, "delivered_rate": 100.0}, "slow", "not in `put`"),
        (SINK, {"lag": 60_000}, "slow", "60,000 records behind, at 0 a second"),
    ],
)
def test_the_first_cause_that_holds_is_told(
    signs: Signs, changes: dict[str, Any], verdict: str, told: str
) -> None:
    found = explain_task(attrs.evolve(signs, **changes))
    assert (found.verdict, told in found.cause) == (verdict, True), found


NUMBER = st.floats(0, 1e7)


@given(
    st.builds(
        Signs,
        connector=st.text(min_size=1),
        task=st.integers(0, 9),
        kind=st.sampled_from(["source", "sink"]),
        state=st.sampled_from(
            ["unassigned", "running", "paused", "restarting", "failed", "stopped", "finished"]
        ),
        error=st.none() | st.text(),
        step=st.sampled_from(
            [
                "start",
                "poll",
                "poll_again",
                "idle",
                "transform",
                "send",
                "fetch",
                "put",
                "put_again",
                "commit",
            ]
        ),
        step_for=NUMBER,
        asked_again=st.none() | st.text(),
        in_flight=st.integers(0, 10**9),
        unsettled_age=NUMBER,
        delivered_rate=NUMBER,
        batch_time=NUMBER,
        batch_size=NUMBER,
        commit_failure=st.floats(0, 1),
        since_progress=st.none() | NUMBER,
        since_error=st.none() | NUMBER,
        lost=st.integers(0, 9),
        partitions=st.integers(0, 9),
        lag=st.none() | st.integers(0, 10**9),
    )
)
def test_there_is_always_one_sentence_and_trouble_has_a_remedy(signs: Signs) -> None:
    found = explain_task(signs)
    assert found.cause
    assert "\n" not in found.cause
    assert found.remedy or found.verdict in {"fine", "waiting"}
    assert (found.verdict == "failed") == (signs.state == "failed")


def test_a_connector_is_as_badly_off_as_its_worst_task() -> None:
    fine, stuck = Explanation("fine", "a"), Explanation("stuck", "b", "c")
    assert explain_connector("orders", "running", None, [fine, stuck, fine]) is stuck
    assert explain_connector("orders", "failed", "out of tea", [fine]).cause.endswith("out of tea.")
    assert explain_connector("orders", "stopped", None, []).verdict == "waiting"
    paused = explain_connector("orders", "paused", None, [stuck])
    assert (paused.verdict, paused.cause) == ("waiting", "It is paused.")
    assert "resume" in paused.remedy
    assert "no tasks" in explain_connector("orders", "running", None, []).cause
