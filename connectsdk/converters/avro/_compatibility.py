"""Can data of one Avro schema be read as another?"""

from connectsdk.converters.avro._types import AvroType

__all__ = ("unreadable",)

_PROMOTED = {
    "int": {"long", "float", "double"},
    "long": {"float", "double"},
    "float": {"double"},
    "string": {"bytes"},
    "bytes": {"string"},
}


def unreadable(writer: AvroType, reader: AvroType) -> str | None:
    """Return why data of `writer` cannot be read as `reader`, by Avro's rules of resolution; None if it can."""
    return _why(writer, reader, "the schema", set())


def _why(  # noqa: PLR0911 - one per rule
    writer: AvroType, reader: AvroType, place: str, seen: set[tuple[int, int]]
) -> str | None:
    pair = (id(writer), id(reader))
    if pair in seen:
        return None
    seen.add(pair)
    if writer.kind == "union":
        found = (_why(branch, reader, place, seen) for branch in writer.branches)
        return next((why for why in found if why is not None), None)
    if reader.kind == "union":
        if any(_why(writer, branch, place, set(seen)) is None for branch in reader.branches):
            return None
        return f"{place} may be {writer.full_name}, which the union there does not have"
    if writer.kind != reader.kind:
        if reader.kind in _PROMOTED.get(writer.kind, ()):
            return None
        return f"{place} is {writer.full_name} and would be read as {reader.full_name}"
    return _within(writer, reader, place, seen)


def _within(writer: AvroType, reader: AvroType, place: str, seen: set[tuple[int, int]]) -> str | None:
    if writer.items is not None and reader.items is not None:
        return _why(writer.items, reader.items, f"an item of {place}", seen)
    if writer.name is not None and not _same_name(writer, reader):
        return f"{place} is {writer.full_name} and would be read as {reader.full_name}"
    if writer.kind == "fixed" and writer.size != reader.size:
        return f"{place} has {writer.size} bytes and would be read as {reader.size}"
    if writer.kind == "enum" and reader.default_symbol is None:
        unknown = sorted(set(writer.symbols) - set(reader.symbols))
        return f"{place} may be {unknown[0]}, which is no symbol there" if unknown else None
    return _fields(writer, reader, seen)


def _same_name(writer: AvroType, reader: AvroType) -> bool:
    return writer.short_name == reader.short_name or writer.full_name in reader.aliases


def _fields(writer: AvroType, reader: AvroType, seen: set[tuple[int, int]]) -> str | None:
    written = {field.name: field for field in writer.fields}
    for field in reader.fields:
        names = (field.name, *field.aliases)
        source = next((written[name] for name in names if name in written), None)
        if source is None and not field.has_default:
            return f"{reader.full_name} needs the field {field.name}, which is not written and has no default"
        why = (
            None
            if source is None
            else _why(source.type, field.type, f"{reader.full_name}.{field.name}", seen)
        )
        if why is not None:
            return why
    return None
