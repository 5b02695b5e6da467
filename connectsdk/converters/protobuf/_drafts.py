"""How is the text of a .proto file written?"""

from collections.abc import Iterator

import attrs

__all__ = ("DraftEnum", "DraftField", "DraftFile", "DraftMessage", "text_of_draft")

_OUTSIDE = frozenset(("google", "confluent"))
"""Where the names of other packages begin."""

_ELSEWHERE = tuple(f"{name}." for name in _OUTSIDE)


@attrs.frozen
class DraftField:
    """A field.

    Attributes:
        name: Its name.
        number: Its number.
        type: Its type, as it is written.
        label: `optional`, `repeated` or none.
        said: What Confluent's `field_meta` says of it.
    """

    name: str
    number: int
    type: str
    label: str | None = None
    said: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class DraftEnum:
    """An enum.

    Attributes:
        name: Its name.
        symbols: Its symbols and their numbers.
    """

    name: str
    symbols: tuple[tuple[str, int], ...]


@attrs.frozen
class DraftMessage:
    """A message.

    Attributes:
        name: Its name.
        fields: Its fields that are in no oneof.
        oneofs: Its oneofs' fields, by their names.
        messages: Messages in it.
        enums: Enums in it.
    """

    name: str
    fields: list[DraftField] = attrs.field(factory=list)
    oneofs: dict[str, list[DraftField]] = attrs.field(factory=dict)
    messages: list["DraftMessage"] = attrs.field(factory=list)
    enums: list[DraftEnum] = attrs.field(factory=list)


@attrs.frozen
class DraftFile:
    """A file with one message.

    Attributes:
        package: Its package, or nothing.
        imports: The files that it imports.
        message: The message.
    """

    package: str
    imports: tuple[str, ...]
    message: DraftMessage

    @property
    def full_name(self) -> str:
        """The message's name with its package."""
        return f"{self.package}.{self.message.name}" if self.package else self.message.name


def text_of_draft(file: DraftFile) -> str:
    """Return the text of a file."""
    lines = ['syntax = "proto3";']
    if file.package:
        lines.append(f"package {file.package};")
    if file.imports:
        lines += ["", *(f'import "{path}";' for path in file.imports)]
    shadowed = not _OUTSIDE.isdisjoint((*file.package.split("."), *_names(file.message)))
    lines += ["", *_message(file.message, "." if shadowed else "")]
    return "\n".join(lines) + "\n"


def _names(message: DraftMessage) -> Iterator[str]:
    yield from (message.name, *message.oneofs)
    for fields in (message.fields, *message.oneofs.values()):
        yield from (field.name for field in fields)
    for enum in message.enums:
        yield from (enum.name, *(symbol for symbol, _ in enum.symbols))
    for nested in message.messages:
        yield from _names(nested)


def _message(message: DraftMessage, before: str) -> Iterator[str]:
    yield f"message {message.name} {{"
    for field in message.fields:
        yield from _indented(_field(field, before))
    for name, members in message.oneofs.items():
        yield from ("", f"  oneof {name} {{")
        for field in members:
            yield from _indented(_field(field, before), "    ")
        yield "  }"
    for nested in message.messages:
        yield from ("", *_indented(_message(nested, before)))
    for enum in message.enums:
        yield from ("", *_indented(_enum(enum)))
    yield "}"


def _field(field: DraftField, before: str) -> Iterator[str]:
    """Write a field; `before` goes before names of other packages where they mean something else."""
    label = f"{field.label} " if field.label else ""
    kind = before + field.type if field.type.startswith(_ELSEWHERE) else field.type
    start = f"{label}{kind} {field.name} = {field.number}"
    if not field.said:
        yield f"{start};"
        return
    yield f"{start} [({before}confluent.field_meta) = {{"
    yield "  params: ["
    for place, (key, value) in enumerate(field.said, 1):
        yield from ("    {", f"      key: {_quoted(key)},", f"      value: {_quoted(value)}")
        yield "    }" if place == len(field.said) else "    },"
    yield from ("  ]", "}];")


def _enum(enum: DraftEnum) -> Iterator[str]:
    yield f"enum {enum.name} {{"
    if len({number for _, number in enum.symbols}) < len(enum.symbols):
        yield "  option allow_alias = true;"
    for name, number in enum.symbols:
        yield f"  {name} = {number};"
    yield "}"


def _indented(lines: Iterator[str], by: str = "  ") -> Iterator[str]:
    return (by + line if line else line for line in lines)


def _quoted(text: str) -> str:
    return '"' + "".join(_character(char) for char in text) + '"'


def _character(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if " " <= char <= "~":
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "replace"))
