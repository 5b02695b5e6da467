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
        token_file: The file with the bearer token.
        ca_file: Whom to trust.
        cert: The certificate to show.
        key: Its private key; None when that is in the same file.
        timeout: Seconds within which a request is answered.
        output: For people or for programs.
    """

    url: str
    user: str | None = attrs.field(default=None, repr=False)
    token: str | None = attrs.field(default=None, repr=False)
    token_file: Path | None = None
    ca_file: Path | None = None
    cert: Path | None = None
    key: Path | None = None
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
            name: getattr(self, name) for name in ("url", "user", "ca_file", "cert", "key", "timeout")
        }
        return RestClient(Access(**given, token=self._bearer()))

    def _bearer(self) -> str | None:
        """Return the token, from wherever it is.

        Raises:
            ConfigError: If its file cannot be read, or it is told twice.
        """
        if self.token_file is None:
            return self.token
        if self.token is not None:
            raise ConfigError("--token and --token-file both name a token: leave out one of them")
        try:
            found = self.token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise ConfigError(f"--token-file: {self.token_file} cannot be read: {reason}") from None
        if not found:
            raise ConfigError(f"--token-file: {self.token_file} is empty")
        return found
