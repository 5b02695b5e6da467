"""How are passwords and tokens kept, so that whoever reads them cannot use them?"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

__all__ = ("hash_password", "hash_token", "is_hash", "matches")

COST, BLOCK, PARALLEL = 2**14, 8, 1
MAX_MEMORY = 64 << 20
SCRYPT, SHA256 = "scrypt", "sha256"
SCRYPT_PARTS = 6


def hash_password(password: str) -> str:
    """Return what to write in place of a password: slow to compute, with a salt of its own."""
    salt = secrets.token_bytes(16)
    written = (b64encode(part).decode() for part in (salt, _scrypt(password, salt, COST, BLOCK, PARALLEL)))
    return "$".join((SCRYPT, str(COST), str(BLOCK), str(PARALLEL), *written))


def hash_token(token: str) -> str:
    """Return what to write in place of a token; it has to be long and random, as of `secrets.token_urlsafe()`."""
    return f"{SHA256}${hashlib.sha256(token.encode()).hexdigest()}"


def is_hash(written: str, kind: str) -> bool:
    """Return whether something is written like a hash of this kind, `scrypt` or `sha256`."""
    try:
        if kind == SHA256:
            name, digest = written.split("$")
            return name == SHA256 and len(bytes.fromhex(digest)) == hashlib.sha256().digest_size
        _read_scrypt(written)
    except ValueError:
        return False
    return True


def matches(secret: str, written: str) -> bool:
    """Return whether a password or token is the one that was hashed, in a time that tells nothing."""
    if written.startswith(f"{SHA256}$"):
        return hmac.compare_digest(hash_token(secret).encode(), written.encode())
    numbers, salt, digest = _read_scrypt(written)
    return hmac.compare_digest(_scrypt(secret, salt, *numbers), digest)


def _read_scrypt(written: str) -> tuple[tuple[int, int, int], bytes, bytes]:
    name, *numbers, salt, digest = written.split("$")
    if name != SCRYPT or len(numbers) != SCRYPT_PARTS - 3:
        raise ValueError("no hash of a password")
    cost, block, parallel = map(int, numbers)
    if cost <= 1 or cost & (cost - 1) or 128 * cost * block * parallel > MAX_MEMORY // 2:
        raise ValueError("scrypt cannot work so")
    return (cost, block, parallel), b64decode(salt, validate=True), b64decode(digest, validate=True)


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=MAX_MEMORY, dklen=32
    )
