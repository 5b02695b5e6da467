"""How is what connectors are meant to do written into a compacted topic?

The records are those of Kafka Connect's own config topic, so that either kind of worker reads the other's. Records
that are not understood are passed over: one of them must not stop a worker.
"""

import json
from collections.abc import Mapping
from typing import Any

import attrs

from connectsdk._core.target_state import TargetState

__all__ = ("Desired", "DesiredTable", "config_record", "target_state_record")

CONNECTOR, TARGET = "connector-", "target-state-"


@attrs.frozen
class Desired:
    """What one connector is meant to be.

    Attributes:
        config: Its properties as an operator wrote them; never shown in a repr, there may be secrets in it.
        target: What it is meant to do.
    """

    config: Mapping[str, str] = attrs.field(repr=False)
    target: TargetState = TargetState.STARTED


@attrs.define
class DesiredTable:
    """What the records read so far say; apply them in order."""

    _configs: dict[str, Mapping[str, str]] = attrs.field(factory=dict, init=False, repr=False)
    _targets: dict[str, TargetState] = attrs.field(factory=dict, init=False)

    def connectors(self) -> dict[str, Desired]:
        """Return what each connector is meant to be; without a target state it is meant to run."""
        return {
            name: Desired(config, self._targets.get(name, TargetState.STARTED))
            for name, config in self._configs.items()
        }

    def apply(self, key: bytes | None, value: bytes | None) -> None:
        """Take in one record."""
        text = _key(key)
        found = _object(value)
        if text.startswith(CONNECTOR):
            self._apply_config(text.removeprefix(CONNECTOR), value, found)
        elif text.startswith(TARGET):
            self._apply_target(text.removeprefix(TARGET), value, found)

    def _apply_config(self, name: str, value: bytes | None, found: Mapping[str, Any]) -> None:
        properties = found.get("properties")
        if value is None:
            self._configs.pop(name, None)
        elif isinstance(properties, dict):
            self._configs[name] = {key: text for key, text in properties.items() if isinstance(text, str)}

    def _apply_target(self, name: str, value: bytes | None, found: Mapping[str, Any]) -> None:
        state = found.get("state.v2") or found.get("state")
        if value is None:
            self._targets.pop(name, None)
        elif isinstance(state, str) and state in TargetState.__members__:
            self._targets[name] = TargetState[state]


def config_record(name: str, config: Mapping[str, str] | None) -> tuple[bytes, bytes | None]:
    """Return key and value of the record for a connector's properties; None: it is gone."""
    value = None if config is None else _text({"properties": dict(config)})
    return f"{CONNECTOR}{name}".encode(), value


def target_state_record(name: str, target: TargetState | None) -> tuple[bytes, bytes | None]:
    """Return key and value of the record for a connector's target state; None: it is gone.

    Workers that do not know STOPPED read it as PAUSED.
    """
    if target is None:
        return f"{TARGET}{name}".encode(), None
    older = TargetState.PAUSED if target is TargetState.STOPPED else target
    return f"{TARGET}{name}".encode(), _text({"state": str(older), "state.v2": str(target)})


def _key(key: bytes | None) -> str:
    try:
        return (key or b"").decode()
    except UnicodeDecodeError:
        return ""


def _text(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _object(value: bytes | None) -> Mapping[str, Any]:
    try:
        found = json.loads(value or b"null")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
