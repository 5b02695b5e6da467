"""Which parts of the documentation are generated when it is built?

- `{{ config: package.module.Class }}`: the keys of a configuration class;
- `{{ example: name.py as shown.py }}`: the block with an example, under another name;
- `{{ metrics }}`: all metrics;
- `{{ help: run }}`: what `connectsdk run --help` prints;
- `{{ states }}`: the diagram of the life cycle.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

EXAMPLES = Path(__file__).parents[1] / "examples"
MARK = re.compile(r"^\{\{ (?P<what>\w+)(?:: (?P<name>[\w. ]+))? \}\}$", re.MULTILINE)


def on_config(config: Any) -> None:
    """List every page of the explanation, the named ones first."""
    (section,) = (entry["Explanation"] for entry in config.nav if "Explanation" in entry)
    folder = Path(config.docs_dir)
    pages = sorted(page.relative_to(folder).as_posix() for page in (folder / "explanation").glob("*.md"))
    section.extend(page for page in pages if page not in section)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the generated parts in the place of their marks."""
    return MARK.sub(_generated, markdown)


def _generated(mark: re.Match[str]) -> str:
    match mark["what"]:
        case "config":
            return config_list(mark["name"])
        case "example":
            return example(mark["name"])
        case "help":
            return help_text(mark["name"] or "")
        case "metrics":
            return metrics_list()
        case "states":
            return state_diagram()
        case unknown:
            raise PluginError(
                f"the mark '{unknown}' is not known: use config, example, help, metrics or states"
            )


def config_list(path: str) -> str:
    """Return the keys of a configuration class, each with what it does and how it is written."""
    from connectsdk.config import to_table

    module, _, name = path.rpartition(".")
    return "\n".join(map(_key, to_table(getattr(import_module(module), name))))


def _key(row: tuple[str, ...]) -> str:
    key, kind, default, valid, importance, description = row
    facts = [kind, default if default == "(required)" else f"default `{default}`", f"{importance} importance"]
    if valid:
        facts.insert(2, f"valid: {valid}")
    text = " ".join(description.split())
    return f"`{key}`\n:   {text}{'  ' if text else ''}\n    *{' · '.join(facts)}*\n"


def example(names: str) -> str:
    """Return a block with an example."""
    name, _, shown = names.partition(" as ")
    return f'```python title="{shown or name}"\n{(EXAMPLES / name).read_text()}```'


def help_text(command: str) -> str:
    """Return a block with the help of a command."""
    from click.testing import CliRunner

    from connectsdk.cli import main

    answer = CliRunner().invoke(main, [*command.split(), "--help"], prog_name="connectsdk", terminal_width=90)
    return f"```text\n{answer.output}```"


def metrics_list() -> str:
    """Return all metrics, by what they are about, and what of Kafka Connect is left out."""
    from connectsdk.runtime.metrics import GROUPS, LEFT_OUT

    lines = []
    for group in GROUPS:
        labels = ", ".join(f"`{label}`" for label in group.labels) or "none"
        lines += ["", f"## {group.bean or 'connectsdk'} ({', '.join(group.labels) or 'worker'})", ""]
        lines += [f"Labels: {labels}", "", "| Metric | Kind | What it says |", "| --- | --- | --- |"]
        lines += [f"| `{metric.name}` | {metric.kind} | {metric.doc} |" for metric in group.metrics]
    lines += ["", "## Left out", "", "| Kafka Connect | Why |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| `{what}` | {why} |" for what, why in LEFT_OUT.items())])


def state_diagram() -> str:
    """Return a diagram of every move that a connector or task may make."""
    from connectsdk._core.lifecycle import MOVES

    lines = [f"    {start.value} --> {end.value}: {event.value}" for (start, event), end in MOVES.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> UNASSIGNED", *lines, "```"])
