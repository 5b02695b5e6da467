"""What does Confluent's `field_meta` say of a field?"""

from collections.abc import Mapping
from typing import Any

from connectsdk.converters.protobuf._google import (
    DescriptorPool,
    FieldDescriptorProto,
    FileDescriptorProto,
    LibraryError,
    message_class,
)

__all__ = ("Meta", "meta_option", "params_of")

_NUMBER = 1088


def _made() -> tuple[Any, Any]:
    string, message = FieldDescriptorProto.TYPE_STRING, FieldDescriptorProto.TYPE_MESSAGE
    one, many = FieldDescriptorProto.LABEL_OPTIONAL, FieldDescriptorProto.LABEL_REPEATED
    file = FileDescriptorProto(name="meta", syntax="proto3")
    meta = file.message_type.add(name="Meta")
    meta.field.add(name="params", number=2, label=many, type=message, type_name=".Meta.ParamsEntry")
    entry = meta.nested_type.add(name="ParamsEntry", options={"map_entry": True})
    entry.field.add(name="key", number=1, label=one, type=string)
    entry.field.add(name="value", number=2, label=one, type=string)
    options = file.message_type.add(name="Options")
    options.field.add(name="field_meta", number=_NUMBER, label=one, type=message, type_name=".Meta")
    pool = DescriptorPool()
    pool.Add(file)
    return (
        message_class(pool.FindMessageTypeByName("Meta")),
        message_class(pool.FindMessageTypeByName("Options")),
    )


Meta, _Options = _made()


def meta_option(meta: Any) -> bytes:
    """Return the bytes of a field's options that say this."""
    option: bytes = _Options(field_meta=meta).SerializeToString()
    return option


def params_of(field: Any) -> Mapping[str, str]:
    """Return the parameters in the meta data of a field's descriptor; none where there are none."""
    if not field.has_options:
        return {}
    try:
        return dict(_Options.FromString(field.GetOptions().SerializeToString()).field_meta.params)
    except LibraryError:
        return {}
