"""How does Java write JSON text?"""

import json
import re
from typing import Any

from connectsdk.schema.java_text import double_text

__all__ = ("json_text",)

_ESCAPE = re.compile(r"\\(?:u[0-9a-f]{4}|.)", re.DOTALL)


def json_text(value: Any) -> str:
    """Return JSON text as Jackson writes it: no blanks, numbers as Java prints them, characters as they are."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(str(key))}:{json_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float):
        text = double_text(value)
        return text if text[-1] in "0123456789" else f'"{text}"'
    return json.dumps(value)


def _quoted(text: str) -> str:
    return _ESCAPE.sub(_upper, json.dumps(text, ensure_ascii=False))


def _upper(match: re.Match[str]) -> str:
    found = match[0]
    return "\\u" + found[2:].upper() if found[1] == "u" else found
