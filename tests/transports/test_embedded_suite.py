"""Does the embedded transport keep every promise of the port?"""

import pytest

from connectsdk.testing.transport_suite import TransportSuite
from connectsdk.transports.embedded import EmbeddedTransport


class Quick(TransportSuite):
    deadline = 20.0
    quiet = 0.05
    session_timeout = 0.2
    rebalance_timeout = 1.0  # a busy machine may halt a test for some tenths of a second
    most_cancellations = 200


class TestMemory(Quick):
    @pytest.fixture
    async def transport(self):
        async with EmbeddedTransport() as transport:
            yield transport


class TestDirectory(Quick):
    @pytest.fixture
    async def transport(self, tmp_path):
        async with EmbeddedTransport(tmp_path / "broker") as transport:
            yield transport


class TestWithoutTopicsOnDemand(Quick):
    supports_auto_create = False

    @pytest.fixture
    async def transport(self):
        async with EmbeddedTransport(auto_create_topics=False) as transport:
            yield transport
