"""Which headers are removed?"""

from typing import Any, ClassVar, TypeVar

from connectsdk.config import Importance, config, option
from connectsdk.record import ConnectRecord
from connectsdk.transforms._requirements import NON_EMPTY_LIST

__all__ = ("DropHeaders", "DropHeadersConfig")

R = TypeVar("R", bound=ConnectRecord)


@config
class DropHeadersConfig:
    """What `DropHeaders` can be told."""

    headers: tuple[str, ...] = option(
        importance=Importance.HIGH, doc="The name of the headers to be removed.", validator=NON_EMPTY_LIST
    )


class DropHeaders:
    """Remove all headers with certain names."""

    config_class: ClassVar[type[Any]] = DropHeadersConfig

    def configure(self, config: DropHeadersConfig) -> None:
        """Take the names."""
        self._names = frozenset(config.headers)

    def apply(self, record: R) -> R:
        """Return the record without those headers; the same one if it has none of them."""
        headers = record.headers
        if not headers:
            return record
        kept = headers.without(*self._names)
        return record if kept is headers else record.with_headers(kept)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
