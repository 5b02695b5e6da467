"""Where do connectsdk and Apache Kafka differ on purpose? `docs/explanation/differences.md` gives the reasons."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ("KNOWN", "reason")

Case = Mapping[str, Any]
Answer = Mapping[str, Any]
Applies = Callable[[Case, Answer, Answer], bool]

_CHARSETS = ("EUC-JP", "GBK", "Big5", "cp037", "TIS-620", "UTF_8", "CESU-8")
_DEEP = 100
_OUR_KEYS = {"schema.content", "max.line.bytes", "invalid.utf8"}


def _text(case: Case) -> bytes:
    return base64.b64decode(case.get("bytes") or "")


def _reads_json(case: Case) -> bool:
    return case["op"] in {"to_connect_data", "header_to_connect"} and case["class"].endswith("JsonConverter")


def _contradicts_its_schema(case: Case, java: Answer, ours: Answer) -> bool:
    message = ours.get("message", "")
    return _reads_json(case) and "error" not in java and message.startswith("Invalid type for")


def _not_finite(case: Case, java: Answer, ours: Answer) -> bool:
    return _reads_json(case) and ours.get("data", {}).get("payload") == "NaN"


def _follows_the_json_text(case: Case, java: Answer, ours: Answer) -> bool:
    if not _reads_json(case) or "failed due to serialization error" not in ours.get("message", ""):
        return False
    text = _text(case).decode("utf-8", "replace").removeprefix("\ufeff").strip()
    try:
        return json.JSONDecoder().raw_decode(text)[1] < len(text)
    except ValueError:
        return False


def _beyond_64_bits(case: Case, java: Answer, ours: Answer) -> bool:
    return _reads_json(case) and re.search(rb"\d{19,}", _text(case)) is not None


def _half_a_pair(case: Case, java: Answer, ours: Answer) -> bool:
    return _reads_json(case) and re.search(rb"\\ud8|\xed\xa0|\xc0\x80", _text(case)) is not None


def _character_set(case: Case, java: Answer, ours: Answer) -> bool:
    return (case.get("config") or {}).get("converter.encoding") in _CHARSETS


def _said(case: Case) -> str:
    """Return the text of a case that asks what a text says; an empty one for other cases."""
    if case["op"] not in {"parse_value", "header_to_connect"}:
        return ""
    return str(case["text"]) if "text" in case else _text(case).decode("utf-8", "replace")


def _container_as_a_key(case: Case, java: Answer, ours: Answer) -> bool:
    return re.search(r"\{[\[{]|[\]}]\s*:", _said(case)) is not None


def _nested_too_deep(case: Case, java: Answer, ours: Answer) -> bool:
    shown = json.dumps(case) + _said(case) + _text(case).decode("utf-8", "replace")
    return "error" not in java and max(shown.count("["), shown.count("{")) >= _DEEP


def _exponent_beyond_32_bits(case: Case, java: Answer, ours: Answer) -> bool:
    return _reads_json(case) and "error" in java and re.search(rb"[eE][+-]?\d{10}", _text(case)) is not None


def _null_for_a_key(case: Case, java: Answer, ours: Answer) -> bool:
    return None in (case.get("config") or {}).values() and "Value must be non-null" in ours.get("message", "")


def _no_scale(case: Case, java: Answer, ours: Answer) -> bool:
    return "error" not in java and "scale parameter not found" in ours.get("message", "")


def _order_of_entries(case: Case, java: Answer, ours: Answer) -> bool:
    if "error" in java or "error" in ours:
        return False
    theirs, own = (_in_one_order({**answer, "id": None}) for answer in (java, ours))
    return bool(theirs == own)


def _in_one_order(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _in_one_order(item) for name, item in said.items()}
    if not isinstance(said, list):
        return said
    items = [_in_one_order(item) for item in said]
    pairs = all(isinstance(item, list) and len(item) == 2 for item in items)
    return sorted(items, key=repr) if pairs else items


def _days_and_times_mixed(case: Case, java: Answer, ours: Answer) -> bool:
    # Java takes days for times, and then cannot write what it has read.
    said = "".join(re.findall(r"\d{4}-\d\d-\d\d|:", _said(case)))
    return "error" in java and "-" in said and ":" in said


def _blank_in_quotes(case: Case, java: Answer, ours: Answer) -> bool:
    # Java passes over blanks that stand alone between two delimiters, also where they are quoted.
    if case["op"] not in {"parse_value", "header_to_connect"} or "error" in java or "error" in ours:
        return False
    theirs, own = (json.dumps(answer["data"]) for answer in (java, ours))
    return theirs != own and theirs.replace(" ", "") == own.replace(" ", "")


def _number_without_a_schema(case: Case, java: Answer, ours: Answer) -> bool:
    return re.search(r"class java\.lang\.(Byte|Short|Integer|Float) ", java.get("message", "")) is not None


def _keys_of_one_side(case: Case, java: Answer, ours: Answer) -> bool:
    if case["op"] != "config_def" or "error" in ours:
        return False
    theirs, own = ({key["name"]: {**key, "doc": ""} for key in answer["keys"]} for answer in (java, ours))
    alone = theirs.keys() ^ own.keys()
    return alone <= {"converter.type", *_OUR_KEYS} and all(
        theirs[name] == own[name] for name in theirs if name in own
    )


def _regular_expression(case: Case, java: Answer, ours: Answer) -> bool:
    refused = ours.get("error") == "ConfigError" and "Invalid regex: " in ours["message"]
    return refused and java.get("error") != "ConfigException"


def _replacement(case: Case, java: Answer, ours: Answer) -> bool:
    return ours.get("error") == "ConfigError" and "does not fit the pattern" in ours["message"]


def _default_of_a_struct(case: Case, java: Answer, ours: Answer) -> bool:
    # Java compares the default's schema, which is finished, with the one that is being built.
    return (
        java.get("message") == "Invalid default value"
        and re.search(r'"default": ?\{', json.dumps(case)) is not None
    )


def _calendar(case: Case, java: Answer, ours: Answer) -> bool:
    words = ("which is all that datetime.", "which datetime.time cannot represent", "Time values must use")
    years = re.search(r"\b0000-|0001-01-0[12]|9999-", _said(case))
    return any(word in ours.get("message", "") for word in words) or years is not None


KNOWN: Mapping[str, Applies] = {
    "a JSON payload that contradicts its schema": _contradicts_its_schema,
    "a JSON text for a number that is not finite": _not_finite,
    "text after the first JSON value": _follows_the_json_text,
    "whole JSON numbers beyond 64 bits": _beyond_64_bits,
    "halves of surrogate pairs in JSON": _half_a_pair,
    "rare character sets": _character_set,
    "containers as keys of maps": _container_as_a_key,
    "days and times in one container": _days_and_times_mixed,
    "blanks in quoted texts": _blank_in_quotes,
    "numbers without a schema": _number_without_a_schema,
    "defaults of structs in JSON schemas": _default_of_a_struct,
    "times outside of Python's calendar": _calendar,
    "regular expressions without a counterpart": _regular_expression,
    "replacements that cannot work": _replacement,
    "keys that only one of them has": _keys_of_one_side,
    "data that is nested too deep": _nested_too_deep,
    "exponents beyond 32 bits in JSON": _exponent_beyond_32_bits,
    "null for a key that must have a value": _null_for_a_key,
    "decimals without a scale": _no_scale,
    "order of map entries": _order_of_entries,
}


def reason(case: Case, java: Answer, ours: Answer) -> str | None:
    """Return why this difference is on purpose; None when it is not."""
    return next((name for name, applies in KNOWN.items() if applies(case, java, ours)), None)


def shown(case: Case) -> str:
    """Return a case on one line, with its bytes as they are."""
    text = f" {_text(case)!r}" if "bytes" in case else ""
    return json.dumps({name: said for name, said in case.items() if name != "bytes"}) + text
