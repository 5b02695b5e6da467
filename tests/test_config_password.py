import copy
import json
import pickle

import attrs
import orjson
import pytest
from hypothesis import given, strategies as st

from connectsdk.config import HIDDEN, Password

SECRET = "pa55phrase"  # noqa: S105 - what the tests look for


@attrs.frozen
class Holder:
    password: Password


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{!r:>30}".format,
        lambda password: f"{password:>20}",
        lambda password: "%s %r" % (password, password),  # noqa: UP031 - the form logging uses
        lambda password: repr(Holder(password)),
        lambda password: str(attrs.asdict(Holder(password))),
        lambda password: str([password]),
        lambda password: orjson.dumps(password, default=str).decode(),
        lambda password: json.dumps({"password": password}, default=str),
    ],
)
def test_it_never_shows_itself(show):
    text = show(Password(SECRET))
    assert HIDDEN in text
    assert SECRET not in text


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_pickled(protocol):
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Password(SECRET), protocol)


def test_its_state_is_not_handed_out():
    with pytest.raises(TypeError, match="not pickled"):
        Password(SECRET).__getstate__()
    with pytest.raises(TypeError):
        vars(Password(SECRET))


def test_json_without_a_default_refuses_it():
    with pytest.raises(TypeError):
        orjson.dumps(Password(SECRET))


def test_its_value_reveals_it():
    assert Password(SECRET).value == SECRET


@given(st.text(), st.text())
def test_equal_when_the_secrets_are(one, other):
    assert (Password(one) == Password(other)) == (one == other)
    assert hash(Password(one)) == hash(Password(one))


def test_equal_for_text_that_is_no_unicode():
    assert Password("\ud800") == Password("\ud800")


def test_a_string_is_not_equal():
    assert Password(SECRET) != SECRET


def test_it_cannot_be_changed():
    password = Password(SECRET)
    with pytest.raises(AttributeError, match="cannot be changed"):
        password._value = "x"


def test_copies_are_itself():
    password = Password(SECRET)
    assert copy.copy(password) is password
    assert copy.deepcopy([password])[0] is password


def test_only_a_string_can_be_one_and_the_message_does_not_show_it():
    with pytest.raises(TypeError) as caught:
        Password(SECRET.encode())  # type: ignore[arg-type]
    assert SECRET not in str(caught.value)
