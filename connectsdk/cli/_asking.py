"""Whom does a command ask, and in which form does it answer?"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from connectsdk.errors import ConfigError

if TYPE_CHECKING:
    from connectsdk.cli._rest_client import RestClient

__all__ = ("Asking", "Format")

Format = Literal["table", "json", "yaml"]


@attrs.frozen(kw_only=True)
class Asking:
    """Whom to ask, and how to answer: what the commands of an operator have in common.

    Attributes:
        url: Where the worker is.
        user: Name and password.
        token: A bearer token.
        ca_file: Whom to trust.
        timeout: Seconds within which a request is answered.
        output: For people or for programs.
    """

    url: str
    user: str | None = attrs.field(default=None, repr=False)
    token: str | None = attrs.field(default=None, repr=False)
    ca_file: Path | None = None
    timeout: float = 10.0
    output: Format = "table"

    @classmethod
    def taken_from(cls, options: dict[str, Any]) -> "Asking":
        """Take its own options out of a command's."""
        names = [field.name for field in attrs.fields(cls) if field.name in options]
        return cls(**{name: options.pop(name) for name in names})

    def client(self) -> "RestClient":
        """Return a client of the worker.

        Raises:
            ConfigError: If the address cannot be used, or a package is missing.
        """
        try:
            from connectsdk.cli._rest_client import Access, RestClient
        except ImportError as error:
            message = "asking a worker needs a package that is not installed: pip install 'connectsdk[cli]'"
            raise ConfigError(message) from error
        given: Mapping[str, Any] = {
            name: getattr(self, name) for name in ("url", "user", "token", "ca_file", "timeout")
        }
        return RestClient(Access(**given))
