"""How is something configured?

A configuration is an attrs class. From that one definition come parsing (`parse`), the answer about every key
(`validate`), the list of keys (`definition`), and its renderings (`to_json_schema`, `to_markdown`, `to_table`).

```python
@attrs.frozen
class FileSourceConfig:
    topic: str = option(doc="Where the lines go.")
    batch_size: int = option(2000, at_least=1, doc="The most lines of one batch.")
    password: Password | None = option(None, importance=Importance.HIGH)
    mode: Literal["copy", "move"] = "copy"


parse(FileSourceConfig, {"topic": "lines", "batch.size": "100"})
```
"""

from connectsdk.config._definition import Definition, definition, embed
from connectsdk.config._generics import Config, config_class_of
from connectsdk.config._key import REQUIRED, ConfigKey, ConfigValue, Recommender
from connectsdk.config._kinds import ConfigType, Importance, Width
from connectsdk.config._option import config, option
from connectsdk.config._parsing import parse, parse_values
from connectsdk.config._password import HIDDEN, Password
from connectsdk.config._prefix import with_prefix
from connectsdk.config._provider import ConfigData, ConfigProvider, Reference, references, replace_references
from connectsdk.config._rendering import TABLE_HEADER, to_json_schema, to_markdown, to_table
from connectsdk.config._unknown import unknown_keys
from connectsdk.config._validating import validate
from connectsdk.config._validators import (
    CaseInsensitiveValidString,
    Composite,
    Lambda,
    ListSize,
    NonEmptyString,
    NonEmptyStringWithoutControlChars,
    NonNull,
    NullOr,
    Range,
    Validator,
    ValidList,
    ValidString,
)
from connectsdk.config._values import Resolve, invalid, parse_value, to_text

__all__ = (
    "HIDDEN",
    "REQUIRED",
    "TABLE_HEADER",
    "CaseInsensitiveValidString",
    "Composite",
    "Config",
    "ConfigData",
    "ConfigKey",
    "ConfigProvider",
    "ConfigType",
    "ConfigValue",
    "Definition",
    "Importance",
    "Lambda",
    "ListSize",
    "NonEmptyString",
    "NonEmptyStringWithoutControlChars",
    "NonNull",
    "NullOr",
    "Password",
    "Range",
    "Recommender",
    "Reference",
    "Resolve",
    "ValidList",
    "ValidString",
    "Validator",
    "Width",
    "config",
    "config_class_of",
    "definition",
    "embed",
    "invalid",
    "option",
    "parse",
    "parse_value",
    "parse_values",
    "references",
    "replace_references",
    "to_json_schema",
    "to_markdown",
    "to_table",
    "to_text",
    "unknown_keys",
    "validate",
    "with_prefix",
)
