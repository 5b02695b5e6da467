"""Does the converter keep the contract of converters?"""

from typing import Any

from hypothesis import settings

from connectsdk.converters.protobuf import ProtobufConverter
from connectsdk.schema import Schema
from connectsdk.testing.checks import check_converter, configured
from connectsdk.testing.strategies import values
from tests.converters.protobuf.test_round_trip import sound, structs

SURE = settings(max_examples=40, deadline=None)


def anything(schema: Schema | None, value: Any) -> None:
    """Expect only that it can be read."""


def test_data_with_schemas() -> None:
    make = configured(ProtobufConverter, {"schema.registry.url": "mock://protobuf-contract"})
    data = structs().flatmap(lambda schema: values(schema).map(lambda value: (schema, sound(schema, value))))
    check_converter(make, data, expected=anything, settings=SURE)
