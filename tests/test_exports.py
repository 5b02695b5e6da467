"""Does every public module say what it offers, and offer what it says?"""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import connectsdk

ROOT = Path(__file__).parents[1]


def _public_modules() -> list[str]:
    found = pkgutil.walk_packages(connectsdk.__path__, "connectsdk.")
    names = [info.name for info in found if not any(part.startswith("_") for part in info.name.split("."))]
    return ["connectsdk", *names]


def _defined(module: object) -> set[str]:
    """Return the public classes and functions that a module defines itself."""
    name = module.__name__  # type: ignore[attr-defined]
    return {
        key
        for key, value in vars(module).items()
        if not key.startswith("_")
        and getattr(value, "__module__", None) == name
        and callable(value)
        and hasattr(value, "__qualname__")
    }


@pytest.mark.parametrize("name", _public_modules())
def test_a_public_module_lists_its_names(name: str) -> None:
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", None)
    assert isinstance(exported, tuple), f"{name} has no tuple __all__"
    assert len(set(exported)) == len(exported)
    missing = [key for key in exported if not hasattr(module, key)]
    assert not missing, f"{name} lists what it does not have: {missing}"
    hidden = sorted(_defined(module) - set(exported))
    assert not hidden, f"{name} defines public names that it does not list: {hidden}"


def test_the_root_only_re_exports() -> None:
    tree = ast.parse((ROOT / "connectsdk" / "__init__.py").read_text())
    defined = [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    assert defined == ["__getattr__", "__dir__"]
    for name in set(connectsdk.__all__) - {"__version__"}:
        value = getattr(connectsdk, name)
        home = importlib.import_module(getattr(value, "__module__", "") or "connectsdk")
        assert not home.__name__.startswith("connectsdk._core"), name


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"connectsdk.*no attribute.*Wroker"):
        connectsdk.Wroker  # noqa: B018 - the access is the test


def test_lazy_names_show_in_dir() -> None:
    assert {"Worker", "EmbeddedTransport", "KafkaTransport"} <= set(dir(connectsdk))
