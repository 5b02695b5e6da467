"""How does a converter, which does no I/O, learn what the registry knows?"""

from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import Any, Generic, Self, TypeVar

import attrs

from connectsdk.errors import DataError, LookupNeeded, RetriableError
from connectsdk.registry._answers import Answers
from connectsdk.registry._config import SchemaRegistryConfig
from connectsdk.registry._port import (
    RegisteredSchema,
    RejectedSchemaError,
    SchemaDefinition,
    SchemaRegistry,
    UnknownSchemaError,
)
from connectsdk.registry._references import with_dependencies

__all__ = ("SchemaRegistryClient", "Written")

Parsed = TypeVar("Parsed")
DEADLINE = 10.0
"""Seconds for everything that one look-up asks of the registry."""


@attrs.frozen
class Written(Generic[Parsed]):
    """What a value is to be written with.

    Attributes:
        id: The schema's id.
        parsed: The schema.
    """

    id: int
    parsed: Parsed


@attrs.define(eq=False)
class SchemaRegistryClient(Generic[Parsed]):
    """What a converter knows of its registry.

    `schema`, `written` and `id_for` answer at once from memory, or raise `LookupNeeded`, whose `look_up` asks the
    registry: afterwards the same call answers. What the registry does not have, or refuses, is a `DataError` from
    then on, and not asked again for a while. Look-ups of one client wait for each other, so that one is asked for
    once only, and stand in line in the order in which they came.

    Attributes:
        config: What the converter was told.
        registry: Where schemas are kept.
        parse: Turns a schema's text into what the converter works with, once per schema; raises DataError.
        compatible: Says what is wrong with reading the first one's data by the second one, or None; asked under
            `latest.compatibility.strict` and `id.compatibility.strict`.
    """

    config: SchemaRegistryConfig
    registry: SchemaRegistry
    parse: Callable[[RegisteredSchema], Parsed]
    compatible: Callable[[SchemaDefinition, Parsed], str | None] | None = None
    _clock: Callable[[], float] = monotonic
    _answers: Answers[Any, Any] = attrs.field(init=False)
    _turn: Any = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        config = self.config
        self._answers = Answers(
            config.max_schemas_per_subject, config.missing_cache_size, config.missing_id_cache_ttl_sec
        )

    @classmethod
    def from_config(
        cls,
        config: SchemaRegistryConfig,
        parse: Callable[[RegisteredSchema], Parsed],
        compatible: Callable[[SchemaDefinition, Parsed], str | None] | None = None,
    ) -> Self:
        """Return the client of the registry that a configuration names; nothing is asked of it yet.

        Raises:
            ConfigError: If the configuration cannot work.
        """
        from connectsdk.registry._opening import open_registry

        return cls(config, open_registry(config), parse, compatible)

    @property
    def lasting(self) -> bool:
        """Whether an answer of `written` holds for ever, so that a converter may keep it."""
        return self.config.auto_register_schemas or self.config.latest_cache_ttl_sec < 0

    def schema(self, schema_id: int) -> Parsed:
        """Return the schema with this id, as `parse` made it.

        Raises:
            LookupNeeded: If the registry has to be asked.
            DataError: If there is none, or it cannot be parsed.
        """
        key = ("id", schema_id)
        known: Parsed | None = self._answers.get(key, self._clock())
        if known is None:
            message = f"schema {schema_id} is not known yet"
            raise LookupNeeded(message, partial(self._look_up, key, partial(self._by_id, schema_id)))
        return known

    def written(self, subject: str, definition: SchemaDefinition) -> Written[Parsed]:
        """Return the id and the schema to write a value with, as the configuration says.

        With `auto.register.schemas` the definition itself, registered if need be; otherwise the schema of
        `use.schema.id`; with `use.latest.version` the subject's latest; otherwise the definition, which must be
        registered.

        Raises:
            LookupNeeded: If the registry has to be asked.
            DataError: If the registry refuses it, or does not have it.
        """
        key = ("written", subject, definition)
        known: Written[Parsed] | None = self._answers.get(key, self._clock())
        if known is None:
            message = f"how to write for subject {subject} is not known yet"
            raise LookupNeeded(
                message, partial(self._look_up, key, partial(self._write, subject, definition))
            )
        return known

    def id_for(self, subject: str, definition: SchemaDefinition) -> int:
        """Return the id to write a value with; as `written`.

        Raises:
            LookupNeeded: If the registry has to be asked.
            DataError: If the registry refuses it, or does not have it.
        """
        return self.written(subject, definition).id

    async def aclose(self) -> None:
        """Let go of the registry."""
        await self.registry.aclose()

    # -- asking ----------------------------------------------------------------------------------------------

    async def _look_up(self, key: Any, ask: Callable[[], Awaitable[tuple[Any, float]]]) -> None:
        import anyio

        if self._turn is None:
            self._turn = anyio.Lock()
        async with self._turn:
            if self._answers.get(key, self._clock()) is not None:
                return  # somebody else asked meanwhile
            await anyio.sleep(self._answers.wait(self._clock()))
            try:
                with anyio.fail_after(DEADLINE):
                    value, lasts = await ask()
            except DataError as error:
                self._answers.missed(key, error, self._clock())
                raise
            except TimeoutError:
                message = f"the schema registry did not answer within {DEADLINE:g} s"
                raise RetriableError(message) from None
            self._answers.found(key, value, self._clock() + lasts)

    async def _by_id(self, schema_id: int) -> tuple[Parsed, float]:
        try:
            found = await self.registry.by_id(schema_id)
        except UnknownSchemaError as error:
            message = f"{error} (schema id {schema_id}): is it the registry that the data was written with?"
            raise UnknownSchemaError(message) from None
        return self.parse(await with_dependencies(self.registry, found)), float("inf")

    async def _write(self, subject: str, definition: SchemaDefinition) -> tuple[Written[Parsed], float]:
        config, registry = self.config, self.registry
        lasts = float("inf")
        if config.auto_register_schemas:
            found = await registry.register(subject, definition, normalize=config.normalize_schemas)
            found = attrs.evolve(found, definition=definition)
        elif config.use_schema_id >= 0:
            found = await registry.by_id(config.use_schema_id)
        elif config.use_latest_version:
            found = await registry.version(subject)
            if config.latest_cache_ttl_sec >= 0:
                lasts = max(1.0, config.latest_cache_ttl_sec)  # long enough to be used
        else:
            found = await self._registered(subject, definition)
        parsed = self.parse(await with_dependencies(registry, found))
        self._check(subject, definition, found, parsed)
        return Written(found.id, parsed), lasts

    async def _registered(self, subject: str, definition: SchemaDefinition) -> RegisteredSchema:
        try:
            found = await self.registry.find(subject, definition, normalize=self.config.normalize_schemas)
        except UnknownSchemaError as error:
            message = (
                f"{error} (subject {subject}); register the schema, or set auto.register.schemas=true or "
                "use.latest.version=true"
            )
            raise UnknownSchemaError(message) from None
        return attrs.evolve(found, definition=definition)

    def _check(
        self, subject: str, definition: SchemaDefinition, found: RegisteredSchema, parsed: Parsed
    ) -> None:
        config = self.config
        by_id = config.use_schema_id >= 0
        strict = config.id_compatibility_strict if by_id else config.latest_compatibility_strict
        if self.compatible is None or found.definition is definition or not strict:
            return
        wrong = self.compatible(definition, parsed)
        if wrong is not None:
            what = f"schema {found.id}" if by_id else f"the latest schema of subject {subject}"
            key = "id" if by_id else "latest"
            message = (
                f"Incompatible: {what} cannot read what the record's schema writes: {wrong}; "
                f"register a schema that can, or set {key}.compatibility.strict=false"
            )
            raise RejectedSchemaError(message)
