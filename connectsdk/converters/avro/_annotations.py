"""What do the properties of an Avro type say about its Connect schema?"""

from typing import Any

from connectsdk.converters.avro._settings import (
    AVRO_PREFIX,
    CONNECT_DOC,
    CONNECT_NAME,
    CONNECT_PARAMETERS,
    CONNECT_RECORD_DOC,
    CONNECT_VERSION,
    DEFAULT_FULL_NAME,
    MappingSettings,
)
from connectsdk.converters.avro._types import NAMED, AvroType
from connectsdk.errors import SchemaError

__all__ = ("annotations", "schema_name")


def annotations(
    avro: AvroType, settings: MappingSettings, doc: str | None, version: int | None
) -> dict[str, Any]:
    """Return the attributes of the schema that the type, its field or the registry names.

    Raises:
        SchemaError: If one is of the wrong kind.
    """
    found: dict[str, Any] = {"parameters": _parameters(avro, settings)}
    texts = {"doc": _doc(avro, settings, doc), "name": schema_name(avro)}
    found.update({key: text for key, text in texts.items() if text is not None})
    number = _version(avro, version)
    if number is not None:
        found["version"] = number
    return found


def _doc(avro: AvroType, settings: MappingSettings, doc: str | None) -> str | None:
    own = avro.text(CONNECT_DOC)
    if settings.discard_type_doc_default:
        return doc if doc is not None else avro.doc if avro.doc is not None else own
    return own if settings.connect_meta_data else None


def _version(avro: AvroType, version: int | None) -> int | None:
    own = avro.properties.get(CONNECT_VERSION)
    if own is None:
        return version if version is not None and version >= 0 else None
    if isinstance(own, bool) or not isinstance(own, (int, float)):
        raise SchemaError(f"Invalid Connect version found: {own}")
    return int(own) if own >= 0 else None


def _parameters(avro: AvroType, settings: MappingSettings) -> dict[str, str]:
    found = {}
    if settings.discard_type_doc_default and settings.connect_meta_data and avro.doc is not None:
        found[CONNECT_RECORD_DOC] = avro.doc
    own = avro.properties.get(CONNECT_PARAMETERS)
    if settings.connect_meta_data and own is not None:
        if not isinstance(own, dict) or not all(isinstance(value, str) for value in own.values()):
            raise SchemaError(f"Expected a JSON object of strings for schema parameters of {avro.full_name}")
        found.update(own)
    extras = {key: value for key, value in avro.properties.items() if key.startswith(AVRO_PREFIX)}
    return found | {key: value if isinstance(value, str) else str(value) for key, value in extras.items()}


def schema_name(avro: AvroType) -> str | None:
    """Return the name of the Connect schema; None when there is none, or one made up for lack of a name.

    Raises:
        SchemaError: If it is no string.
    """
    name = avro.properties.get(CONNECT_NAME)
    if name is None and avro.kind in NAMED and not _is_fixed_decimal(avro):
        name = avro.full_name
    if name is not None and not isinstance(name, str):
        raise SchemaError(f"Invalid schema name: {name}")
    return None if name is None or name.startswith(DEFAULT_FULL_NAME) else name


def _is_fixed_decimal(avro: AvroType) -> bool:
    return avro.kind == "fixed" and (avro.text("logicalType") or "").lower() == "decimal"
