"""For which records does an expression hold?

Expressions are JMESPath's: they can look at data and nothing else, have no loops without end, and change nothing. They see

- `topic`, `partition`, `timestamp` (milliseconds), `key`, `value`;
- `headers`, by name: the last one of each.

Logical types with a schema are numbers: a decimal is a float, a timestamp milliseconds since 1970, a date days since then, a time
milliseconds of its day. As in JMESPath, `null`, `false`, and what is empty do not hold; `0` does.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from connectsdk.config import config, invalid, option
from connectsdk.errors import ConfigError, DataError
from connectsdk.record import ConnectRecord
from connectsdk.schema import DECIMAL_NAME, Schema, Type, from_logical, logical

__all__ = ("ExpressionConfig", "ExpressionHolds", "FilterByExpression")

R = TypeVar("R", bound=ConnectRecord)

_LONGEST = 10_000


@config
class ExpressionConfig:
    """What the predicate and the filter can be told."""

    expression: str = option(
        doc="A JMESPath expression about topic, partition, timestamp, key, value and headers, "
        "like <code>value.amount > `100` && headers.origin != 'test'</code>."
    )


class ExpressionHolds:
    """A predicate that holds for records for which an expression does."""

    config_class: ClassVar[type[Any]] = ExpressionConfig

    def configure(self, config: ExpressionConfig) -> None:
        """Take the expression.

        Raises:
            ConfigError: If it is not one, or `jmespath` is not installed.
        """
        self._holds = _compiled(config.expression)

    def test(self, record: ConnectRecord) -> bool:
        """Return whether the expression holds.

        Raises:
            DataError: If it cannot be answered for this record: a function got a value of the wrong type.
        """
        return self._holds(record)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


class FilterByExpression:
    """Keep the records for which an expression holds, and filter the others."""

    config_class: ClassVar[type[Any]] = ExpressionConfig

    def configure(self, config: ExpressionConfig) -> None:
        """Take the expression.

        Raises:
            ConfigError: If it is not one, or `jmespath` is not installed.
        """
        self._holds = _compiled(config.expression)

    def apply(self, record: R) -> R | None:
        """Return the record if the expression holds, otherwise None.

        Raises:
            DataError: If it cannot be answered for this record: a function got a value of the wrong type.
        """
        return record if self._holds(record) else None

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


def _compiled(text: str) -> Callable[[ConnectRecord], bool]:
    """Return the test that an expression is."""
    try:
        import jmespath
        from jmespath.exceptions import JMESPathError
    except ImportError:
        message = "Expressions need JMESPath: pip install 'connectsdk[expressions]'"
        raise ConfigError(message, key="expression") from None
    if len(text) > _LONGEST:
        raise invalid("expression", text[:100] + "...", f"it is longer than {_LONGEST} characters")
    try:
        search = jmespath.compile(text).search
    except (JMESPathError, RecursionError) as error:
        raise invalid("expression", text, f"it is no JMESPath expression: {error}") from None

    def holds(record: ConnectRecord) -> bool:
        try:
            found = search(_facts(record))
        except (JMESPathError, RecursionError) as error:
            raise DataError(
                f"The expression cannot be answered for this record ({type(error).__name__})"
            ) from None
        return found is not None and found is not False and found not in ("", [], {})

    return holds


def _facts(record: ConnectRecord) -> dict[str, Any]:
    """Return what an expression sees of a record."""
    key, value = record.key, record.value
    key_schema, value_schema = record.key_schema, record.value_schema
    if key_schema is not None and key is not None:
        key = key_schema.compiled(_viewer)(key)
    if value_schema is not None and value is not None:
        value = value_schema.compiled(_viewer)(value)
    headers = {}
    for name, header, schema in record.headers:
        headers[name] = header if schema is None or header is None else schema.compiled(_viewer)(header)
    return {
        "topic": record.topic,
        "partition": record.partition,
        "timestamp": record.timestamp,
        "key": key,
        "value": value,
        "headers": headers,
    }


_View = Callable[[Any], Any]


def _viewer(schema: Schema) -> _View:
    """Return what makes plain data of a value of a schema."""
    return _converting(schema) or _same


def _same(value: Any) -> Any:
    return value


def _converting(schema: Schema) -> _View | None:  # noqa: PLR0911 - one per type
    """Return what makes plain data of a value; None when it is plain already."""
    if schema.name == DECIMAL_NAME:
        return float
    if logical(schema) is not None:
        return lambda value: from_logical(schema, value)
    match schema.type:
        case Type.STRUCT:
            return _of_struct(schema)
        case Type.ARRAY if schema.value_schema is not None:
            item = _converting(schema.value_schema)
            return item and _of_array(item)
        case Type.MAP if schema.value_schema is not None:
            item = _converting(schema.value_schema)
            return item and _of_map(item)
        case _:
            return None


def _of_array(item: _View) -> _View:
    return lambda value: [_viewed(item, found) for found in value]


def _of_map(item: _View) -> _View:
    return lambda value: {name: _viewed(item, found) for name, found in value.items()}


def _of_struct(schema: Schema) -> _View | None:
    converted = [(field.name, _converting(field.schema)) for field in schema.fields]
    views = tuple((name, view) for name, view in converted if view is not None)
    if not views:
        return None

    def view_struct(value: dict[str, Any]) -> dict[str, Any]:
        changed = value.copy()
        for name, view in views:
            changed[name] = _viewed(view, changed.get(name))
        return changed

    return view_struct


def _viewed(view: _View, value: Any) -> Any:
    return None if value is None else view(value)
