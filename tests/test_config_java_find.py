"""Is a Java pattern found in a text, with either engine, and never without bounds?"""

import sys
import time

import pytest

from connectsdk.config import java_find
from connectsdk.config.java_find import compile_java_find
from connectsdk.errors import ConfigError, DataError

# The answers are Java's `Matcher.find`.
FOUND = [
    ("", "", True),
    ("^[a-z]*$", "", True),
    ("^[a-z]*$", "A", False),
    ("b", "abc", True),
    (r"^\d{3}-\d+$", "123-4", True),
    ("^a$|^b", "bc", True),
    ("^a$|^b", "ac", False),
    ("a$", "ba\n", True),
    ("a$", "ba\r\n", True),
    ("a$", "ba\u2028", True),
    ("a$", "ba\n\n", False),
    (r"a\r$", "a\r\n", False),
    (r"a\r$", "a\r", True),
    (r"a\z", "a\n", False),
    (r"a\Z", "a\n", True),
    (r"a\b$", "a\n", True),
    (r"\B$", "a\n", True),
    ("$", "x\n", True),
    ("(a$|b)c?", "xa\n", True),
    ("^(?:a|b$)", "b\n", True),
]


@pytest.mark.parametrize(("pattern", "text", "found"), FOUND)
@pytest.mark.parametrize("cheap", [java_find._CHEAP_STEPS, -1], ids=["backtracking", "linear"])
def test_a_pattern_is_found_as_in_java(
    pattern: str, text: str, found: bool, cheap: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(java_find, "_CHEAP_STEPS", cheap)
    assert compile_java_find(pattern).found_in(text) is found


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|aa)+$", "(.*a){25}", "(x+x+)+y"])
def test_without_re2_what_takes_exponential_time_is_refused(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = compile_java_find(pattern)
    start = time.process_time()
    find.found_in("a" * 100_000 + "!")
    assert time.process_time() - start < 5
    assert find.steps(100_000) < 1_000_000
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(ConfigError, match=r"exponential time.*connectsdk\[regex\]"):
        compile_java_find(pattern)


@pytest.mark.parametrize("pattern", ["^[a-z]+$", r"^\d{4}-\d{2}$", "^(foo|bar)$", "[0-9]+", r"^\S+@\S+$"])
def test_usual_patterns_need_no_extra(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    find = compile_java_find(pattern)
    start = time.process_time()
    for text in ("a" * 1_000, "1" * 1_000, "@" * 1_000):
        find.found_in(text)
    assert time.process_time() - start < 5


def test_without_re2_a_text_is_too_long_for_a_pattern_that_takes_quadratic_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert compile_java_find("[0-9]+x").found_in("1" * 1_000_000) is False
    monkeypatch.setitem(sys.modules, "re2", None)
    find = compile_java_find("[0-9]+x")
    with pytest.raises(DataError, match=r"100000 characters is too long.*connectsdk\[regex\]"):
        find.found_in("1" * 100_000)


def test_a_text_that_is_none_is_refused() -> None:
    with pytest.raises(DataError, match="surrogate"):
        compile_java_find("(a+)+$").found_in("\ud800" * 10_000)
