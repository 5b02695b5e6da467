"""Do connectsdk and Apache Kafka answer cases alike that nobody has asked before?

    python -m tests.differential.fresh [SALT]

draws as many cases as are recorded, but others, asks both, and prints where they differ without a known reason. What a
converter reads as a record's value it is also asked to read as a header. The salt is the day if none is given.
"""

import base64
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.differential._data import Maker
from tests.differential._java import ask
from tests.differential.answer import answer
from tests.differential.compare import difference
from tests.differential.generate import FAMILIES, cases, recorded
from tests.differential.known import reason

PACKAGE = "org.apache.kafka.connect."
HEADERS = ("storage.SimpleHeaderConverter", "storage.StringConverter", "json.JsonConverter")
MOST_SHOWN = 20


def fresh(salt: str) -> list[str]:
    """Return cases that are not recorded."""
    Maker.salt = f"{salt} "
    known = {json.dumps(case, separators=(",", ":")) for family in FAMILIES for case, _ in recorded(family)}
    drawn = dict.fromkeys(line for family in FAMILIES for line in cases(family) if line not in known)
    return [*drawn, *dict.fromkeys(header for line in drawn for header in _as_headers(json.loads(line)))]


def _as_headers(case: dict[str, Any]) -> Iterator[str]:
    data = case.get("bytes")
    if case["op"] == "parse_value":
        data = base64.b64encode(case["text"].encode("utf-8", "surrogatepass")).decode()
    if data:
        for name in HEADERS:
            asked = {"op": "header_to_connect", "class": PACKAGE + name, "key": "h", "bytes": data}
            yield json.dumps({**asked, "config": {"schemas.enable": "false"}})


def main(salt: str) -> int:
    """Ask; return 1 if anything differs that should not."""
    lines = fresh(salt)
    ends: Counter[str] = Counter()
    unknown: list[str] = []
    for line, said in zip(lines, ask(lines), strict=True):
        case, java = json.loads(line), json.loads(said)
        ours: Any = answer(line)
        text = difference(case, java, ours)
        why = None if text is None else reason(case, java, ours) or _by_chance(case, java)
        ends["alike" if text is None else why or "different"] += 1
        unknown += [text] if text is not None and why is None else []
    print(
        f"salt {salt!r}, {len(lines)} cases:",
        *(f"  {count:6} {end}" for end, count in ends.items()),
        sep="\n",
    )
    print("\n\n".join(unknown[:MOST_SHOWN]))
    return int(bool(unknown))


def _by_chance(case: dict[str, Any], java: dict[str, Any]) -> str | None:
    """Return why Java says something else another time, or in another version; such cases cannot be recorded."""
    if b"[B@" in base64.b64decode(java.get("bytes") or ""):
        return "bytes as text"
    renames = [one["config"].get("renames") for one in (case, *case.get("transforms", ())) if "config" in one]
    return "fields renamed to one name" if any(renames) and len(renames) > 1 else None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [datetime.now(UTC).date().isoformat()]))
