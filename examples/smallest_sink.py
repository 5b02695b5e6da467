from collections.abc import Sequence

from connectsdk import SinkConnector, SinkRecord, SinkTask


class PrintTask(SinkTask[dict[str, str]]):
    async def put(self, records: Sequence[SinkRecord]) -> None:
        for record in records:
            print(f"{record.topic} {record.offset}: {record.value}")


class PrintSink(SinkConnector[dict[str, str]]):
    task_class = PrintTask
