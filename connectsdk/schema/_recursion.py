"""How does a struct's schema contain itself?"""

import attrs

from connectsdk.errors import SchemaError
from connectsdk.schema._schema import Schema

__all__ = ("SchemaReference",)


@attrs.frozen(eq=False, repr=False)
class SchemaReference(Schema):
    """A place in a struct's schema where the same struct comes again, as the next node of a linked list.

    It has the type and the name of what it stands for, and no fields of its own, so that schemas stay finite: they are
    compared and hashed by the name. What knows about recursion (validation, the Avro converter) goes on at `target`.

    ```python
    again = SchemaReference(Type.STRUCT, optional=True, name="node")
    node = SchemaBuilder.struct().name("node").field("next", again).build()
    again.refer_to(node)
    ```
    """

    _targets: list[Schema] = attrs.field(factory=list, kw_only=True, alias="targets")

    @property
    def target(self) -> Schema:
        """The schema that this one stands for.

        Raises:
            SchemaError: If it has not been said yet.
        """
        if not self._targets:
            raise SchemaError(f"The schema reference {self.name} refers to nothing yet: call refer_to")
        return self._targets[0]

    def refer_to(self, target: Schema) -> None:
        """Say which schema it stands for; copies of this reference know it too.

        Raises:
            SchemaError: If the target has another name or type, or there is one already.
        """
        if (target.name, target.type) != (self.name, self.type):
            raise SchemaError(f"A reference to {self.name} cannot refer to {target}")
        if self._targets:
            raise SchemaError(f"The schema reference {self.name} refers to a schema already")
        self._targets.append(target)
