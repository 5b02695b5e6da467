"""A connector, a transform, a predicate and a converter that tell whatever they know wherever they can."""

import logging
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any
from urllib.parse import quote

import anyio

from connectsdk import ConfigError, DataError, SourceConnector, SourceRecord, SourceTask
from connectsdk.config import Password, config, option

NUMBERS = count()
LOGGERS = 200
"""How many loggers there are at most: each makes logging slower."""


def told(*secrets: Any) -> str:
    """Return secrets in the forms in which they get into texts."""
    shown = [each.value if isinstance(each, Password) else str(each) for each in secrets if each]
    return " | ".join([*shown, *map(repr, shown), *map(quote, shown)])


def tell(*secrets: Any) -> None:
    """Log secrets, with loggers that were not there before."""
    text, number = told(*secrets), next(NUMBERS) % LOGGERS
    for name in (f"connectsdk.task.later{number}", f"leaky.of.somebody.else{number}", "connectsdk.task"):
        log = logging.getLogger(name)
        log.debug("I know %s", text, extra={"detail": {"known": [text]}, "plain": text})
        try:
            raise ValueError(text)  # noqa: TRY301 - its traceback is what is looked at
        except ValueError:
            log.exception("and failed")


def fail(kind: type[Exception], *secrets: Any) -> None:
    """Raise an exception that tells secrets, as do those that it came from.

    Raises:
        Exception: That one.
    """
    tell(*secrets)
    try:
        raise OSError(f"inner {told(*secrets)}")  # noqa: TRY301 - it is the other one's cause
    except OSError as error:
        raise kind(f"outer {told(*secrets)}") from error


@config
class LeakyConfig:
    password: Password | None = option(default=None)
    pin: Password | None = option(default=None)
    note: str = option(default="")
    url: str = option(default="")
    mode: str = option(default="work")

    @property
    def known(self) -> list[Any]:
        """Everything in it."""
        return [self.password, self.pin, self.note, self.url]


class LeakyTask(SourceTask[LeakyConfig]):
    config_class = LeakyConfig

    async def start(self, config: LeakyConfig) -> None:
        self.config, self.position = config, 0
        tell(*config.known)
        if config.mode == "task":
            fail(RuntimeError, *config.known)

    async def poll(self) -> Sequence[SourceRecord]:
        await anyio.sleep(0.02 if self.position < 3 else 1.0)
        self.position += 1
        offset = {"position": self.position}
        return [SourceRecord("leaks", value="x", source_partition={"a": 1}, source_offset=offset)]


class LeakySourceConnector(SourceConnector[LeakyConfig]):
    task_class = LeakyTask

    async def start(self, config: LeakyConfig) -> None:
        self.config = config
        if config.mode == "start":
            fail(RuntimeError, *config.known)

    async def task_configs(self, max_tasks: int) -> Sequence[Mapping[str, Any]]:
        return [dict(self.context.config)]

    async def validate(self, config: LeakyConfig) -> Any:
        tell(*config.known)
        if config.mode == "tell":
            fail(ConfigError, *config.known)
        return ()

    async def alter_offsets(self, config: Any, offsets: Any) -> bool:
        secrets = [config.get(key) for key in ("password", "pin", "note", "url")]
        fail(ConfigError if config.get("mode") == "refuse" else RuntimeError, *secrets)
        return True


@config
class PartConfig:
    code: Password | None = option(default=None)
    hint: str = option(default="")
    fail: bool = option(default=False)


class LeakyPart:
    """A transform and a predicate."""

    config_class = PartConfig
    asked = False

    def configure(self, config: PartConfig) -> None:
        self.config = config
        tell(config.code, config.hint)

    def apply(self, record: Any) -> Any:
        if self.config.fail:
            fail(DataError, self.config.code, self.config.hint)
        return record

    def test(self, record: Any) -> bool:
        if not self.asked:
            tell(self.config.code, self.config.hint)
        self.asked = True
        return True

    def close(self) -> None:
        tell(self.config.code, self.config.hint)


class LeakyConverter:
    config_class = PartConfig

    def configure(self, config: PartConfig, *, is_key: bool) -> None:
        self.config = config
        tell(config.code, config.hint)

    def from_connect_data(self, topic: str, headers: Any, schema: Any, value: Any) -> bytes | None:
        if self.config.fail:
            fail(DataError, self.config.code, self.config.hint)
        return None if value is None else str(value).encode()

    def to_connect_data(self, topic: str, headers: Any, data: bytes | None) -> tuple[Any, Any]:
        return None, data
