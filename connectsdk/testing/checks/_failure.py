"""How does a check say what is wrong?"""

from typing import Any

import attrs

from connectsdk.record import ConnectRecord, TimestampType

__all__ = ("CheckFailed", "shown")

_LONGEST = 300


class CheckFailed(AssertionError):  # noqa: N818 - it says what happened
    """A plug breaks a rule of its contract.

    Attributes:
        rule: The rule's name.
        case: The smallest records, or pairs of schema and value, that show it.
        facts: What was seen, as pairs of a word and a text.
    """

    __module__ = "connectsdk.testing"  # where it is imported from

    def __init__(self, rule: str, meaning: str, case: Any, facts: tuple[tuple[str, str], ...]) -> None:
        self.rule = rule
        self.case = case
        self.facts = facts
        width = max(len(word) for word, _ in (*facts, ("rule", "")))
        lines = [f"{word:{width}}  {_indented(text, width)}" for word, text in facts]
        super().__init__("\n".join([f"rule {rule!r} is broken: {meaning}", *("  " + line for line in lines)]))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (str(self), self.rule, self.facts)


def _restored(message: str, rule: str, facts: tuple[tuple[str, str], ...]) -> CheckFailed:
    """Return a failure that came from another process, as pytest-xdist sends it: without the case."""
    failure = CheckFailed(rule, "", None, facts)
    failure.args = (message,)
    return failure


def _indented(text: str, width: int) -> str:
    return text.replace("\n", "\n" + " " * (width + 4))


def shown(value: Any) -> str:
    """Return a short text: of a record only what is set, of several one line each."""
    if isinstance(value, list) and value and isinstance(value[0], ConnectRecord):
        return "\n".join(map(shown, value))
    text = _record(value) if isinstance(value, ConnectRecord) else repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _record(record: ConnectRecord) -> str:
    """Return a record's text without what is unset; None of a value says that it is a tombstone."""
    found = {attribute.name: getattr(record, attribute.name) for attribute in attrs.fields(type(record))}
    first = ("value", "value_schema", "key", "key_schema", "partition", "timestamp", "headers")
    order = (*first, *(name for name in found if name not in first and name != "topic"))
    parts = [
        f"{name}={_text(found[name])}" for name in order if name == "value" or _is_set(name, found[name])
    ]
    return f"{type(record).__name__}({', '.join([repr(record.topic), *parts])})"


def _is_set(name: str, value: Any) -> bool:
    """Return whether a part says something; 0 does where None could be."""
    unset = {"offset": (0, -1), "timestamp_type": (-1,), "headers": ((),)}.get(name, (None,))
    return value not in unset


def _text(value: Any) -> str:
    return str(value.name) if isinstance(value, TimestampType) else repr(value)
