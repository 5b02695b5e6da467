"""With which settings is a source's topic created?"""

import pytest

from connectsdk._core.topic_creation import TopicCreation
from connectsdk.errors import ConfigError

DEFAULT = {"topic.creation.default.partitions": "3", "topic.creation.default.replication.factor": "-1"}


def group(name, **settings):
    return {f"topic.creation.{name}.{key.replace('_', '.')}": value for key, value in settings.items()}


def read(*names, **properties):
    return TopicCreation.read({"name": "orders", **DEFAULT, **properties}, names)


def sizes(found):
    return found.partitions, found.replication_factor, dict(found.config)


@pytest.mark.parametrize("properties", [{}, {"name": "orders", "topics": "a"}])
def test_properties_that_say_nothing_create_nothing(properties):
    assert TopicCreation.read(properties, ()) is None


@pytest.mark.parametrize("names", [(), ("default",)])
def test_the_default_group_takes_every_topic(names):
    creation = read(*names, **group("default", cleanup_policy="compact"))
    assert sizes(creation.group("any.topic")) == (3, -1, {"cleanup.policy": "compact"})


def test_the_first_group_that_includes_a_topic_takes_it():
    wide = group("wide", include="log.*", partitions="9")
    narrow = group("narrow", include="logs,metrics", replication_factor="2")
    creation = read("wide", "narrow", **wide, **narrow)
    assert sizes(creation.group("logs")) == (9, -1, {})
    assert sizes(creation.group("metrics")) == (3, 2, {})
    assert sizes(creation.group("metrics.2")) == (3, -1, {})


def test_what_a_group_excludes_goes_on_to_the_next():
    creation = read("logs", **group("logs", include="log.*", exclude="log.old,.*tmp", partitions="9"))
    assert [creation.group(topic).partitions for topic in ("log.new", "log.old", "logtmp")] == [9, 3, 3]


def test_a_group_does_not_take_over_the_defaults_topic_settings():
    properties = group("default", retention_ms="1") | group("logs", include="log", cleanup_policy="compact")
    assert sizes(read("logs", **properties).group("log")) == (3, -1, {"cleanup.policy": "compact"})


def test_a_group_that_includes_nothing_takes_nothing():
    assert read("logs", **group("logs", partitions="9")).group("log").partitions == 3


@pytest.mark.parametrize("side", ["include", "exclude"])
def test_a_pattern_that_is_none_names_its_key(side):
    with pytest.raises(ConfigError, match=f"^topic.creation.logs.{side}: Invalid regex: ") as caught:
        read("logs", **(group("logs", include="log") | group("logs", **{side: "("})))
    assert caught.value.key == f"topic.creation.logs.{side}"


@pytest.mark.parametrize(
    ("properties", "key"),
    [
        (group("default", partitions="many"), "topic.creation.default.partitions"),
        (group("default", partitions="0"), "topic.creation.default.partitions"),
        (group("logs", include="a", partitions="many"), "topic.creation.logs.partitions"),
    ],
)
def test_a_value_that_cannot_work_names_its_key(properties, key):
    with pytest.raises(ConfigError, match=f"^{key}: ") as caught:
        read("logs", **properties)
    assert caught.value.key == key
    assert caught.value.problems


def test_the_default_group_must_say_how_many():
    with pytest.raises(ConfigError, match=r"^topic\.creation\.default\."):
        TopicCreation.read(group("default", partitions="1"), ())
