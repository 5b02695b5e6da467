"""How is a parameter named? By its repr, less addresses, which differ from process to process."""

import re
from typing import Any

ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def shown(value: Any) -> str:
    """Return a parameter's name."""
    return ADDRESS.sub("", repr(value))
