"""What do the config providers read, and what do they refuse to?"""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from connectsdk.config import references, replace_references
from connectsdk.errors import ConfigError
from connectsdk.providers.directory import DirectoryConfigProvider
from connectsdk.providers.environment import EnvVarConfigProvider
from connectsdk.providers.file import FileConfigProvider
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime._parts.references import open_references, resolve_properties


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${a:b}", [("a", "", "b")]),
        ("x${a:p:k}y${b:k}z", [("a", "p", "k"), ("b", "", "k")]),
        ("${a:p:k:more}", [("a", "p", "k:more")]),
        ("${a}", []),
        ("${a:b", []),
        ("$ {a:b}", []),
        ("${a${b:c}", [("a${b", "", "c")]),
        ("${nothing}${a:b}", [("a", "", "b")]),
        ("${::}", [("", "", "")]),
        ("${a:b}}", [("a", "", "b")]),
    ],
)
def test_references_are_read_as_java_reads_them(text, found):
    assert [(each.provider, each.path, each.key) for each in references(text)] == found


@given(st.text(alphabet="${}:ab", max_size=60))
def test_references_are_those_of_java_s_regular_expression(text):
    import re

    pattern = re.compile(r"\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}")
    java = [
        (match.start(), match.end(), match[1], match[3] or "", match[4]) for match in pattern.finditer(text)
    ]
    assert [(each.start, each.end, each.provider, each.path, each.key) for each in references(text)] == java


@pytest.mark.parametrize(
    "text", ["${" * 200_000, "${a:" * 200_000, "${a:b" * 100_000 + "}", "${a:b}" * 100_000, "$" * 500_000]
)
def test_hostile_placeholders_take_linear_time(text):
    began = time.process_time()
    replace_references(text, {("a", "", "b"): "x"})
    assert time.process_time() - began < 2


def test_what_comes_in_place_of_a_reference_is_not_looked_at_again():
    assert replace_references("${a:b}", {("a", "", "b"): "${a:b}"})[0] == "${a:b}"


# -- files -----------------------------------------------------------------------------------------------------


@pytest.fixture
def secrets(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "inside2"
    for directory in (inside, outside):
        directory.mkdir()
        (directory / "db.properties").write_text("user=alice\npassword=canary-1\n")
    (inside / "password").write_text("canary-2\n")
    (inside / "out").symlink_to(outside / "db.properties")
    (inside / "outdir").symlink_to(outside)
    (inside / "..data").mkdir()
    (inside / "..data" / "token").write_text("canary-3")
    (inside / "token").symlink_to("..data/token")
    os.mkfifo(inside / "fifo")
    return inside


def opened(cls, allowed):
    provider = cls()
    provider.configure({"allowed.paths": str(allowed)})
    return provider


def test_a_file_s_properties_are_read(secrets):
    provider = opened(FileConfigProvider, secrets)
    data = provider.get(str(secrets / "db.properties"), ["password", "gone"])
    assert data.values == {"password": "canary-1"}
    assert "canary" not in repr(data)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/proc/self/environ",
        "{inside}/../inside2/db.properties",
        "{inside}2/db.properties",
        "{inside}/out",
        "{inside}/outdir/db.properties",
        "{inside}/db.properties\0",
        "db.properties",
        "{inside}/gone",
        "{inside}/fifo",
        "{inside}",
    ],
)
def test_other_files_are_not(secrets, path):
    provider = opened(FileConfigProvider, secrets)
    with pytest.raises(ConfigError) as error:
        provider.get(path.format(inside=secrets), ["password"])
    assert "canary" not in str(error.value)


def test_a_directory_s_files_are_read(secrets):
    provider = opened(DirectoryConfigProvider, secrets)
    data = provider.get(
        str(secrets), ["password", "token", "..", "../inside2/db.properties", "gone", "fifo", ""]
    )
    assert data.values == {"password": "canary-2\n", "token": "canary-3"}


def test_a_link_in_a_directory_leads_nowhere_else(secrets):
    with pytest.raises(ConfigError, match="not inside of allowed"):
        opened(DirectoryConfigProvider, secrets).get(str(secrets), ["out"])


def test_one_file_alone_may_be_allowed(secrets):
    provider = opened(FileConfigProvider, secrets / "db.properties")
    assert provider.get(str(secrets / "db.properties"), ["user"]).values == {"user": "alice"}
    with pytest.raises(ConfigError):
        provider.get(str(secrets / "password"), ["user"])


@pytest.mark.parametrize("cls", [FileConfigProvider, DirectoryConfigProvider])
@pytest.mark.parametrize("config", [{}, {"allowed.paths": ""}, {"allowed.paths": "secrets"}])
def test_nothing_may_be_read_unless_it_is_said_what(cls, config):
    with pytest.raises(ConfigError, match=r"allowed\.paths"):
        cls().configure(config)


def test_only_variables_that_match_are_read(monkeypatch):
    monkeypatch.setenv("APP_TOKEN", "canary-4")
    monkeypatch.setenv("OTHER_APP_TOKEN", "canary-5")
    provider = EnvVarConfigProvider()
    provider.configure({"allowlist.pattern": "APP_.*"})
    assert provider.get("", ["APP_TOKEN", "OTHER_APP_TOKEN", "HOME"]).values == {"APP_TOKEN": "canary-4"}
    with pytest.raises(ConfigError, match="Path is not supported"):
        provider.get("x", ["APP_TOKEN"])
    with pytest.raises(ConfigError, match="allowlist"):
        EnvVarConfigProvider().configure({})


# -- a worker's ------------------------------------------------------------------------------------------------


def test_a_worker_s_own_properties_are_resolved(secrets):
    properties = {
        "config.providers": "f",
        "config.providers.f.class": "org.apache.kafka.common.config.provider.FileConfigProvider",
        "config.providers.f.param.allowed.paths": str(secrets),
        "sasl.jaas.config": f"x ${{f:{secrets}/db.properties:password}} ${{f:{secrets}/db.properties:gone}} ${{g:h}}",
    }
    resolved = resolve_properties(properties)
    assert resolved["sasl.jaas.config"] == f"x canary-1 ${{f:{secrets}/db.properties:gone}} ${{g:h}}"


def test_no_provider_is_there_by_default(secrets):
    text = f"${{file:{secrets}/db.properties:password}}"
    assert resolve_properties({"a": text}) == {"a": text}


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({}, "config.providers.a.class"),
        ({"config.providers.a.class": "NoSuch"}, "NoSuch could not be found for config.providers.a.class"),
        ({"config.providers.a.class": "FileConfigProvider"}, "config.providers.a.param.allowed.paths"),
    ],
)
async def test_a_provider_that_cannot_work_is_told_by_its_key(properties, message):
    with pytest.raises(ConfigError, match=message):
        await open_references({"config.providers": "a", **properties}, Plugins())


async def test_what_a_provider_raises_is_not_told():
    class Careless:
        def get(self, path, keys):
            raise RuntimeError("canary-6")

    from connectsdk.runtime._parts.references import References

    with pytest.raises(ConfigError) as error:
        await References({"a": Careless()}).resolve({"password": "${a:b}"})
    assert "canary" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.key == "password"


# -- hostile files ---------------------------------------------------------------------------------------------


def swap(path, target):
    """Put a link in the place of something, in one step."""
    link = path.with_name(path.name + ".new")
    link.symlink_to(target)
    if path.is_dir() and not path.is_symlink():
        path.rename(path.with_name(path.name + ".old"))
    link.rename(path)


@pytest.mark.parametrize("swapped", ["file", "directory", "parent"])
@pytest.mark.parametrize("cls", [FileConfigProvider, DirectoryConfigProvider])
def test_a_link_that_appears_after_the_check_is_not_followed(tmp_path, monkeypatch, cls, swapped):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for root, value in ((inside, "mine"), (outside, "canary-outside")):
        (root / "a" / "b").mkdir(parents=True)
        (root / "a" / "b" / "f").write_text(f"k={value}")
    provider = opened(cls, inside)
    path, keys = (
        (inside / "a" / "b" / "f", ["k"]) if cls is FileConfigProvider else (inside / "a" / "b", ["f"])
    )
    at = {"file": "a/b/f", "directory": "a/b", "parent": "a"}[swapped]
    real_open, done = os.open, []

    def meanwhile(opened_path, flags, *args, **kwargs):
        if not done and str(opened_path).startswith(str(inside)):  # the path was checked, nothing is open yet
            done.append(True)
            swap(inside / at, outside / at)
        return real_open(opened_path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", meanwhile)
    with pytest.raises(ConfigError) as error:
        provider.get(str(path), keys)
    assert done
    assert "canary" not in str(error.value)


def test_links_are_followed_to_what_replaced_them_meanwhile(tmp_path, monkeypatch):
    """As Kubernetes replaces mounted secrets."""
    for name in ("..1", "..2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "password").write_text(name)
    (tmp_path / "..data").symlink_to("..1")
    (tmp_path / "password").symlink_to("..data/password")
    provider = opened(DirectoryConfigProvider, tmp_path)
    assert provider.get(str(tmp_path), ["password"]).values == {"password": "..1"}
    real_open, done = os.open, []

    def meanwhile(path, flags, *args, **kwargs):
        if not done and str(path) == str(tmp_path):
            done.append(True)
            swap(tmp_path / "..data", "..2")
            (tmp_path / "..1" / "password").unlink()
            (tmp_path / "..1").rmdir()
        return real_open(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", meanwhile)
    assert provider.get(str(tmp_path), ["password"]).values == {"password": "..2"}
    assert done


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/tty", "/dev/stdin", "/dev/full"])
def test_devices_are_not_read(path):
    began = time.monotonic()
    with pytest.raises(ConfigError):
        opened(FileConfigProvider, "/dev").get(path, ["k"])
    assert time.monotonic() - began < 10  # `/dev/zero` has no end


def test_a_socket_and_a_fifo_block_nobody(secrets):
    import socket

    with socket.socket(socket.AF_UNIX) as listening:
        where = Path.cwd()
        os.chdir(secrets)  # a socket's path may not be long
        try:
            listening.bind("sock")
        finally:
            os.chdir(where)
        for name in ("sock", "fifo"):
            with pytest.raises(ConfigError):
                opened(FileConfigProvider, secrets).get(str(secrets / name), ["k"])


@pytest.mark.parametrize("cls", [FileConfigProvider, DirectoryConfigProvider])
@pytest.mark.parametrize(
    ("content", "told"),
    [(b"k=canary\xff\xfe", "no UTF-8"), (b"k=canary" + b"x" * (1 << 20), "larger than 1048576 bytes")],
)
def test_what_is_no_text_or_too_much_is_refused(tmp_path, cls, content, told):
    (tmp_path / "f").write_bytes(content)
    path, key = (tmp_path / "f", "k") if cls is FileConfigProvider else (tmp_path, "f")
    with pytest.raises(ConfigError, match=told) as error:
        opened(cls, tmp_path).get(str(path), [key])
    assert "canary" not in str(error.value)


def test_a_huge_file_takes_no_memory(tmp_path):
    import tracemalloc

    with (tmp_path / "f").open("wb") as file:
        file.truncate(1 << 40)
    tracemalloc.start()
    try:
        with pytest.raises(ConfigError, match="larger than"):
            opened(FileConfigProvider, tmp_path).get(str(tmp_path / "f"), ["k"])
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_file_that_may_not_be_read_and_links_in_circles_are_refused(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    for path in (tmp_path / "loop", str(tmp_path) + "/x" * 5000):
        with pytest.raises(ConfigError):
            opened(FileConfigProvider, tmp_path).get(str(path), ["k"])


@pytest.mark.parametrize("text", [r"k=\u12", "k=canary\\ud800", "\\", "=\n:\n"])
def test_odd_properties_files_are_read_or_refused(tmp_path, text):
    (tmp_path / "f").write_text(text)
    said = ""
    try:
        opened(FileConfigProvider, tmp_path).get(str(tmp_path / "f"), ["k"])
    except ConfigError as error:
        said = str(error)
    assert "canary" not in said


def test_a_variable_that_is_no_text_is_refused_and_no_other_name_matches(monkeypatch):
    monkeypatch.setitem(os.environ, "APP_BINARY", b"canary\xff".decode("utf-8", "surrogateescape"))
    monkeypatch.setenv("APP_TOKEN", "canary")
    provider = EnvVarConfigProvider()
    provider.configure({"allowlist.pattern": "APP_[A-Z]+"})
    with pytest.raises(ConfigError, match="APP_BINARY is no UTF-8") as error:
        provider.get("", ["APP_BINARY"])
    assert "canary" not in str(error.value)
    assert (
        provider.get("", ["PATH", "app_token", "APP_TOKEN\0", "APP_TOKEN\nHOME", "", "XAPP_TOKEN"]).values
        == {}
    )


def test_no_descriptor_is_left_open(secrets):
    def count():
        return len(list(Path("/proc/self/fd").iterdir()))

    provider, before = opened(FileConfigProvider, secrets), count()
    for name in ("db.properties", "fifo", "gone", "out", "..data", "..data/token", "..data/gone", "fifo/x"):
        try:
            provider.get(str(secrets / name), ["k"])
        except ConfigError:
            continue
    assert count() == before
