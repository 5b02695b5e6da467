"""Does a real shell complete what is typed?"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.registry.scripted import ScriptedServer, reply

PROBE = """
eval "$(connectsdk completion bash)"
COMP_WORDS=({words})
COMP_CWORD={index}
$(complete -p connectsdk | sed -n 's/.*-F \\([^ ]*\\).*/\\1/p') connectsdk
for found in "${{COMPREPLY[@]}}"; do printf '%s\\n' "$found"; done
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which `connectsdk` is this one."""
    program = tmp_path / "bin" / "connectsdk"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m connectsdk "$@"\n')
    program.chmod(0o755)
    return f"{program.parent}:/usr/bin:/bin"


def _completed(path: str, *words: str, url: str = "http://127.0.0.1:9") -> list[str]:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash not found on the PATH")
    quoted = " ".join(f"'{word}'" for word in ("connectsdk", *words))
    script = PROBE.format(words=quoted, index=len(words))
    root = Path(__file__).parents[2]
    environment = {"PATH": path, "CONNECTSDK_URL": url, "PYTHONPATH": str(root), "HOME": "/nonexistent"}
    answer = subprocess.run(
        [bash, "--norc", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.stderr == "", answer.stderr
    return sorted(answer.stdout.split("\n")[:-1])


def test_commands_options_and_choices(path: str) -> None:
    assert _completed(path, "pa") == ["pause"]
    assert {"delete", "describe", "demo"} <= set(_completed(path, "de"))
    assert "--cert" in _completed(path, "get", "--ce")
    assert _completed(path, "get", "con") == ["connectors"]
    assert _completed(path, "get", "--output", "y") == ["yaml"]
    assert _completed(path, "new", "so") == ["source"]


def test_names_of_connectors(path: str, server: Callable[..., ScriptedServer]) -> None:
    each: dict[str, object] = {"info": {"config": {}}, "status": {}}
    worker = server(reply(200, {"orders": each, "orders-eu": each, "payments": each}))
    assert _completed(path, "describe", "ord", url=worker.url) == ["orders", "orders-eu"]
    assert _completed(path, "pause", "payments", "or", url=worker.url) == ["orders", "orders-eu"]
    given = ("describe", "--url", worker.url, "--token", "t0ken", "pay")
    assert _completed(path, *given) == ["payments"]
    assert worker.asked[-1].headers["authorization"] == "Bearer t0ken"


def test_without_a_worker_nothing_is_said(path: str) -> None:
    assert _completed(path, "describe", "ord") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_takes(path: str, tmp_path: Path, shell: str) -> None:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} not found on the PATH")
    command = [sys.executable, "-m", "connectsdk", "completion", shell]
    script = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    (tmp_path / "script").write_text(script)
    subprocess.run([found, "-n", str(tmp_path / "script")], check=True, timeout=60)
