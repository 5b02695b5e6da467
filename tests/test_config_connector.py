"""The keys, their defaults and the messages are those of Java's connectors, recorded beside this file."""

import json
from pathlib import Path

import pytest

from connectsdk.config import definition, embed, parse, parse_values, to_text, validate
from connectsdk.config.connector import (
    ConnectorConfig,
    SinkConnectorConfig,
    SourceConnectorConfig,
    TopicCreationDefaults,
    TopicCreationGroup,
)
from connectsdk.config.worker import WorkerConfig
from connectsdk.errors import ConfigError

RECORDED = json.loads((Path(__file__).parent / "test_config_connector.json").read_text())
BOTH = "topics and topics.regex are mutually exclusive options, but both are set."
NEITHER = "Must configure one of topics or topics.regex"
LISTED = (
    "The DLQ topic 'a' may not be included in the list of topics ('topics=[a, b]') consumed by the connector"
)
OURS = {"task.isolation", "tracing.enabled"}
"""The keys that Java does not have."""
LETTERS = "errors.deadletterqueue.topic.name"


@pytest.mark.parametrize(("kind", "cls"), [("source", SourceConnectorConfig), ("sink", SinkConnectorConfig)])
def test_the_keys_are_javas(kind, cls):
    ours = {
        key.name: {
            "name": key.name,
            "type": key.type.value,
            "required": key.required,
            "default": None if key.required else to_text(key.default, key.type),
            "importance": key.importance.name,
            "group": key.group,
            "order": key.order,
            "width": key.width.value,
            "display_name": key.display_name,
        }
        for key in definition(cls)
        if key.name not in OURS
    }
    recorded = {key["name"]: key for key in RECORDED[kind]}
    letters = {key["name"]: key for key in RECORDED["sink"] if "deadletterqueue" in key["name"]}
    assert ours == {**letters, **recorded}  # Java's sources have no dead letters


@pytest.mark.parametrize(
    ("properties", "problems"),
    [
        ({}, {"topics": [NEITHER], "topics.regex": [NEITHER]}),
        ({"topics": ""}, {"topics": [NEITHER], "topics.regex": [NEITHER]}),
        ({"topics.regex": ""}, {"topics": [NEITHER], "topics.regex": [NEITHER]}),
        ({"topics": "a", "topics.regex": "b"}, {"topics": [BOTH], "topics.regex": [BOTH]}),
        ({"topics": "a", LETTERS: "b"}, {}),
        ({"topics.regex": "a.", LETTERS: "abc"}, {}),
        (
            {"topics": "a,b", LETTERS: "a"},
            {"topics": [LISTED]},
        ),
        (
            {"topics.regex": "a.*", LETTERS: "ab"},
            {
                "topics.regex": [
                    (
                        "The DLQ topic 'ab' may not be matched by the regex for the topics "
                        "('topics.regex=a.*') consumed by the connector"
                    )
                ]
            },
        ),
        (
            {"topics.regex": "(", LETTERS: "a"},
            {
                "topics.regex": [
                    "Invalid value ( for configuration topics.regex: Invalid regex: Unclosed group near index 1"
                ]
            },
        ),
        (
            {"topics": "a", "transforms": "x,x"},
            {"transforms": ["Invalid value [x, x] for configuration transforms: Duplicate alias provided."]},
        ),
        (
            {"topics": "a", "tasks.max": "0"},
            {"tasks.max": ["Invalid value 0 for configuration tasks.max: Value must be at least 1"]},
        ),
        (
            {"topics": "a", "name": ""},
            {"name": ["Invalid value  for configuration name: String may not be empty"]},
        ),
    ],
)
def test_a_sinks_problems(properties, problems):
    values = validate(SinkConnectorConfig, {"name": "x", "connector.class": "y", **properties})
    assert {value.name: list(value.error_messages) for value in values if value.error_messages} == problems


def test_a_sinks_topics():
    properties = {"name": "x", "connector.class": "y", "topics": "a,,b,a"}
    assert parse(SinkConnectorConfig, properties).topics == ("a", "b")


def test_a_source_in_any_case():
    properties = {
        "name": "x",
        "connector.class": SourceConnectorConfig,
        "exactly.once.support": "REQUIRED",
        "transaction.boundary": "Interval",
        "transaction.boundary.interval.ms": "100",
    }
    config = parse(SourceConnectorConfig, properties)
    assert config.connector_class is SourceConnectorConfig
    assert config.exactly_once_support == "required"
    assert config.transaction_boundary == "interval"
    assert config.transaction_boundary_interval_ms == 100


def test_what_every_connector_has():
    config = parse(ConnectorConfig, {"name": "x", "connector.class": "y"})
    assert (config.tasks_max, config.errors_tolerance, config.errors_retry_delay_max_ms) == (
        1,
        "none",
        60_000,
    )
    assert (config.key_converter, config.transforms, config.config_action_reload) == (None, (), "restart")


def test_groups_of_topics_to_create():
    keys = (
        *embed("topic.creation.default.", "Topic Creation: default", 0, TopicCreationDefaults),
        *embed("topic.creation.logs.", "Topic Creation: logs", 0, TopicCreationGroup),
    )
    properties = {
        "topic.creation.default.replication.factor": "-1",
        "topic.creation.default.partitions": "3",
        "topic.creation.logs.include": "log-.*",
    }
    assert parse_values(keys, properties) == {
        "topic.creation.default.partitions": 3,
        "topic.creation.default.replication.factor": -1,
        "topic.creation.logs.exclude": (),
        "topic.creation.logs.include": ("log-.*",),
        "topic.creation.logs.partitions": None,
        "topic.creation.logs.replication.factor": None,
    }


@pytest.mark.parametrize("count", ["0", "-2"])
def test_counts_of_new_topics(count):
    with pytest.raises(ConfigError, match="Value must be a positive number, or -1 for the broker's default"):
        parse(TopicCreationDefaults, {"partitions": count, "replication.factor": "1"})


def test_a_worker_needs_nothing():
    config = parse(WorkerConfig, {})
    assert config == WorkerConfig()
    assert config.bootstrap_servers is None
    assert (config.offset_flush_interval_ms, config.offset_flush_timeout_ms) == (60_000, 5_000)
    assert (config.task_shutdown_graceful_timeout_ms, config.offset_storage_topic) == (
        5_000,
        "connect-offsets",
    )
    assert config.key_converter == config.value_converter == "org.apache.kafka.connect.json.JsonConverter"
    assert config.header_converter == "org.apache.kafka.connect.storage.SimpleHeaderConverter"


def test_a_workers_text():
    config = parse(WorkerConfig, {"bootstrap.servers": "a:1, b:2", "offset.flush.interval.ms": "5"})
    assert (config.bootstrap_servers, config.offset_flush_interval_ms) == (("a:1", "b:2"), 5)
