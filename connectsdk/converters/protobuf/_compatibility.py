"""Can one Protobuf schema read what another one writes?"""

from typing import Any

import attrs

from connectsdk.converters.protobuf._files import ProtobufFile

__all__ = ("unreadable",)


def unreadable(written: ProtobufFile, reading: ProtobufFile) -> str | None:
    """Return what is wrong with reading the first one's data by the second one; None if nothing is."""
    check = _Check()
    theirs = reading.descriptor.message_types_by_name
    for name, message in written.descriptor.message_types_by_name.items():
        if name not in theirs:
            return f"there is no message {name}"
        wrong = check.message(message, theirs[name])
        if wrong is not None:
            return wrong
    return None


@attrs.define(eq=False)
class _Check:
    _seen: set[tuple[str, str]] = attrs.field(factory=set)

    def message(self, message: Any, other: Any) -> str | None:
        pair = (message.full_name, other.full_name)
        if pair in self._seen:
            return None
        self._seen.add(pair)
        for field in message.fields:
            wrong = self._field(field, other.fields_by_name.get(field.name))
            if wrong is not None:
                return f"{wrong}: {field.full_name}"
        return None

    def _field(self, field: Any, other: Any) -> str | None:
        if other is None:
            return "there is no such field"
        if field.number != other.number:
            return f"a field has the number {other.number} in place of {field.number}"
        if (field.is_repeated, field.cpp_type) != (other.is_repeated, other.cpp_type):
            return "a field has another type"
        if field.message_type is not None:
            return self.message(field.message_type, other.message_type)
        return None
