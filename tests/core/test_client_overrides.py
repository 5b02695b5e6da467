"""Which settings of Kafka clients may a connector override?"""

from typing import Any

import pytest

from connectsdk._core.client_overrides import ALL, ALLOWLIST, HARMLESS, POLICY, OverridePolicy, overrides
from connectsdk.errors import ConfigError

JAVA = "org.apache.kafka.connect.connector.policy.{}ConnectorClientConfigOverridePolicy"


@pytest.mark.parametrize(
    ("written", "name", "allowed"),
    [
        ("All", "All", None),
        ("None", "None", set()),
        ("Principal", "Principal", {"sasl.jaas.config", "sasl.mechanism", "security.protocol"}),
        ("Allowlist", "Allowlist", set(HARMLESS)),
        (JAVA.format("None"), "None", set()),
        (f" {JAVA.format('All')} ", "All", None),
        (None, "Allowlist", set(HARMLESS)),
    ],
)
def test_a_policy_is_named_in_short_or_as_java_names_it(
    written: str | None, name: str, allowed: set[str] | None
) -> None:
    policy = OverridePolicy.read({POLICY: written}, "Allowlist")
    assert (policy.name, policy.allowed) == (name, allowed)


def test_the_allowlist_can_be_given() -> None:
    policy = OverridePolicy.read({POLICY: "Allowlist", ALLOWLIST: "acks, linger.ms"}, "All")
    assert policy.allowed == {"acks", "linger.ms"}


def test_a_policy_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigError, match="it must be one of All, Allowlist, None, Principal") as caught:
        OverridePolicy.read({POLICY: "Some"}, "All")
    assert caught.value.key == POLICY


LINGER, SERVERS = "producer.override.linger.ms", "producer.override.bootstrap.servers"
CONSUMER, ADMIN = "consumer.override.group.id", "admin.override.retries"


@pytest.mark.parametrize(
    ("properties", "source", "found"),
    [
        ({LINGER: "1", CONSUMER: "g", ADMIN: "1", "topic": "t"}, True, [LINGER]),
        ({LINGER: "1", CONSUMER: "g", ADMIN: "1"}, False, [CONSUMER]),
        ({LINGER: "1", ADMIN: "1", "topic.creation.groups": "a"}, True, [LINGER, ADMIN]),
        ({LINGER: "1", ADMIN: "1", "errors.deadletterqueue.topic.name": "d"}, False, [LINGER, ADMIN]),
        ({LINGER: "1", "errors.deadletterqueue.topic.name": ""}, False, []),
    ],
)
def test_only_clients_that_a_connector_has_are_looked_at(
    properties: dict[str, Any], source: bool, found: list[str]
) -> None:
    assert overrides(properties, source=source) == found


def test_a_refusal_names_the_policy_the_setting_and_the_key() -> None:
    policy = OverridePolicy.read({}, "Allowlist")
    [refusal] = policy.refusals({LINGER: "1", SERVERS: "elsewhere:9092"}, source=True)
    assert refusal.key == SERVERS
    assert "The 'Allowlist' policy does not allow 'bootstrap.servers' to be overridden" in str(refusal)


def test_all_refuses_nothing_and_none_everything() -> None:
    properties = {LINGER: "1", SERVERS: "elsewhere:9092"}
    assert list(ALL.refusals(properties, source=True)) == []
    assert len(list(OverridePolicy.read({}, "None").refusals(properties, source=True))) == 2
