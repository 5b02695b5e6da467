import anyio
from smallest_sink import PrintSink
from smallest_source import CountSource

from connectsdk import EmbeddedTransport, Worker


async def main() -> None:
    async with Worker(EmbeddedTransport()) as worker:
        await worker.start_connector("count", {"connector.class": CountSource})
        await worker.start_connector("print", {"connector.class": PrintSink, "topics": "numbers"})
        await worker.wait_until_idle(0.5)


if __name__ == "__main__":
    anyio.run(main)
