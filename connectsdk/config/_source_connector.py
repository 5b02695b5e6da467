"""Which keys does every source connector have?"""

import attrs

from connectsdk.config._checks import COUNT, unique
from connectsdk.config._connector import ConnectorConfig
from connectsdk.config._kinds import ConfigType, Importance, Width
from connectsdk.config._option import option
from connectsdk.config._validators import CaseInsensitiveValidString, NonEmptyString

__all__ = ("SourceConnectorConfig", "TopicCreationDefaults", "TopicCreationGroup")

_EXACTLY_ONCE = "Exactly Once Support"


@attrs.frozen(kw_only=True)
class SourceConnectorConfig(ConnectorConfig):
    """What every source connector can be told."""

    topic_creation_groups: tuple[str, ...] = option(
        default=(),
        doc="Names of groups of topics, most specific first, each with keys `topic.creation.<name>.*`; "
        "`default` is the last without being named.",
        validator=unique("topic creation groups"),
        importance=Importance.LOW,
        group="Topic Creation",
        order=1,
        width=Width.LONG,
        display_name="Topic Creation Groups",
    )
    exactly_once_support: str = option(
        default="requested",
        doc="`required` refuses a connector that cannot do exactly-once with this configuration; `requested` does not ask.",
        validator=CaseInsensitiveValidString.in_("required", "requested"),
        convert=str.lower,
        group=_EXACTLY_ONCE,
        order=2,
        width=Width.SHORT,
        display_name="Exactly once support",
    )
    transaction_boundary: str = option(
        default="poll",
        doc="When exactly-once is on, one transaction per batch (`poll`), per interval (`interval`), "
        "or as the connector says (`connector`).",
        validator=CaseInsensitiveValidString.in_("interval", "poll", "connector"),
        convert=str.lower,
        group=_EXACTLY_ONCE,
        order=3,
        width=Width.SHORT,
        display_name="Transaction Boundary",
    )
    transaction_boundary_interval_ms: int | None = option(
        default=None,
        type=ConfigType.LONG,
        at_least=0,
        doc="How often `transaction.boundary=interval` commits, in milliseconds; the worker's "
        "`offset.flush.interval.ms` when absent.",
        importance=Importance.LOW,
        group=_EXACTLY_ONCE,
        order=4,
        width=Width.SHORT,
        display_name="Transaction boundary interval",
    )
    offsets_storage_topic: str | None = option(
        default=None,
        doc="An offsets topic for this connector alone; the worker's when absent.",
        validator=NonEmptyString(),
        importance=Importance.LOW,
        group="offsets.topic",
        order=1,
        width=Width.LONG,
        display_name="Offsets topic",
    )


@attrs.frozen(kw_only=True)
class TopicCreationDefaults:
    """Keys `topic.creation.default.*`: how topics are created that no group includes."""

    replication_factor: int = option(
        type=ConfigType.SHORT,
        doc="The replication factor of new topics; -1 for the broker's default.",
        validator=COUNT,
        importance=Importance.LOW,
        order=3,
        width=Width.LONG,
    )
    partitions: int = option(
        doc="How many partitions new topics have; -1 for the broker's default.",
        validator=COUNT,
        importance=Importance.LOW,
        order=4,
        width=Width.LONG,
    )


@attrs.frozen(kw_only=True)
class TopicCreationGroup:
    """Keys `topic.creation.<group>.*`: how the topics of one group are created."""

    include: tuple[str, ...] = option(
        default=(),
        doc="Regular expressions, one of which a topic's whole name has to match.",
        importance=Importance.LOW,
        order=1,
        width=Width.LONG,
    )
    exclude: tuple[str, ...] = option(
        default=(),
        doc="Regular expressions, none of which a topic's whole name may match.",
        importance=Importance.LOW,
        order=2,
        width=Width.LONG,
    )
    replication_factor: int | None = option(
        default=None,
        type=ConfigType.SHORT,
        doc="The replication factor of new topics; -1 for the broker's default, the default group's when absent.",
        validator=COUNT,
        importance=Importance.LOW,
        order=3,
        width=Width.LONG,
    )
    partitions: int | None = option(
        default=None,
        doc="How many partitions new topics have; -1 for the broker's default, the default group's when absent.",
        validator=COUNT,
        importance=Importance.LOW,
        order=4,
        width=Width.LONG,
    )
