"""How does a constant become a header?"""

from typing import Any, ClassVar, TypeVar

from connectsdk.config import Importance, NonNull, config, option
from connectsdk.record import ConnectRecord, Header, Headers
from connectsdk.schema.values import parse_value

__all__ = ("InsertHeader", "InsertHeaderConfig")

R = TypeVar("R", bound=ConnectRecord)


@config
class InsertHeaderConfig:
    """What `InsertHeader` can be told."""

    header: str = option(importance=Importance.HIGH, doc="The name of the header.", validator=NonNull())
    value_literal: str = option(
        importance=Importance.HIGH,
        doc="The literal value that is to be set as the header value on all records.",
        validator=NonNull(),
    )


class InsertHeader:
    """Add a header with a constant value, also where there is one of that name already.

    The value is what its text says: `5` is a number, `[1,2]` an array, `null` no value.
    """

    config_class: ClassVar[type[Any]] = InsertHeaderConfig

    def configure(self, config: InsertHeaderConfig) -> None:
        """Take the header's name and value."""
        schema, value = parse_value(config.value_literal)
        self._added = (Header(config.header, value, schema),)
        self._alone = Headers(self._added)

    def apply(self, record: R) -> R:
        """Return the record with the header."""
        headers = record.headers
        return record.with_headers(Headers((*headers, *self._added)) if headers else self._alone)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
