"""Does a transport keep every promise of `connectsdk.transport`?

Subclass the suite in a test module and give it a started transport; pytest-asyncio runs it in auto mode:

```python
from connectsdk.testing.transport_suite import TransportSuite


class TestMyTransport(TransportSuite):
    deadline = 30.0

    @pytest.fixture
    async def transport(self):
        async with MyTransport("somewhere:1234") as transport:
            yield transport
```

Each check is a test of its own, uses topics and groups of its own, and talks to the transport through the port
alone; some close the transport. The class attributes of `TransportSuite` adapt it to a system's timing and limits.
"""

import pytest

_CHECKS = "cancelling consuming groups lifecycle offsets producing steps tables topics transactions"
pytest.register_assert_rewrite(
    *(f"{__name__}._{module}" for module in _CHECKS.split())
)  # before their import

from connectsdk.testing.transport_suite._cancellation import cancel_at_every_await  # noqa: E402 - see above
from connectsdk.testing.transport_suite._cancelling import CancellationChecks  # noqa: E402
from connectsdk.testing.transport_suite._consuming import ConsumingChecks  # noqa: E402
from connectsdk.testing.transport_suite._groups import GroupChecks  # noqa: E402
from connectsdk.testing.transport_suite._lifecycle import LifecycleChecks  # noqa: E402
from connectsdk.testing.transport_suite._offsets import OffsetStoreChecks  # noqa: E402
from connectsdk.testing.transport_suite._producing import ProducingChecks  # noqa: E402
from connectsdk.testing.transport_suite._tables import TableChecks  # noqa: E402
from connectsdk.testing.transport_suite._topics import TopicChecks  # noqa: E402
from connectsdk.testing.transport_suite._transactions import TransactionChecks  # noqa: E402

__all__ = ("TransportSuite", "cancel_at_every_await")


class TransportSuite(
    ProducingChecks,
    ConsumingChecks,
    GroupChecks,
    TransactionChecks,
    TableChecks,
    OffsetStoreChecks,
    TopicChecks,
    CancellationChecks,
    LifecycleChecks,
):
    """All checks; see `Steps` for the attributes that adapt them."""
