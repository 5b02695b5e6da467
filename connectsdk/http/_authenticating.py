"""Who is asking?"""

import hashlib
import hmac
import secrets
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

import anyio
import anyio.to_thread
import attrs

from connectsdk.config import Password
from connectsdk.errors import ConfigError
from connectsdk.http._authorising import ANONYMOUS, Principal
from connectsdk.http._config import HttpConfig
from connectsdk.http._passwords import hash_password, is_hash, matches
from connectsdk.http._requests import RestError

__all__ = ("Authenticator", "knows_users")

FAILURES_PER_SECOND = 5
"""How many tries from one address, and as one user, may fail."""

TURNS = 2
"""How many passwords are looked at at once; each takes a processor and memory on purpose."""

REMEMBERED = 256
CHALLENGE = {"WWW-Authenticate": 'Basic realm="connectsdk", charset="UTF-8"'}


def knows_users(config: HttpConfig) -> bool:
    """Return whether a configuration names anybody who may ask."""
    return any(
        (
            config.rest_auth_users,
            config.rest_auth_users_file,
            config.rest_auth_tokens,
            config.rest_auth_tokens_file,
        )
    )


@attrs.define(eq=False)
class Authenticator:
    """Finds out who asks, by password, token, or the certificate of the connection."""

    _users: Mapping[str, str] = attrs.field(repr=False)
    _tokens: Mapping[str, str] = attrs.field(repr=False)
    _certificates: bool
    _nobody: str = attrs.field(repr=False)
    _known: OrderedDict[bytes, Principal] = attrs.field(factory=OrderedDict, init=False, repr=False)
    _key: bytes = attrs.field(factory=lambda: secrets.token_bytes(32), init=False, repr=False)
    _failures: dict[str, list[float]] = attrs.field(factory=dict, init=False)
    _turns: anyio.Semaphore | None = attrs.field(default=None, init=False)

    @classmethod
    def read(cls, config: HttpConfig) -> "Authenticator":
        """Return what knows the users and tokens of a configuration; reads the files that it names.

        Raises:
            ConfigError: If one cannot be read, or an entry is not a hash.
        """
        users = _entries("rest.auth.users", config.rest_auth_users, config.rest_auth_users_file, "scrypt")
        tokens = _entries("rest.auth.tokens", config.rest_auth_tokens, config.rest_auth_tokens_file, "sha256")
        return cls(users, tokens, config.ssl_client_auth != "none", hash_password("") if users else "")

    async def identify(self, authorization: str | None, subject: str | None, source: str) -> Principal:
        """Return who asks.

        Args:
            authorization: The header, if it was sent.
            subject: Of the client's verified certificate, if it showed one.
            source: The address from which it asks.

        Raises:
            RestError: With 401 if that cannot be known, 429 after too many failures from one address,
                or as one user.
        """
        if authorization is None:
            if subject is not None and self._certificates:
                return Principal(subject, "certificate")
            if self._users or self._tokens:
                raise RestError(401, "Authentication is required", CHALLENGE)
            return ANONYMOUS
        if not (self._users or self._tokens):
            return ANONYMOUS if subject is None else Principal(subject, "certificate")
        digest = hmac.digest(self._key, authorization.encode(), hashlib.sha256)
        known = self._known.get(digest)
        if known is None:
            known = await self._verify(authorization, source)
            self._known[digest] = known
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known

    async def _verify(self, authorization: str, source: str) -> Principal:
        scheme, _, credentials = authorization.partition(" ")
        pair = _name_and_password(credentials.strip()) if scheme.lower() == "basic" else None
        guessers = [f"from {source}"] if pair is None else [f"from {source}", f"as {pair[0]}"]
        found = None
        if pair is None or not self._users:
            self._check_failures(guessers)
            if scheme.lower() == "bearer":
                found = self._by_token(credentials.strip())
        else:
            if self._turns is None:
                self._turns = anyio.Semaphore(TURNS)
            async with self._turns:  # failures are counted in here, so that tries at the same time are, too
                self._check_failures(guessers)
                found = await self._by_password(*pair)
        if found is None:
            for each in guessers:
                self._failures.setdefault(each, []).append(anyio.current_time())
            raise RestError(401, "User or password, or token, is not right", CHALLENGE)
        return found

    async def _by_password(self, name: str, password: str) -> Principal | None:
        written = self._users.get(name, self._nobody)  # an unknown name takes as long as a wrong password
        right = await anyio.to_thread.run_sync(matches, password, written)
        return Principal(name, "password") if right and name in self._users else None

    def _by_token(self, token: str) -> Principal | None:
        found = None
        for name, written in self._tokens.items():  # all of them: the time must not tell which came close
            if matches(token, written):
                found = Principal(name, "token")
        return found

    def _check_failures(self, guessers: Sequence[str]) -> None:
        """Refuse further tries for a while.

        Args:
            guessers: Whose tries are counted together: those from one address, and those as one user.

        Raises:
            RestError: With 429 if one of them has failed too often within the last second.
        """
        now = anyio.current_time()
        self._failures = {
            each: recent
            for each, times in self._failures.items()
            if (recent := [time for time in times if time > now - 1])
        }
        if any(len(self._failures.get(each, ())) >= FAILURES_PER_SECOND for each in guessers):
            raise RestError(429, "Too many failed attempts; wait a second", {"Retry-After": "1"})


def _name_and_password(credentials: str) -> tuple[str, str] | None:
    try:
        name, colon, password = b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:  # no base64, or not UTF-8 in it
        return None
    return (name, password) if colon else None


def _entries(key: str, inline: Password | None, file: str | None, kind: str) -> dict[str, str]:
    lines = inline.value.split(",") if inline else []
    if file:
        try:
            lines += Path(file).read_text().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8"
            raise ConfigError(f"{key}.file: {file} cannot be read: {reason}", key=f"{key}.file") from None
    found = {}
    for number, line in enumerate((each.strip() for each in lines), start=1):
        if not line or line.startswith("#"):
            continue
        name, colon, written = line.partition(":")
        if not (name and colon and is_hash(written, kind)):
            made = "hash_password" if kind == "scrypt" else "hash_token"
            message = f"{key}: entry {number} is not name:hash, with a hash of connectsdk.http.{made}"
            raise ConfigError(message, key=key)
        found[name] = written
    return found
