"""What connectors are meant to do, in the records of Kafka Connect's config topic."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from connectsdk._core.config_records import Desired, DesiredTable, config_record, target_state_record
from connectsdk._core.target_state import TargetState

NAMES = st.sampled_from(["a", "b", "päper/ß", ""])
TARGETS = st.sampled_from(TargetState)
CONFIGS = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)


def test_the_records_are_those_of_kafka_connect() -> None:
    assert config_record("x", {"k": "ü"}) == (b"connector-x", '{"properties":{"k":"ü"}}'.encode())
    assert config_record("x", None) == (b"connector-x", None)
    assert target_state_record("x", TargetState.STOPPED) == (
        b"target-state-x",
        b'{"state":"PAUSED","state.v2":"STOPPED"}',
    )
    assert target_state_record("x", None) == (b"target-state-x", None)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"state": "PAUSED"}, TargetState.PAUSED),
        ({"state": "PAUSED", "state.v2": "STOPPED"}, TargetState.STOPPED),
        ({"state": "PAUSED", "state.v2": "STARTED"}, TargetState.STARTED),
        ({"state": "SLEEPING"}, TargetState.STARTED),
        ({"state": ["PAUSED"]}, TargetState.STARTED),
        ({}, TargetState.STARTED),
    ],
)
def test_target_states_of_older_and_newer_workers(state: Mapping[str, Any], expected: TargetState) -> None:
    table = DesiredTable()
    table.apply(b"target-state-x", json.dumps(state).encode())
    table.apply(*config_record("x", {}))
    assert table.connectors() == {"x": Desired({}, expected)}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (None, b"{}"),
        (b"\xff\xfe", b"{}"),
        (b"session-key", b'{"key":"x"}'),
        (b"task-x-0", b'{"properties":{}}'),
        (b"connector-x", b"no JSON"),
        (b"connector-x", b"\xff"),
        (b"connector-x", b"[1]"),
        (b"connector-x", b'{"properties":3}'),
        (b"connector-x", b"[" * 100_000),
        (b"target-state-x", b'{"state":7}'),
    ],
)
def test_records_that_are_not_understood_are_passed_over(key: bytes | None, value: bytes) -> None:
    table = DesiredTable()
    table.apply(*config_record("x", {"k": "v"}))
    table.apply(key, value)
    assert table.connectors() == {"x": Desired({"k": "v"})}


def test_only_text_is_taken_from_properties() -> None:
    table = DesiredTable()
    table.apply(b"connector-x", b'{"properties":{"a":"b","c":1}}')
    assert table.connectors()["x"].config == {"a": "b"}


@given(st.lists(st.tuples(st.binary(max_size=30) | st.none(), st.binary(max_size=30) | st.none())))
def test_nothing_that_is_read_raises(records: list[tuple[bytes | None, bytes | None]]) -> None:
    table = DesiredTable()
    for key, value in records:
        table.apply(key, value)


def test_properties_are_not_in_the_repr() -> None:
    assert "secret" not in repr(Desired({"password": "secret"}))


class Table(RuleBasedStateMachine):
    """A table follows what is written, and a second one that reads a compacted log says the same."""

    def __init__(self) -> None:
        super().__init__()
        self.table = DesiredTable()
        self.configs: dict[str, dict[str, str]] = {}
        self.targets: dict[str, TargetState] = {}
        self.compacted: dict[bytes, bytes | None] = {}

    def write(self, record: tuple[bytes, bytes | None]) -> None:
        self.table.apply(*record)
        self.compacted.pop(record[0], None)
        self.compacted[record[0]] = record[1]

    @rule(name=NAMES, config=CONFIGS)
    def put(self, name: str, config: dict[str, str]) -> None:
        self.configs[name] = config
        self.write(config_record(name, config))

    @rule(name=NAMES, state=TARGETS)
    def aim(self, name: str, state: TargetState) -> None:
        self.targets[name] = state
        self.write(target_state_record(name, state))

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        self.configs.pop(name, None)
        self.targets.pop(name, None)
        self.write(config_record(name, None))
        self.write(target_state_record(name, None))

    @invariant()
    def both_say_what_was_written(self) -> None:
        expected = {
            name: Desired(config, self.targets.get(name, TargetState.STARTED))
            for name, config in self.configs.items()
        }
        again = DesiredTable()
        for key, value in self.compacted.items():
            again.apply(key, value)
        assert self.table.connectors() == again.connectors() == expected


TestTable = Table.TestCase
