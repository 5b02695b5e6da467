"""What does a schema need to be understood?"""

from connectsdk.errors import DataError
from connectsdk.registry._port import RegisteredSchema, SchemaDefinition, SchemaRegistry

__all__ = ("with_dependencies",)

_MOST = 1_000
_DEEPEST = 100


async def with_dependencies(registry: SchemaRegistry, found: RegisteredSchema) -> RegisteredSchema:
    """Return the schema with all that it refers to.

    Raises:
        DataError: If that is not there, is in a circle, or too much.
        ConnectError: If the registry cannot be asked.
    """
    if not found.definition.references:
        return found
    ordered: dict[str, SchemaDefinition] = {}
    await _collect(registry, found.definition, ordered, ())
    return RegisteredSchema(found.id, found.definition, found.subject, found.version, tuple(ordered.items()))


async def _collect(
    registry: SchemaRegistry,
    definition: SchemaDefinition,
    ordered: dict[str, SchemaDefinition],
    path: tuple[tuple[str, int], ...],
) -> None:
    for reference in definition.references:
        if reference.name in ordered:
            continue
        place = (reference.subject, reference.version)
        if place in path:
            raise DataError(f"The schema reference {reference.name} refers to itself in a circle")
        if len(path) >= _DEEPEST or len(ordered) >= _MOST:
            raise DataError(f"A schema refers to more than {_MOST} others, or more than {_DEEPEST} deep")
        needed = (await registry.version(*place)).definition
        await _collect(registry, needed, ordered, (*path, place))
        ordered[reference.name] = needed
