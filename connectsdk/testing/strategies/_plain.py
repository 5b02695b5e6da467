"""Which values need no schema?"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from connectsdk.testing.strategies._leaves import BYTES, FLOATS, INT64, TEXTS
from connectsdk.testing.strategies._weights import weighted

__all__ = ("plain_values",)

_MOST = 3
_SCALARS = st.none() | st.booleans() | INT64 | TEXTS | FLOATS | BYTES
_MIXED_KEYS = st.sampled_from(["a", "b", "c", 0, True, "é", ""]) | TEXTS | INT64
_EMPTY: SearchStrategy[Any] = st.builds(list) | st.builds(dict)


def plain_values(
    *,
    max_depth: int = 2,
    keys: SearchStrategy[Any] = _MIXED_KEYS,
    scalars: SearchStrategy[Any] = _SCALARS,
) -> SearchStrategy[Any]:
    """Draw values that travel without a schema.

    None, bool, int of 64 bits, float, str, bytes, and lists and dicts of them.

    Args:
        max_depth: How deep lists and dicts may be nested; 0 draws scalars only.
        keys: Keys of dicts; by default mostly str, but Kafka Connect's maps may have others. `hypothesis.strategies.text()`
            keeps to what a JSON object has.
        scalars: What is not a list or dict.
    """
    drawn = scalars
    for _ in range(max_depth):
        lists = st.lists(drawn, min_size=1, max_size=_MOST)
        dicts = st.dictionaries(keys, drawn, min_size=1, max_size=_MOST)
        drawn = weighted((3, scalars), (2, lists), (4, dicts), (1, _EMPTY))
    return drawn
