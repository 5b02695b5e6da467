"""Which URLs and credentials are taken?"""

import subprocess
import sys

import pytest

from connectsdk.config import parse
from connectsdk.errors import ConfigError
from connectsdk.registry import MemoryRegistry, SchemaRegistryConfig, open_registry
from tests.registry.scripted import configured

BAD_URLS = {
    "": "must be",
    "localhost:8081": "must be",
    "ftp://host": "must be",
    "mock://": "must be",
    "mock://a,mock://b": "must be",
    "file:": "must be",
    "http://a,file:b": "must be",
    "http://": "URL 1 of the list is not",
    "http://good,http://user:hunter2@": "URL 2 of the list is not",
    "http://host:port": "cannot be read",
    "http://user:hunter2@host:99999": "cannot be read",
    "http://host?x=1": "query",
    "http://host#x": "query or a fragment",
    "http://ho st": "space",
    "http://169.254.169.254": "link-local",
    "http://[fe80::1]:8081": "link-local",
}


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(ConfigError, match=BAD_URLS[url]) as caught:
        open_registry(configured(url))
    assert caught.value.key == "schema.registry.url"
    assert "hunter2" not in str(caught.value)


BAD_CREDENTIALS = {
    "no effect": ({"basic_auth_user_info": "user:hunter2"}, "no effect unless basic.auth.credentials.source"),
    "no password": (
        {"basic_auth_credentials_source": "USER_INFO", "basic_auth_user_info": "hunter2"},
        "as user:password",
    ),
    "missing": ({"basic_auth_credentials_source": "USER_INFO"}, "needs basic.auth.user.info"),
    "both": (
        {
            "basic_auth_credentials_source": "USER_INFO",
            "basic_auth_user_info": "user:hunter2",
            "bearer_auth_token": "hunter2",
        },
        "one of",
    ),
    "a token of two lines": ({"bearer_auth_token": "hunter2\r\nX: y"}, "no token has"),
}


@pytest.mark.parametrize("name", BAD_CREDENTIALS)
def test_credentials_that_cannot_work(name: str) -> None:
    more, message = BAD_CREDENTIALS[name]
    with pytest.raises(ConfigError, match=message) as caught:
        open_registry(configured("http://host", **more))
    assert "hunter2" not in str(caught.value)


def test_two_users_are_one_too_many() -> None:
    more = {"basic_auth_credentials_source": "USER_INFO", "basic_auth_user_info": "user:hunter2"}
    with pytest.raises(ConfigError, match="use one of them"):
        open_registry(configured("http://user:hunter2@host", **more))


UNSUPPORTED = {
    "use.latest.with.metadata": "a=b",
    "use.schema.guid": "89791762-2336-4186-9674-299b90a802e2",
    "rule.executors": "x",
    "proxy.host": "proxy",
    "bearer.auth.issuer.endpoint.url": "http://x",
    "context.name.strategy": "my.Strategy",
    "schema.registry.ssl.truststore.type": "JKS",
    "basic.auth.credentials.source": "SASL_INHERIT",
    "value.subject.name.strategy": "io.confluent.kafka.serializers.subject.AssociatedNameStrategy",
    "key.schema.id.serializer": "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer",
}


@pytest.mark.parametrize("key", UNSUPPORTED)
def test_a_key_without_effect_is_refused(key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(SchemaRegistryConfig, {"schema.registry.url": "mock://a", key: UNSUPPORTED[key]})
    assert caught.value.key == key


def test_what_is_done_anyway_may_be_said() -> None:
    parse(
        SchemaRegistryConfig,
        {
            "schema.registry.url": "mock://a",
            "proxy.port": "-1",
            "proxy.host": "",
            "propagate.schema.tags": "false",
            "context.name.strategy": "io.confluent.kafka.serializers.context.NullContextNameStrategy",
        },
    )


def test_a_name_is_one_registry_in_the_process() -> None:
    one = open_registry(configured("mock://shared-name"))
    assert open_registry(configured("mock://shared-name")) is one
    assert open_registry(configured("mock://another-name")) is not one
    assert MemoryRegistry.named("shared-name") is one
    MemoryRegistry.drop("shared-name")
    assert open_registry(configured("mock://shared-name")) is not one


def test_the_http_client_is_loaded_only_for_http() -> None:
    probe = (
        "import sys; from connectsdk.registry import *; from connectsdk.config import parse;"
        "open_registry(parse(SchemaRegistryConfig, {'schema.registry.url': 'mock://a'}));"
        "print([name for name in ('httpx', 'anyio', 'asyncio', 'ssl') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_without_the_client_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(ConfigError, match=r"pip install 'connectsdk\[registry\]'"):
        open_registry(configured("http://host"))
