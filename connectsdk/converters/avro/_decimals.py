"""How do decimals become the bytes of Avro, and back, quickly?

As `connectsdk.schema` does it, to the same bytes; a decimal's size is limited, since the cost of converting one grows with its square.
"""

from collections.abc import Callable
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

from connectsdk.errors import DataError

__all__ = ("MAX_DECIMAL_BYTES", "bytes_of", "decimal_of")

MAX_DECIMAL_BYTES = 4096
"""About 9,800 digits."""


def decimal_of(scale: int) -> Callable[[bytes], Decimal]:
    """Return what makes a decimal of an unscaled value's bytes."""
    exact = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
    from_bytes = int.from_bytes
    shift = Decimal(-scale)

    def read(value: bytes) -> Decimal:
        if 0 < len(value) <= MAX_DECIMAL_BYTES:
            return Decimal(from_bytes(value, "big", signed=True)).scaleb(shift, exact)
        if value:
            raise DataError(f"A decimal has {len(value)} bytes, more than {MAX_DECIMAL_BYTES}")
        raise DataError("A Decimal needs at least one byte; the value is empty.")

    return read


def bytes_of(scale: int) -> Callable[[Decimal], bytes]:
    """Return what makes the unscaled value's bytes of a finite decimal of exactly this scale."""
    exact = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
    quantum = Decimal((0, (1,), -scale))
    shift = Decimal(scale)

    def write(value: Decimal) -> bytes:
        if not value.same_quantum(quantum):
            raise DataError(
                f"Decimal value has mismatching scale for given Decimal schema: it must be {scale}, "
                f'quantize it with Decimal("1E{-scale}")'
            )
        unscaled = int(value.scaleb(shift, exact))
        magnitude = unscaled if unscaled >= 0 else unscaled + 1
        return unscaled.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True)

    return write
