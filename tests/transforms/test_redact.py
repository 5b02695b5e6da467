import pytest
from hypothesis import given, strategies as st

from connectsdk.config import parse
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import SourceRecord
from connectsdk.schema import INT32_SCHEMA, STRING_SCHEMA, SchemaBuilder
from connectsdk.transforms.redact import RedactConfig, RedactKey, RedactValue


def made(**settings: str) -> RedactValue:
    redact = RedactValue()
    redact.configure(parse(RedactConfig, {key.replace("_", "."): value for key, value in settings.items()}))
    return redact


@pytest.mark.parametrize(
    ("pattern", "text", "redacted"),
    [
        ("credit_card", "pay 4111 1111 1111 1111 now", "pay # now"),
        ("credit_card", "4111111111111111", "#"),
        ("credit_card", "4111-1111-1111-1112", "4111-1111-1111-1112"),
        ("credit_card", "order 12345", "order 12345"),
        ("email", "to ada.l+x@mail.example.org.", "to #."),
        ("email", "a@b", "a@b"),
        ("ipv4", "from 10.0.0.255 to 1.2.3.4.5 and 999.1.1.1", "from # to 1.2.3.4.5 and 999.1.1.1"),
        ("iban", "DE89 3704 0044 0532 0130 00", "#"),
        ("us_ssn", "ssn 123-45-6789, 000-12-3456", "ssn #, 000-12-3456"),
        ("email,us_ssn", "a@b.org 123-45-6789", "# #"),
    ],
)
def test_known_patterns(pattern: str, text: str, redacted: str) -> None:
    assert made(patterns=pattern, replacement="#").apply(SourceRecord("t", value=text)).value == redacted


def test_nested_data_keeps_its_schema_and_is_not_edited() -> None:
    inner = SchemaBuilder.struct().field("mail", STRING_SCHEMA).field("n", INT32_SCHEMA).build()
    schema = (
        SchemaBuilder.struct().field("who", inner).field("all", SchemaBuilder.array(STRING_SCHEMA)).build()
    )
    value = {"who": {"mail": "a@b.org", "n": 1}, "all": ["x", "c@d.org"]}
    record = SourceRecord("t", value_schema=schema, value=value)
    redacted = made(patterns="email").apply(record)
    assert redacted.value == {"who": {"mail": "[redacted]", "n": 1}, "all": ["x", "[redacted]"]}
    assert redacted.value_schema is schema
    assert value == {"who": {"mail": "a@b.org", "n": 1}, "all": ["x", "c@d.org"]}


def test_only_the_named_fields() -> None:
    value = {"a": "7", "b": {"a": "7", "c": [{"d": "7"}]}, "e": {"f": "7"}}
    redacted = made(regex="[0-9]", replacement="#", fields="a,b.c.d,e,no.such").apply(
        SourceRecord("t", value=value)
    )
    assert redacted.value == {"a": "#", "b": {"a": "7", "c": [{"d": "#"}]}, "e": {"f": "#"}}


def test_groups_of_a_pattern_may_stay() -> None:
    redact = made(regex=r"(?<last>\d{2})\d{2}", replacement="${last}**")
    assert redact.apply(SourceRecord("t", value="1234")).value == "12**"


def test_nothing_found_is_the_same_record() -> None:
    record = SourceRecord("t", value={"a": ["x", 1, None], "b": b"a@b.org"})
    assert made(patterns="email").apply(record) is record


def test_the_key() -> None:
    redact = RedactKey()
    redact.configure(RedactConfig(patterns=("email",)))
    assert redact.apply(SourceRecord("t", key="a@b.org")).key == "[redacted]"


def test_what_cannot_be_searched_does_not_pass() -> None:
    value: object = "a@b.org"
    for _ in range(200):
        value = [value]
    with pytest.raises(DataError, match="deeper"):
        made(patterns="email").apply(SourceRecord("t", value=value))
    with pytest.raises(DataError, match="bounded time"):
        made(regex="(?=secret)[a-z]{6}").apply(SourceRecord("t", value="x" * 100_000))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "needs patterns"),
        ({"patterns": "x"}, "one of"),
        ({"regex": "("}, "Unclosed"),
        ({"regex": "a", "replacement": "$1"}, "No group"),
    ],
)
def test_what_cannot_work_is_told(settings: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        made(**settings)


@given(
    st.recursive(
        st.text() | st.integers() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_digit_is_left_anywhere(value: object) -> None:
    kept = repr(value)
    found = made(regex="[0-9]", replacement="#").apply(SourceRecord("t", value=value)).value
    assert repr(value) == kept
    assert not any(digit in text for text in texts(found) for digit in "0123456789")


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return [text for item in items for text in texts(item)]
