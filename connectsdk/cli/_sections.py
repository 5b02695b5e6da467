"""In which order are the commands listed?"""

from collections.abc import Mapping, Sequence

import click

__all__ = ("Sections",)

SECTIONS: Mapping[str, Sequence[str]] = {
    "Begin": ("demo", "new", "validate", "preview", "plugins"),
    "Run": ("run", "worker"),
    "Look at a worker, also one of Java": ("get", "describe", "explain", "health"),
    "Change what it runs": ("apply", "delete", "pause", "resume", "stop", "restart", "offsets", "loggers"),
}
REST = "More"


class Sections(click.Group):
    """A group whose commands are listed by what they are for, not by their letters."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections; a command of none of them comes last."""
        known = {name for names in SECTIONS.values() for name in names}
        rest = [name for name in self.list_commands(ctx) if name not in known]
        for title, names in {**SECTIONS, REST: rest}.items():
            found = [(name, command) for name in names if (command := self.get_command(ctx, name))]
            rows = [(name, command.get_short_help_str(limit=80)) for name, command in found]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows, col_max=12)
