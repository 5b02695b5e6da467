"""In which fields may our answers differ from Kafka Connect's, and why?

Each line names exchanges, fields, and the reason; only names of exchanges and of keys may hold wildcards.
"""

from collections.abc import Iterator

__all__ = ("ALLOWED", "BACKGROUND", "OWN_KEYS", "OWN_PLUGINS", "Rule")

Rule = tuple[str, str, str]

ERROR = ("status", "body/error_code", "body/message")
CODES = ("status", "body/error_code")
MESSAGE = ("body/message",)

MALFORMED = "Java fails with 500 where the request is at fault; here that is 400"
UNKNOWN = "Java's standalone worker trips over unknown connectors; here each is 404 with one message"
BACKGROUND = "tasks are made in the background, as in Java's distributed worker, sooner or later"
SECRETS = "Java repeats the configuration, with its secrets"
VERSIONS = "each names its own version"
OWN_KEYS = "keys that only we have"
OWN_PLUGINS = "plugins that only we have"
TEXTS = "each documents keys in its own words"
LOGGERS = "the two have different logging libraries"
REMOVED = "Java removed it in 4.0; older tools ask for it"
SLASH = "Java's web server refuses names with a slash, which Java lets be created, and cannot delete any more"

DEAD_LETTERS = "errors.deadletterqueue.*"
"""Here sources have dead letters, too."""

VALIDATIONS = ("validate*", "value: validation *")
PLUGIN_KEYS = ("plugin*", "value: keys of *", "converter")


def _rules() -> Iterator[tuple[tuple[str, ...] | str, tuple[str, ...], str]]:
    yield "the worker", ("body/commit",), "ours names ours"
    yield "the worker", ("body/kafka_cluster_id",), "the clusters differ"
    yield "options", ("body",), "Java lists the methods in the body too"
    yield from _unknown_connectors()
    yield from _wrong_requests()
    yield "create with empty config", MESSAGE, SECRETS
    yield "value: a patch that removes the class", MESSAGE, SECRETS
    yield "create with unknown class", MESSAGE, "Java adds a list of everything that is installed"
    yield (
        ("create", "put new config", "begin *", "paused from stopped"),
        ("body/tasks", "body/tasks/0*"),
        BACKGROUND,
    )
    yield "tasks", ("body/*/config/task.class",), "there are no class names of Java here"
    yield "tasks-config", (*ERROR, "body/lines-0*"), REMOVED
    yield from _slashes()
    yield from _plugins()
    yield "loggers", ("body/root*",), LOGGERS
    yield "root logger", ("body/level",), LOGGERS
    yield ("set level", "value: level in *"), ("body",), LOGGERS
    yield "read level", ("body/last_modified",), "the time"


def _unknown_connectors() -> Iterator[tuple[tuple[str, ...] | str, tuple[str, ...], str]]:
    yield (
        ("unknown topics", "nobody: GET /topics"),
        (*ERROR, "body/nobody", "body/nobody/topics"),
        UNKNOWN,
    )
    yield ("unknown topics reset", "nobody: PUT /topics/reset"), (*ERROR, "body"), UNKNOWN
    yield (
        (
            "unknown pause",
            "unknown resume",
            "unknown restart with flags",
            "nobody: PUT /pause",
            "nobody: PUT /resume",
        ),
        MESSAGE,
        UNKNOWN,
    )
    yield (
        (
            "unknown stop",
            "unknown restart",
            "unknown task restart",
            "nobody: PUT /stop",
            "nobody: POST *restart",
        ),
        ERROR,
        UNKNOWN,
    )


def _wrong_requests() -> Iterator[tuple[tuple[str, ...] | str, tuple[str, ...], str]]:
    yield (
        (
            "create without body",
            "create without config",
            "put config without body",
            "alter offsets without body",
        ),
        ERROR,
        MALFORMED,
    )
    yield (
        (
            "create with an unknown field",
            "create with unknown state",
            "validate nothing",
            "validate unknown class",
        ),
        ERROR,
        MALFORMED,
    )
    kinds = ("nothing", "broken JSON", "no JSON", "a list", "a text", "a number", "null", "a nested value")
    yield tuple(f"* with {kind}" for kind in kinds), ERROR, MALFORMED
    shapes = (
        "text for a list",
        "a list of texts",
        "* of null",
        "* of text",
        "no partition",
        "an unknown field",
        "a sink's negative offset",
        "a partition that is not there",
    )
    yield tuple(f"offsets: {shape}" for shape in shapes), ERROR, MALFORMED
    yield ("offsets: no position", "offsets: another partition"), CODES, MALFORMED
    yield ("alter offsets wrongly", "alter offsets of another"), CODES, MALFORMED
    yield ("value: validation without a class", "value: creation with an empty state"), ERROR, MALFORMED
    yield "value: null in a configuration", MESSAGE, "ours names the key"
    yield "value: numbers and truth values", MESSAGE, "batch.size has a lower bound here"
    yield "value: status of task -1", MESSAGE, "what is no number of a task is no path here"
    yield (
        "value: a patch that renames",
        (*ERROR, "body/name", "body/type", "body/tasks", "body/config", "body/config/*"),
        "Java keeps a name in the configuration that is not the connector's",
    )
    yield "stopped: GET ", ("body/config/name",), "the same"
    yield "stopped: GET /config", ("body/name",), "the same"
    yield (
        "method: POST /connectors/rests/tasks",
        ERROR,
        "Java's workers post there to each other",
    )


def _slashes() -> Iterator[tuple[tuple[str, ...] | str, tuple[str, ...], str]]:
    yield (
        "encoded slash",
        ("status", "body", "body/name", "body/type", "body/tasks", "body/config", "body/config/*"),
        SLASH,
    )
    yield "delete with a slash", ("status",), SLASH
    yield "create with a slash", ("location",), "a slash in a name is encoded"
    yield ("rest of a slash", "nothing is left"), ("body",), SLASH
    yield "value: connectors with *", ("body/a/b*",), SLASH


def _plugins() -> Iterator[tuple[tuple[str, ...] | str, tuple[str, ...], str]]:
    yield ("plugins", "all plugins", "value: plugins *"), ("body/*/version",), VERSIONS
    yield "plugin*", ("body/connector.plugin.version/default_value",), VERSIONS
    version = "body/configs/*.plugin.version"
    fields = ("definition/default_value", "value/value", "value/recommended_values")
    yield VALIDATIONS, tuple(f"{version}/{field}" for field in fields), VERSIONS
    places = ("body/connector", "body/tasks/0", "body/*/status/connector", "body/*/status/tasks/0")
    yield "*", ("body/version", *(f"{place}/version" for place in places)), VERSIONS
    yield ("all plugins", "value: plugins *"), ("body/connectsdk.*", "body/io.confluent.*"), OWN_PLUGINS
    yield VALIDATIONS, ("body/configs/*converter/value/recommended_values",), OWN_PLUGINS
    yield (
        "value: validation of *transform*",
        ("body/configs/transforms.t.type/value/recommended_values",),
        OWN_PLUGINS,
    )
    yield (
        "value: validation of a transform that does nothing",
        ("body/error_count", "body/configs/transforms.t.type/value/errors"),
        "ours makes the transform, and tells what it says; Java's task fails with that",
    )
    yield "value: validation of wrong keys of a converter", ("body/groups",), "Java's order is a hash map's"
    yield (
        "value: validation of wrong keys of a converter",
        ("body/configs/value.converter.schema.content",),
        OWN_KEYS,
    )
    yield (
        ("value: validation of an unknown transform", "value: validation of an unknown converter"),
        ("body/configs/*/value/errors",),
        "ours adds what may be named",
    )
    yield PLUGIN_KEYS, ("body/*/documentation",), TEXTS
    yield VALIDATIONS, ("body/configs/*/definition/documentation",), TEXTS
    for key in (DEAD_LETTERS, "invalid.utf8", "max.line.bytes", "task.isolation", "tracing.enabled"):
        yield "plugin*", (f"body/{key}",), OWN_KEYS
        yield VALIDATIONS, (f"body/configs/{key}",), OWN_KEYS
    yield "converter", ("body/schema.content",), OWN_KEYS


ALLOWED: tuple[Rule, ...] = tuple(
    (label, field, reason)
    for labels, fields, reason in _rules()
    for label in ((labels,) if isinstance(labels, str) else labels)
    for field in fields
)
