"""Does a transform, predicate or converter keep the rules of its contract?

```python
def test_add_total() -> None:
    check_transform(configured(AddTotal, {"field": "total"}))
```

Each check draws batches of records or data, applies the plug to them, and raises `CheckFailed` for the smallest batch that
breaks a rule. The rules are in the description of each check.
"""

from connectsdk.testing.checks._configured import configured
from connectsdk.testing.checks._converter import check_converter, check_header_converter
from connectsdk.testing.checks._failure import CheckFailed
from connectsdk.testing.checks._predicate import check_predicate
from connectsdk.testing.checks._transform import check_transform

__all__ = (
    "CheckFailed",
    "check_converter",
    "check_header_converter",
    "check_predicate",
    "check_transform",
    "configured",
)
