"""Kafka's own answers to the same values are the expected ones."""

import pytest

from connectsdk.config import (
    CaseInsensitiveValidString,
    Composite,
    Lambda,
    ListSize,
    NonEmptyString,
    NonEmptyStringWithoutControlChars,
    NonNull,
    NullOr,
    Range,
    ValidList,
    ValidString,
)
from connectsdk.errors import ConfigError

AT_LEAST = Range.at_least(1)
BETWEEN = Range.between(1, 2)
STRING = ValidString.in_("a", "b")
ANY_CASE = CaseInsensitiveValidString.in_("a", "b")
LIST = ValidList.in_("a", "b")
CLEAN = NonEmptyStringWithoutControlChars()
CONTROL = "String may not contain control sequences but had the following ASCII chars:"


@pytest.mark.parametrize(
    ("validator", "value"),
    [
        (AT_LEAST, 1),
        (AT_LEAST, 3),
        (BETWEEN, 1),
        (BETWEEN, 2.0),
        (Range(None, 2), -5),
        (STRING, "a"),
        (ANY_CASE, "A"),
        (ANY_CASE, "b"),
        (LIST, []),
        (LIST, ["a", "b"]),
        (NonNull(), "x"),
        (NonEmptyString(), None),
        (NonEmptyString(), " "),
        (CLEAN, None),
        (CLEAN, " \u00e4"),
        (ListSize.at_most(1), ["a"]),
        (ListSize.at_most(1), None),
        (Composite.of(NonNull(), NonEmptyString()), "x"),
        (NullOr(AT_LEAST), None),
        (NullOr(AT_LEAST), 1),
        (Lambda(lambda _key, _value: None, "anything"), None),
    ],
    ids=str,
)
def test_valid(validator, value):
    validator("k", value)


@pytest.mark.parametrize(
    ("validator", "value", "shown", "reason"),
    [
        (AT_LEAST, None, "null", "Value must be non-null"),
        (AT_LEAST, 0, "0", "Value must be at least 1"),
        (BETWEEN, 3, "3", "Value must be no more than 2"),
        (Range(None, 2), 3, "3", "Value must be no more than 2"),
        (STRING, None, "null", "String must be one of: a, b"),
        (STRING, "A", "A", "String must be one of: a, b"),
        (ANY_CASE, None, "null", "String must be one of (case insensitive): A, B"),
        (ANY_CASE, "c", "c", "String must be one of (case insensitive): A, B"),
        (LIST, ["a", "c"], "c", "String must be one of: a, b"),
        (LIST, None, "null", "entry must be non null"),
        (NonNull(), None, "null", "entry must be non null"),
        (NonEmptyString(), "", "", "String must be non-empty"),
        (CLEAN, "", "", "String may not be empty"),
        (CLEAN, "x\x07y\n", "x\x07y\n", f"{CONTROL} 7, 10"),
        (CLEAN, "\x7f\x9f", "\x7f\x9f", f"{CONTROL} 127, 159"),
        (ListSize.at_most(1), ["a", "b"], "[a, b]", "exceeds maximum list size of [1]."),
        (Composite.of(NonNull(), NonEmptyString()), None, "null", "entry must be non null"),
        (Composite.of(NonNull(), NonEmptyString()), "", "", "String must be non-empty"),
        (NullOr(AT_LEAST), 0, "0", "Value must be at least 1"),
    ],
)
def test_not_valid(validator, value, shown, reason):
    with pytest.raises(ConfigError) as caught:
        validator("k", value)
    assert str(caught.value) == f"Invalid value {shown} for configuration k: {reason}"


@pytest.mark.parametrize(
    ("validator", "text"),
    [
        (AT_LEAST, "[1,...]"),
        (BETWEEN, "[1,...,2]"),
        (Range(None, 2), "[...,2]"),
        (STRING, "[a, b]"),
        (ANY_CASE, "(case insensitive) [A, B]"),
        (LIST, "[a, b]"),
        (NonNull(), "non-null string"),
        (NonEmptyString(), "non-empty string"),
        (CLEAN, "non-empty string without ISO control characters"),
        (ListSize.at_most(1), "List containing maximum of 1 elements"),
        (Composite.of(NonNull(), NonEmptyString()), "non-null string, non-empty string"),
        (Lambda(print, "lambda"), "lambda"),
        (NullOr(AT_LEAST), "[1,...]"),
    ],
)
def test_what_is_valid_in_words(validator, text):
    assert str(validator) == text
