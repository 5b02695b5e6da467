"""Does a record have no value?"""

from typing import Any, ClassVar

from connectsdk.record import ConnectRecord

__all__ = ("RecordIsTombstone",)


class RecordIsTombstone:
    """A predicate that holds for records whose value is None. There is nothing to configure."""

    config_class: ClassVar[type[Any]] = dict

    def configure(self, config: Any) -> None:
        """Take nothing."""

    def test(self, record: ConnectRecord) -> bool:
        """Return whether the record's value is None."""
        return record.value is None

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
