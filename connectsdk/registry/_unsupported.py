"""Which of Confluent's keys have no effect here?

They are keys all the same, so that one that is set is refused instead of passed over.
"""

from typing import Any

from connectsdk.config import Importance, config, option

__all__ = ("UnsupportedKeys", "refused_key")


def refused_key(reason: str, *harmless: str) -> Any:
    """Declare a key that may only say what is done anyway.

    Args:
        reason: What is done.
        harmless: Values, in lower case, that say so.
    """

    def check(_: str, value: Any) -> None:
        if value is not None and value.strip().lower() not in ("", *harmless):
            raise ValueError(f"{reason}: remove it")

    return option(default=None, validator=check, internal=True, importance=Importance.LOW)


_RULES = "rules in schemas are not carried out"
_TOKENS = "tokens are not fetched, only `bearer.auth.token` is sent"
_GUID = "schemas are named by their id in the first five bytes of a message"


@config
class UnsupportedKeys:
    """Keys that are refused when they ask for something."""

    use_schema_guid: str | None = refused_key(_GUID)
    use_latest_with_metadata: str | None = refused_key("versions are not chosen by their metadata")
    propagate_schema_tags: str | None = refused_key("tags are not copied between versions", "false")
    schema_format: str | None = refused_key("schemas are asked for in their usual format")
    execution_environment: str | None = refused_key(_RULES)
    rule_executors: str | None = refused_key(_RULES)
    rule_actions: str | None = refused_key(_RULES)
    context_name_strategy: str | None = refused_key(
        "contexts are not worked out, name one in the URL's path",
        "io.confluent.kafka.serializers.context.nullcontextnamestrategy",
        "nullcontextnamestrategy",
    )
    key_schema_id_serializer: str | None = refused_key(
        _GUID, "io.confluent.kafka.serializers.schema.id.prefixschemaidserializer"
    )
    key_schema_id_deserializer: str | None = refused_key(
        _GUID, "io.confluent.kafka.serializers.schema.id.prefixschemaiddeserializer"
    )
    value_schema_id_serializer: str | None = refused_key(
        _GUID, "io.confluent.kafka.serializers.schema.id.prefixschemaidserializer"
    )
    value_schema_id_deserializer: str | None = refused_key(
        _GUID, "io.confluent.kafka.serializers.schema.id.prefixschemaiddeserializer"
    )
    schema_registry_url_randomize: str | None = refused_key("the URLs are tried in their order", "false")
    bearer_auth_issuer_endpoint_url: str | None = refused_key(_TOKENS)
    bearer_auth_client_id: str | None = refused_key(_TOKENS)
    bearer_auth_client_secret: str | None = refused_key(_TOKENS)
    bearer_auth_scope: str | None = refused_key(_TOKENS)
    bearer_auth_custom_provider_class: str | None = refused_key(_TOKENS)
    bearer_auth_logical_cluster: str | None = refused_key("no such header is sent")
    bearer_auth_identity_pool_id: str | None = refused_key("no such header is sent")
    proxy_host: str | None = refused_key("the registry is reached directly")
    proxy_port: str | None = refused_key("the registry is reached directly", "-1")
    schema_registry_ssl_keystore_key: str | None = refused_key(
        "name a PEM file in `schema.registry.ssl.keystore.location`"
    )
    schema_registry_ssl_keystore_certificate_chain: str | None = refused_key(
        "name a PEM file in `schema.registry.ssl.keystore.location`"
    )
    schema_registry_ssl_keystore_password: str | None = refused_key(
        "a PEM file has no password of its own, only `schema.registry.ssl.key.password`"
    )
    schema_registry_ssl_truststore_password: str | None = refused_key("a PEM file has no password")
