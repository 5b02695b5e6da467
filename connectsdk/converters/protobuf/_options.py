"""What do the options in a .proto file say?

Only those are kept that change how data is written or read, and Confluent's `field_meta` of fields.
"""

from typing import Any

from connectsdk.converters.protobuf._google import FieldDescriptorProto, escaped, parse_text
from connectsdk.converters.protobuf._meta import Meta, meta_option
from connectsdk.converters.protobuf._tokens import Token, Tokens, text_of, unescaped, whole
from connectsdk.errors import SchemaError

__all__ = ("field_options", "flag_option", "skip_block", "skip_option")

_DEEPEST = 50
_OPENING = {"{": "}", "[": "]", "(": ")", "<": ">"}
_FIELD_META = "(confluent.field_meta)"
_FLOATS = (FieldDescriptorProto.TYPE_DOUBLE, FieldDescriptorProto.TYPE_FLOAT)


def flag_option(tokens: Tokens, name: str) -> bool:
    """Take a statement `option NAME = VALUE;`, and return whether it is this one and says true."""
    found = _option_name(tokens)
    tokens.expect("=")
    value = _value(tokens)
    tokens.expect(";")
    return found == name and value == "true"


def skip_option(tokens: Tokens) -> None:
    """Take a statement `option NAME = VALUE;`."""
    flag_option(tokens, "")


def field_options(tokens: Tokens, field: Any, *, defaults: bool) -> None:
    """Take the options of a field between brackets, if it has any, and say them of it.

    Args:
        tokens: The text.
        field: The field's description; it is changed.
        defaults: Whether there are defaults; otherwise they are passed over.

    Raises:
        SchemaError: If they cannot be read.
    """
    if not tokens.taken("["):
        return
    meta = Meta()
    while True:
        name = _option_name(tokens)
        tokens.expect("=")
        if name == "default":
            _default(tokens, field, kept=defaults)
        else:
            _say(field, meta, name, _value(tokens))
        if not tokens.taken(","):
            break
    tokens.expect("]")
    if meta.ByteSize():
        field.options.MergeFromString(meta_option(meta))


def skip_block(tokens: Tokens) -> str:
    """Take everything between an opening sign and the one that closes it; return it as text, without the two.

    Raises:
        SchemaError: If it does not end, or is nested too deep.
    """
    words: list[str] = []
    closing = [_OPENING[tokens.take().text]]
    while True:
        token = tokens.take()
        if token.kind == "end" or len(closing) > _DEEPEST:
            raise tokens.wrong(f"{closing[-1]!r}")
        if token.kind == "sign" and token.text == closing[-1]:
            closing.pop()
            if not closing:
                return " ".join(words)
        elif token.kind == "sign" and token.text in _OPENING:
            closing.append(_OPENING[token.text])
        words.append(_quoted(token) if token.kind == "string" else token.text)


def _quoted(token: Token) -> str:
    return f'"{escaped(unescaped(token), False)}"'  # noqa: FBT003 - not as UTF-8


def _option_name(tokens: Tokens) -> str:
    parts = []
    while True:
        if tokens.taken("("):
            parts.append(f"({tokens.full_name().lstrip('.')})")
            tokens.expect(")")
        else:
            parts.append(tokens.name())
        if not tokens.taken("."):
            return ".".join(parts)


def _value(tokens: Tokens) -> str:
    """Take an option's value and return its text; that of a message in text format."""
    token = tokens.next
    if token.kind == "string":
        return text_of(tokens.string())
    if token.text == "{":
        return skip_block(tokens)
    sign = tokens.take().text if token.text in ("-", "+") else ""
    if tokens.next.kind not in ("name", "number"):
        raise tokens.wrong("a value")
    return sign + tokens.take().text


def _say(field: Any, meta: Any, name: str, value: str) -> None:
    if name == "packed":
        field.options.packed = value == "true"
    elif name == _FIELD_META:
        _read_meta(value, meta)
    elif name == f"{_FIELD_META}.params":
        _read_meta(f"params {{ {value} }}", meta)


def _read_meta(text: str, meta: Any) -> None:
    found = Meta()
    try:
        parse_text(text, found)
    except ValueError:
        raise SchemaError("A Protobuf schema cannot be read: a confluent.field_meta is not one") from None
    meta.MergeFrom(found)


def _default(tokens: Tokens, field: Any, *, kept: bool) -> None:
    if tokens.next.kind == "string":
        raw = tokens.string()
        is_bytes = field.type == FieldDescriptorProto.TYPE_BYTES
        value = escaped(raw, False) if is_bytes else text_of(raw)  # noqa: FBT003 - not as UTF-8
    else:
        value = _value(tokens)
        try:
            if field.type not in _FLOATS:
                negative = value.startswith("-")
                value = f"{'-' if negative else ''}{whole(value.lstrip('+-'))}"
        except ValueError:
            pass  # a name: true, or that of an enum's value
    if kept:
        field.default_value = value
