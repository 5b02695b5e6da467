"""What is measured?"""

from collections.abc import Sequence
from typing import Literal

import attrs

__all__ = ("JOBS", "Job", "Runner", "select")

Runner = Literal["java", "hand", "connectsdk"]
Kind = Literal["file-source", "generator", "null-sink", "file-sink"]
Converter = Literal["string", "json", "json-schemas"]
Transform = Literal["hoist", "insert"]


@attrs.frozen(kw_only=True)
class Job:
    """One connector with one task, and what passes through it.

    Attributes:
        name: For the command line.
        title: For tables.
        kind: Which connector.
        records: How many are moved in one run.
        struct: Whether a record is a struct of seven fields; otherwise it is a text.
        size: Bytes of a text.
        converter: Of the values.
        transforms: Applied in this order.
        threads: Whether connectsdk runs plugin code on threads of its own, as the command line does.
        runners: Who does it; a loop by hand has neither transforms nor converters to compare.
    """

    name: str
    title: str
    kind: Kind
    records: int
    struct: bool = False
    size: int = 100
    converter: Converter = "string"
    transforms: tuple[Transform, ...] = ()
    threads: bool = False
    runners: tuple[Runner, ...] = ("java", "connectsdk")

    @property
    def is_source(self) -> bool:
        """Whether it fills a topic; otherwise it empties one."""
        return self.kind in {"file-source", "generator"}

    @property
    def data(self) -> str:
        """Name what a record looks like in the topic or file; jobs with the same name share their input."""
        shape = "struct" if self.struct else f"text{self.size}"
        return f"{shape}-with-schemas" if self.converter == "json-schemas" else shape


ALL: tuple[Runner, ...] = ("java", "hand", "connectsdk")

JOBS: tuple[Job, ...] = (
    Job(
        name="file-strings",
        title="file source, 100 B lines, strings",
        kind="file-source",
        records=1_000_000,
        runners=ALL,
    ),
    Job(
        name="file-strings-threads",
        title="file source, 100 B lines, strings, a thread per task",
        kind="file-source",
        records=1_000_000,
        threads=True,
    ),
    Job(
        name="file-json",
        title="file source, HoistField + InsertField, JSON",
        kind="file-source",
        records=1_000_000,
        converter="json",
        transforms=("hoist", "insert"),
    ),
    Job(
        name="file-json-schemas",
        title="file source, HoistField + InsertField, JSON with schemas",
        kind="file-source",
        records=600_000,
        converter="json-schemas",
        transforms=("hoist", "insert"),
    ),
    Job(
        name="generator-100",
        title="generator source, 100 B strings",
        kind="generator",
        records=1_500_000,
    ),
    Job(
        name="generator-1k",
        title="generator source, 1 KB strings",
        kind="generator",
        records=300_000,
        size=1000,
    ),
    Job(
        name="generator-struct",
        title="generator source, struct of 7 fields, JSON",
        kind="generator",
        records=800_000,
        struct=True,
        converter="json",
    ),
    Job(
        name="generator-struct-with-schemas",
        title="generator source, struct of 7 fields, JSON with schemas",
        kind="generator",
        records=400_000,
        struct=True,
        converter="json-schemas",
    ),
    Job(
        name="generator-struct-transforms",
        title="generator source, struct, 2 transforms, JSON",
        kind="generator",
        records=800_000,
        struct=True,
        converter="json",
        transforms=("insert", "hoist"),
    ),
    Job(
        name="generator-struct-schemas",
        title="generator source, struct, 2 transforms, JSON with schemas",
        kind="generator",
        records=400_000,
        struct=True,
        converter="json-schemas",
        transforms=("insert", "hoist"),
    ),
    Job(
        name="null-100",
        title="null sink, 100 B strings",
        kind="null-sink",
        records=2_000_000,
        runners=ALL,
    ),
    Job(
        name="null-100-threads",
        title="null sink, 100 B strings, a thread per task",
        kind="null-sink",
        records=2_000_000,
        threads=True,
    ),
    Job(
        name="null-1k",
        title="null sink, 1 KB strings",
        kind="null-sink",
        records=400_000,
        size=1000,
        runners=ALL,
    ),
    Job(
        name="null-json",
        title="null sink, JSON",
        kind="null-sink",
        records=1_000_000,
        struct=True,
        converter="json",
    ),
    Job(
        name="null-json-transforms",
        title="null sink, JSON, 2 transforms",
        kind="null-sink",
        records=1_000_000,
        struct=True,
        converter="json",
        transforms=("insert", "hoist"),
    ),
    Job(
        name="null-json-schemas",
        title="null sink, JSON with schemas",
        kind="null-sink",
        records=600_000,
        struct=True,
        converter="json-schemas",
    ),
    Job(
        name="file-sink",
        title="file sink, 100 B strings",
        kind="file-sink",
        records=2_000_000,
        runners=ALL,
    ),
)


def select(names: Sequence[str], records: int | None, share: float) -> tuple[Job, ...]:
    """Return the jobs of these names (all of them for none), with another number of records if asked for.

    Raises:
        ValueError: If there is no such job.
    """
    known = {job.name: job for job in JOBS}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"no job {', '.join(unknown)}: there are {', '.join(known)}")
    chosen = [known[name] for name in names] if names else JOBS
    return tuple(attrs.evolve(job, records=records or max(1, int(job.records * share))) for job in chosen)
