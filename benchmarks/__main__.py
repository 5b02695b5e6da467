"""How are the benchmarks run from the command line?"""

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks._bars import check
from benchmarks._jobs import JOBS, select
from benchmarks._report import as_markdown, replace_between_markers, summary_markdown
from benchmarks._results import Results, read, write
from benchmarks._suite import PARTS, Plan, run
from connectsdk.errors import ConnectError

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
README = ROOT / "README.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write what was asked for; return the exit code."""
    given = _parser().parse_args(arguments)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it laments every deleted topic
    try:
        results = read(given.read) if given.read else asyncio.run(_measure(given))
    except (ConnectError, ValueError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    print(f"\n{as_markdown(results)}")
    if given.output:
        write(results, given.output)
    if given.write_docs:
        write(results, DOCS / "assets" / "benchmarks.json")
        replace_between_markers(DOCS / "explanation" / "performance.md", as_markdown(results))
        replace_between_markers(README, summary_markdown(results))
    below = check(results)
    for line in below:
        print(f"below its bar: {line}")
    return 1 if given.check and below else 0


async def _measure(given: argparse.Namespace) -> Results:
    folder = Path(tempfile.mkdtemp(prefix="connectsdk-bench-", dir=given.folder))
    share = given.share or (0.1 if given.quick else 1.0)
    try:
        plan = Plan(
            jobs=select(given.jobs, given.records, share),
            parts=given.parts,
            rounds=given.rounds or (1 if given.quick else 2),
            share=share,
            runners=given.runners,
            python=given.python,
            folder=folder,
        )
        return await run(plan)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    say = parser.add_argument
    say(
        "--jobs",
        type=_names,
        default=(),
        help=f"only these, by commas: {', '.join(job.name for job in JOBS)}",
    )
    say("--parts", type=_names, default=PARTS, help=f"only these, by commas: {', '.join(PARTS)}")
    say("--runners", type=_names, default=("java", "hand", "connectsdk"), help="only these, by commas")
    say("--records", type=int, help="records of each job, instead of its own number")
    say("--share", type=float, help="move this part of the usual number of records, for instance 0.5")
    say("--rounds", type=int, help="how often everybody runs (2)")
    say(
        "--quick",
        action="store_true",
        help="a tenth of the records, one round: whether it works, not how fast",
    )
    say("--python", default=sys.executable, help="the interpreter of connectsdk and of the loop by hand")
    say("--folder", type=Path, help="where the temporary folder is made")
    say("--output", type=Path, help="write the results here as JSON")
    say("--read", type=Path, help="measure nothing: take the results from this JSON file")
    say("--write-docs", action="store_true", help="write the tables into docs and the README")
    say("--check", action="store_true", help="exit with 1 when something is below its bar")
    return parser


def _names(given: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in given.split(",") if name.strip())


if __name__ == "__main__":
    sys.exit(main())
