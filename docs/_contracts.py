"""How is the contract of an author's method shown? As a list: when, blocks, cancellation, runs beside."""

import re
from typing import Any

import griffe

HEADINGS = "When|Blocks|Cancellation|Runs beside"
CONTRACT = re.compile(rf"^(?P<heading>{HEADINGS}): (?P<text>.*(?:\n {{4}}.*)*)", re.MULTILINE)


class Contracts(griffe.Extension):
    """Turns the headings that every method of an author has into a Markdown list."""

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """Rewrite the docstring of a function before it is read."""
        if func.docstring is not None:
            func.docstring.value = CONTRACT.sub(_item, func.docstring.value)


def _item(found: re.Match[str]) -> str:
    return f"- **{found['heading']}:** {' '.join(found['text'].split())}"
