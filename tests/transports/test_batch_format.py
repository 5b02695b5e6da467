"""How is a batch's contents written to a file?"""

import pytest
from hypothesis import given, settings, strategies as st

from connectsdk.transports.embedded._batch import Columns
from connectsdk.transports.embedded._batch_format import CorruptBatchError, decode, encode

contents = st.none() | st.binary(max_size=8)
headers = st.lists(st.tuples(st.text(st.characters(codec="utf-8"), max_size=3), contents), max_size=3).map(
    tuple
)
rows = st.lists(st.tuples(st.integers(0, 2**62), contents, contents, headers), max_size=8)


def columns_of(found, timestamp_type=0):
    return Columns(*(zip(*found, strict=True) if found else ((), (), (), ())), timestamp_type)


@given(rows, st.integers(0, 2**40), st.integers(0, 1), st.booleans())
def test_what_was_encoded_is_decoded(found, base, timestamp_type, listed):
    columns = columns_of(found, timestamp_type)
    offsets = range(base, base + len(found))
    if listed:
        offsets = tuple(base + 3 * place for place in range(len(found)))
    assert decode(encode(columns, offsets), base) == (columns, offsets)


def test_a_large_batch_is_small_change():
    columns = Columns((5,) * 1_000, (None,) * 1_000, (b"v" * 100,) * 1_000, ((),) * 1_000)
    assert len(encode(columns, range(1_000))) == 1_000 * (100 + 4) + 10 + 8


@settings(max_examples=50)
@given(rows.filter(len), st.data())
def test_damage_is_noticed(found, data):
    written = encode(columns_of(found), range(len(found)))
    place = data.draw(st.integers(0, len(written) - 1))
    damaged = bytearray(written)
    damaged[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CorruptBatchError):
        decode(bytes(damaged), 0)


@given(rows.filter(len))
def test_a_torn_batch_is_noticed(found):
    written = encode(columns_of(found), range(len(found)))
    for length in range(len(written)):
        with pytest.raises(CorruptBatchError):
            decode(written[:length], 0)
