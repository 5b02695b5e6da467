"""What does a user see, and what is lost, when the input or the disk is bad?

`connectsdk run` on the embedded broker: exit code, message, and what is in the files afterwards.
"""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from connectsdk.errors import ConfigError
from connectsdk.record import TopicPartition
from connectsdk.runtime import Worker
from connectsdk.transports.embedded import EmbeddedTransport
from tests.walk.command import PATIENCE, Command, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

STRINGS = "key.converter=StringConverter\nvalue.converter=StringConverter\n"
SOURCE = f"name=src\nconnector.class=FileStreamSource\nfile=in.txt\ntopic=lines\n{STRINGS}"
SINK = f"name=snk\nconnector.class=FileStreamSink\nfile=out.txt\ntopics=lines\n{STRINGS}"
WORKER = "errors.restart.max=0\noffset.flush.interval.ms=100\n"
PATIENT = "errors.restart.max=-1\nerrors.restart.delay.initial.ms=20\nerrors.restart.delay.max.ms=100\n"
LONG_STOP = 50  # seconds
IDLE = ("--until-idle", "0.2", "--progress", "off")
BOTH = ("-w", "worker.properties", "src.properties", "snk.properties", *IDLE)
SECRET = "tea-and-biscuits"  # noqa: S105 - it must not be shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.txt").write_text("one\ntwo\nthree\n")
    (tmp_path / "src.properties").write_text(SOURCE)
    (tmp_path / "snk.properties").write_text(SINK)
    (tmp_path / "worker.properties").write_text(WORKER)
    return tmp_path


def lines(count: int) -> str:
    return "".join(f"line {number:06}\n" for number in range(count))


def out(folder: Path) -> list[str]:
    path = folder / "out.txt"
    return path.read_text().splitlines() if path.exists() else []


def check_copied(folder: Path) -> None:
    """Check that every line is there, in order, and beside copies of them one torn line at most."""
    copied, expected = out(folder), (folder / "in.txt").read_text().splitlines()
    known = set(expected)
    strangers = [line for line in copied if line not in known]
    assert len(strangers) <= 1
    assert all(any(line.startswith(torn) for line in expected) for torn in strangers)
    assert list(dict.fromkeys(line for line in copied if line in known)) == expected


# -- configurations --------------------------------------------------------------------------------------------

HOIST = "transforms=h\ntransforms.h.type=HoistFieldValue\n"
REFUSED = {
    "an unknown connector": (
        "connector.class=FileStreamSorce",
        ["Class FileStreamSorce could not be found for connector.class", "Did you mean FileStreamSource?"],
    ),
    "a module that is not there": (
        "connector.class=no.such.Thing",
        ["importing no.such:Thing failed", "No module named 'no'", "install what has it"],
    ),
    "a class that is no connector": (
        "connector.class=pathlib.Path",
        ["connector.class 'pathlib.Path' is not a connector: it must subclass SourceConnector"],
    ),
    "an unknown converter": (
        "value.converter=JsonConvrter",
        ["Class JsonConvrter could not be found for value.converter", "Did you mean JsonConverter?"],
    ),
    "a class that is no converter": (
        "value.converter=pathlib.Path",
        ["value.converter: Path is not a converter for it: it has no from_connect_data"],
    ),
    "an unknown transform": (
        "transforms=h\ntransforms.h.type=HoistFeld",
        ["Class HoistFeld could not be found for transforms.h.type", "Did you mean HoistField"],
    ),
    "a transform without type": (
        "transforms=h",
        ['Missing required configuration "transforms.h.type"', "Add 'transforms.h.type' to src.properties"],
    ),
    "a transform without its key": (HOIST, ['"field"', "Add 'transforms.h.field' to src.properties"]),
    "an unknown predicate": (
        f"{HOIST}transforms.h.field=a\ntransforms.h.predicate=p\npredicates=p\npredicates.p.type=NoSuch",
        ["Class NoSuch could not be found for predicates.p.type", "import path"],
    ),
    "an unknown predicate that nothing uses": (
        "predicates=p\npredicates.p.type=NoSuch",
        ["Class NoSuch could not be found for predicates.p.type", "import path"],
    ),
    "a predicate that is not declared": (
        f"{HOIST}transforms.h.field=a\ntransforms.h.predicate=p",
        ["transforms.h.predicate names 'p', but there is no predicates.p.type", "src.properties line"],
    ),
    "an ill-typed key of every connector": (
        "tasks.max=many",
        ["Invalid value many for configuration tasks.max: Not a number", "src.properties line 7: correct it"],
    ),
    "an ill-typed key of this connector": (
        "batch.size=-4",
        ["Invalid value -4 for configuration batch.size: Value must be at least 1", "line 7"],
    ),
    "a value that is not among those possible": ("errors.tolerance=some", ["one of: none, all", "line 7"]),
    "exactly once": (
        "exactly.once.support=required",
        ["exactly.once.support=required is not available", "remove it", "src.properties line 7"],
    ),
}


@pytest.mark.parametrize(("more", "told"), REFUSED.values(), ids=REFUSED)
def test_a_source_that_cannot_work_is_told_with_key_place_and_remedy(
    folder: Path, more: str, told: Sequence[str]
) -> None:
    (folder / "src.properties").write_text(SOURCE + more + "\n")
    run(folder, "src.properties", *IDLE).ended(2, "Connector 'src' cannot be started", *told)


REFUSED_SINKS = {
    "no topics": ("topics=", ["Must configure one of topics or topics.regex", "snk.properties"]),
    "an invalid topic": ("topics=a b", ["'a b' cannot be a topic's name", "commas", "snk.properties line 7"]),
    "dead letters": (
        "errors.deadletterqueue.topic.name=lines",
        ["The DLQ topic 'lines' may not be included in the list of topics", "snk.properties"],
    ),
}


@pytest.mark.parametrize(("more", "told"), REFUSED_SINKS.values(), ids=REFUSED_SINKS)
def test_a_sink_that_cannot_work_is_told(folder: Path, more: str, told: Sequence[str]) -> None:
    (folder / "snk.properties").write_text(SINK + more + "\n")
    run(folder, "snk.properties", *IDLE).ended(2, "Connector 'snk' cannot be started", *told)


@pytest.mark.parametrize("key", ["connector.class", "topic"])
def test_a_missing_key_is_to_be_added(folder: Path, key: str) -> None:
    kept = [line for line in SOURCE.splitlines() if not line.startswith(f"{key}=")]
    (folder / "src.properties").write_text("\n".join(kept))
    answer = run(folder, "src.properties", *IDLE)
    answer.ended(2, f'Missing required configuration "{key}"', f"Add '{key}' to src.properties.")


def test_an_unknown_property_is_warned_of_and_runs(folder: Path) -> None:
    (folder / "src.properties").write_text(SOURCE + "batch.sice=4\n")
    answer = run(folder, *BOTH)
    answer.ended(0, "connector src: the property batch.sice has no effect; did you mean batch.size?")
    assert out(folder) == ["one", "two", "three"]


def test_a_worker_that_cannot_work_is_told(folder: Path) -> None:
    (folder / "worker.properties").write_text("offset.flush.interval.ms=soon\n")
    answer = run(folder, *BOTH)
    answer.ended(2, "The worker cannot be started", "offset.flush.interval.ms", "worker.properties line 1")
    assert not (folder / "connectsdk-data").exists()


def test_two_connectors_of_one_name(folder: Path) -> None:
    (folder / "other.properties").write_text(SOURCE)
    answer = run(folder, "src.properties", "other.properties")
    answer.ended(2, "other.properties: name = 'src' is the name of src.properties too: give each")


def test_a_secret_that_is_wrong_is_not_told(folder: Path) -> None:
    (folder / "src.properties").write_text(f"{SOURCE}exactly.once.support=required\nsasl.password={SECRET}\n")
    answer = run(folder, "src.properties", "--set", f"api.key={SECRET}", "--log-level", "debug", *IDLE)
    answer.ended(2, "exactly.once.support")
    assert SECRET not in answer.errors + answer.output


# -- files that cannot be used ---------------------------------------------------------------------------------

JSON = '{"name": "src", "connector.class": "FileStreamSource", "file": "in.txt", "topic": "lines"}'
FILES = {
    "torn JSON": ("x.json", JSON[:40].encode(), ["x.json: is not valid JSON: ", "line 1"]),
    "a JSON list": ("x.json", b"[1]", ['x.json: holds no object: write {"name"']),
    "JSON with a key twice": (
        "x.json",
        b'{"name": "a", "name": "b"}',
        ["the key 'name' is there twice: keep one"],
    ),
    "a JSON list as value": ("x.json", b'{"name": "a", "topics": ["a"]}', ["'topics' is a list", '"a,b,c"']),
    "empty JSON": ("x.json", b"", ["x.json: is empty: write"]),
    "a broken escape": ("x.properties", rb"name=\uZZ", ["x.properties: ", "four hexadecimal digits"]),
    "another kind": ("x.yaml", b"name: a", ["x.yaml: its name does not say its format: use a .properties"]),
}


@pytest.mark.parametrize(("name", "content", "told"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("before", [(), ("src.properties", "-w")], ids=["connector", "worker"])
def test_a_broken_file_is_told(
    folder: Path, name: str, content: bytes, told: Sequence[str], before: Sequence[str]
) -> None:
    (folder / name).write_bytes(content)
    run(folder, *before, name, *IDLE).ended(2, *told)


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\x00\xff\xfe\x01"])
def test_a_file_without_a_name_is_told(folder: Path, content: bytes) -> None:
    (folder / "x.properties").write_bytes(content)
    run(folder, "x.properties").ended(2, "x.properties: the property 'name' is missing: add", "name=x")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none.properties", "No such file or directory"),
        ("folder.json", "Is a directory"),
        ("in.txt/x.properties", "Not a directory"),
        ("x" * 300 + ".json", "File name too long"),
    ],
)
@pytest.mark.parametrize("before", [(), ("src.properties", "-w")], ids=["connector", "worker"])
def test_a_file_that_cannot_be_read_is_told(
    folder: Path, name: str, told: str, before: Sequence[str]
) -> None:
    (folder / "folder.json").mkdir()
    run(folder, *before, name, *IDLE).ended(2, f"{name}: cannot be read: {told}: check the path")


@pytest.mark.parametrize(
    ("name", "content"),
    [("bom.properties", SOURCE), ("bom.json", JSON), ("crlf.properties", SOURCE.replace("\n", "\r\n"))],
)
def test_what_windows_editors_write_is_read(folder: Path, name: str, content: str) -> None:
    (folder / name).write_bytes(b"\xef\xbb\xbf" + content.encode())
    run(folder, name, "--until-idle", "0.1").ended(0, "src source")


def test_a_property_that_is_written_twice_is_warned_of(folder: Path) -> None:
    (folder / "src.properties").write_text(SOURCE.replace("topic=lines", "topic=other\ntopic=lines"))
    answer = run(folder, *BOTH)
    answer.ended(0, "src.properties: 'topic' is written twice: the last one counts")
    assert out(folder) == ["one", "two", "three"]


@pytest.mark.parametrize("setting", [SECRET, f"={SECRET}"])
def test_a_setting_without_key_is_refused(folder: Path, setting: str) -> None:
    answer = run(folder, "src.properties", "--set", setting)
    answer.ended(2, "--set: not of the form key=value: write for instance --set tasks.max=2")
    assert SECRET not in answer.errors


def test_a_setting_that_is_ill_typed_is_to_be_corrected_on_the_command_line(folder: Path) -> None:
    answer = run(folder, "src.properties", "--set", "tasks.max=two")
    answer.ended(2, "configuration tasks.max: Not a number", "is written on the command line: correct it")


# -- the file source -------------------------------------------------------------------------------------------


def test_a_file_that_appears_later_is_read(folder: Path) -> None:
    (folder / "in.txt").unlink()
    with Command.start(folder, "src.properties", "snk.properties", "--progress", "off") as command:
        command.wait_for(lambda: "file in.txt does not exist; waiting for it" in command.errors)
        (folder / "in.txt").write_text("late\n")
        command.wait_for(lambda: out(folder) == ["late"])
        command.signal(signal.SIGINT)
        command.wait().ended(0)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (".", "file . cannot be read: it is a directory"),
        ("in.txt/x", "file in.txt/x cannot be read: Not a directory"),
        ("/proc/self/mem", "/proc/self/mem cannot be read any more: Input/output error"),
        ("x" * 300, "cannot be read: File name too long"),
    ],
)
def test_a_source_file_that_cannot_be_read_fails_the_connector(folder: Path, file: str, told: str) -> None:
    answer = run(folder, *BOTH[:3], *IDLE, "--set", f"file={file}")
    answer.ended(1, "connector src task 0: FAILED", told)


def test_text_that_is_no_utf8_fails_with_its_place_and_is_replaced_on_demand(folder: Path) -> None:
    (folder / "in.txt").write_bytes(b"good\nb\xffd\nafter\n")
    run(folder, *BOTH).ended(1, "file in.txt: byte 6 is no UTF-8; set invalid.utf8=replace")
    assert out(folder) == ["good"]
    (folder / "src.properties").write_text(SOURCE + "invalid.utf8=replace\n")
    run(folder, *BOTH).ended(0)
    assert out(folder) == ["good", "b\N{REPLACEMENT CHARACTER}d", "after"]


def test_a_line_over_the_record_limit_fails_and_is_skipped_on_demand(folder: Path) -> None:
    (folder / "in.txt").write_text(f"one\n{'x' * 2_000_000}\nthree\n")
    answer = run(folder, *BOTH)
    answer.ended(
        1, "records were refused, the first one", "2000000 bytes; 1048576 are allowed", "max.request.size"
    )
    answer.tells("or set errors.tolerance=all")
    answer = run(folder, *BOTH, "--set", "errors.tolerance=all")
    answer.ended(0, "records, which were refused (errors.tolerance=all)")
    assert set(out(folder)) == {"one", "three"}


def test_a_line_over_the_limit_for_lines_fails_before_it_is_held(folder: Path) -> None:
    (folder / "in.txt").write_text(f"one\n{'x' * 200_000}\nthree\n")
    (folder / "src.properties").write_text(SOURCE + "max.line.bytes=1000\n")
    answer = run(folder, *BOTH)
    answer.ended(1, "file in.txt: the line at byte 4 is longer than max.line.bytes (1000); raise it")
    (folder / "src.properties").write_text(SOURCE)
    run(folder, *BOTH).ended(0)
    assert [len(line) for line in out(folder)] == [3, 200_000, 5]


def test_a_named_pipe_is_read_without_waiting_for_its_writer(folder: Path) -> None:
    (folder / "in.txt").unlink()
    os.mkfifo(folder / "in.txt")
    with Command.start(folder, "src.properties", "snk.properties", "--progress", "off") as command:
        with (folder / "in.txt").open("w") as pipe:  # this waits until it is read
            pipe.write("through\na pipe\n")
        command.wait_for(lambda: out(folder) == ["through", "a pipe"])
        command.signal(signal.SIGTERM)
        command.wait().ended(0)


# -- the file sink ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (
            "no/out.txt",
            "file no/out.txt cannot be opened for writing: No such file or directory; make its directory",
        ),
        (".", "file . cannot be opened for writing: Is a directory; name a file"),
        ("in.txt/x", "file in.txt/x cannot be opened for writing: Not a directory; make its directory"),
    ],
)
def test_a_sink_file_that_cannot_be_written_fails_the_connector(folder: Path, file: str, told: str) -> None:
    (folder / "snk.properties").write_text(SINK.replace("file=out.txt", f"file={file}"))
    run(folder, *BOTH).ended(1, "snk", told)
    (folder / "snk.properties").write_text(SINK)
    run(folder, *BOTH).ended(0)
    assert out(folder) == ["one", "two", "three"]


def committed(folder: Path) -> int:
    async def look() -> int:
        async with EmbeddedTransport(folder / "connectsdk-data") as transport:
            offsets = await transport.admin.group_offsets("connect-snk")
        return offsets.get(TopicPartition("lines", 0), 0)

    return anyio.run(look)


def test_a_disk_that_fills_up_in_the_middle_of_a_line_loses_nothing(folder: Path) -> None:
    (folder / "in.txt").write_text(lines(30_000))
    run(folder, *BOTH[:3], *IDLE).ended(0)
    sink = ("-w", "worker.properties", "snk.properties", *IDLE)
    answer = run(folder, *sink, largest_file=100_003)
    answer.ended(
        1, "out.txt cannot be written to: File too large; nothing was committed since the last flush"
    )
    assert (folder / "out.txt").stat().st_size == 100_003
    assert committed(folder) <= len((folder / "out.txt").read_bytes().split(b"\n")) - 1
    run(folder, *sink).ended(0)
    check_copied(folder)
    assert committed(folder) == 30_000


def test_a_device_that_is_full_is_tried_again_until_there_is_room(folder: Path) -> None:
    (folder / "out.txt").symlink_to("/dev/full")
    (folder / "worker.properties").write_text(PATIENT)
    with Command.start(folder, *BOTH[:4], "--until-idle", "1", "--progress", "off") as command:
        command.wait_for(lambda: command.errors.count("No space left on device") > 2)
        (folder / "out.txt").unlink()
        command.wait().ended(0, "snk task 0: failed, restarting in", "No space left on device")
    assert out(folder) == ["one", "two", "three"]


def test_a_task_that_waits_for_its_restart_is_not_idle(folder: Path) -> None:
    (folder / "flaky.py").write_text(
        "from connectsdk import SourceConnector, SourceRecord, SourceTask\n"
        "class Task(SourceTask):\n"
        "    lives = 0\n"
        "    async def poll(self):\n"
        "        Task.lives += 1\n"
        "        if Task.lives == 1:\n            raise OSError('the kettle is cold')\n"
        "        return [SourceRecord('lines', value='tea')] if Task.lives == 2 else None\n"
        "class Flaky(SourceConnector):\n    task_class = Task\n"
    )
    (folder / "src.properties").write_text(f"name=src\nconnector.class=flaky:Flaky\n{STRINGS}")
    (folder / "worker.properties").write_text("errors.restart.delay.initial.ms=1500\n")
    answer = run(folder, *BOTH)
    assert answer.code == 0, answer.errors
    assert "src task 0: failed, restarting in" in answer.errors
    assert "OSError: the kettle is cold" in answer.errors
    assert "Traceback" in answer.errors  # a plugin's own failure: its author needs it
    assert out(folder) == ["tea"]


# -- the data directory ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("directory", "told"),
    [
        ("in.txt/data", "Not a directory"),
        ("/proc/data", "No such file or directory"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_data_directory_that_cannot_be_written(folder: Path, directory: str, told: str) -> None:
    answer = run(folder, *BOTH, "--data-dir", directory)
    answer.ended(1, f"Cannot use directory {directory}: {told}; name one that this process may write to")


def test_a_data_directory_that_holds_something_else(folder: Path) -> None:
    (folder / "connectsdk-data").mkdir()
    (folder / "connectsdk-data" / "broker.sqlite3").write_bytes(os.urandom(50_000))
    run(folder, *BOTH).ended(
        1, "Cannot open connectsdk-data/broker.sqlite3", "it is damaged: restore it from a copy"
    )


async def test_a_data_directory_belongs_to_one_process(folder: Path) -> None:
    told = "Directory connectsdk-data is in use by another embedded transport"
    with Command.start(folder, "src.properties") as first:
        first.wait_for(lambda: "src source running" in first.errors)
        with pytest.raises(ConfigError, match=r"in use by another embedded transport.*use another directory"):
            async with Worker(EmbeddedTransport(folder / "connectsdk-data")):
                pass
        second = folder / "second"
        second.mkdir()
        (second / "src.properties").write_text(SOURCE)
        (second / "connectsdk-data").symlink_to(folder / "connectsdk-data")
        run(second, "src.properties", *IDLE).ended(2, told, "stop it, share it, or use another directory")
        first.signal(signal.SIGTERM)
        first.wait().ended(0)


@contextmanager
def small_disk(path: Path, size: str) -> Iterator[None]:
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


def test_a_data_directory_on_a_full_disk_loses_nothing(folder: Path) -> None:
    (folder / "in.txt").write_text(lines(60_000))
    disk = folder / "disk"
    run_both = (*BOTH, "--data-dir", "disk/data")
    with small_disk(disk, "128k"):
        run(folder, *run_both).ended(
            1, "Cannot open disk/data/broker.sqlite3", "full; check the disk's free space"
        )
        subprocess.run(["mount", "-o", "remount,size=700k", disk], check=True)
        answer = run(folder, *run_both)
        answer.ended(1, "Cannot write disk/data/broker.sqlite3", "full; check the disk's free space")
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        run(folder, *run_both).ended(0)
    check_copied(folder)


# -- signals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_cleanly_while_records_flow(folder: Path, number: signal.Signals) -> None:
    (folder / "in.txt").write_text(lines(300_000))
    with Command.start(folder, "src.properties", "snk.properties") as command:
        command.wait_for(lambda: bool(out(folder)))
        command.signal(number)
        command.wait().ended(0, "src source stopped")
    run(folder, *BOTH).ended(0)
    assert (folder / "out.txt").read_text() == lines(300_000)


def test_a_second_signal_ends_at_once_and_loses_nothing(folder: Path) -> None:
    (folder / "stuck.py").write_text(
        "from connectsdk import SourceConnector, SourceTask\nimport anyio\n"
        "class Task(SourceTask):\n"
        "    async def poll(self):\n        open('polled', 'w').close()\n        await anyio.sleep(0.1)\n"
        "    async def stop(self):\n        open('stopping', 'w').close()\n        await anyio.sleep(60)\n"
        "class Stuck(SourceConnector):\n    task_class = Task\n"
    )
    (folder / "stuck.properties").write_text("name=stuck\nconnector.class=stuck:Stuck\n")
    (folder / "patient.properties").write_text(f"task.shutdown.graceful.timeout.ms={LONG_STOP * 1000}\n")
    own = ("stuck.properties", "src.properties", "snk.properties", "-w", "patient.properties")
    with Command.start(folder, *own) as command:
        command.wait_for(lambda: len(out(folder)) == 3 and (folder / "polled").exists())
        command.signal(signal.SIGINT)
        command.wait_for(
            (folder / "stopping").exists
        )  # two signals at the same instant are one to the kernel
        began = time.monotonic()
        command.signal(signal.SIGINT)
        assert command.wait().code == 130
        assert time.monotonic() - began < LONG_STOP / 2
    run(folder, *BOTH).ended(0)
    check_copied(folder)


# -- a terminal, and a process of its own ----------------------------------------------------------------------


def on_a_terminal(folder: Path, *arguments: str, until: str = "") -> tuple[int, str]:
    """Run the command itself in a pseudo-terminal; press Ctrl-C when it shows `until`."""
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "connectsdk", "run", *arguments]
    with os.fdopen(main, "rb", buffering=0) as screen:
        process = subprocess.Popen(
            command, cwd=folder, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
        )  # fmt: skip
        os.close(terminal)
        shown, pressed = "", False
        deadline = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < deadline:
                if select.select([screen], [], [], 0.1)[0]:
                    try:
                        shown += screen.read(65536).decode(errors="replace")
                    except OSError:  # the other end is closed: the command has ended
                        break
                if until and until in shown and not pressed:
                    os.kill(process.pid, signal.SIGINT)
                    pressed = True
            return process.wait(PATIENCE), shown
        finally:
            process.kill()


def test_a_terminal_shows_a_refusal_without_a_table(folder: Path) -> None:
    (folder / "src.properties").write_text(SOURCE + "tasks.max=many\n")
    code, shown = on_a_terminal(folder, "src.properties", "snk.properties")
    assert code == 2
    assert "error: Connector 'src' cannot be started" in shown
    assert "Traceback" not in shown
    assert "records/s" not in shown


def test_a_terminal_shows_why_a_connector_failed_below_the_table(folder: Path) -> None:
    (folder / "snk.properties").write_text(SINK.replace("out.txt", "no/out.txt"))
    code, shown = on_a_terminal(folder, *BOTH[:4], "--until-idle", "0.3")
    assert code == 1
    assert "records/s" in shown
    assert shown.rstrip().endswith("that this process may write to")
    assert "Traceback" not in shown


def test_ctrl_c_on_a_terminal_is_a_clean_end(folder: Path) -> None:
    code, shown = on_a_terminal(folder, "src.properties", "snk.properties", until="running")
    assert code == 0, shown
    assert "Traceback" not in shown
    assert shown.endswith(("\x1b[?25h", "\n", "\r\n"))  # the cursor is back
