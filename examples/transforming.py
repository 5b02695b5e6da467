import anyio
from smallest_sink import PrintSink
from smallest_source import CountSource
from transform_function import only_even_squared

from connectsdk import EmbeddedTransport, Worker

TRANSFORMS = {"transforms": "even", "transforms.even.type": only_even_squared}


async def main() -> None:
    async with Worker(EmbeddedTransport()) as worker:
        await worker.start_connector("count", {"connector.class": CountSource, **TRANSFORMS})
        await worker.start_connector("print", {"connector.class": PrintSink, "topics": "numbers"})
        await worker.wait_until_idle(0.5)


if __name__ == "__main__":
    anyio.run(main)
