"""What becomes of a record that cannot be processed?"""

import pytest

from connectsdk._core.tolerance import Tolerance
from connectsdk._core.verdict import Verdict


@pytest.mark.parametrize(
    ("tolerance", "verdict"),
    [
        (Tolerance.NONE, Verdict.FAILED),
        (Tolerance.ALL, Verdict.SKIPPED),
        (Tolerance.DEAD_LETTER, Verdict.DEAD_LETTERED),
    ],
)
def test_each_tolerance_has_its_verdict(tolerance, verdict):
    assert tolerance.verdict is verdict


@pytest.mark.parametrize(
    ("name", "topic", "tolerance"),
    [
        ("none", "", Tolerance.NONE),
        ("none", "letters", Tolerance.NONE),
        ("all", "", Tolerance.ALL),
        ("all", "letters", Tolerance.DEAD_LETTER),
    ],
)
def test_a_declared_tolerance_is_found(name, topic, tolerance):
    assert Tolerance.declared(name, topic) is tolerance


@pytest.mark.parametrize("name", ["", "ALL", "some", "dead_letter"])
def test_another_word_is_refused(name):
    with pytest.raises(ValueError, match=f"^errors.tolerance must be none or all, not {name!r}$"):
        Tolerance.declared(name)
