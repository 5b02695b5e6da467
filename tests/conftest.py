"""Shared by all tests: Hypothesis profiles, and a real Apache Kafka for those marked `kafka`."""

import os

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["connectsdk.testing.broker_fixtures", "tests.registry.fixtures"]

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=False, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that share one broker in one process of pytest-xdist."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            if item.get_closest_marker("kafka"):
                item.add_marker(pytest.mark.xdist_group("kafka"))
