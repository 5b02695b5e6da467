"""Do connectsdk and Apache Kafka answer a case alike?

    python -m tests.differential.compare CASES JAVA OURS

prints the cases that differ. Alike means:

- Errors compare by kind. `ConfigException` is `ConfigError`, `ConnectException` and what derives from it is `DataError`;
  what Java throws without meaning to (`NullPointerException`, ...) may be either.
- Numbers compare as numbers: before Java 19 some have more digits than they need. `1` and `1.0` differ.
- The members of a map are in no order, since Java's are not; those of a struct and of a schema are.
- Of a configuration's keys all but the documentation compares.
"""

import base64
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectsdk.schema.java_text import float32
from tests.differential._text import json_text

Case = Mapping[str, Any]
Answer = Mapping[str, Any]

_DATA_ERRORS = ("ConnectException", "DataException", "SchemaBuilderException", "SchemaProjectorException")
DIGITS_OF_32_BITS = 9
_REAL = re.compile(rb"-?\d+\.\d+(?:E-?\d+)?")


def difference(case: Case, java: Answer, ours: Answer) -> str | None:
    """Return what differs between two answers, to be read; None when nothing does."""
    if _alike(case, java, ours):
        return None
    return "\n".join(
        f"{name:4}  {json_text(dict(said))}"
        for name, said in (("case", case), ("java", java), ("ours", ours))
    )


def _alike(case: Case, java: Answer, ours: Answer) -> bool:
    if "error" in java or "error" in ours:
        return ours.get("error") in _kinds(java.get("error"))
    if java.keys() - {"id"} != ours.keys() - {"id"}:
        return False
    if "bytes" in java:
        return _alike_bytes(case, java["bytes"], ours["bytes"])
    if "keys" in java:
        return _without_docs(java) == _without_docs(ours)
    return all(_alike_data(java[name], ours[name]) for name in java if name != "id")


def _kinds(java: str | None) -> tuple[str, ...]:
    """Return which of our errors stand for one of Java's; None means it did not fail."""
    if java is None:
        return ()
    if java == "ConfigException":
        return ("ConfigError",)
    return ("DataError",) if java in _DATA_ERRORS else ("DataError", "ConfigError")


def _without_docs(answer: Answer) -> list[Any]:
    return [{name: said for name, said in key.items() if name != "doc"} for key in answer["keys"]]


def _alike_data(java: Any, ours: Any) -> bool:
    if isinstance(java, float) and isinstance(ours, float):
        return _alike_reals(java, ours)
    if type(java) is not type(ours):
        return False
    if isinstance(java, dict):
        return java.keys() == ours.keys() and all(_alike_data(java[name], ours[name]) for name in java)
    if isinstance(java, list):
        return len(java) == len(ours) and all(map(_alike_data, java, ours))
    return bool(java == ours)


def _alike_reals(java: float, ours: float) -> bool:
    return java == ours or _canonical(java) == _canonical(ours)


def _canonical(number: float) -> str:
    """Return the text that two texts of a number share: one of few digits may be of 32 bits."""
    short = float(f"{number:.{DIGITS_OF_32_BITS}g}") == number
    return repr(float32(number) if short else number)


def _alike_bytes(case: Case, java: str | None, ours: str | None) -> bool:
    if java == ours or java is None or ours is None:
        return java == ours
    said, say = base64.b64decode(java), base64.b64decode(ours)
    if _REAL.sub(_shortest, said) == _REAL.sub(_shortest, say):
        return True
    return _has_map(case.get("data")) and _members(said) == _members(say) is not None


def _shortest(match: re.Match[bytes]) -> bytes:
    return _canonical(float(match[0])).encode()


def _has_map(envelope: Any) -> bool:
    schema = (envelope or {}).get("schema")
    return schema is None or '"map"' in json.dumps(schema)


def _members(text: bytes) -> Any:
    try:
        return json.loads(_REAL.sub(_shortest, text))
    except ValueError:
        return None


def main(cases: str, java: str, ours: str) -> int:
    """Print the differences between two files of answers."""
    texts = (Path(name).read_text(encoding="utf-8").rstrip("\n").split("\n") for name in (cases, java, ours))
    found = [difference(*map(json.loads, lines)) for lines in zip(*texts, strict=True)]
    different = [text for text in found if text]
    print("\n\n".join(different))
    print(f"\n{len(found)} cases, {len(found) - len(different)} alike, {len(different)} different")
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
