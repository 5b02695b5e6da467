"""Where is a worker, and what lets a client in?"""

import ssl
from pathlib import Path

import attrs
import httpx

from connectsdk.errors import ConfigError

__all__ = ("Access",)

REBALANCE_TIMEOUT = 30.0


@attrs.frozen(kw_only=True)
class Access:
    """Where a worker is, and how to be let in.

    Attributes:
        url: Its address; a path in front of Connect's own is kept.
        user: `NAME:PASSWORD`, for basic authentication.
        token: A bearer token.
        ca_file: A file with the certificates that its own must be signed by.
        cert: A PEM file with the certificate to show.
        key: A PEM file with its private key; None when that is in the same file.
        timeout: Seconds within which each request is answered.
        rebalance_timeout: Seconds within which a rebalance is over.
    """

    url: str = "http://127.0.0.1:8083"
    user: str | None = attrs.field(default=None, repr=False)
    token: str | None = attrs.field(default=None, repr=False)
    ca_file: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    timeout: float = 10.0
    rebalance_timeout: float = attrs.field(factory=lambda: REBALANCE_TIMEOUT)

    def address(self) -> httpx.URL:
        """Return the address.

        Raises:
            ConfigError: If it is none.
        """
        try:
            url = httpx.URL(self.url if "://" in self.url else f"http://{self.url}")
        except httpx.InvalidURL as error:
            raise ConfigError(f"--url: {error}: write it as http://HOST:PORT") from error
        if url.scheme not in {"http", "https"} or not url.host:
            raise ConfigError("--url: not the address of a worker: write it as http://HOST:PORT")
        return url

    def headers(self) -> dict[str, str]:
        """Return what every request carries."""
        accepted = {"Accept": "application/json"}
        return accepted if self.token is None else {**accepted, "Authorization": f"Bearer {self.token}"}

    def credentials(self) -> tuple[str, str] | None:
        """Return name and password.

        Raises:
            ConfigError: If they are not both there.
        """
        if self.user is None:
            return None
        name, colon, password = self.user.partition(":")
        if not colon:
            raise ConfigError("--user: not of the form NAME:PASSWORD")
        return name, password

    def trusted(self) -> ssl.SSLContext | bool:
        """Return whom to trust, and what to show.

        Raises:
            ConfigError: If a file cannot be used.
        """
        if self.ca_file is None and self.cert is None:
            if self.key is not None:
                raise ConfigError("--key: a key without a certificate: --cert names its file")
            return True
        try:
            context = (
                httpx.create_ssl_context()
                if self.ca_file is None
                else ssl.create_default_context(cafile=str(self.ca_file))
            )
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"--ca-file: {self.ca_file} holds no certificates: {error}") from error
        if self.cert is not None:
            try:
                context.load_cert_chain(self.cert, self.key, password=lambda: "")
            except (OSError, ssl.SSLError, ValueError) as error:
                where = self.cert if self.key is None else f"{self.cert} with {self.key}"
                message = f"--cert: {where} is no certificate with its unencrypted private key: {error}"
                raise ConfigError(message) from error
        return context
