"""Which columns of a table fit on the terminal?"""

from collections.abc import Callable, Sequence, Set as AbstractSet

import attrs
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table

__all__ = ("Fitting",)

WIDE = 1_000
"""Characters in which any table of ours fits."""


@attrs.frozen
class Fitting:
    """A table that leaves columns out where there is not room for all: half a figure is worse than none.

    Attributes:
        drawn: Makes the table without the columns of these headings.
        spare: Headings that can be left out, those that matter least first.
    """

    drawn: Callable[[AbstractSet[str]], Table]
    spare: Sequence[str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the columns that fit."""
        found = self.drawn(frozenset())
        for number in range(1, len(self.spare) + 1):
            if Measurement.get(console, options.update_width(WIDE), found).maximum <= options.max_width:
                break
            found = self.drawn(frozenset(self.spare[:number]))
        yield found
