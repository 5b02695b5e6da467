"""What do consumed bytes say, as a sink connector's converters read them?"""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import attrs

from connectsdk.converter import resolve
from connectsdk.converters.json import JsonConverter, JsonConverterConfig
from connectsdk.errors import ConfigError
from connectsdk.record import ConsumerRecord, RawHeaders
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._parts.pipelines import SinkPlumbing
from connectsdk.runtime._worker.blueprint import Blueprint

__all__ = ("ConsumedData", "ConsumedReader")

Part = bytes | str


@attrs.frozen
class ConsumedData:
    """One record's parts, each as JSON; or, as a text, why its converter refuses it.

    Attributes:
        key: The key.
        value: The value.
        headers: The headers, by their places.
    """

    key: Part
    value: Part
    headers: tuple[Part, ...]


@attrs.define(eq=False)
class ConsumedReader:
    """One sink connector's converters. Use it as an async context manager.

    Attributes:
        name: The connector's name.
    """

    name: str
    _plumbing: SinkPlumbing
    _json: JsonConverter

    @classmethod
    async def of(cls, name: str, config: Mapping[str, Any], worker: Mapping[str, Any]) -> "ConsumedReader":
        """Make them.

        Args:
            name: The connector's name.
            config: Its properties.
            worker: Its worker's properties.

        Raises:
            ConfigError: If they cannot work as configured, or belong to a source.
        """
        blueprint = await Blueprint.alone(name, config, worker)
        if blueprint.kind != "sink":
            message = f"connector {name} is a source: nothing is consumed for it"
            raise ConfigError(message, key="connector.class")
        json = JsonConverter()
        json.configure(JsonConverterConfig(schemas_enable=False, decimal_format="NUMERIC"))
        return cls(name, blueprint.plumbing.open_sink(), json)

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the transforms and converters."""
        await self._plumbing.aclose()

    async def read(self, record: ConsumerRecord) -> ConsumedData:
        """Return what a record's parts say; look up what a converter lacks."""
        pipeline = self._plumbing.pipeline
        topic, headers = record.topic, record.headers
        key = await self._part(pipeline.key.to_connect_data, topic, headers, record.key)
        value = await self._part(pipeline.value.to_connect_data, topic, headers, record.value)
        convert = pipeline.header.to_connect_header
        return ConsumedData(key, value, tuple([await self._part(convert, topic, *one) for one in headers]))

    async def _part(
        self, convert: Callable[..., Any], topic: str, *arguments: str | bytes | RawHeaders | None
    ) -> Part:
        try:
            schema, value = await resolve(convert, topic, *arguments)
            return self._json.from_connect_data(topic, (), schema, value) or b"null"
        except Exception as error:  # noqa: BLE001 - whatever a converter raises is its answer
            return describe(error)
