"""What messaging system needs no server? One in this process, in memory or in a directory.

It keeps Kafka's semantics: partitions and offsets, groups with generations, retention and compaction, transactions
and fencing. Where it differs, there is a reason:

- Members live as long as their objects. There are no heartbeats to miss, so `session_timeout` has no effect; the
  deadline of a rebalance has, and so has that of a transaction (`transaction.timeout.ms`, 60000 by default).
- `send` writes before it returns, all of a batch or nothing, so there is nothing to retry and nothing under way.
- Retention and compaction happen when a partition is written to; retention takes whole batches.
- Replication factors are accepted and mean nothing.
- Everything that was opened belongs to one event loop, and a directory to one process.
"""

from connectsdk.transports.embedded._transport import EmbeddedTransport

__all__ = ("EmbeddedTransport",)
