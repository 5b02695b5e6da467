r"""Where does a line end?

At `\n`, at `\r\n`, and at a `\r` that something else follows. A line is complete when its end has been seen; what
comes after the last end is held back until more arrives.
"""

from collections.abc import Sequence

import attrs

__all__ = ("NO_LINES", "LineSplitter", "Lines")


@attrs.frozen
class Lines:
    """Complete lines.

    Attributes:
        texts: The lines without their ends, when all of them are ASCII and end with one byte.
        raws: The lines without their ends, and how many bytes each takes with it, otherwise.
    """

    texts: Sequence[str] = ()
    raws: Sequence[tuple[bytes, int]] = ()

    def __len__(self) -> int:
        return len(self.texts) or len(self.raws)


NO_LINES = Lines()


class LineSplitter:
    """Turns chunks of bytes into lines; holds back at most one incomplete line.

    Args:
        longest: How many bytes of lines may be given as `texts`: none of them is longer then.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._held: list[bytes] = []
        self.held_bytes = 0
        """How many bytes are held back."""

    def feed(self, chunk: bytes) -> Lines:
        """Return the lines that are complete now."""
        if self._held and self._held[-1].endswith(b"\r"):
            # Whether the line ended there is seen only now.
            self._held.append(chunk)
            chunk = self._take_held()
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r", 0, len(chunk) - 1)) + 1
        if end == 0:
            self._hold(chunk)
            return NO_LINES
        complete = chunk[:end]
        if self._held:
            complete = self._take_held() + complete
        self._hold(chunk[end:])
        return _split(complete, self._longest)

    def flush(self) -> Lines:
        """Return what is held back as a last line; nothing if nothing is."""
        last = self._take_held()
        return Lines(raws=[(last.rstrip(b"\r"), len(last))]) if last else NO_LINES

    def _hold(self, rest: bytes) -> None:
        if rest:
            self._held.append(rest)
            self.held_bytes += len(rest)

    def _take_held(self) -> bytes:
        held = b"".join(self._held)
        self._held.clear()
        self.held_bytes = 0
        return held


def _split(complete: bytes, longest: int) -> Lines:
    if b"\r" in complete:
        raws = complete.splitlines(keepends=True)
        return Lines(raws=[(raw.rstrip(b"\r\n"), len(raw)) for raw in raws])
    if len(complete) <= longest and complete.isascii():
        texts = complete.decode("ascii").split("\n")
        texts.pop()
        return Lines(texts)
    return Lines(raws=[(raw, len(raw) + 1) for raw in complete[:-1].split(b"\n")])
