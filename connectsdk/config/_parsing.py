"""What does a configuration say?"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from connectsdk.config._definition import Definition, definition, undefined_dependents
from connectsdk.config._key import ConfigKey
from connectsdk.config._kinds import ConfigType
from connectsdk.config._reading import Reading, problems_between, read
from connectsdk.config._values import Resolve
from connectsdk.errors import ConfigError

__all__ = ("construct", "parse", "parse_values")

T = TypeVar("T")


def parse(cls: type[T], properties: Mapping[str, Any], resolve: Resolve | None = None) -> T:
    """Return the configuration that the properties describe. Keys that it does not define are ignored.

    A configuration class may have a class method `config_problems(values)`: it gets every key's parsed value
    (None where there is none) and yields a key and a sentence for whatever is wrong between keys.

    Args:
        cls: The configuration class; `dict` returns the properties as they are.
        properties: Text by key, as in a file or a request; values that have the key's type already are fine.
        resolve: Finds a class by name.

    Raises:
        ConfigError: If anything is wrong; `problems` lists all of it.
        TypeError: If the class cannot be a configuration, see `definition`.
    """
    if issubclass(cls, dict):
        return cls(properties)
    keys = definition(cls)
    readings = _read_all(cls, keys, properties, resolve)
    return construct(cls, keys, properties, readings)


def parse_values(
    source: Definition, properties: Mapping[str, Any], resolve: Resolve | None = None
) -> dict[str, Any]:
    """Return the value of every key of a definition, by key.

    Args:
        source: A configuration class, or keys.
        properties: As for `parse`.
        resolve: Finds a class by name.

    Raises:
        ConfigError: If anything is wrong; `problems` lists all of it.
        TypeError: If the class cannot be a configuration, see `definition`.
    """
    readings = _read_all(source, definition(source), properties, resolve)
    return {name: reading.converted for name, reading in readings.items()}


def construct(
    cls: type[T], keys: Sequence[ConfigKey], properties: Mapping[str, Any], readings: Mapping[str, Reading]
) -> T:
    """Return an instance from readings without problems.

    Raises:
        ConfigError: If the class refuses the values.
    """
    given = {
        key.field or key.name: readings[key.name].converted for key in keys if _is_given(key, properties)
    }
    try:
        return cls(**given)
    except ConfigError:
        raise
    except Exception as error:
        message = f"{cls.__qualname__}: {error}"
        raise ConfigError(message) from error


def _is_given(key: ConfigKey, properties: Mapping[str, Any]) -> bool:
    """Return whether the field's own default must not be used: a class's name as default is looked up."""
    return key.name in properties or (key.type is ConfigType.CLASS and isinstance(key.default, str))


def _read_all(
    source: Definition, keys: Sequence[ConfigKey], properties: Mapping[str, Any], resolve: Resolve | None
) -> dict[str, Reading]:
    undefined = undefined_dependents(keys)
    if undefined:
        message = (
            f"Some configurations are referred in the dependents, but not defined: {','.join(undefined)}"
        )
        raise ConfigError(message)
    readings = {key.name: read(key, properties, resolve) for key in keys}
    problems = [(key.name, problem) for key in keys for problem in readings[key.name].problems]
    problems += problems_between(source, {name: reading.value for name, reading in readings.items()})
    if problems:
        raise _error(problems)
    return readings


def _error(problems: Sequence[tuple[str, str]]) -> ConfigError:
    keys = {key for key, _ in problems}
    sentences = tuple(dict.fromkeys(problem for _, problem in problems))
    message = sentences[0]
    if len(sentences) > 1:
        lines = "\n".join(f"- {sentence}" for sentence in sentences)
        message = f"The configuration has {len(sentences)} problems:\n{lines}"
    return ConfigError(message, key=keys.pop() if len(keys) == 1 else None, problems=sentences)
