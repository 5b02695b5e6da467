"""Does a converter keep its contract?"""

from collections.abc import Callable
from typing import Any

import attrs
import hypothesis
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from connectsdk.converter import SchemaAndValue
from connectsdk.record import RawHeaders
from connectsdk.schema import Schema
from connectsdk.testing.checks._configured import maker
from connectsdk.testing.checks._conversions import Conversions, Expected
from connectsdk.testing.checks._failure import CheckFailed, shown
from connectsdk.testing.checks._lookups import Lookups
from connectsdk.testing.checks._proof import prove
from connectsdk.testing.strategies._batches import pair_batches

__all__ = ("check_converter", "check_header_converter")

_FOREIGN = st.sampled_from([b"", b"\x00", b"{}", b"null", b"\xff"]) | st.binary(max_size=12)
_TORN = st.tuples(st.sampled_from(["cut", "flip", "append"]), st.integers(0, 40))


def _unchanged(schema: Schema | None, value: Any) -> SchemaAndValue:
    return schema, value


def check_converter(
    factory: Callable[..., Any],
    data: SearchStrategy[SchemaAndValue] | None = None,
    *,
    expected: Expected = _unchanged,
    settings: hypothesis.settings | None = None,
    seed: int | None = None,
) -> None:
    """Check that a converter keeps its contract.

    | rule | what it says |
    | --- | --- |
    | `bytes` | it writes bytes or None |
    | `null` | None without a schema is written as None, and None is read as None |
    | `round trip` | what one wrote, another reads, and it is what was expected |
    | `fits` | what it reads fits the schema that it reads |
    | `input` | it does not change the value that it is given, nor anything in it |
    | `errors` | it raises nothing but `DataError`, for any bytes, and for values that do not fit their schema |
    | `deterministic` | two new ones write and read the same |
    | `independent` | what it writes or reads does not depend on what it did before, bytes that it refused included |
    | `batch` | `from_connect_batch` and `to_connect_batch`, if it has them, do what is done one by one |
    | `works` | it does not refuse every value |

    A value that it refuses with `DataError` is passed over. A converter that asks for look-ups gets them.

    Args:
        factory: Makes a configured converter, as `configured` does; a class that needs no configuration is accepted too.
        data: Pairs of a schema and a value; all there are by default.
        expected: Says as which schema and value a pair comes back; None: as any. By default as it was written. What a
            struct lacks is its default, or None.
        settings: How much is tried; the current Hypothesis profile's by default.
        seed: Makes the data the same in each run.

    Raises:
        CheckFailed: If a rule is broken; it shows the smallest data that do.
        ConfigError: If the factory raises it.
    """
    __tracebackhide__ = True
    _check(maker(factory, _refuse), data, expected, settings, seed)


def check_header_converter(
    factory: Callable[..., Any],
    data: SearchStrategy[SchemaAndValue] | None = None,
    *,
    expected: Expected = _unchanged,
    settings: hypothesis.settings | None = None,
    seed: int | None = None,
) -> None:
    """Check that a header converter keeps its contract; the rules and arguments are those of `check_converter`.

    Raises:
        CheckFailed: If a rule is broken; it shows the smallest data that do.
        ConfigError: If the factory raises it.
    """
    __tracebackhide__ = True
    make = maker(factory, _refuse)
    _check(lambda: _AsConverter(make()), data, expected, settings, seed)


@attrs.frozen
class _AsConverter:
    """A header converter with the methods of a converter."""

    inner: Any

    def from_connect_data(self, topic: str, headers: RawHeaders, schema: Schema | None, value: Any) -> Any:
        return self.inner.from_connect_header(topic, "header", schema, value)

    def to_connect_data(self, topic: str, headers: RawHeaders, data: bytes | None) -> Any:
        return self.inner.to_connect_header(topic, "header", data)

    async def aclose(self) -> None:
        """Close what it holds open, if anything."""
        aclose = getattr(self.inner, "aclose", None)
        if aclose is not None:
            await aclose()


def _check(
    make: Callable[[], Any],
    data: SearchStrategy[SchemaAndValue] | None,
    expected: Expected,
    settings: hypothesis.settings | None,
    seed: int | None,
) -> None:
    __tracebackhide__ = True
    with Lookups() as lookups:
        conversions = Conversions(make, expected, lookups)
        cases = st.tuples(pair_batches(data), _FOREIGN, _TORN)
        failure = prove(conversions.check, cases, settings, seed)
    failure = failure or _refused_all(conversions)
    if failure is not None:
        raise failure from None


def _refused_all(conversions: Conversions) -> CheckFailed | None:
    if conversions.worked or conversions.refusal is None:
        return None
    pair, text = conversions.refusal
    meaning = "every value was refused, so nothing was checked; give data= that it takes"
    return CheckFailed("works", meaning, pair, (("such as", shown(pair)), ("raised", text)))


def _refuse(function: Any) -> Any:
    message = f"give a function without arguments that makes a configured converter, not {function!r}"
    raise TypeError(message)
