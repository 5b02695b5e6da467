"""Does the built wheel install and work in an empty environment, without extras?"""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import connectsdk

ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def _run(*command: str | Path, cwd: Path) -> str:
    answer = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=180, check=False
    )
    assert answer.returncode == 0, f"{command}\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT, cwd=folder)
    (built,) = folder.glob("connectsdk-*.whl")
    return built


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"connectsdk", f"connectsdk-{connectsdk.__version__}.dist-info"}
    assert "connectsdk/py.typed" in names
    page = {file.name for file in (ROOT / "connectsdk" / "http" / "ui").iterdir()}
    assert {"index.html", "app.js", "style.css"} <= page
    assert {f"connectsdk/http/ui/{name}" for name in page} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_works_without_extras(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    binaries = tmp_path / "venv" / "bin"
    _run(binaries / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    assert connectsdk.__version__ in _run(binaries / "connectsdk", "--version", cwd=tmp_path)
    assert connectsdk.__version__ in _run(binaries / "python", "-m", "connectsdk", "--version", cwd=tmp_path)
    everything = "import connectsdk; print(*(getattr(connectsdk, n) for n in connectsdk.__all__))"
    _run(binaries / "python", "-c", everything, cwd=tmp_path)
    assert "delivered" in _run(binaries / "connectsdk", "demo", cwd=tmp_path)
