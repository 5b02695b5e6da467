"""Does a record have a header of this name?"""

from typing import Any, ClassVar

from connectsdk.config import NonEmptyString, config, option
from connectsdk.record import ConnectRecord

__all__ = ("HasHeaderKey", "HasHeaderKeyConfig")


@config
class HasHeaderKeyConfig:
    """What `HasHeaderKey` can be told."""

    name: str = option(doc="The header name.", validator=NonEmptyString())


class HasHeaderKey:
    """A predicate that holds for records with at least one header of the configured name."""

    config_class: ClassVar[type[Any]] = HasHeaderKeyConfig

    def configure(self, config: HasHeaderKeyConfig) -> None:
        """Take the header's name."""
        self._name = config.name

    def test(self, record: ConnectRecord) -> bool:
        """Return whether the record has such a header."""
        name = self._name
        for header in record.headers:  # noqa: SIM110 - a generator costs more than the look
            if header[0] == name:
                return True
        return False

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
