"""How an author's configuration looks to a type checker."""

from enum import Enum
from typing import Any, Literal, assert_type

import attrs

from connectsdk.config import (
    ConfigKey,
    ConfigType,
    ConfigValue,
    Importance,
    Lambda,
    Password,
    Range,
    Recommender,
    Validator,
    ValidString,
    config,
    definition,
    option,
    parse,
    validate,
)


class Mode(Enum):
    COPY = "copy"
    MOVE = "move"


@attrs.frozen
class FileSourceConfig:
    batch_size: int = option(2000, at_least=1, doc="The most lines of one batch.")
    topic: str = option(doc="Where the lines go.")
    password: Password | None = option(None, importance=Importance.HIGH)
    ratio: float = option(1, between=(0, 1))
    mode: Literal["copy", "move"] = option("copy")
    enum: Mode = option(Mode.COPY)
    items: list[str] = option([], one_of=["a", "b"])
    names: tuple[str, ...] = option(default=())
    plugin: type[Any] | str = option("Name", type=ConfigType.STRING)
    even: int = option(2, validator=Lambda(lambda _key, _value: None, "even"))
    plain: Literal["copy", "move"] = "copy"
    bare: bool = False


@config
class Checked:
    size: int = option(default=3)
    topic: str = option(doc="Where the lines go.")
    plain: bool = False


class Offer:
    def valid_values(self, key: str, values: object) -> list[str]:
        return [key]

    def visible(self, key: str, values: object) -> bool:
        return True


def small(key: str, value: Any) -> None:
    if value > 1:
        raise ValueError(key)


parsed = parse(FileSourceConfig, {"topic": "x"})
assert_type(parsed, FileSourceConfig)
assert_type(parsed.batch_size, int)
assert_type(parsed.password, Password | None)
assert_type(parsed.mode, Literal["copy", "move"])
assert_type(validate(FileSourceConfig, {}), list[ConfigValue])
assert_type(definition(FileSourceConfig), tuple[ConfigKey, ...])
assert_type(parse(Checked, {}).size, int)
assert_type(parse(dict[str, Any], {}), dict[str, Any])

FileSourceConfig(topic="x")
FileSourceConfig(topic="x", batch_size=3, mode="move")
Checked(topic="x")
recommender: Recommender = Offer()
validators: list[Validator] = [Range.at_least(1), ValidString.in_("a"), small]

# What has to be an error; an unused ignore is an error too.
FileSourceConfig(topic=3)  # type: ignore[arg-type]
FileSourceConfig(topic="x", mode="other")  # type: ignore[arg-type]
Checked()  # type: ignore[call-arg]
Checked(3, topic="x")  # type: ignore[call-arg]
wrong: int = option("text")  # type: ignore[assignment]
misspelt: int = option(1, atleast=1)  # type: ignore[call-overload]
