"""What do `connectsdk validate` and `connectsdk plugins` tell?"""

import json
import re

import pytest
import yaml
from click.testing import CliRunner

from connectsdk.cli import main

GOOD = "name=n\nconnector.class=FileStreamSource\ntopic=t\n"


def call(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_what_can_work_ends_with_zero(tmp_path):
    (tmp_path / "a.properties").write_text(GOOD)
    answer = call("validate", tmp_path / "a.properties")
    assert (answer.exit_code, "nothing is wrong" in answer.output) == (0, True)


def test_everything_that_is_wrong_is_told_with_file_and_line(tmp_path):
    bad = tmp_path / "a.properties"
    bad.write_text("name=n\nconnector.class=FileStreamSource\ntasks.max=0\nbach.size=3\n")
    (tmp_path / "b.json").write_text('{"name": "b", "connector.class": "NoSuch"}')
    (tmp_path / "c.json").write_text("{")
    answer = call("validate", bad, tmp_path / "b.json", tmp_path / "c.json", "--output", "json")
    found = {
        (each["file"].rpartition("/")[2], each["line"], each["key"]): each
        for each in json.loads(answer.output)
    }
    assert set(found) == {
        ("a.properties", 3, "tasks.max"),
        ("a.properties", None, "topic"),
        ("a.properties", 4, "bach.size"),
        ("b.json", None, "connector.class"),
        ("c.json", None, None),
    }
    assert found["a.properties", 4, "bach.size"]["severity"] == "warning"
    assert answer.exit_code == 2


def test_a_warning_alone_is_no_failure(tmp_path):
    (tmp_path / "a.properties").write_text(GOOD + "bach.size=3\n")
    answer = call("validate", tmp_path / "a.properties")
    assert answer.exit_code == 0
    assert "did you mean batch.size?" in answer.output


def test_a_secret_is_not_told(tmp_path):
    (tmp_path / "a.properties").write_text(GOOD + "tasks.max=canary-1\npassword=canary-1\n")
    answer = call("validate", tmp_path / "a.properties")
    assert answer.exit_code == 2
    assert "canary" not in answer.output


def test_installed_plugins_are_listed():
    listed = json.loads(call("plugins", "list", "--output", "json").output)
    names = {each["class_name"] for each in listed["plugins"]}
    assert "org.apache.kafka.connect.file.FileStreamSourceConnector" in names
    assert "org.apache.kafka.common.config.provider.FileConfigProvider" in names
    assert listed["unusable"] == []


@pytest.mark.parametrize(
    ("form", "part"), [("table", "fields"), ("markdown", "| `fields` | list |"), ("json-schema", '"fields"')]
)
def test_a_plugin_s_keys_are_shown(form, part):
    answer = call("plugins", "show", "MaskField$Value", "--format", form)
    assert answer.exit_code == 0
    assert part in answer.output


def test_a_narrow_terminal_shows_keys_below_each_other():
    answer = CliRunner(env={"FORCE_COLOR": "1", "COLUMNS": "60"}).invoke(
        main, ["plugins", "show", "MaskField$Value"]
    )
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in answer.output.splitlines()]
    assert lines[:2] == ["fields", "    list, required, non-empty list, importance high"]
    assert max(map(len, lines)) <= 60
    assert "\u2026" not in answer.output


def test_yaml_says_what_json_says(tmp_path):
    (tmp_path / "a.properties").write_text(GOOD + "bach.size=3\n")
    for command in (("validate", tmp_path / "a.properties"), ("plugins", "list")):
        as_json, as_yaml = (call(*command, "--output", form).stdout for form in ("json", "yaml"))
        assert yaml.safe_load(as_yaml) == json.loads(as_json)


def test_a_plugin_that_is_not_there_is_the_command_line_s_fault():
    answer = call("plugins", "show", "NoSuch")
    assert answer.exit_code == 2
    assert "Unknown plugin NoSuch." in answer.output
