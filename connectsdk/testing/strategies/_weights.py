"""How often is which kind drawn?"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ("weighted",)


def weighted(*branches: tuple[int, SearchStrategy[Any]]) -> SearchStrategy[Any]:
    """Draw from each branch as often as its number says; the first is the simplest.

    `one_of` does not do: it takes a branch that is given twice once.
    """
    places = st.sampled_from([at for at, (times, _) in enumerate(branches) for _ in range(times)])
    return _chosen(places, tuple(branch for _, branch in branches))


@st.composite
def _chosen(draw: DrawFn, places: SearchStrategy[int], branches: tuple[SearchStrategy[Any], ...]) -> Any:
    return draw(branches[draw(places)])
