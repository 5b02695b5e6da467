from enum import Enum
from typing import Any, Literal

import attrs
import pytest
from hypothesis import given, strategies as st

from connectsdk.config import (
    ConfigKey,
    ConfigType,
    Importance,
    Lambda,
    Password,
    ValidString,
    definition,
    embed,
    option,
    parse,
    parse_values,
    to_text,
    unknown_keys,
    validate,
    with_prefix,
)
from connectsdk.errors import ConfigError

SECRET = "pa55phrase"  # noqa: S105 - what the tests look for


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@attrs.frozen
class FileSource:
    topic: str = option(doc="Where to.")
    batch_size: int = option(2000, at_least=1)
    password: Password | None = option(None, importance=Importance.HIGH)
    mode: Literal["copy", "move"] = "copy"
    ratio: float = 0.5
    colors: tuple[Color, ...] = option(())
    plugin: type[Any] | str | None = None
    compress: bool = False


def test_text_becomes_values():
    properties = {
        "topic": " lines ",
        "batch.size": "100",
        "password": SECRET,
        "mode": "move",
        "ratio": "1e-3",
        "colors": "red, blue",
        "plugin": "some.Name",
        "compress": "TRUE",
        "unknown": "ignored",
    }
    assert parse(FileSource, properties) == FileSource(
        topic="lines",
        batch_size=100,
        password=Password(SECRET),
        mode="move",
        ratio=0.001,
        colors=(Color.RED, Color.BLUE),
        plugin="some.Name",
        compress=True,
    )


def test_absent_keys_have_their_defaults():
    assert parse(FileSource, {"topic": "x"}) == FileSource(topic="x")


def test_one_problem():
    with pytest.raises(ConfigError) as caught:
        parse(FileSource, {})
    assert str(caught.value) == 'Missing required configuration "topic" which has no default value.'
    assert caught.value.key == "topic"
    assert caught.value.problems == (str(caught.value),)


def test_all_problems_at_once():
    with pytest.raises(ConfigError) as caught:
        parse(FileSource, {"batch.size": "0", "password": SECRET.encode(), "mode": "x", "ratio": "y"})
    problems = {
        'Missing required configuration "topic" which has no default value.',
        "Invalid value 0 for configuration batch.size: Value must be at least 1",
        "Invalid value [hidden] for configuration password: Expected value to be a string, but it was a bytes",
        "Invalid value x for configuration mode: String must be one of: copy, move",
        "Invalid value y for configuration ratio: Not a number of type DOUBLE",
    }
    assert set(caught.value.problems) == problems
    assert str(caught.value).startswith("The configuration has 5 problems:\n- Missing required")
    assert all(f"\n- {problem}" in str(caught.value) for problem in problems)
    assert caught.value.key is None
    assert SECRET not in str(caught.value)


def test_raw_properties_pass_through():
    properties = {"a": 1}
    assert parse(dict, properties) == properties
    assert parse(dict, properties) is not properties
    assert validate(dict, properties) == []


def test_a_default_class_is_found_as_any_other():
    @attrs.frozen
    class Plugged:
        plugin: type[Any] | str = option("Known")

    assert parse(Plugged, {}, {"Known": Color}.__getitem__).plugin is Color
    assert parse(Plugged, {}).plugin == "Known"
    with pytest.raises(ConfigError, match="Class Known could not be found"):
        parse(Plugged, {}, {}.__getitem__)


def refuse_odd(key: str, value: int) -> None:
    if value == 1:
        raise ValueError
    if value % 2:
        raise ValueError("it is odd")


def refused(value: str) -> str:
    if value:
        raise ConfigError("as it is")
    return value


@attrs.frozen
class Checked:
    even: int = option(2, validator=Lambda(refuse_odd, "even"))
    half: int = option(2, convert=lambda value: 10 // value)
    strict: str = option("", validator=ValidString.in_("", "a"), convert=["", "b"].index)
    failing: str = option("", convert=refused)


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ({"even": "3"}, "Invalid value 3 for configuration even: it is odd"),
        ({"even": "1"}, "Invalid value 1 for configuration even: ValueError"),
        ({"half": "0"}, "Invalid value 0 for configuration half: integer division or modulo by zero"),
        ({"strict": "a"}, "Invalid value a for configuration strict: 'a' is not in list"),
        ({"failing": "a"}, "as it is"),
    ],
)
def test_an_authors_own_functions(properties, problem):
    with pytest.raises(ConfigError) as caught:
        parse(Checked, properties)
    assert caught.value.problems == (problem,)
    (value,) = [value for value in validate(Checked, properties) if value.error_messages]
    assert value.error_messages == (problem,)


def test_conversion():
    assert parse(Checked, {"half": "5"}).half == 2


@attrs.frozen
class Bounds:
    low: int = option(0)
    high: int = option(10)

    def __attrs_post_init__(self) -> None:
        if self.low == 7:
            raise RuntimeError("seven")
        if self.low > self.high:
            raise ConfigError("low is above high", key="low")


def test_what_the_class_itself_refuses():
    with pytest.raises(ConfigError, match=r"^low is above high$"):
        parse(Bounds, {"low": "11"})
    with pytest.raises(ConfigError, match=r"^Bounds: seven$") as caught:
        parse(Bounds, {"low": "7"})
    assert isinstance(caught.value.__cause__, RuntimeError)


@attrs.frozen
class Related:
    low: int = option(0)
    high: int = option(10)

    @classmethod
    def config_problems(cls, values):
        if values["low"] is None:
            raise ConfigError("no low", key="low")
        if values["low"] > values["high"]:
            yield "low", "low is above high"
            yield "high", "low is above high"


def test_problems_between_keys():
    with pytest.raises(ConfigError) as caught:
        parse(Related, {"low": "11"})
    assert caught.value.problems == ("low is above high",)
    assert caught.value.key is None
    with pytest.raises(ConfigError) as caught:
        parse_values(Related, {"low": "x"})
    assert caught.value.problems == (
        "Invalid value x for configuration low: Not a number of type INT",
        "no low",
    )
    with pytest.raises(ConfigError, match="Related: '>' not supported"):
        parse_values(Related, {"high": None, "low": "1"})


def test_values_by_key():
    keys = (*definition(FileSource), *embed("inner.", "Inner", 0, FileSource))
    values = parse_values(keys, {"topic": "x", "inner.topic": "y", "inner.colors": "red"})
    assert values["topic"] == "x"
    assert values["inner.topic"] == "y"
    assert values["inner.colors"] == (Color.RED,)
    assert values["colors"] == ()


def test_dependents_have_to_be_defined():
    keys = [ConfigKey(name="a", dependents=("b", "c", "a"))]
    with pytest.raises(ConfigError, match=r"referred in the dependents, but not defined: b,c$"):
        parse_values(keys, {"a": "x"})


def test_unknown_keys_with_the_known_one_that_was_meant():
    properties = {
        "topic": "x",
        "batch.siez": "1",
        "topik": "y",
        "zzz": "z",
        "producer.override.acks": "1",
        5: 6,
    }
    assert unknown_keys(FileSource, properties, prefixes=["producer.override."]) == {
        "batch.siez": "batch.size",
        "topik": "topic",
        "zzz": None,
        "5": None,
    }


def test_a_part_by_its_prefix():
    properties = {"producer.override.acks": "1", "producer.override.": "2", "producer": "3", "x": "4"}
    assert with_prefix(properties, "producer.override.") == {"acks": "1"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just(Color),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
KEYS = st.sampled_from([key.name for key in definition(FileSource)]) | st.text() | st.integers()


@given(st.dictionaries(KEYS, ANYTHING))
def test_nothing_but_a_config_error_comes_of_any_mapping(properties):
    values = validate(FileSource, properties)
    assert len(values) == len(definition(FileSource))
    if any(value.error_messages for value in values):
        with pytest.raises(ConfigError):
            parse(FileSource, properties)
    else:
        parse(FileSource, properties)


CONFIGURATIONS = st.builds(
    FileSource,
    topic=st.text(alphabet=st.characters(min_codepoint=33)),
    batch_size=st.integers(1, 2**31 - 1),
    mode=st.sampled_from(["copy", "move"]),
    ratio=st.floats(allow_nan=False),
    colors=st.lists(st.sampled_from(Color)).map(tuple),
    plugin=st.none() | st.just("some.Name"),
    password=st.none(),
    compress=st.booleans(),
)


@given(CONFIGURATIONS)
def test_written_and_read_again(configuration):
    typed = {key.name: getattr(configuration, key.field) for key in definition(FileSource) if key.field}
    assert parse(FileSource, typed) == configuration
    kinds = {key.name: key.type for key in definition(FileSource)}
    values = {value.name: value.value for value in validate(FileSource, typed)}
    text = {name: to_text(value, kinds[name]) for name, value in values.items()}
    assert parse(FileSource, text) == configuration


def test_secrets_stay_out_of_every_answer():
    keys = [ConfigKey(name="k", type=ConfigType.PASSWORD, validator=ValidString.in_("x"))]
    (value,) = validate(keys, {"k": SECRET})
    assert value.error_messages == ("Invalid value [hidden] for configuration k: String must be one of: x",)
    assert SECRET not in repr(value)
