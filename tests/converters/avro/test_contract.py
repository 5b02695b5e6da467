"""Does the converter keep the contract of converters?"""

from typing import Any

from hypothesis import settings

from connectsdk.converters.avro import AvroConverter
from connectsdk.schema import Schema
from connectsdk.testing.checks import check_converter, configured
from connectsdk.testing.strategies import SchemaLimits, plain_values, schemaless, schemas, typed_values

SURE = settings(max_examples=40, deadline=None)
SCRUBBED = {"scrub.invalid.names": "true"}


def anything(schema: Schema | None, value: Any) -> None:
    """Expect only that it can be read."""


def test_data_with_schemas() -> None:
    make = configured(AvroConverter, {"schema.registry.url": "mock://contract"} | SCRUBBED)
    check_converter(
        make, typed_values(schemas(limits=SchemaLimits(named=False))), expected=anything, settings=SURE
    )


def test_data_without_schemas() -> None:
    make = configured(AvroConverter, {"schema.registry.url": "mock://contract-plain"})
    check_converter(make, schemaless(plain_values()), expected=anything, settings=SURE)
