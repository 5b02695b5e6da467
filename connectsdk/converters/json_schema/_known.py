"""What is known of one registered JSON Schema?"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import attrs

from connectsdk.converter import SchemaAndValue
from connectsdk.converters._json_readers import InexactError, Reader
from connectsdk.converters._json_text import exact_loads, loads
from connectsdk.converters.json_schema._documents import Document, open_document
from connectsdk.converters.json_schema._readers import value_reader
from connectsdk.converters.json_schema._schemas import SchemaOptions, schema_of
from connectsdk.converters.json_schema._validation import validator_of
from connectsdk.errors import DataError
from connectsdk.registry import RegisteredSchema, SchemaDefinition
from connectsdk.schema import Schema

__all__ = ("KnownSchema", "read_default")

Validate = Callable[[bytes], None]


@attrs.define(eq=False)
class KnownSchema:
    """A registered schema; what is made of it is made when it is needed, and once.

    Attributes:
        registered: What the registry has.
        options: How JSON Schemas are read.
        draft_7: Whether values are checked by draft 7.
    """

    registered: RegisteredSchema
    options: SchemaOptions
    draft_7: bool
    _document: Document = attrs.field(init=False)
    _reading: tuple[Schema, Reader] | DataError | None = attrs.field(default=None, init=False)
    _validate: Validate | DataError | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self._document = open_document(self.registered)

    @property
    def definition(self) -> SchemaDefinition:
        """What the schema says."""
        return self.registered.definition

    def read(self, text: bytes) -> SchemaAndValue:
        """Return the schema and the value in JSON text.

        Raises:
            DataError: If it is no JSON text, or does not fit the schema.
        """
        schema, read = self._reader()
        try:
            return schema, read(loads(text))
        except InexactError:
            return schema, read(exact_loads(text))

    def read_all(self, texts: Sequence[bytes]) -> tuple[Schema, list[Any]]:
        """Return the schema and the values in JSON texts.

        Raises:
            DataError: If one is no JSON text, or does not fit the schema.
            InexactError: If one is better read alone.
        """
        schema, read = self._reader()
        return schema, [read(loads(text)) for text in texts]

    def validate(self, text: bytes) -> None:
        """Return if a text fulfils the schema.

        Raises:
            DataError: If it does not.
        """
        validate = self._validate
        if validate is None:
            try:
                validate = validator_of(self._document, draft_7=self.draft_7)
            except DataError as error:
                validate = error
            self._validate = validate
        if isinstance(validate, DataError):
            raise DataError(str(validate))
        validate(text)

    def _reader(self) -> tuple[Schema, Reader]:
        reading = self._reading
        if reading is None:
            try:
                schema = schema_of(self._document.root, self.options)
                reading = schema, value_reader(schema)
            except DataError as error:
                reading = error
            self._reading = reading
        if isinstance(reading, DataError):
            raise DataError(str(reading))
        return reading


def read_default(schema: Schema, written: Any) -> Any:
    """Return a default's value.

    Raises:
        DataError: If it does not fit the schema.
    """
    read = value_reader(schema)
    try:
        return read(written)
    except InexactError:
        return read(_exact(written))


def _exact(written: Any) -> Any:
    if isinstance(written, float):
        return Decimal(repr(written))
    if isinstance(written, list):
        return [_exact(item) for item in written]
    return {key: _exact(item) for key, item in written.items()} if isinstance(written, dict) else written
