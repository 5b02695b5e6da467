"""Which registry does a configuration mean?"""

from pathlib import Path

from connectsdk.errors import ConfigError
from connectsdk.registry._config import SchemaRegistryConfig
from connectsdk.registry._memory import MemoryRegistry
from connectsdk.registry._port import SchemaRegistry

__all__ = ("open_registry",)

_KEY = "schema.registry.url"


def open_registry(config: SchemaRegistryConfig) -> SchemaRegistry:
    """Return the registry; nothing is asked of it yet.

    Raises:
        ConfigError: If there is no such registry.
    """
    urls = config.urls
    schemes = {url.partition(":")[0].lower() for url in urls}
    if schemes and schemes <= {"http", "https"}:
        from connectsdk.registry._http import HttpRegistry

        return HttpRegistry(config)
    rest = urls[0].partition(":")[2] if len(urls) == 1 else ""
    if schemes == {"mock"} and rest.strip("/"):
        return MemoryRegistry.named(rest.strip("/"))
    if schemes == {"file"} and rest.strip("/"):
        from connectsdk.registry._file import FileRegistry

        return FileRegistry(Path(rest.removeprefix("//")))
    raise _unknown()


def _unknown() -> ConfigError:
    message = (
        f"{_KEY} must be `http` or `https` URLs, separated by commas, or one of mock://NAME and file:PATH"
    )
    return ConfigError(message, key=_KEY)
