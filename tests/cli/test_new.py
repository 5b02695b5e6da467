"""Does a new project install, pass its own tests, and run?"""

import ast
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from click.testing import CliRunner

from connectsdk.cli import main
from connectsdk.cli._new import project_files

ROOT = Path(__file__).parents[2]
KINDS = ("source", "sink", "transform")


@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_is_filled_in_and_python_is_python(kind: str) -> None:
    found = project_files(kind, "Tea_shop")  # type: ignore[arg-type]
    assert "src/tea_shop/__init__.py" in found
    for path, text in found.items():
        assert "@" not in text.replace("@config", "").replace("@given", ""), path
        if path.endswith(".py"):
            ast.parse(text)


@pytest.mark.parametrize("name", ["", "1tea", "tea/shop", "../tea", "tea--shop", "tea shop!"])
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["new", "source", name, "--into", str(tmp_path / "x")])
    assert answer.exit_code == 2
    assert "as in tea-shop" in answer.output


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("source", "class"),
        ("sink", "Import"),
        ("source", "json"),
        ("source", "connectsdk"),
        ("transform", "pytest"),
        ("transform", "none"),
        ("transform", "true"),
        ("sink", "tests"),
    ],
)
def test_a_name_that_python_uses_is_refused(kind: str, name: str, tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["new", kind, name, "--into", str(tmp_path / "x")])
    assert (answer.exit_code, f"my-{name.lower()}" in answer.output) == (2, True), answer.output
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", ["täglich", "茶", "a\nb", "-x", "tea-", "a" + "\u200b"])
def test_a_name_that_cannot_be_typed_everywhere_is_refused(name: str, tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["new", "--into", str(tmp_path / "x"), "--", "source", name])
    assert (answer.exit_code, "as in tea-shop" in answer.output) == (2, True), answer.output


def test_words_become_the_folders_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(main, ["new", "source", "Tea Shop"])
    assert (answer.exit_code, "Next: cd tea-shop &&" in answer.output) == (0, True), answer.output
    assert [path.name for path in tmp_path.iterdir()] == ["tea-shop"]
    answer = CliRunner().invoke(main, ["new", "source", "other", "--into", "a folder"])
    assert "Next: cd 'a folder' &&" in answer.output


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        answer = CliRunner().invoke(main, ["new", "sink", "tea", "--into", str(place)])
        assert (answer.exit_code, str(tmp_path / "file") in answer.output) == (2, True), answer.output
        assert "Errno" not in answer.output


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    answer = CliRunner().invoke(main, ["new", "sink", "tea", "--into", str(tmp_path)])
    assert (answer.exit_code, [path.name for path in tmp_path.iterdir()]) == (2, ["mine"])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_projects_install_pass_their_tests_and_run(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    site = _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    own = sysconfig.get_path("purelib")
    (Path(site) / "those-of-the-tests.pth").write_text(f"{ROOT}\n{own}\n")
    for kind in KINDS:
        folder = tmp_path / kind
        _run(sys.executable, "-m", "connectsdk", "new", kind, f"tea-{kind}", "--into", folder, cwd=tmp_path)
        _run(python, "-m", "pip", "install", "-q", "--no-deps", "-e", ".", cwd=folder)
        _run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=folder)
        options = ("--until-idle", "0.3", "--progress", "lines")
        if kind == "sink":
            _run(python, "-m", "connectsdk", "run", "numbers.properties", *options, cwd=folder)
        _run(python, "-m", "connectsdk", "run", "example.properties", *options, cwd=folder)
        if kind == "sink":
            assert len((folder / "out.jsonl").read_text().splitlines()) == 3, "there is something to write"


def _run(*command: object, cwd: Path) -> str:
    answer = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert answer.returncode == 0, f"{command}\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout
