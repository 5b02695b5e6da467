"""Kafka's own answers to the same texts are the expected ones."""

import math

import pytest

from connectsdk.config import ConfigType, Password, invalid, parse_value, to_text
from connectsdk.errors import ConfigError

KINDS = [kind for kind in ConfigType if kind not in {ConfigType.CLASS, ConfigType.PASSWORD}]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (ConfigType.INT, " +5 ", 5),
        (ConfigType.INT, "-2147483648", -(2**31)),
        (ConfigType.INT, "\u0663", 3),
        (ConfigType.LONG, "9223372036854775807", 2**63 - 1),
        (ConfigType.SHORT, "32767", 32767),
        (ConfigType.DOUBLE, "1.5f", 1.5),
        (ConfigType.DOUBLE, "1.", 1.0),
        (ConfigType.DOUBLE, ".5e3", 500.0),
        (ConfigType.DOUBLE, "2D", 2.0),
        (ConfigType.DOUBLE, "1e999", math.inf),
        (ConfigType.DOUBLE, "-Infinity", -math.inf),
        (ConfigType.BOOLEAN, " TRUE", True),
        (ConfigType.BOOLEAN, "False", False),
        (ConfigType.LIST, "a , b,,", ["a", "b", "", ""]),
        (ConfigType.LIST, "", []),
        (ConfigType.LIST, " ,", ["", ""]),
        (ConfigType.LIST, "a\u00a0,b", ["a\u00a0", "b"]),
        (ConfigType.STRING, " x\u00a0", "x\u00a0"),
        (ConfigType.STRING, "\x01x", "x"),
        (ConfigType.PASSWORD, " p ", Password("p")),
        (ConfigType.CLASS, " some.Name ", "some.Name"),
    ],
)
def test_text(kind, text, value):
    assert parse_value("k", text, kind) == value


def test_not_a_number():
    assert math.isnan(parse_value("k", "NaN", ConfigType.DOUBLE))


@pytest.mark.parametrize(
    ("kind", "raw", "reason"),
    [
        (ConfigType.INT, "abc", "Not a number of type INT"),
        (ConfigType.INT, "2147483648", "Not a number of type INT"),
        (ConfigType.INT, "1_0", "Not a number of type INT"),
        (ConfigType.INT, "", "Not a number of type INT"),
        (ConfigType.INT, "9" * 10_000, "Not a number of type INT"),
        (ConfigType.LONG, "9223372036854775808", "Not a number of type LONG"),
        (ConfigType.SHORT, "32768", "Not a number of type SHORT"),
        (ConfigType.DOUBLE, "nan", "Not a number of type DOUBLE"),
        (ConfigType.DOUBLE, "x", "Not a number of type DOUBLE"),
        (ConfigType.DOUBLE, "", "Not a number of type DOUBLE"),
        (ConfigType.DOUBLE, "1 2", "Not a number of type DOUBLE"),
        (ConfigType.DOUBLE, 10**400, "Not a number of type DOUBLE"),
        (ConfigType.BOOLEAN, "yes", "Expected value to be either true or false"),
        (ConfigType.BOOLEAN, "", "Expected value to be either true or false"),
        (ConfigType.BOOLEAN, 1, "Expected value to be either true or false"),
        (ConfigType.INT, 1.5, "Expected value to be a 32-bit integer, but it was a float"),
        (ConfigType.INT, True, "Expected value to be a 32-bit integer, but it was a bool"),
        (ConfigType.INT, 2**31, "Expected value to be a 32-bit integer, but it needs more bits"),
        (ConfigType.SHORT, 2**15, "Expected value to be a 16-bit integer (short), but it needs more bits"),
        (ConfigType.LONG, "x", "Not a number of type LONG"),
        (ConfigType.DOUBLE, True, "Expected value to be a double, but it was a bool"),
        (ConfigType.STRING, 5, "Expected value to be a string, but it was a int"),
        (ConfigType.LIST, 5, "Expected a comma separated list."),
        (ConfigType.CLASS, 5, "Expected a Class instance or class name."),
    ],
)
def test_what_does_not_fit(kind, raw, reason):
    with pytest.raises(ConfigError) as caught:
        parse_value("k", raw, kind)
    shown = "true" if raw is True else raw
    assert str(caught.value) == f"Invalid value {shown} for configuration k: {reason}"
    assert caught.value.key == "k"


def test_a_password_of_the_wrong_type_is_not_shown():
    with pytest.raises(ConfigError) as caught:
        parse_value("k", 4711, ConfigType.PASSWORD)
    assert (
        str(caught.value)
        == "Invalid value [hidden] for configuration k: Expected value to be a string, but it was a int"
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ConfigType.BOOLEAN, True),
        (ConfigType.INT, 5),
        (ConfigType.LONG, 2**40),
        (ConfigType.DOUBLE, 2.5),
        (ConfigType.LIST, ["a", 1]),
        (ConfigType.CLASS, dict),
        (ConfigType.PASSWORD, Password("p")),
    ],
)
def test_what_has_the_type_is_taken_as_it_is(kind, value):
    assert parse_value("k", value, kind) == value


def test_whole_numbers_are_doubles_too():
    assert isinstance(parse_value("k", 5, ConfigType.DOUBLE), float)


@pytest.mark.parametrize("values", [("a", "b"), {"a"}, frozenset({"a"})])
def test_collections_are_lists_too(values):
    assert parse_value("k", values, ConfigType.LIST) == list(values)


@pytest.mark.parametrize("kind", ConfigType)
def test_null_stays_null(kind):
    assert parse_value("k", None, kind) is None
    assert to_text(None, kind) is None


def test_a_class_is_found_by_the_resolver():
    assert parse_value("k", " dict ", ConfigType.CLASS, {"dict": dict}.__getitem__) is dict


def test_a_class_that_nobody_finds():
    with pytest.raises(
        ConfigError,
        match=r"^Invalid value no\.Such for configuration k: Class no\.Such could not be found\.$",
    ) as caught:
        parse_value("k", "no.Such", ConfigType.CLASS, {}.__getitem__)
    assert isinstance(caught.value.__cause__, KeyError)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (True, ConfigType.BOOLEAN, "true"),
        (False, ConfigType.BOOLEAN, "false"),
        (5, ConfigType.INT, "5"),
        (1.5, ConfigType.DOUBLE, "1.5"),
        (-math.inf, ConfigType.DOUBLE, "-Infinity"),
        (math.nan, ConfigType.DOUBLE, "NaN"),
        ("x", ConfigType.STRING, "x"),
        (["a", "b", ""], ConfigType.LIST, "a,b,"),
        ((), ConfigType.LIST, ""),
        (dict, ConfigType.CLASS, "builtins.dict"),
        ("some.Name", ConfigType.CLASS, "some.Name"),
        (Password("p"), ConfigType.PASSWORD, "[hidden]"),
        ("p", ConfigType.PASSWORD, "[hidden]"),
        ("not parsed", ConfigType.LIST, "not parsed"),
    ],
)
def test_as_an_operator_would_write_it(value, kind, text):
    assert to_text(value, kind) == text


def test_messages_show_values_as_java_does():
    assert str(invalid("k", [True, None, dict, ("x",)], "r")) == (
        "Invalid value [true, null, builtins.dict, [x]] for configuration k: r"
    )
