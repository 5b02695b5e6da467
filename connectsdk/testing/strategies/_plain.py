"""Which values need no schema?"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from connectsdk.testing.strategies._leaves import BYTES, FLOATS, INT64, TEXTS

__all__ = ("plain_values",)

_MOST = 3
_SCALARS = st.none() | st.booleans() | INT64 | TEXTS | FLOATS | BYTES
_MIXED_KEYS = TEXTS | TEXTS | INT64 | st.booleans()


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
        drawn = scalars | st.lists(drawn, max_size=_MOST) | st.dictionaries(keys, drawn, max_size=_MOST)
    return drawn
