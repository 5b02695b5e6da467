"""What is known so far of a schema that is being put together?"""

from typing import Any

import attrs

from connectsdk.errors import SchemaError
from connectsdk.schema import Field, Schema, Type, validate

__all__ = ("Draft",)


@attrs.define(eq=False)
class Draft:
    """A schema in the making: unlike a builder it may be looked at, and a name may be given twice if it is the same."""

    type: Type
    name: str | None = None
    version: int | None = None
    key_schema: Schema | None = None
    value_schema: Schema | None = None
    doc: str | None = None
    optional: bool = False
    default: Any = None
    parameters: dict[str, str] = attrs.field(factory=dict)
    fields: list[tuple[str, Schema]] = attrs.field(factory=list)

    def set(self, attribute: str, value: Any) -> None:
        """Set the name, the version, the doc, or parameters.

        Raises:
            SchemaError: If there is another name already.
        """
        if attribute == "parameters":
            self.parameters.update(value)
            return
        if attribute == "name" and self.name not in {None, value}:
            raise SchemaError(
                f"Mismatched names: name already added to SchemaBuilder ({self.name}) differs from "
                f"name in source schema ({value})"
            )
        setattr(self, attribute, value)

    def set_default(self, value: Any) -> None:
        """Set the default.

        Raises:
            SchemaError: If it does not fit.
        """
        if value is not None:
            validate(self.build(), value, "default")
        self.default = value

    def build(self) -> Schema:
        """Return the schema as it stands."""
        return Schema(
            self.type,
            self.optional,
            self.default,
            self.name,
            self.version,
            self.doc,
            self.parameters,
            tuple(Field(name, index, schema) for index, (name, schema) in enumerate(self.fields)),
            self.key_schema,
            self.value_schema,
        )
