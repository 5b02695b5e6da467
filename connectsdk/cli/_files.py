"""Which properties are written in this file?"""

import io
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import javaproperties

from connectsdk.errors import ConfigError

__all__ = (
    "ConnectorFile",
    "apply_settings",
    "read_connector",
    "read_connectors",
    "read_properties",
    "read_requests",
)

REMEDY = 'write {"name": ..., "connector.class": ...}'

log = logging.getLogger("connectsdk.cli")


@attrs.frozen
class ConnectorFile:
    """A connector as it is written.

    Attributes:
        path: The file.
        name: The connector's name.
        config: Its properties, the name among them.
        initial_state: RUNNING, PAUSED or STOPPED: what it does when it is created.
    """

    path: Path
    name: str
    config: Mapping[str, str]
    initial_state: str = "RUNNING"


def read_connector(path: Path, settings: Mapping[str, str]) -> ConnectorFile:
    """Return the connector in a file, which runs at once, with these properties set over it.

    Raises:
        ConfigError: If the file cannot be read, does not say the connector's name, or that it is not to run.
    """
    file = _connector(path, settings)
    if file.initial_state != "RUNNING":
        raise ConfigError(
            f"{path}: initial_state = {file.initial_state!r}: a connector of this command runs at once: "
            "take the field out",
            key="initial_state",
        )
    return file


def read_connectors(paths: Sequence[Path], settings: Mapping[str, str]) -> tuple[ConnectorFile, ...]:
    """Return the connectors in some files, which run at once, with these properties set over each.

    Raises:
        ConfigError: If a file cannot be read, or two connectors have the same name.
    """
    return _of_different_names([read_connector(path, settings) for path in paths])


def read_requests(paths: Sequence[Path]) -> tuple[ConnectorFile, ...]:
    """Return the connectors in some files, whatever they are to do when they are created.

    Raises:
        ConfigError: If a file cannot be read, or two connectors have the same name.
    """
    return _of_different_names([_connector(path, {}) for path in paths])


def read_properties(path: Path) -> Mapping[str, str]:
    """Return the properties in a `.properties` or `.json` file.

    Raises:
        ConfigError: If the file cannot be read or is neither.
    """
    if path.suffix not in {".properties", ".json"}:
        raise ConfigError(f"{path}: its name does not say its format: use a .properties or a .json file")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}: check the path and its permissions"
        ) from error
    return _from_json(path, data) if path.suffix == ".json" else _from_properties(path, data)


def apply_settings(settings: Sequence[str]) -> Mapping[str, str]:
    """Return the properties in `key=value` arguments.

    Raises:
        ConfigError: If one has no key or no `=`.
    """
    parsed = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key.strip():
            # The argument may be a secret that lost its key: say where it is, not what it is.
            raise ConfigError("--set: not of the form key=value: write for instance --set tasks.max=2")
        parsed[key.strip()] = value
    return parsed


def _connector(path: Path, settings: Mapping[str, str]) -> ConnectorFile:
    config = {**read_properties(path), **settings}
    name = config.get("name", "").strip()
    if not name:
        raise ConfigError(
            f"{path}: the property 'name' is missing: add a line such as name={path.stem}, or --set name={path.stem}",
            key="name",
        )
    document = json.loads(path.read_bytes()) if path.suffix == ".json" else {}
    request = document if isinstance(document.get("config"), dict) else {}
    return ConnectorFile(path, name, config, str(request.get("initial_state") or "RUNNING").upper())


def _of_different_names(files: Sequence[ConnectorFile]) -> tuple[ConnectorFile, ...]:
    names: dict[str, Path] = {}
    for file in files:
        if (other := names.setdefault(file.name, file.path)) is not file.path:
            raise ConfigError(
                f"{file.path}: name = {file.name!r} is the name of {other} too: give each connector its own",
                key="name",
            )
    return tuple(files)


def _from_properties(path: Path, data: bytes) -> Mapping[str, str]:
    # Java reads Latin-1. UTF-8 is what editors write, and Latin-1 text is hardly ever valid UTF-8 by chance.
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    try:
        return _last_of_each(path, io.StringIO(text, newline=None))
    except javaproperties.InvalidUEscapeError as error:
        raise ConfigError(
            f"{path}: {error}: write \\u and four hexadecimal digits, or double the backslash"
        ) from error


def _last_of_each(path: Path, text: io.StringIO) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for element in javaproperties.parse(text):
        if isinstance(element, javaproperties.KeyValue):
            if element.key in found:
                log.warning("%s: '%s' is written twice: the last one counts, keep one", path, element.key)
            found[element.key] = element.value
    return found


def _from_json(path: Path, data: bytes) -> Mapping[str, str]:
    try:
        document = json.loads(data, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        problem = f"is not valid JSON: {error}" if data.strip() else f"is empty: {REMEDY}"
        raise ConfigError(f"{path}: {problem}") from error
    if not isinstance(document, dict):
        raise ConfigError(f"{path}: holds no object: {REMEDY}")
    if not isinstance(document.get("config"), dict):
        return {key: _text(path, key, value) for key, value in document.items()}
    return _from_request(path, document)


def _from_request(path: Path, document: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the properties of a create request, the name among them; like Java, ignore what else is there."""
    config = {key: _text(path, key, value) for key, value in document["config"].items()}
    name = _text(path, "name", document.get("name", config.get("name", "")))
    if config.setdefault("name", name) != name:
        raise ConfigError(
            f"{path}: name = {name!r} and the name in 'config' is {config['name']!r}: write the same, or only one",
            key="name",
        )
    return config


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} is there twice: keep one")
        found[key] = value
    return found


def _text(path: Path, key: str, value: object) -> str:
    """Return a JSON scalar as it would be written in a `.properties` file."""
    match value:
        case str():
            return value
        case bool() | int() | float():
            return json.dumps(value)
        case None:
            raise ConfigError(f"{path}: '{key}' is null: give it a value, or leave the key out", key=key)
        case _:
            kind = "an object" if isinstance(value, dict) else "a list"
            raise ConfigError(
                f"{path}: '{key}' is {kind}: a property is a text, a number or a boolean;"
                ' write a list as "a,b,c" and nested keys with dots',
                key=key,
            )
