"""What data do tests draw?

Hypothesis strategies for everything that travels through a pipeline. All of them shrink to the smallest case first, filter nothing,
and draw only what is valid: a value fits its schema, a default too.

```python
@given(source_records(value=typed_values(just(ORDER))))
def test_orders(record: SourceRecord) -> None: ...
```

Data are pairs of a schema and a value, as a converter reads them: `typed_values` has schemas, `schemaless` has none, `data` is
either, or null.
"""

from connectsdk.testing.strategies._batches import batches, similar_schemas
from connectsdk.testing.strategies._plain import plain_values
from connectsdk.testing.strategies._records import (
    data,
    headers,
    records,
    schemaless,
    sink_records,
    source_records,
    typed_values,
)
from connectsdk.testing.strategies._schemas import SchemaLimits, schemas
from connectsdk.testing.strategies._values import values

__all__ = (
    "SchemaLimits",
    "batches",
    "data",
    "headers",
    "plain_values",
    "records",
    "schemaless",
    "schemas",
    "similar_schemas",
    "sink_records",
    "source_records",
    "typed_values",
    "values",
)
