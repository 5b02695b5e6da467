"""How is a schema told in one line, for tables of expectations?"""

from connectsdk.schema import Schema, Type

__all__ = ("shape",)


def shape(schema: Schema | None, *leave_out: str) -> str:
    """Return type, `?` where it is optional, name, parameters, default, doc, version and parts of a schema.

    Args:
        schema: The schema.
        leave_out: What is cut off the names of its parameters.
    """
    if schema is None:
        return "none"
    said = schema.type.name.lower() + "?" * schema.optional
    if schema.name is not None:
        said += f" {schema.name}"
    said += "".join(f" {key}={value}" for key, value in sorted(_short(schema, leave_out).items()))
    for mark, value in (("=", schema.default), ("doc", schema.doc), ("v", schema.version)):
        said += f" {mark} {value!r}" if value is not None else ""
    if schema.type is Type.STRUCT:
        parts = ", ".join(f"{field.name}: {shape(field.schema, *leave_out)}" for field in schema.fields)
        return f"{said} {{{parts}}}"
    if schema.type is Type.ARRAY:
        return f"{said} [{shape(schema.value_schema, *leave_out)}]"
    if schema.type is Type.MAP:
        return f"{said} [{shape(schema.key_schema, *leave_out)} -> {shape(schema.value_schema, *leave_out)}]"
    return said


def _short(schema: Schema, leave_out: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for key, value in schema.parameters.items():
        cut = next((prefix for prefix in leave_out if key.startswith(prefix)), "")
        found[key.removeprefix(cut)] = value
    return found
