"""What would change if a connector were configured as in this file?"""

from collections.abc import Mapping
from typing import Literal

import attrs
from rich.text import Text

from connectsdk.cli._files import ConnectorFile
from connectsdk.cli._problems import hidden

__all__ = ("Change", "KeyChange", "changes", "changes_view")


@attrs.frozen
class KeyChange:
    """One property: before and after; None where it is not there."""

    key: str
    before: str | None
    after: str | None

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """What happens to it."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    def shown(self) -> dict[str, str | None]:
        """Return it without what may be a secret."""
        sides = {"before": self.before, "after": self.after}
        return {
            "key": self.key,
            "change": self.kind,
            **{side: None if text is None else _shown(self.key, text) for side, text in sides.items()},
        }


@attrs.frozen
class Change:
    """What becomes of a connector.

    Attributes:
        file: How it is written.
        action: What is to be done.
        keys: The properties that differ.
    """

    file: ConnectorFile
    action: Literal["create", "update", "unchanged"]
    keys: tuple[KeyChange, ...]

    @property
    def name(self) -> str:
        """The connector's name."""
        return self.file.name


def changes(file: ConnectorFile, running: Mapping[str, str] | None) -> Change:
    """Return what applying a file changes.

    Args:
        file: How the connector is written.
        running: Its properties now; None when there is no such connector.
    """
    before = {} if running is None else dict(running)
    before.setdefault("name", file.name)
    if running is None:
        before.clear()
    keys = tuple(
        KeyChange(key, before.get(key), file.config.get(key))
        for key in sorted({*before, *file.config})
        if before.get(key) != file.config.get(key)
    )
    if running is None:
        return Change(file, "create", keys)
    return Change(file, "update" if keys else "unchanged", keys)


def changes_view(change: Change) -> Text:
    """Return a change for people: its properties with a sign and a colour."""
    titles = {"create": "is created", "update": "is updated", "unchanged": "stays as it is"}
    drawn = Text.assemble((change.name, "bold"), f" {titles[change.action]} ({change.file.path})")
    if change.action == "create" and change.file.initial_state != "RUNNING":
        drawn.append(f", {change.file.initial_state}")
    for each in change.keys:
        drawn.append("\n")
        drawn.append(*_line(each))
    return drawn


def _line(change: KeyChange) -> tuple[str, str]:
    match change.kind:
        case "added":
            return f"  + {change.key} = {_shown(change.key, change.after or '')}", "green"
        case "removed":
            return f"  - {change.key} = {_shown(change.key, change.before or '')}", "red"
        case _:
            before, after = (_shown(change.key, text or "") for text in (change.before, change.after))
            return f"  ~ {change.key} = {before} -> {after}", "yellow"


def _shown(key: str, text: str) -> str:
    return text if hidden(key, text) == repr(text) else "[hidden]"
