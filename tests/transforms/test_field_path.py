import pytest

from connectsdk.errors import ConfigError, DataError
from connectsdk.transforms._field_path import FieldPath


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("foo", ["foo"]),
        ("foo.bar", ["foo", "bar"]),
        ("foo.bar.baz", ["foo", "bar", "baz"]),
        ("foo b.bar", ["foo b", "bar"]),
        (".foo", ["", "foo"]),
        ("foo.", ["foo", ""]),
        ("foo..bar", ["foo", "", "bar"]),
        ("..", ["", "", ""]),
        ("", []),
        ("`foo.bar`", ["foo.bar"]),
        ("`foo.bar`.baz", ["foo.bar", "baz"]),
        ("foo.`bar.baz`", ["foo", "bar.baz"]),
        ("`foo.bar.baz`", ["foo.bar.baz"]),
        ("`foo.bar`.`baz.qux`", ["foo.bar", "baz.qux"]),
        ("foo`.bar", ["foo`", "bar"]),
        ("foo.bar`", ["foo", "bar`"]),
        ("`foo`bar`.baz", ["foo`bar", "baz"]),
        ("`foo\\`.bar`", ["foo`.bar"]),
        ("`foo\\`bar`", ["foo\\`bar"]),
        ("``", [""]),
        ("``.foo", ["", "foo"]),
        ("`foo`.", ["foo", ""]),
    ],
)
def test_a_path_of_the_second_syntax_has_these_steps(path: str, steps: list[str]) -> None:
    assert list(FieldPath(path, "V2").steps) == steps
    assert FieldPath(path, "V1").steps == (path,)


@pytest.mark.parametrize(
    ("path", "place"), [("`", 0), ("`foo", 0), ("foo.`bar.baz", 4), ("`foo\\`", 0), ("`foo`bar", 0)]
)
def test_a_backtick_must_be_closed(path: str, place: int) -> None:
    told = f"Incomplete backtick pair in path: [{path}], consider adding a backslash before backtick at position {place}"
    with pytest.raises(ConfigError) as caught:
        FieldPath(path, "V2")
    assert str(caught.value) == f"{told} to escape it"


def test_a_value_is_found_in_nested_dicts() -> None:
    data = {"a": {"b": {"c": 1}, "n": None}, "a.b": 2, "": {"": 3}}
    found = [FieldPath(path, "V2").value_in(data) for path in ("a.b.c", "`a.b`", ".", "a.n", "a.n.x", "x.y")]
    assert found == [1, 2, 3, None, None, None]
    for path in ("`a.b`.c", ""):
        with pytest.raises(DataError):
            FieldPath(path, "V2").value_in(data)
