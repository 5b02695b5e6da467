"""What became of each key of a configuration?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from connectsdk.config._definition import Definition, definition, undefined_dependents
from connectsdk.config._key import ConfigKey, ConfigValue, Recommender
from connectsdk.config._parsing import construct
from connectsdk.config._reading import Reading, complaints, problems_between, read
from connectsdk.config._values import Resolve
from connectsdk.errors import ConfigError

__all__ = ("validate",)


def validate(
    source: Definition, properties: Mapping[str, Any], resolve: Resolve | None = None
) -> list[ConfigValue]:
    """Return what became of every key, in listing order; nothing is raised for what an operator wrote.

    As in Kafka, a validator also sees the null of a value that did not parse, recommenders see every parsed
    value, and a dependent that nobody defines is reported as a key of its own. What is wrong with the
    configuration as a whole is reported under the key at fault, or else under the class's name.

    Args:
        source: A configuration class, or keys.
        properties: As for `parse`.
        resolve: Finds a class by name.

    Raises:
        ConfigError: If the definition itself is wrong, see `definition`.
        TypeError: If the class cannot be a configuration, see `definition`.
    """
    keys = definition(source)
    readings = {key.name: read(key, properties, resolve) for key in keys}
    values = {name: reading.value for name, reading in readings.items()}
    found = {key.name: _value(key, readings[key.name], values) for key in keys}
    for name in undefined_dependents(keys):
        message = f"{name} is referred in the dependents, but not defined."
        found[name] = ConfigValue(name, error_messages=(message,), visible=False)
    for name, message in problems_between(source, values):
        found[name] = _with_error(found.get(name) or ConfigValue(name), message)
    if isinstance(source, type) and keys and not any(value.error_messages for value in found.values()):
        for name, message in _refusals(source, keys, properties, readings):
            found[name] = _with_error(found.get(name) or ConfigValue(name), message)
    return list(found.values())


def _value(key: ConfigKey, reading: Reading, values: Mapping[str, Any]) -> ConfigValue:
    nulls = () if reading.parsed else complaints(key.validator, key.name, None)
    value = ConfigValue(key.name, reading.value, error_messages=(*reading.problems, *nulls))
    return value if key.recommender is None else _recommended(key.recommender, value, values)


def _recommended(recommender: Recommender, value: ConfigValue, values: Mapping[str, Any]) -> ConfigValue:
    try:
        offered = tuple(recommender.valid_values(value.name, values))
        visible = recommender.visible(value.name, values)
    except Exception as error:  # noqa: BLE001 - an author's code; whatever it raises is its answer
        return _with_error(value, str(error) or type(error).__name__)
    return attrs.evolve(value, recommended_values=offered, visible=visible)


def _refusals(
    cls: type[Any], keys: Sequence[ConfigKey], properties: Mapping[str, Any], readings: Mapping[str, Reading]
) -> Iterator[tuple[str, str]]:
    """Yield what the class itself says against values that are valid one by one."""
    try:
        construct(cls, keys, properties, readings)
    except ConfigError as error:
        for problem in error.problems:
            yield error.key or cls.__qualname__, problem


def _with_error(value: ConfigValue, message: str) -> ConfigValue:
    return attrs.evolve(value, error_messages=(*value.error_messages, message))
