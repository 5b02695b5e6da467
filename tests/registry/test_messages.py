"""What is read from a registry's answer, and what is refused?"""

from typing import Any

import pytest

from connectsdk.errors import TransportError
from connectsdk.registry._messages import registered_in

GOOD = {"id": 7, "schema": '"string"', "schemaType": "JSON", "subject": "s", "version": 3}
NUMBERS: tuple[Any, ...] = (None, True, 1.5, "5", [], {}, float("inf"), float("nan"))
TEXTS: tuple[Any, ...] = (True, 1, [1], {"a": 1}, "\ud800")
REFERENCES: tuple[Any, ...] = (1, True, "x", [None], [{}], {"a": 1})


def reference(**changed: Any) -> list[dict[str, Any]]:
    return [{"name": "n", "subject": "s", "version": 1} | changed]


WRONG: list[dict[str, Any]] = [
    *({"id": value} for value in (*NUMBERS, -1, 2**31)),
    *({"version": value} for value in NUMBERS if value is not None),
    *({"references": reference(version=value)} for value in NUMBERS),
    *({key: value} for key in ("schema", "schemaType", "subject") for value in TEXTS),
    *({"references": reference(**{key: value})} for key in ("name", "subject") for value in TEXTS),
    *({"references": value} for value in REFERENCES),
]


def test_a_schema_is_read() -> None:
    found = registered_in({**GOOD, "references": reference()})
    assert (found.id, found.subject, found.version, found.definition.kind) == (7, "s", 3, "JSON")


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: ascii(wrong)[:60])
def test_what_is_no_schema_is_refused_and_says_so(wrong: dict[str, Any]) -> None:
    with pytest.raises(TransportError, match=r"its answer holds no schema .*: is it a schema registry"):
        registered_in({**GOOD, **wrong})
