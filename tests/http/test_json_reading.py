"""Is what is ambiguous or meant to exhaust the reader refused?"""

import time
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from connectsdk.http._json_reading import MAX_DEPTH, MAX_KEYS, read_json
from connectsdk.http._requests import RestError


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "line 1 column 2"),
        (b"[1] [2]", "Extra data at line 1 column 5"),
        (b'{"a": 1, "a": 2}', "the key 'a' is there twice"),
        (b'{"a": NaN}', "NaN is no JSON"),
        (b"[-Infinity]", "-Infinity is no JSON"),
        (b"[1e999]", "too large"),
        (b"1" * 5_000, "more than 400 digits"),
        (b"[" * 100 + b"]" * 100, f"deeper than {MAX_DEPTH}"),
        (b"[" * 100_000 + b"]" * 100_000, f"deeper than {MAX_DEPTH}"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, f"deeper than {MAX_DEPTH}"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\udfff": 1}', "surrogate"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        ("{}".encode("utf-16"), "not UTF-8 at byte 0"),
        (b'{"a": "\xff"}', "not UTF-8 at byte 7"),
        (b"", "line 1 column 1"),
        (b"{" + b",".join(b'"%d":1' % n for n in range(MAX_KEYS + 1)) + b"}", f"more than {MAX_KEYS} keys"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_bad_body_is_refused_with_its_place(body: bytes, reason: str) -> None:
    times = []
    for _ in range(3):  # a garbage collection that is due may fall into one
        began = time.thread_time()
        with pytest.raises(RestError) as caught:
            read_json(body)
        times.append(time.thread_time() - began)
        assert caught.value.status == 400
        assert reason in caught.value.message
    assert min(times) < 0.05 * max(1, len(body) / 100_000) + 0.05


def test_numbers_of_configurations_stay_as_they_are_written() -> None:
    assert read_json(b'{"a": 1.50, "b": 1e3, "c": -0}', number=str) == {"a": "1.50", "b": "1e3", "c": "-0"}


@given(st.binary(max_size=200))
def test_no_bytes_make_anything_but_a_refusal(body: bytes) -> None:
    with suppress(RestError):
        read_json(body)


def test_depth_up_to_the_limit_is_read() -> None:
    body = b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1)
    assert read_json(body)
