"""The meaning of patterns is compared with Java's in `tests/transforms`; here is what keeps them from hanging a worker."""

import sys
import time

import pytest
from hypothesis import given, settings, strategies as st

from connectsdk.config.java_regex import compile_java, compile_java_search
from connectsdk.errors import ConfigError, DataError

HANGING = [
    r"(a+)+$",
    r"(a|aa)+",
    r"(.*a){25}",
    r"(a*)*b",
    r"([a-z]+)*1",
    r"(x+x+)+y",
    r"(\w+\s?)*:",
    r"(a?){30}a{30}",
]
PLAIN = [
    r"orders",
    r"(.*)-(\d+)",
    r"db\.([^.]+)\.(.*)",
    r"[a-z]+(\.[a-z]+)*",
    r"(foo|bar)*",
    r"(.*)-(.*)-(.*)",
    r"(?!_).*",
]


@pytest.mark.parametrize("pattern", HANGING)
def test_no_pattern_hangs(pattern: str) -> None:
    try:
        regex = compile_java(pattern)
    except ConfigError as error:
        assert "exponential time" in str(error)  # noqa: PT017 - either is right
        return
    start = time.thread_time()  # that of the clock depends on what else runs
    for text in ("a" * 248 + "!", "x" * 249, "ab " * 83, "a" * 249):
        regex.matches(text)
    assert time.thread_time() - start < 2


@pytest.mark.parametrize("pattern", HANGING)
def test_without_re2_what_could_hang_is_refused(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(ConfigError, match=r"exponential time.*(connectsdk\[regex\]|inside of repetitions)"):
        compile_java(pattern)


@pytest.mark.parametrize("pattern", PLAIN)
def test_what_is_common_needs_no_extra(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    assert compile_java(pattern).python is not None


@pytest.mark.parametrize("pattern", [r"(a+)+\1", r"((a|ab)*c)*+", r"(?=(a+)+b)a*"])
def test_what_no_engine_matches_safely_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigError, match="RE2"):
        compile_java(pattern)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab.*+?()|[]{}12,^$\\dw-", max_size=14), st.integers(50, 240))
def test_any_accepted_pattern_is_quick(pattern: str, length: int) -> None:
    try:
        regex = compile_java(pattern)
    except ConfigError:
        return
    start = time.process_time()
    for text in ("a" * length + "!", "ab" * (length // 2), "a.b-" * (length // 4), "1" * length):
        regex.matches(text)
    assert time.process_time() - start < 5


def test_a_text_is_not_longer_than_was_reckoned_with() -> None:
    assert compile_java("a*").matches("a" * 249)
    with pytest.raises(DataError, match="250 characters"):
        compile_java("a*").matches("a" * 250)


def test_a_search_of_longer_texts_takes_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    pattern, text = r"(?<first>[0-9]{3})-[0-9]{4}", "x" * 200 + "555-1234" + "y" * 200
    assert (
        compile_java_search(pattern, 100).replacement("${first}").of_all(text)
        == "x" * 200 + "555" + "y" * 200
    )
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(DataError, match="bounded time"):
        compile_java_search(pattern, 100).replacement("${first}").of_all(text)


def test_a_search_finds_something() -> None:
    with pytest.raises(ConfigError, match="empty text"):
        compile_java_search("a*", 100)


def test_only_the_first_match_is_replaced_and_it_may_be_shorter_than_the_whole() -> None:
    replacement = compile_java("a|ab").replacement("x")
    assert [replacement.of_first(text) for text in ("a", "ab", "abc")] == ["x", "xb", None]


@pytest.mark.parametrize(
    ("replacement", "reason"),
    [
        ("$", "missing"),
        ("$2", "No group 2"),
        ("${no}", "No group with name"),
        ("a\\", "missing"),
        ("${1a}", "digit"),
    ],
)
def test_a_replacement_is_checked_beforehand(replacement: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        compile_java("(a)").replacement(replacement)


def test_a_long_pattern_is_refused() -> None:
    with pytest.raises(ConfigError, match="longer than"):
        compile_java("a" * 100_000)
    with pytest.raises(ConfigError, match="nest deeper"):
        compile_java("(" * 5_000 + ")" * 5_000)


def test_half_of_a_surrogate_pair_is_the_datas_fault() -> None:
    with pytest.raises(DataError, match="surrogate"):
        compile_java("(a+)+").matches("a\ud800")
    with pytest.raises(DataError, match="surrogate"):
        compile_java_search(r"\d+", 100_000).replacement("x").of_all("1\ud800")
