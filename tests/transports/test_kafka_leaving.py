"""A consumer that is closed while it joins its group leaves nothing behind that others have to wait for."""

import uuid
from typing import Any

import anyio
import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.protocol.group import JoinGroupRequest

from connectsdk.testing.broker import KafkaBroker
from connectsdk.transport import Assigned, Consumer, ConsumerConfig, NewTopic, Revoked
from connectsdk.transports.kafka import KafkaTransport

pytestmark = pytest.mark.kafka

SOON = 15.0  # far less than the session timeout


async def follow(consumer: Consumer) -> None:
    """Return when partitions are assigned; give up what is revoked."""
    while not isinstance(event := await consumer.next_event(SOON), Assigned):
        if isinstance(event, Revoked):
            event.done()


async def follow_for_ever(consumer: Consumer) -> None:
    while True:
        await follow(consumer)


@pytest.mark.parametrize(
    "requests", [1, 2]
)  # the first is answered with an id, with which it is to ask again
async def test_a_consumer_that_is_closed_while_it_joins_keeps_nobody_waiting(
    kafka_broker: KafkaBroker, monkeypatch: pytest.MonkeyPatch, requests: int
) -> None:
    topic = f"leaving-{uuid.uuid4().hex[:8]}"
    config = ConsumerConfig(
        group=topic, topics=[topic], session_timeout=45.0, overrides={"heartbeat.interval.ms": "100"}
    )
    joins, sent, send = [], anyio.Event(), GroupCoordinator._send_req

    async def tell_when_sent(self: GroupCoordinator, request: Any) -> Any:
        if isinstance(request, JoinGroupRequest):
            joins.append(request)
        if len(joins) == requests:
            sent.set()
        return await send(self, request)

    async with (
        KafkaTransport(kafka_broker.bootstrap_servers) as transport,
        anyio.create_task_group() as group,
    ):
        await transport.admin.create_topics([NewTopic(name=topic, partitions=2)])
        established = await transport.consumer(config)
        with anyio.fail_after(SOON):
            await follow(established)
        group.start_soon(follow_for_ever, established)
        with monkeypatch.context() as patch:
            patch.setattr(GroupCoordinator, "_send_req", tell_when_sent)
            hasty = await transport.consumer(config)
            with anyio.fail_after(SOON):
                await sent.wait()
            await hasty.close()
        patient = await transport.consumer(config)
        with anyio.fail_after(SOON):
            await follow(patient)
        group.cancel_scope.cancel()
