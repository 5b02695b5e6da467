"""Do the commands answer at once, and say how they are used?"""

import re
import resource
import subprocess
import sys

import pytest
from click.testing import CliRunner

from connectsdk import __version__
from connectsdk.cli import main

LIMIT_SECONDS = 0.25  # 0.11 on a quiet machine
HEAVY = ("aiokafka", "anyio", "asyncio", "orjson", "rich", "connectsdk.runtime", "connectsdk.transports")


def test_the_version() -> None:
    answer = CliRunner().invoke(main, ["--version"])
    assert (answer.exit_code, answer.output) == (0, f"connectsdk {__version__}\n")


@pytest.mark.parametrize("command", [[], ["run"], ["demo"]])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_is_everywhere_with_examples(command: list[str], option: str) -> None:
    answer = CliRunner().invoke(main, [*command, option])
    assert answer.exit_code == 0
    assert re.search(r"Examples:\n +connectsdk ", answer.output)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "x", "--until-idle", "0"],
        ["run", "x", "--progress", "fast"],
        ["demo", "--lines", "0"],
        ["fly"],
    ],
)
def test_wrong_usage_ends_with_two(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom connectsdk.cli import main\n"
        "try:\n    main(['run', '--help'])\nexcept SystemExit:\n    print('LOADED', *sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = answer.stdout.partition("LOADED")[2].split()
    assert [name for name in HEAVY if name in loaded] == []


@pytest.mark.slow
def test_help_answers_at_once() -> None:
    def seconds() -> float:
        """Count processor time: that of the clock depends on what else runs."""
        began = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "connectsdk", "--help"], capture_output=True, timeout=60, check=True
        )
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime

    assert min(seconds() for _ in range(5)) < LIMIT_SECONDS
