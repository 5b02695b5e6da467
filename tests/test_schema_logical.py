"""Decimals, dates, times and timestamps at every edge; the expected bytes and messages are Kafka Connect's."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Context, Decimal, localcontext
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from connectsdk.errors import DataError, SchemaError
from connectsdk.schema import (
    DATE_SCHEMA,
    DECIMAL_NAME,
    INT8_SCHEMA,
    OPTIONAL_DATE_SCHEMA,
    OPTIONAL_TIME_SCHEMA,
    OPTIONAL_TIMESTAMP_SCHEMA,
    SCALE,
    TIME_SCHEMA,
    TIMESTAMP_SCHEMA,
    Schema,
    Type,
    decimal_scale,
    decimal_schema,
    from_logical,
    logical,
    to_logical,
)

DAY_MS = 86_400_000
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("schema", "value", "base"),
    [
        (decimal_schema(0), Decimal(0), b"\x00"),
        (decimal_schema(0), Decimal(127), b"\x7f"),
        (decimal_schema(0), Decimal(128), b"\x00\x80"),
        (decimal_schema(0), Decimal(-128), b"\x80"),
        (decimal_schema(0), Decimal(-129), b"\xff\x7f"),
        (decimal_schema(0), Decimal(32768), b"\x00\x80\x00"),
        (decimal_schema(2), Decimal("1.56"), b"\x00\x9c"),
        (decimal_schema(2), Decimal("-1.56"), b"\xff\x64"),
        (decimal_schema(-2), Decimal("-1E+2"), b"\xff"),
        (decimal_schema(3), Decimal("0.000"), b"\x00"),
        (DATE_SCHEMA, date(1970, 1, 1), 0),
        (DATE_SCHEMA, date(1969, 12, 31), -1),
        (DATE_SCHEMA, date(2024, 2, 29), 19782),
        (DATE_SCHEMA, date.min, -719162),
        (DATE_SCHEMA, date.max, 2932896),
        (TIME_SCHEMA, time(0), 0),
        (TIME_SCHEMA, time(0, 0, 0, 1000), 1),
        (TIME_SCHEMA, time(23, 59, 59, 999_000), DAY_MS - 1),
        (TIMESTAMP_SCHEMA, datetime(1970, 1, 1, tzinfo=UTC), 0),
        (TIMESTAMP_SCHEMA, datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC), -1),
        (TIMESTAMP_SCHEMA, datetime(2024, 2, 29, 12, 30, 15, 123_000, tzinfo=UTC), 1709209815123),
        (TIMESTAMP_SCHEMA, datetime.min.replace(tzinfo=UTC), -62135596800000),
        (TIMESTAMP_SCHEMA, datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC), 253402300799999),
    ],
)
def test_goes_both_ways(schema, value, base):
    assert from_logical(schema, value) == base
    back = to_logical(schema, base)
    assert back == value
    assert type(back) is type(value)
    assert str(back) == str(value)


@pytest.mark.parametrize(
    "schema",
    [
        decimal_schema(1, optional=True),
        OPTIONAL_DATE_SCHEMA,
        OPTIONAL_TIME_SCHEMA,
        OPTIONAL_TIMESTAMP_SCHEMA,
        INT8_SCHEMA,
    ],
)
def test_none_stays_none(schema):
    assert from_logical(schema, None) is None
    assert to_logical(schema, None) is None


@pytest.mark.parametrize(
    ("value", "base"),
    [
        (datetime(2024, 7, 1, 2, tzinfo=BERLIN), 1719792000000),
        (datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=-5))), 5 * 3_600_000),
        (datetime(1970, 1, 1, 0, 0, 0, 999, tzinfo=UTC), 0),
        (datetime(1970, 1, 1, 0, 0, 0, 1999, tzinfo=UTC), 1),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
        (datetime.max.replace(tzinfo=UTC), 253402300799999),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), -62135596800000 - 14 * 3_600_000),
    ],
)
def test_a_timestamp_of_any_zone_is_its_instant_cut_to_the_millisecond(value, base):
    assert from_logical(TIMESTAMP_SCHEMA, value) == base


def test_a_timestamp_is_utc_on_its_way_out():
    assert to_logical(TIMESTAMP_SCHEMA, 0).tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "base"),
    [
        (time(0, 0, 0, 999), 0),
        (time(23, 59, 59, 999_999), DAY_MS - 1),
        (time(1, tzinfo=UTC), 3_600_000),
        (time(1, tzinfo=ZoneInfo("UTC")), 3_600_000),
    ],
)
def test_a_time_is_cut_to_the_millisecond(value, base):
    assert from_logical(TIME_SCHEMA, value) == base


@pytest.mark.parametrize(
    ("schema", "base", "message"),
    [
        (DATE_SCHEMA, -719163, "outside the years 1 to 9999"),
        (DATE_SCHEMA, 2932897, "outside the years 1 to 9999"),
        (DATE_SCHEMA, 2**31 - 1, "outside the years 1 to 9999"),
        (DATE_SCHEMA, -(2**31), "outside the years 1 to 9999"),
        (TIME_SCHEMA, DAY_MS, "86400000 ms (24:00), which datetime.time cannot represent"),
        (TIME_SCHEMA, DAY_MS + 1, "Time values must use number of milliseconds"),
        (TIME_SCHEMA, -1, "Time values must use number of milliseconds"),
        (TIMESTAMP_SCHEMA, -62135596800001, "outside the years 1 to 9999"),
        (TIMESTAMP_SCHEMA, 253402300800000, "outside the years 1 to 9999"),
        (TIMESTAMP_SCHEMA, 2**63 - 1, "outside the years 1 to 9999"),
        (TIMESTAMP_SCHEMA, -(2**63), "outside the years 1 to 9999"),
        (decimal_schema(0), b"", "at least one byte"),
    ],
)
def test_names_what_python_cannot_represent(schema, base, message):
    with pytest.raises(DataError) as failure:
        to_logical(schema, base)
    assert message in str(failure.value)


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        (
            decimal_schema(2),
            Decimal("1.5"),
            "Decimal value has mismatching scale for given Decimal schema. Schema has scale 2, value has scale 1",
        ),
        (decimal_schema(2), Decimal("1.5"), 'Decimal("1E-2")'),
        (decimal_schema(2), Decimal("1E+2"), "value has scale -2"),
        (decimal_schema(2), Decimal("NaN"), "finite"),
        (decimal_schema(2), Decimal("-Infinity"), "finite"),
        (decimal_schema(2), 1.5, "must be a decimal.Decimal, not a float"),
        (DATE_SCHEMA, datetime(2024, 1, 1, tzinfo=UTC), "use its date()"),
        (DATE_SCHEMA, 1, "must be a datetime.date, not a int"),
        (TIME_SCHEMA, 1, "must be a datetime.time, not a int"),
        (TIME_SCHEMA, time(1, tzinfo=timezone(timedelta(hours=1))), "replace(tzinfo=None)"),
        (TIME_SCHEMA, time(1, tzinfo=BERLIN), "replace(tzinfo=None)"),
        (TIMESTAMP_SCHEMA, datetime(2024, 1, 1), "datetime.now(UTC)"),  # noqa: DTZ001 - naive is the point
        (TIMESTAMP_SCHEMA, date(2024, 1, 1), "must be a datetime.datetime, not a date"),
    ],
)
def test_refuses_with_a_remedy_and_without_the_value(schema, value, message):
    with pytest.raises(DataError) as failure:
        from_logical(schema, value)
    assert message in str(failure.value)
    assert str(value) not in str(failure.value)


def test_a_quantized_decimal_is_accepted():
    value = Decimal("1.5").quantize(Decimal("1E-2"))
    assert to_logical(decimal_schema(2), from_logical(decimal_schema(2), value)) == Decimal("1.50")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "Invalid Decimal schema: scale parameter not found."),
        *(
            ({SCALE: text}, "Invalid scale parameter found in Decimal schema")
            for text in ("", "y", " 2", "2 ", "1_0", "1.0", "99999999999", "2147483648", "-2147483649", "٣")
        ),
    ],
)
def test_refuses_a_scale_that_is_no_32_bit_integer(parameters, message):
    schema = Schema(Type.BYTES, name=DECIMAL_NAME, version=1, parameters=parameters)
    with pytest.raises(SchemaError, match=message):
        to_logical(schema, b"\x01")


@pytest.mark.parametrize(("text", "scale"), [("+2", 2), ("-2147483648", -(2**31)), ("2147483647", 2**31 - 1)])
def test_reads_a_scale_as_java_does(text, scale):
    assert decimal_scale(Schema(Type.BYTES, name=DECIMAL_NAME, parameters={SCALE: text})) == scale


def test_an_ordinary_schema_has_no_logical_value():
    assert logical(INT8_SCHEMA) is None
    for convert in (to_logical, from_logical):
        with pytest.raises(SchemaError, match="the schema does not match"):
            convert(INT8_SCHEMA, 1)


def test_is_made_once_per_schema():
    assert logical(DATE_SCHEMA) is logical(DATE_SCHEMA)


@given(st.integers(-(10**60), 10**60), st.integers(-40, 400))
def test_a_decimal_is_exact_whatever_the_context(unscaled, scale):
    value = Decimal(unscaled).scaleb(-scale, Context(prec=100))
    schema = decimal_schema(scale)
    with localcontext(prec=2):
        base = from_logical(schema, value)
        back = to_logical(schema, base)
    assert back.as_tuple() == value.as_tuple()
    assert base == unscaled.to_bytes(len(base), "big", signed=True)
    assert len(base) == 1 or base[0] not in {0, 255} or (base[0] ^ base[1]) & 0x80  # as short as it can be


def test_a_decimal_of_many_digits_passes():
    value = Decimal((1, (9,) * 20_000, -7))
    assert (
        to_logical(decimal_schema(7), from_logical(decimal_schema(7), value)).as_tuple() == value.as_tuple()
    )


@given(st.dates())
def test_a_date_comes_back(value):
    assert to_logical(DATE_SCHEMA, from_logical(DATE_SCHEMA, value)) == value


@given(st.integers(0, DAY_MS - 1))
def test_a_time_comes_back(base):
    assert from_logical(TIME_SCHEMA, to_logical(TIME_SCHEMA, base)) == base


@given(st.integers(-62135596800000, 253402300799999))
def test_a_timestamp_comes_back(base):
    assert from_logical(TIMESTAMP_SCHEMA, to_logical(TIMESTAMP_SCHEMA, base)) == base


@given(st.datetimes(timezones=st.timezones() | st.none()))
def test_a_timestamp_is_never_later_than_the_datetime(value):
    if value.utcoffset() is None:
        with pytest.raises(DataError):
            from_logical(TIMESTAMP_SCHEMA, value)
        return
    base = from_logical(TIMESTAMP_SCHEMA, value)
    late = value - datetime(1970, 1, 1, tzinfo=UTC) - timedelta(milliseconds=base)
    assert timedelta() <= late < timedelta(milliseconds=1)
