"""Under which subject, and where in a message is the id?"""

import pytest
from hypothesis import given, strategies as st

from connectsdk.errors import ConfigError, DataError
from connectsdk.registry import framed_header, schema_id_of, subject_name

PACKAGE = "io.confluent.kafka.serializers.subject."
TABLE = [
    ("topic", True, "t-key"),
    ("TopicNameStrategy", False, "t-value"),
    (f"{PACKAGE}TopicNameStrategy", False, "t-value"),
    ("record", True, "a.B"),
    (f"{PACKAGE}RecordNameStrategy", False, "a.B"),
    ("topic-record", False, "t-a.B"),
    (f"{PACKAGE}TopicRecordNameStrategy", True, "t-a.B"),
]


@pytest.mark.parametrize(("strategy", "is_key", "subject"), TABLE)
def test_strategies(strategy: str, is_key: bool, subject: str) -> None:
    assert subject_name("value.subject.name.strategy", strategy, is_key=is_key)("t", "a.B") == subject


@pytest.mark.parametrize("strategy", ["record", "topic-record"])
def test_a_schema_without_a_name(strategy: str) -> None:
    with pytest.raises(DataError, match=r"value.subject.name.strategy names subjects.*has no name"):
        subject_name("value.subject.name.strategy", strategy, is_key=False)("t", None)


def test_an_unknown_strategy() -> None:
    with pytest.raises(ConfigError, match="name one of topic, record, topic-record"):
        subject_name("k", "com.example.Mine", is_key=False)


@given(st.integers(0, 2**31 - 1))
def test_an_id_goes_into_five_bytes_and_comes_back(schema_id: int) -> None:
    header = framed_header(schema_id)
    assert header == b"\x00" + schema_id.to_bytes(4, "big")
    assert schema_id_of(header + b"data") == schema_id


@pytest.mark.parametrize("schema_id", [-1, 2**31])
def test_what_cannot_be_an_id(schema_id: int) -> None:
    with pytest.raises(DataError, match="cannot be a schema's id"):
        framed_header(schema_id)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "0 bytes, fewer than the 5"),
        (b"\x00\x00\x00\x01", "4 bytes"),
        (b'{"a":1}', "begins with 0x7b in place of 0x00"),
        (b"\x01" + bytes(16), "Unknown magic byte"),
        (b"\x00\xff\xff\xff\xff!", "schema id -1"),
    ],
)
def test_data_that_was_not_written_with_a_registry(data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        schema_id_of(data)
