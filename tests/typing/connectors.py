"""An author's connectors, as mypy and pyright must accept them; never executed."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import assert_type

from connectsdk import (
    ConfigValue,
    EndOfStream,
    OffsetReader,
    Password,
    RetriableError,
    SinkConnector,
    SinkRecord,
    SinkTask,
    SourceConnector,
    SourceOffset,
    SourceRecord,
    SourceTask,
    StreamSourceTask,
    TopicPartition,
    option,
)
from connectsdk.config import config


@config
class ShopConfig:
    topic: str = option(doc="Where the orders go.")
    page_size: int = option(default=100, at_least=1)
    password: Password | None = option(default=None)


class ShopTask(SourceTask[ShopConfig]):
    async def start(self, config: ShopConfig) -> None:
        assert_type(config.topic, str)
        assert_type(config.page_size, int)
        assert_type(config.password, Password | None)
        assert_type(self.context.offsets, OffsetReader)
        assert_type(self.context.task, int)

    async def poll(self) -> Sequence[SourceRecord] | None:
        if self.context.task:
            raise EndOfStream
        if self.context.connector:
            raise RetriableError("later", after=1.5)
        return [SourceRecord("orders", value={"id": 1}, source_partition={"a": 1}, source_offset={"b": 2})]

    async def commit(self, offsets: Sequence[SourceOffset]) -> None:
        for partition, offset in offsets:
            assert_type(partition, Mapping[str, object])  # type: ignore[assert-type]  # its values are Any
            assert offset is None or offset["b"]


class ShopStream(StreamSourceTask[ShopConfig]):
    max_batch_records = 10

    async def stream(self) -> AsyncIterator[SourceRecord]:
        yield SourceRecord("orders")


class ShopSource(SourceConnector[ShopConfig]):
    task_class = ShopTask
    version = "1"

    async def start(self, config: ShopConfig) -> None:
        assert_type(config.topic, str)
        self.context.request_task_reconfiguration()

    async def task_configs(self, max_tasks: int) -> Sequence[Mapping[str, object]]:
        return [{"share": n} for n in range(max_tasks)]

    async def validate(self, config: ShopConfig) -> Sequence[ConfigValue]:
        return ()


class WrongSource(SourceConnector[ShopConfig]):
    async def start(self, config: int) -> None:  # type: ignore[override]  # the configuration's class is known
        ...


class PlainTask(SinkTask[dict[str, str]]):
    async def start(self, config: dict[str, str]) -> None:
        assert_type(config["topics"], str)

    async def put(self, records: Sequence[SinkRecord]) -> None:
        for record in records:
            assert_type(record.offset, int)
            assert_type(record.with_topic("x"), SinkRecord)

    async def pre_commit(self, offsets: Mapping[TopicPartition, int]) -> Mapping[TopicPartition, int]:
        assert_type(self.context.assignment & set(offsets), set[TopicPartition])  # type: ignore[assert-type]  # AbstractSet
        return {partition: offset for partition, offset in offsets.items() if partition.partition == 0}


class PlainSink(SinkConnector[dict[str, str]]):
    task_class = PlainTask
