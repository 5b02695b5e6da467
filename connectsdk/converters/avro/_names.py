"""Which names may Avro types and fields have?"""

import re
from urllib.parse import quote_plus

from connectsdk.errors import SchemaError

__all__ = ("check_name", "full_name", "scrubbed", "scrubbed_full", "split")

_VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ILLEGAL = re.compile(r"[^A-Za-z0-9_]", re.ASCII)


def scrubbed(name: str) -> str:
    """Return a name that Avro allows, by URL encoding and underscores; a legal name stays."""
    if not name or _VALID.fullmatch(name):
        return name
    encoded = quote_plus(name, safe="*", errors="replace").replace("~", "%7E")
    return _ILLEGAL.sub("_", f"x{encoded}" if encoded[0].isdigit() else encoded)


def split(name: str, *, scrub: bool) -> tuple[str | None, str]:
    """Return the namespace, None when there is none, and the simple name."""
    parts = name.rstrip(".").split(".") if name else [name]
    if scrub:
        parts = [scrubbed(part) for part in parts]
    return (".".join(parts[:-1]) if len(parts) > 1 else None), parts[-1]


def scrubbed_full(name: str, *, scrub: bool) -> str:
    """Return a full name, scrubbed when that is asked for."""
    return full_name(*split(name, scrub=True)) if scrub else name


def full_name(namespace: str | None, name: str) -> str:
    """Return the full name of a type in a namespace; a name with dots is full already."""
    return f"{namespace}.{name}" if namespace and "." not in name else name


def check_name(name: str) -> str:
    """Return a simple or full name as it is.

    Raises:
        SchemaError: If Avro does not allow it.
    """
    for part in name.split("."):
        if not _VALID.fullmatch(part):
            raise SchemaError(
                f"{name!r} is not a legal name in Avro (letters, digits and _, no digit first): rename it, or set "
                "scrub.invalid.names to true"
            )
    return name
