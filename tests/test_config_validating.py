"""Kafka's rules for the answer about every key."""

import attrs
import pytest

from connectsdk.config import (
    ConfigKey,
    ConfigType,
    ConfigValue,
    NonNull,
    Range,
    definition,
    embed,
    option,
    validate,
)
from connectsdk.errors import ConfigError


class Offer:
    def __init__(self, values=(), *, visible=True):
        self.values = values
        self.shown = visible
        self.seen = []

    def valid_values(self, key, values):
        self.seen.append((key, dict(values)))
        return self.values

    def visible(self, key, values):
        return self.shown


class Refuse(Offer):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def valid_values(self, key, values):
        raise self.error


def by_name(values):
    return {value.name: value for value in values}


def test_parsed_values_and_problems_in_listing_order():
    keys = [
        ConfigKey(name="b", type=ConfigType.INT),
        ConfigKey(name="a", type=ConfigType.INT, default=7),
        ConfigKey(name="c"),
    ]
    assert validate(keys, {"b": "x", "other": "y"}) == [
        ConfigValue("b", error_messages=("Invalid value x for configuration b: Not a number of type INT",)),
        ConfigValue("c", error_messages=('Missing required configuration "c" which has no default value.',)),
        ConfigValue("a", 7),
    ]


def test_a_validator_sees_the_null_of_what_did_not_parse():
    key = ConfigKey(name="tasks.max", type=ConfigType.INT, default=1, validator=Range.at_least(1))
    (value,) = validate([key], {"tasks.max": "abc"})
    assert value.error_messages == (
        "Invalid value abc for configuration tasks.max: Not a number of type INT",
        "Invalid value null for configuration tasks.max: Value must be non-null",
    )
    (value,) = validate([ConfigKey(name="a", validator=NonNull())], {})
    assert value.error_messages == (
        'Missing required configuration "a" which has no default value.',
        "Invalid value null for configuration a: entry must be non null",
    )


def test_a_value_that_is_not_valid_is_still_its_value():
    key = ConfigKey(name="a", type=ConfigType.INT, validator=Range.at_least(1))
    assert validate([key], {"a": "0"}) == [
        ConfigValue("a", 0, error_messages=("Invalid value 0 for configuration a: Value must be at least 1",))
    ]


def test_recommenders_see_every_parsed_value():
    offer, hide = Offer(["x", "y"]), Offer(visible=False)
    keys = [
        ConfigKey(name="a", type=ConfigType.INT, dependents=("b",), recommender=offer),
        ConfigKey(name="b", type=ConfigType.INT, default=3, recommender=hide),
        ConfigKey(name="c", type=ConfigType.INT),
    ]
    found = by_name(validate(keys, {"a": "1", "c": "x"}))
    assert (found["a"].recommended_values, found["a"].visible) == (("x", "y"), True)
    assert (found["b"].recommended_values, found["b"].visible) == ((), False)
    assert offer.seen == [("a", {"a": 1, "b": 3, "c": None})]
    assert hide.seen == [("b", {"a": 1, "b": 3, "c": None})]


@pytest.mark.parametrize(
    ("error", "message"),
    [(ConfigError("no way"), "no way"), (LookupError(), "LookupError"), (KeyError("x"), "'x'")],
)
def test_a_recommender_that_fails_is_a_problem_of_its_key(error, message):
    (value,) = validate([ConfigKey(name="a", recommender=Refuse(error))], {"a": "x"})
    assert value.error_messages == (message,)
    assert value.value == "x"


def test_dependents_that_nobody_defines():
    found = by_name(validate([ConfigKey(name="a", dependents=("gone", "a"))], {"a": "x"}))
    assert found["a"].error_messages == ()
    assert found["gone"] == ConfigValue(
        "gone", error_messages=("gone is referred in the dependents, but not defined.",), visible=False
    )


def test_keys_that_depend_on_each_other():
    keys = [ConfigKey(name="a", dependents=("b",)), ConfigKey(name="b", dependents=("a",))]
    assert validate(keys, {"a": "x", "b": "y"}) == [ConfigValue("a", "x"), ConfigValue("b", "y")]


@attrs.frozen
class Whole:
    low: int = option(0)
    high: int = option(10)

    @classmethod
    def config_problems(cls, values):
        if values["low"] == 1:
            yield "elsewhere", "somewhere else"

    def __attrs_post_init__(self):
        if self.low > self.high:
            raise ConfigError("above", key="low", problems=("one", "two"))
        if self.low == 5:
            raise RuntimeError("five")


@pytest.mark.parametrize(
    ("low", "name", "messages"),
    [
        ("11", "low", ("one", "two")),
        ("5", "Whole", ("Whole: five",)),
        ("1", "elsewhere", ("somewhere else",)),
    ],
)
def test_problems_of_the_whole(low, name, messages):
    found = by_name(validate(Whole, {"low": low}))
    assert {name: value.error_messages for name, value in found.items() if value.error_messages} == {
        name: messages
    }


def test_the_whole_is_not_asked_while_a_key_is_wrong():
    found = by_name(validate(Whole, {"low": "11", "high": "x"}))
    assert found["low"].error_messages == ()


def test_an_embedded_definition_names_its_keys_in_full():
    keys = (*definition(Whole), *embed("inner.", "Inner", 0, Whole))
    found = by_name(validate(keys, {"inner.low": "x"}))
    assert found["inner.low"].error_messages == (
        "Invalid value x for configuration inner.low: Not a number of type INT",
    )
    assert found["low"].error_messages == ()
