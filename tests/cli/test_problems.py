"""Does a configuration error name file, key, value and remedy, and no secret?"""

from pathlib import Path

import pytest

from connectsdk.cli._problems import Written, hidden, tell
from connectsdk.errors import ConfigError

PROPERTIES = "# orders\nname=orders\ntasks.max = many\n"
JSON = '{\n  "name": "orders",\n  "config": {\n    "tasks.max": "many"\n  }\n}\n'


@pytest.mark.parametrize(("name", "content", "line"), [("x.properties", PROPERTIES, 3), ("x.json", JSON, 4)])
def test_it_names_file_line_key_value_and_remedy(tmp_path: Path, name: str, content: str, line: int) -> None:
    path = tmp_path / name
    path.write_text(content)
    written = Written("Connector 'orders'", path, {"name": "orders", "tasks.max": "many"})
    assert tell(ConfigError("tasks.max: not a number", key="tasks.max"), written) == (
        "Connector 'orders' cannot be started",
        "  tasks.max: not a number",
        f"  tasks.max = 'many' is written in {path} line {line}: correct it there.",
    )


def test_every_problem_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.properties"
    lines = tell(ConfigError("two", problems=("one", "other")), Written("It", path, {}))
    assert lines == ("It cannot be started", "  one", "  other", f"  Correct {path}.")


def test_a_missing_key_is_to_be_added(tmp_path: Path) -> None:
    path = tmp_path / "x.properties"
    assert (
        tell(ConfigError("missing", key="topic"), Written("It", path, {}))[-1] == f"  Add 'topic' to {path}."
    )


def test_a_value_of_the_command_line_is_corrected_there(tmp_path: Path) -> None:
    written = Written("It", tmp_path / "x", {"a": "b"}, frozenset({"a"}))
    assert tell(ConfigError("no", key="a"), written)[-1].endswith(
        "written on the command line: correct it there."
    )


def test_without_a_file_there_is_nothing_to_point_at() -> None:
    assert tell(ConfigError("no"), Written("It", None, {})) == ("It cannot be started", "  no")
    assert tell(ConfigError("no", key="a"), Written("It", None, {})) == ("It cannot be started", "  no")


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("topic", "'hunter2'"),
        ("connection.password", "[hidden]"),
        ("ssl.keystore.passphrase", "[hidden]"),
        ("aws.secret.access.key", "[hidden]"),
        ("sasl.jaas.config", "[hidden]"),
        ("API_KEY", "[hidden]"),
        ("github.token", "[hidden]"),
        ("basic.auth.credentials", "[hidden]"),
        ("ssl.keystore.key", "[hidden]"),
    ],
)
def test_a_secret_is_never_shown(key: str, shown: str) -> None:
    assert hidden(key, "hunter2") == shown


def test_a_password_inside_an_address_is_never_shown() -> None:
    assert "hunter2" not in hidden("url", "postgres://me:hunter2@db/x")
