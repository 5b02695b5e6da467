"""How is a record filtered?

Alone it filters every record; with a predicate those for which the predicate holds.
"""

from typing import Any, ClassVar

from connectsdk.record import ConnectRecord

__all__ = ("Filter",)


class Filter:
    """Filter every record that comes here. There is nothing to configure."""

    config_class: ClassVar[type[Any]] = dict

    def configure(self, config: Any) -> None:
        """Take nothing."""

    def apply(self, record: ConnectRecord) -> None:
        """Return None: the record is filtered."""
        return

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
