"""Which properties are written in a file?"""

from pathlib import Path

import pytest

from connectsdk.cli._files import apply_settings, read_connector, read_properties, read_requests
from connectsdk.errors import ConfigError


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("name=a\ntopic = b c \n", {"name": "a", "topic": "b c "}),
        ("# x\n! y\n\nname:a\ntopic b\n", {"name": "a", "topic": "b"}),
        ("a=b\\\n   c\n", {"a": "bc"}),
        ("a=1\na=2\n", {"a": "2"}),
        ("a=\\u00fc\\t\\\\n\n", {"a": "ü\t\\n"}),
        ("a\n", {"a": ""}),
        ("a=b=c:d\n", {"a": "b=c:d"}),
        ("a\\ b=c\n", {"a b": "c"}),
        ("a=ü\r\nb=c\r\n", {"a": "ü", "b": "c"}),
        ("a=ü\n".encode("latin-1"), {"a": "ü"}),
        ("a=ü\n".encode("utf-8-sig"), {"a": "ü"}),
        ("", {}),
    ],
)
def test_properties_are_read_as_java_reads_them(
    tmp_path: Path, content: str | bytes, expected: dict[str, str]
) -> None:
    assert read_properties(_file(tmp_path, "x.properties", content)) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"name": "a", "tasks.max": 2}', {"name": "a", "tasks.max": "2"}),
        ('{"name": "a", "x": true, "y": 1.5}', {"name": "a", "x": "true", "y": "1.5"}),
        ('{"name": "a", "config": {"x": "y"}}', {"name": "a", "x": "y"}),
        ('{"name": "a", "config": {"name": "a"}}', {"name": "a"}),
        ('{"name": "a", "config": {}, "tasks": [], "type": "source"}', {"name": "a"}),
        ('{"name": "a", "config": {}, "initial_state": "RUNNING"}', {"name": "a"}),
        ('{"name": "a", "config": "text"}', {"name": "a", "config": "text"}),
    ],
)
def test_json_is_flat_or_a_create_request(tmp_path: Path, content: str, expected: dict[str, str]) -> None:
    assert read_properties(_file(tmp_path, "x.json", content)) == expected


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.json", "{", "x.json: is not valid JSON: .*line 1"),
        ("x.json", "[1]", "x.json: holds no object: write"),
        ("x.json", '{"a": 1, "a": 2}', "the key 'a' is there twice: keep one"),
        ("x.json", '{"a": null}', "'a' is null: give it a value, or leave the key out"),
        ("x.json", '{"a": {"b": 1}}', "'a' is an object: .*nested keys with dots"),
        ("x.json", '{"a": ["b"]}', "'a' is a list: .*write a list as"),
        ("x.json", b"\xff", "x.json: is not valid JSON"),
        ("x.json", "[" * 100_000, "x.json: is not valid JSON"),
        ("x.json", '{"name": "a", "config": {"name": "b"}}', "name = 'a' and the name in 'config' is 'b'"),
        ("x.yaml", "a: b", "x.yaml: its name does not say its format: use a .properties or a .json file"),
        ("x.properties", "a=\\u12", "x.properties: .*four hexadecimal digits"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_the_remedy(
    tmp_path: Path, name: str, content: str | bytes, told: str
) -> None:
    with pytest.raises(ConfigError, match=rf"^{tmp_path}/.*{told}"):
        read_properties(_file(tmp_path, name, content))


def test_a_key_that_is_written_twice_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert read_properties(_file(tmp_path, "x.properties", "a=1\nb=2\na=3\n")) == {"a": "3", "b": "2"}
    assert caplog.messages == [
        f"{tmp_path}/x.properties: 'a' is written twice: the last one counts, keep one"
    ]


@pytest.mark.parametrize(
    ("name", "told"), [("none.properties", "No such file"), (".json", "does not say its format")]
)
def test_a_missing_file(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        read_properties(tmp_path / name)


def test_a_directory_instead_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.json").mkdir()
    with pytest.raises(ConfigError, match=r"x\.json: cannot be read: Is a directory: check the path"):
        read_properties(tmp_path / "x.json")


def test_settings_win_over_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path, "x.properties", "name=a\ntopic=b\n")
    read = read_connector(path, apply_settings(["topic=c=d", " file =x"]))
    assert read.config == {"name": "a", "topic": "c=d", "file": "x"}


def test_a_connector_needs_a_name(tmp_path: Path) -> None:
    path = _file(tmp_path, "orders.properties", "topic=b\n")
    with pytest.raises(
        ConfigError, match=r"orders\.properties: the property 'name' is missing: .*name=orders"
    ):
        read_connector(path, {})
    assert read_connector(path, {"name": "given"}).name == "given"


@pytest.mark.parametrize("setting", ["hunter2", "=hunter2", " =hunter2", ""])
def test_a_setting_without_key_is_refused_and_not_repeated(setting: str) -> None:
    with pytest.raises(ConfigError, match="not of the form key=value") as told:
        apply_settings([setting])
    assert "hunter2" not in str(told.value)


def test_only_some_commands_take_a_connector_that_is_not_to_run(tmp_path: Path) -> None:
    path = _file(tmp_path, "x.json", '{"name": "a", "config": {"b": 1}, "initial_state": "paused"}')
    (found,) = read_requests([path])
    assert (found.config, found.initial_state) == ({"name": "a", "b": "1"}, "PAUSED")
    with pytest.raises(ConfigError, match=r"x\.json: initial_state = 'PAUSED': .*take the field out"):
        read_connector(path, {})
