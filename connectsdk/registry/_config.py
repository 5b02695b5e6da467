"""What can a converter be told about its schema registry?

Keys and defaults are Confluent's. Those whose effect is missing here are listed too, and refused when they are set.
"""

from connectsdk.config import Importance, Password, config, option
from connectsdk.registry._subjects import STRATEGIES
from connectsdk.registry._unsupported import UnsupportedKeys

__all__ = ("SchemaRegistryConfig",)

_TOPIC_STRATEGY = "io.confluent.kafka.serializers.subject.TopicNameStrategy"


@config
class SchemaRegistryConfig(UnsupportedKeys):
    """The keys of every converter that uses a schema registry; a converter's own class inherits from it."""

    schema_registry_url: Password = option(
        doc="Where the registry is: `http` or `https` URLs, separated by commas, tried in this order; `mock://NAME` for one in this "
        "process's memory, `file:PATH` for one in a file. Not shown, since a user and a password may be in it.",
        importance=Importance.HIGH,
    )
    auto_register_schemas: bool = option(
        default=True, doc="Whether a schema that is written is registered when it is not known yet."
    )
    use_latest_version: bool = option(
        default=False,
        doc="Whether data is written with the latest version of its subject. Only without `auto.register.schemas`.",
        importance=Importance.LOW,
    )
    latest_compatibility_strict: bool = option(
        default=True,
        doc="Whether the latest version must be able to read what the record's own schema writes.",
        importance=Importance.LOW,
    )
    use_schema_id: int = option(
        default=-1,
        at_least=-1,
        doc="The id of the schema to write with; -1 for none in particular. Only without `auto.register.schemas`.",
        importance=Importance.LOW,
    )
    id_compatibility_strict: bool = option(
        default=True,
        doc="Whether the schema named by `use.schema.id` must be able to read what the record's own schema writes.",
        importance=Importance.LOW,
    )
    normalize_schemas: bool = option(
        default=False,
        doc="Whether the registry is to pass over differences between schemas that mean nothing.",
    )
    key_subject_name_strategy: str = option(
        default=_TOPIC_STRATEGY,
        doc="Under which subject the schemas of keys are: TopicNameStrategy (`topic`), RecordNameStrategy (`record`) or "
        "TopicRecordNameStrategy (`topic-record`).",
        one_of=tuple(STRATEGIES),
    )
    value_subject_name_strategy: str = option(
        default=_TOPIC_STRATEGY,
        doc="Under which subject the schemas of values are; as `key.subject.name.strategy`.",
        one_of=tuple(STRATEGIES),
    )

    max_schemas_per_subject: int = option(
        default=1000, at_least=1, doc="Most schemas kept in memory.", importance=Importance.LOW
    )
    latest_cache_ttl_sec: int = option(
        default=-1,
        at_least=-1,
        doc="Seconds for which a subject's latest version is taken as the latest; -1 for ever.",
        importance=Importance.LOW,
    )
    missing_cache_size: int = option(
        default=10_000,
        at_least=1,
        doc="Most things kept in memory that the registry does not have, or has refused.",
        importance=Importance.LOW,
    )
    missing_id_cache_ttl_sec: int = option(
        default=60,
        at_least=0,
        doc="Seconds for which the registry is not asked again for what it did not have, or has refused.",
        importance=Importance.LOW,
    )

    basic_auth_credentials_source: str = option(
        default="URL",
        one_of=("URL", "USER_INFO"),
        doc="Where user and password are: URL, in `schema.registry.url`; USER_INFO, in `basic.auth.user.info`.",
    )
    basic_auth_user_info: Password | None = option(default=None, doc="User and password: `user:password`.")
    schema_registry_basic_auth_user_info: Password | None = option(
        default=None, doc="An older name of `basic.auth.user.info`."
    )
    bearer_auth_credentials_source: str = option(
        default="STATIC_TOKEN",
        one_of=("STATIC_TOKEN",),
        doc="Where the token is: STATIC_TOKEN, in `bearer.auth.token`.",
    )
    bearer_auth_token: Password | None = option(
        default=None, doc="A token sent in place of user and password."
    )

    schema_registry_ssl_truststore_type: str = option(
        default="PEM", one_of=("PEM",), doc="The format of the trusted certificates: PEM."
    )
    schema_registry_ssl_truststore_location: str | None = option(
        default=None, doc="A PEM file of the certificates to trust; without it, those of the system."
    )
    schema_registry_ssl_truststore_certificates: str | None = option(
        default=None, doc="The certificates to trust, as PEM text."
    )
    schema_registry_ssl_keystore_type: str = option(
        default="PEM", one_of=("PEM",), doc="The format of the client's certificate and key: PEM."
    )
    schema_registry_ssl_keystore_location: str | None = option(
        default=None, doc="A PEM file with the client's private key and its certificate chain."
    )
    schema_registry_ssl_key_password: Password | None = option(
        default=None, doc="What the private key is encrypted with."
    )
    schema_registry_ssl_endpoint_identification_algorithm: str = option(
        default="https",
        one_of=("https", ""),
        doc="`https`: the server's certificate must be for the host in the URL; empty: it need not.",
    )

    http_connect_timeout_ms: int = option(
        default=10_000,
        at_least=1,
        doc="Longest time for a connection, in milliseconds.",
        importance=Importance.LOW,
    )
    http_read_timeout_ms: int = option(
        default=10_000,
        at_least=1,
        doc="Longest time for an answer, in milliseconds.",
        importance=Importance.LOW,
    )
    max_retries: int = option(
        default=3, at_least=0, doc="How often all URLs are tried again.", importance=Importance.LOW
    )
    retries_wait_ms: int = option(
        default=1_000,
        at_least=0,
        doc="The first wait between two tries, in milliseconds.",
        importance=Importance.LOW,
    )
    retries_max_wait_ms: int = option(
        default=20_000,
        at_least=0,
        doc="The longest wait between two tries, in milliseconds.",
        importance=Importance.LOW,
    )

    @property
    def urls(self) -> tuple[str, ...]:
        """The registry's URLs, with the passwords that may be in them."""
        return tuple(url.strip() for url in self.schema_registry_url.value.split(",") if url.strip())
