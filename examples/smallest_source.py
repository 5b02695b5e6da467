from collections.abc import AsyncIterator

from connectsdk import SourceConnector, SourceRecord, StreamSourceTask


class CountTask(StreamSourceTask[dict[str, str]]):
    async def stream(self) -> AsyncIterator[SourceRecord]:
        counter = {"counter": "a"}
        stored = await self.context.offsets.offset(counter)
        for n in range(stored["last"] + 1 if stored else 1, 6):
            yield SourceRecord("numbers", value=n, source_partition=counter, source_offset={"last": n})


class CountSource(SourceConnector[dict[str, str]]):
    task_class = CountTask
