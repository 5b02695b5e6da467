"""What do converters write and read, one beside the other?"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from connectsdk.converter import SchemaAndValue
from connectsdk.schema import Schema
from connectsdk.testing.checks._copies import copied
from connectsdk.testing.checks._differences import Difference, completed, completed_schema, difference
from connectsdk.testing.checks._failure import CheckFailed, shown
from connectsdk.testing.checks._history import check_history, check_input, check_unchanged, differs
from connectsdk.testing.checks._lookups import Lookups
from connectsdk.testing.checks._outcomes import Outcome, outcome_of
from connectsdk.testing.checks._results import check_fits

__all__ = ("Conversions", "Expected")

Expected = Callable[[Schema | None, Any], SchemaAndValue | None]
Case = tuple[Sequence[SchemaAndValue], bytes, tuple[str, int]]

_TOPIC = "t"
_PAIR = 2


@attrs.define(eq=False)
class Conversions:
    """Every rule, tried on one case after the other.

    Attributes:
        make: Makes a converter.
        expected: Says what a pair comes back as.
        lookups: Fetches what converters lack.
        worked: Whether any value but None was written.
        refusal: The first pair that was refused, and why.
    """

    make: Callable[[], Any]
    expected: Expected
    lookups: Lookups
    worked: bool = False
    refusal: tuple[Any, str] | None = None

    def check(self, case: Case) -> None:
        """Try every rule on some pairs, and on bytes that no converter wrote."""
        pairs, foreign, torn = case
        given = list(pairs)
        before = copied(given)
        converter = self.make()
        self._check_null(converter)
        written = [self._write(converter, pair) for pair in given]
        check_input(given, before, "from_connect_data")
        opened = check_history(self._write, self.make, before, written, stateful=False)
        texts = [outcome.kept for outcome in written if outcome.refused is None]
        opened += self._check_reading(
            texts, [foreign, *(_damaged(text, *torn) for text in texts[:1] if text)]
        )
        self._check_round_trips(before, written, opened[0])
        self._check_misfits(converter, before)
        _check_batches(converter, before, written)
        check_input(given, before, "a converter")
        self._check_null(converter)
        self.lookups.close([converter, *opened])

    def _check_reading(self, texts: list[Any], foreign: list[bytes]) -> list[Any]:
        """Read what was written between bytes that were not."""
        reader = self.make()
        mixed = [*foreign, *texts]
        read = [self._read(reader, text) for text in mixed]
        check_unchanged(mixed, read)
        return [reader, *check_history(self._read, self.make, mixed, read, stateful=False)]

    def _write(self, converter: Any, pair: SchemaAndValue) -> Outcome:
        schema, value = pair
        call = self.lookups.resolving(converter.from_connect_data)
        outcome = outcome_of("from_connect_data", call, pair, _TOPIC, (), schema, value)
        if outcome.refused is not None:
            self.refusal = self.refusal or (pair, outcome.refused)
            return outcome
        self.worked = self.worked or value is not None
        if outcome.result is not None and type(outcome.result) is not bytes:
            facts = (("given", shown(pair)), ("written", repr(outcome.result)))
            raise CheckFailed("bytes", "from_connect_data returns bytes or None", pair, facts)
        return outcome

    def _read(self, converter: Any, text: bytes | None) -> Outcome:
        call = self.lookups.resolving(converter.to_connect_data)
        outcome = outcome_of("to_connect_data", call, text, _TOPIC, (), text)
        if outcome.refused is None:
            result = outcome.result
            if not isinstance(result, tuple) or len(result) != _PAIR:
                facts = (("given", repr(text)), ("read", repr(result)))
                raise CheckFailed("fits", "to_connect_data returns a schema and a value", text, facts)
            schema, value = result
            if schema is not None and not (text is None and value is None):
                check_fits(schema, value, "value", text)
        return outcome

    def _check_null(self, converter: Any) -> None:
        null = (None, None)
        written = self._write(converter, null)
        if written.refused is not None or written.result is not None:
            meaning = "None without a schema is written as None: it is a tombstone, and not empty"
            facts = (("given", shown(null)), ("written", written.refused or repr(written.result)))
            raise CheckFailed("null", meaning, null, facts)
        read = self._read(converter, None)
        if read.refused is not None or read.result[1] is not None:
            facts = (("given", "None"), ("read", read.refused or shown(read.result)))
            raise CheckFailed("null", "None is read as None", None, facts)

    def _check_round_trips(self, given: list[Any], written: list[Outcome], reader: Any) -> None:
        for pair, outcome in zip(given, written, strict=True):
            if outcome.refused is not None:
                continue
            wanted = self.expected(*copied(pair))
            read = self._read(reader, outcome.kept)
            found = _round_trip(wanted, read)
            if found is not None:
                meaning = (
                    "what was written is read as it was; say expected=… where it comes back as something else"
                )
                facts = (
                    ("given", shown(pair)),
                    ("written", shown(outcome.kept)),
                    ("expected", f"{found.place} = {found.before}"),
                    ("read", f"{found.place} = {found.after}"),
                )
                raise CheckFailed("round trip", meaning, pair, facts)

    def _check_misfits(self, converter: Any, given: list[Any]) -> None:
        """Write each value with the schema of its neighbour."""
        for (schema, _), (_, value) in zip(given, (*given[1:], (None, "no such value")), strict=True):
            call = self.lookups.resolving(converter.from_connect_data)
            outcome_of("from_connect_data", call, (schema, value), _TOPIC, (), schema, value)


def _round_trip(wanted: SchemaAndValue | None, read: Outcome) -> Difference | None:
    if read.refused is not None:
        return Difference("it", "read", read.refused)
    if wanted is None:
        return None
    schema, value = wanted
    read_schema, read_value = read.kept
    schemas = completed_schema(schema), completed_schema(read_schema)
    return difference(*schemas, "schema") or difference(
        completed(schema, value), completed(read_schema, read_value), "value"
    )


def _damaged(text: bytes, how: str, at: int) -> bytes:
    """Return bytes that were right once."""
    at %= len(text)
    if how == "cut":
        return text[:at]
    return text + b"\x00" if how == "append" else text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]


def _check_batches(converter: Any, given: list[SchemaAndValue], written: list[Outcome]) -> None:
    """Check the two methods for a batch, with those pairs that have the first one's schema."""
    write = getattr(converter, "from_connect_batch", None)
    read = getattr(converter, "to_connect_batch", None)
    if write is None or read is None:
        return
    schema = given[0][0]
    alike = [at for at, pair in enumerate(given) if pair[0] is schema]
    values = [given[at][1] for at in alike]
    texts = _or_none(write, _TOPIC, schema, values)
    if texts is not None:
        one_by_one = [written[at].kept if written[at].refused is None else "refused" for at in alike]
        _same("from_connect_batch", given, one_by_one, list(texts))
    texts = [outcome.kept for outcome in written if outcome.refused is None]
    found = _or_none(read, _TOPIC, texts) if texts else None
    if found is not None:
        one_by_one = [converter.to_connect_data(_TOPIC, (), text) for text in texts]
        _same("to_connect_batch", given, one_by_one, [(found[0], value) for value in found[1]])


def _or_none(call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    except Exception:  # noqa: BLE001 - it may refuse a batch by raising anything
        return None


def _same(name: str, given: list[Any], one_by_one: list[Any], together: list[Any]) -> None:
    found = difference(one_by_one, together, "")
    if found is not None:
        meaning = f"{name} does what is done one by one, and refuses what would be refused"
        raise differs("batch", meaning, given, found, ("one by one", "together"))
