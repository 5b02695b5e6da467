"""How does Java split text at colons?"""

__all__ = ("split_at_colons",)


def split_at_colons(text: str) -> list[str]:
    """Return the parts between colons; empty ones at the end are left out, unless all of the text is empty."""
    parts = text.split(":")
    while len(parts) > (not text) and not parts[-1]:
        parts.pop()
    return parts
