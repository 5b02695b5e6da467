"""How is a broker asked to forget some of a group's offsets?

The client library does not know this request; its first version is all there is.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

import attrs
from aiokafka import errors as kafka
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Int16, Int32, Schema, String

from connectsdk.errors import IllegalStateError
from connectsdk.transports.kafka._group import Group

__all__ = ("forget_offsets",)

KEY = 47
GROUP_IS_SUBSCRIBED = 86  # the client library has no name for it
NOTHING_STORED = frozenset({0, kafka.UnknownTopicOrPartitionError.errno, kafka.GroupIdNotFound.errno})
IN_USE = frozenset({GROUP_IS_SUBSCRIBED, kafka.NonEmptyGroup.errno})


class _OffsetDeleteResponse(Response):  # type: ignore[misc]  # the client library is not typed
    API_KEY = KEY  # pyright: ignore - the client library's responses do so
    API_VERSION = 0  # pyright: ignore - the client library's responses do so
    SCHEMA = Schema(
        ("error_code", Int16),
        ("throttle_time_ms", Int32),
        (
            "topics",
            Array(
                ("name", String("utf-8")),
                ("partitions", Array(("partition_index", Int32), ("error_code", Int16))),
            ),
        ),
    )


class _OffsetDeleteStruct(RequestStruct):  # type: ignore[misc]  # the client library is not typed
    API_KEY = KEY
    API_VERSION = 0
    RESPONSE_TYPE = _OffsetDeleteResponse
    SCHEMA = Schema(
        ("group_id", String("utf-8")),
        ("topics", Array(("name", String("utf-8")), ("partitions", Array(Int32)))),
    )


@attrs.frozen(eq=False)
class _OffsetDeleteRequest(Request[_OffsetDeleteStruct]):  # type: ignore[misc]  # the client library is not typed
    API_KEY: ClassVar[int] = KEY

    group: str
    topics: Mapping[str, Iterable[int]]

    def build(self, request_struct_class: type[_OffsetDeleteStruct]) -> _OffsetDeleteStruct:
        return request_struct_class(
            self.group, [(name, list(numbers)) for name, numbers in self.topics.items()]
        )


async def forget_offsets(group: Group, topics: Mapping[str, Iterable[int]]) -> None:
    """Forget the offsets of these partitions; what is not stored is no error.

    Raises:
        IllegalStateError: If the group has members.
        KafkaError: If they cannot be forgotten, or it is not known whether they are.
    """
    response = await group.ask(_OffsetDeleteRequest(group.name, topics))
    codes = [response.error_code, *(code for _, answers in response.topics for _, code in answers)]
    for code in codes:
        if code in IN_USE:
            raise IllegalStateError(f"group {group.name} has members: stop them before changing its offsets")
        if code not in NOTHING_STORED:
            raise kafka.for_code(code)(f"group {group.name}")
