"""What does data look like, and does it?

A `Schema` describes plain Python data: a struct is a `dict`, an array a `list`, a map a `dict`; `Decimal`, `date`,
`time` and aware `datetime` are the logical types.

```python
ROW = SchemaBuilder.struct().name("row").field("id", INT64_SCHEMA).field("at", TIMESTAMP_SCHEMA).build()
validate(ROW, {"id": 1, "at": datetime.now(UTC)})
```

For people who prefer classes, `schema_of(cls)`, `to_data(instance)` and `from_data(cls, data)` work on attrs classes, and
`class_of(schema)` makes one.
"""

from connectsdk.schema._annotations import Scale
from connectsdk.schema._builder import SchemaBuilder
from connectsdk.schema._classes import from_data, schema_of, to_data
from connectsdk.schema._generated import class_of
from connectsdk.schema._inference import infer
from connectsdk.schema._logical import (
    DATE_NAME,
    DATE_SCHEMA,
    DECIMAL_NAME,
    OPTIONAL_DATE_SCHEMA,
    OPTIONAL_TIME_SCHEMA,
    OPTIONAL_TIMESTAMP_SCHEMA,
    SCALE,
    TIME_NAME,
    TIME_SCHEMA,
    TIMESTAMP_NAME,
    TIMESTAMP_SCHEMA,
    Logical,
    decimal_scale,
    decimal_schema,
    from_logical,
    logical,
    to_logical,
)
from connectsdk.schema._primitives import (
    BOOLEAN_SCHEMA,
    BYTES_SCHEMA,
    FLOAT32_SCHEMA,
    FLOAT64_SCHEMA,
    INT8_SCHEMA,
    INT16_SCHEMA,
    INT32_SCHEMA,
    INT64_SCHEMA,
    OPTIONAL_BOOLEAN_SCHEMA,
    OPTIONAL_BYTES_SCHEMA,
    OPTIONAL_FLOAT32_SCHEMA,
    OPTIONAL_FLOAT64_SCHEMA,
    OPTIONAL_INT8_SCHEMA,
    OPTIONAL_INT16_SCHEMA,
    OPTIONAL_INT32_SCHEMA,
    OPTIONAL_INT64_SCHEMA,
    OPTIONAL_STRING_SCHEMA,
    STRING_SCHEMA,
)
from connectsdk.schema._projection import project
from connectsdk.schema._recursion import SchemaReference
from connectsdk.schema._schema import Field, Schema, Type
from connectsdk.schema._validation import fits, validate, validator

__all__ = (
    "BOOLEAN_SCHEMA",
    "BYTES_SCHEMA",
    "DATE_NAME",
    "DATE_SCHEMA",
    "DECIMAL_NAME",
    "FLOAT32_SCHEMA",
    "FLOAT64_SCHEMA",
    "INT8_SCHEMA",
    "INT16_SCHEMA",
    "INT32_SCHEMA",
    "INT64_SCHEMA",
    "OPTIONAL_BOOLEAN_SCHEMA",
    "OPTIONAL_BYTES_SCHEMA",
    "OPTIONAL_DATE_SCHEMA",
    "OPTIONAL_FLOAT32_SCHEMA",
    "OPTIONAL_FLOAT64_SCHEMA",
    "OPTIONAL_INT8_SCHEMA",
    "OPTIONAL_INT16_SCHEMA",
    "OPTIONAL_INT32_SCHEMA",
    "OPTIONAL_INT64_SCHEMA",
    "OPTIONAL_STRING_SCHEMA",
    "OPTIONAL_TIMESTAMP_SCHEMA",
    "OPTIONAL_TIME_SCHEMA",
    "SCALE",
    "STRING_SCHEMA",
    "TIMESTAMP_NAME",
    "TIMESTAMP_SCHEMA",
    "TIME_NAME",
    "TIME_SCHEMA",
    "Field",
    "Logical",
    "Scale",
    "Schema",
    "SchemaBuilder",
    "SchemaReference",
    "Type",
    "class_of",
    "decimal_scale",
    "decimal_schema",
    "fits",
    "from_data",
    "from_logical",
    "infer",
    "logical",
    "project",
    "schema_of",
    "to_data",
    "to_logical",
    "validate",
    "validator",
)
