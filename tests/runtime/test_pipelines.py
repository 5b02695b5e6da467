"""Which transforms does a record go through, and which lists of them are refused?"""

from typing import Any

import pytest

from connectsdk import ConfigError, SourceRecord
from connectsdk.runtime import Worker
from tests.runtime.scripted import Journal, sink, source


class Below:
    """Holds for numbers below `limit`, whether or not they are in a map."""

    closed = 0

    def configure(self, config: dict[str, Any]) -> None:
        self.limit = int(config["limit"])

    def test(self, record: SourceRecord) -> bool:
        number = record.value["f"] if isinstance(record.value, dict) else record.value
        return bool(number < self.limit)

    def close(self) -> None:
        type(self).closed += 1


BELOW = {"predicates": "low", "predicates.low.type": Below, "predicates.low.limit": "2"}
WRAP = {"transforms": "wrap", "transforms.wrap.type": "HoistField$Value", "transforms.wrap.field": "f"}
MARK = {
    "transforms.mark.type": "InsertField$Value",
    "transforms.mark.static.field": "s",
    "transforms.mark.static.value": "x",
}


@pytest.mark.parametrize(
    ("config", "values"),
    [
        pytest.param(WRAP, [{"f": 0}, {"f": 1}, {"f": 2}, {"f": 3}], id="no predicate"),
        pytest.param(
            WRAP | BELOW | {"transforms.wrap.predicate": "low"}, [{"f": 0}, {"f": 1}, 2, 3], id="predicate"
        ),
        pytest.param(
            WRAP | BELOW | {"transforms.wrap.predicate": "low", "transforms.wrap.negate": "false"},
            [{"f": 0}, {"f": 1}, 2, 3],
            id="negate is false",
        ),
        pytest.param(
            WRAP | BELOW | {"transforms.wrap.predicate": "low", "transforms.wrap.negate": "TRUE"},
            [0, 1, {"f": 2}, {"f": 3}],
            id="negated",
        ),
        pytest.param(WRAP | BELOW, [{"f": 0}, {"f": 1}, {"f": 2}, {"f": 3}], id="nobody uses the predicate"),
        pytest.param(
            WRAP | MARK | BELOW | {"transforms": " wrap , mark ", "transforms.mark.predicate": "low"},
            [{"f": 0, "s": "x"}, {"f": 1, "s": "x"}, {"f": 2}, {"f": 3}],
            id="in order, the second on what the first made",
        ),
        pytest.param(
            {
                **BELOW,
                "transforms": "drop",
                "transforms.drop.type": lambda _: None,
                "transforms.drop.predicate": "low",
            },
            [2, 3],
            id="a filter where it holds",
        ),
    ],
)
async def test_a_transform_is_applied_where_its_predicate_holds(
    worker: Worker, journal: Journal, config: dict[str, Any], values: list[Any]
) -> None:
    connector = {"connector.class": source(journal, total=4), "value.converter": "JsonConverter"}
    await worker.start_connector("in", connector | {"value.converter.schemas.enable": "false"} | config)
    reader = {"connector.class": sink(journal), "topics": "t", "value.converter": "JsonConverter"}
    await worker.start_connector("out", reader | {"value.converter.schemas.enable": "false"})
    await worker.wait_until_idle(0.1)
    assert journal.values == values


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"transforms": "a,a"}, "Duplicate alias provided"),
        ({"predicates": "p,p"}, "Duplicate alias provided"),
        ({"transforms": "a"}, 'Missing required configuration "transforms.a.type"'),
        ({"transforms": "a", "transforms.a.type": "NoSuch"}, "Class NoSuch could not be found"),
        ({"transforms": "a", "transforms.a.type": "RecordIsTombstone"}, "neither a transform nor a function"),
        (WRAP | {"transforms": "wrap,a"}, 'Missing required configuration "transforms.a.type"'),
        (WRAP | {"transforms.wrap.predicate": "p"}, "names 'p', but there is no predicates.p.type"),
        (WRAP | {"transforms.wrap.predicate": ""}, "names '', but there is no predicates..type"),
        (
            WRAP | BELOW | {"transforms.wrap.predicate": "low", "predicates": "other"},
            "there is no predicates.other.type",
        ),
        (
            WRAP | BELOW | {"transforms.wrap.predicate": "low", "predicates": ""},
            "transforms.wrap.predicate names 'low', but the list of predicates does not",
        ),
        (
            WRAP | {"predicates": "p", "predicates.p.type": "HoistField$Value", "predicates.p.field": "f"},
            "neither a predicate nor a function",
        ),
        (
            WRAP | {"transforms.wrap.negate": "true"},
            "Config 'transforms.wrap.negate' was provided but there is no config 'transforms.wrap.predicate'",
        ),
        (
            WRAP | BELOW | {"transforms.wrap.predicate": "low", "transforms.wrap.negate": "maybe"},
            "Expected value to be either true or false",
        ),
        ({**WRAP, "transforms.wrap.field": None}, "transforms.wrap.field"),
        ({"predicates": "low", "predicates.low.type": Below}, "predicates.low.type: KeyError"),
        (
            {"transforms": "c", "transforms.c.type": "Cast$Value", "transforms.c.spec": "a:date"},
            "transforms.c.spec: Invalid type found in casting spec: date",
        ),
        (
            {"transforms": "m", "transforms.m.type": "MaskField", "transforms.m.fields": ""},
            "transforms.m.fields.*Empty list",
        ),
    ],
)
async def test_a_list_that_cannot_work_is_refused(
    worker: Worker, journal: Journal, config: dict[str, Any], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        await worker.start_connector("in", {"connector.class": source(journal)} | config)
    assert worker.status() == {}
    assert journal.events == []


async def test_predicates_are_closed_with_their_task(worker: Worker, journal: Journal) -> None:
    config = (
        {"connector.class": source(journal, total=4)} | WRAP | BELOW | {"transforms.wrap.predicate": "low"}
    )
    await worker.start_connector("in", config)
    await worker.wait_until_finished()
    tried = Below.closed
    await worker.start_connector("again", config | {"transforms.wrap.negate": "true"})
    await worker.wait_until_finished()
    assert Below.closed > tried
