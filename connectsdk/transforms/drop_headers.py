"""Which headers are removed?"""

from typing import Any, ClassVar, TypeVar

from connectsdk.config import Lambda, config, option
from connectsdk.record import ConnectRecord

__all__ = ("DropHeaders", "DropHeadersConfig")

R = TypeVar("R", bound=ConnectRecord)


def _refuse_none_listed(_: str, names: Any) -> None:
    if not names:
        message = "Empty list"
        raise ValueError(message)


@config
class DropHeadersConfig:
    """What `DropHeaders` can be told."""

    headers: tuple[str, ...] = option(
        doc="The name of the headers to be removed.", validator=Lambda(_refuse_none_listed, "non-empty list")
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
