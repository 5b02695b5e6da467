import math
from decimal import Decimal
from fractions import Fraction
from struct import pack, unpack

import pytest
from hypothesis import example, given, strategies as st

from connectsdk.schema.java_decimal import java_decimal
from connectsdk.transforms._java_numbers import (
    float32_of,
    parse_float32,
    parse_float64,
    parse_int,
    saturating,
    whole,
    wrapping,
)

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**45), max_value=10**45)
LARGEST = Fraction(2**128 - 2**103)  # from here on a 32-bit float is infinite


def neighbours(number: float) -> list[float]:
    """Return a 32-bit float and those beside it."""
    bits = unpack("<i", pack("<f", number))[0]
    found = [
        unpack("<f", pack("<i", bits + step))[0] for step in (-1, 0, 1) if bits + step not in {-1, 2**31}
    ]
    return [number for number in found if math.isfinite(number)]


@given(DECIMALS | st.integers(-(2**130), 2**130).map(Decimal))
@example(Decimal("1.0000000596046447753906250000000001"))
@example(Decimal(9007199791611905))
@example(Decimal("7.0064923216240853546186479164495807e-46"))
def test_a_32_bit_float_is_the_nearest_one_rounded_once(number: Decimal) -> None:
    exact, found = Fraction(number), float32_of(number)
    if abs(exact) >= LARGEST:
        assert found == math.copysign(math.inf, number)
        return
    distances = {other: abs(Fraction(other) - exact) for other in neighbours(found)}
    assert distances[found] == min(distances.values())
    ties = [other for other, distance in distances.items() if distance == distances[found]]
    assert len(set(ties)) == 1 or unpack("<i", pack("<f", found))[0] % 2 == 0
    assert repr(parse_float32(str(number))) == repr(found) or not number


@given(st.integers(), st.sampled_from([8, 16, 32, 64]))
def test_a_whole_number_keeps_its_lowest_bits(number: int, bits: int) -> None:
    kept = wrapping(bits)(number)
    assert -(2 ** (bits - 1)) <= kept < 2 ** (bits - 1)
    assert (kept - number) % 2**bits == 0


@given(st.floats(), st.sampled_from([32, 64]))
def test_a_real_number_is_cut_to_the_range(number: float, bits: int) -> None:
    cut, bound = saturating(bits)(number), 2 ** (bits - 1)
    if math.isnan(number):
        assert cut == 0
    else:
        assert cut == min(max(math.trunc(min(max(number, -1e30), 1e30)), -bound), bound - 1)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.integers().map(Decimal))
def test_a_decimal_is_cut_to_a_whole_number(number: Decimal) -> None:
    assert whole(number) == math.trunc(number)


@pytest.mark.timeout(30)
def test_enormous_exponents_cost_nothing() -> None:
    assert whole(Decimal("7e999999999")) == 0  # its lowest 64 bits
    assert whole(Decimal("7e-999999999")) == 0
    assert wrapping(64)(whole(Decimal("3e63"))) == wrapping(64)(3 * 10**63)
    assert float32_of(Decimal("1e999999999")) == math.inf
    assert parse_float32("1e-99999999999999999999") == 0
    assert java_decimal("1e2147483647") == Decimal("1e2147483647")


@pytest.mark.parametrize(
    "text", ["", "1 ", "0x1", "1.0", "--1", "+", "\U0001d7d9", "128", "-129", "1_0", "9" * 5000]
)
def test_what_is_no_byte_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no message
        parse_int(text, 8)


@pytest.mark.parametrize("text", ["", "f", "1_0", "inf", "nan", "0x10", "NaNf", "1e", ".", "\u0661"])
def test_what_is_no_real_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no message
        parse_float64(text)


@pytest.mark.parametrize("text", ["", " 1", "1e2147483648", "0x1", "NaN", "1e", "."])
def test_what_is_no_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no message
        java_decimal(text)
