"""Record the picture of the demo in `docs/assets/demo.svg`: run `python docs/_record_demo.py`."""

import io
import re
import sys
from pathlib import Path

from rich.console import Console

from connectsdk.cli._demo import demo

FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # a picture loads nothing from elsewhere
PICTURE = Path(__file__).parent / "assets" / "demo.svg"


def main() -> int:
    """Run the demo and save what it shows."""
    console = Console(record=True, file=io.StringIO(), width=84)
    console.print("$ [bold]connectsdk demo[/]")
    code = demo(100_000, console)
    if code == 0:
        PICTURE.write_text(FONT.sub("", console.export_svg(title="connectsdk")))
    return code


if __name__ == "__main__":
    sys.exit(main())
