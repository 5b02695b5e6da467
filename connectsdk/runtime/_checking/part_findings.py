"""What is wrong with a connector's transforms, predicates and converters?"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from connectsdk.config import (
    ConfigKey,
    ConfigType,
    ConfigValue,
    Importance,
    ValidString,
    Width,
    definition,
    embed,
    parse,
    parse_value,
    validate,
    with_prefix,
)
from connectsdk.errors import ConfigError
from connectsdk.runtime._calls.plugin_calls import describe
from connectsdk.runtime._checking.findings import Findings
from connectsdk.runtime._parts.pipelines import CONVERTER_METHODS, DEFAULTS
from connectsdk.runtime._parts.plugin_list import PluginList, version_of
from connectsdk.runtime._parts.plugin_names import PluginKind
from connectsdk.runtime._parts.plugins import Plugins
from connectsdk.runtime._parts.worker_properties import WorkerProperties

__all__ = ("ROLE", "ConverterFindings", "StageFindings")

KINDS: dict[str, tuple[PluginKind, str, str]] = {
    "transforms": ("transformation", "Transforms", "Transformation"),
    "predicates": ("predicate", "Predicates", "Predicate"),
}
METHODS = {"transforms": "apply", "predicates": "test"}
CONVERTER_KINDS: dict[str, PluginKind] = {
    "key.converter": "converter",
    "value.converter": "converter",
    "header.converter": "header_converter",
}
ROLE = ConfigKey(
    name="converter.type",
    documentation="How this converter will be used.",
    importance=Importance.LOW,
    validator=ValidString.in_("key", "value", "header"),
)
PARSING = ("Not a number of type ", "Expected ", "Class ")
"""How complaints begin of what does not parse; Kafka names the whole key in those, and the key's last part in others."""
CONDITIONS = (
    ConfigKey(
        name="predicate",
        default=None,
        documentation="The alias of a predicate: the transform is only applied to records that it holds for.",
    ),
    ConfigKey(
        name="negate",
        type=ConfigType.BOOLEAN,
        default=False,
        documentation="Whether the transform is applied where the predicate does not hold.",
    ),
)


@attrs.define(eq=False)
class StageFindings:
    """Looks at transforms and predicates.

    Attributes:
        plugins: Finds their classes.
        listed: Those to recommend.
        properties: The connector's properties.
        findings: Takes what is found.
        open: Prefixes of those that take any key.
    """

    plugins: Plugins
    listed: PluginList
    properties: Mapping[str, Any]
    findings: Findings
    open: list[str] = attrs.field(factory=list)

    def look(self, family: str) -> None:
        """Look at all of `transforms` or `predicates`."""
        for alias in dict.fromkeys(_aliases(self.properties, family)):
            self._stage(family, alias)

    def check_references(self) -> None:
        """Look for predicates that transforms refer to, and that are not there."""
        there = set(_aliases(self.properties, "predicates"))
        for alias in dict.fromkeys(_aliases(self.properties, "transforms")):
            key = f"transforms.{alias}.predicate"
            named, negate = self.properties.get(key), f"transforms.{alias}.negate"
            if named is not None and named not in there:
                self.findings.complain(key, f"{key} names {named!r}, but the list of predicates does not")
            if named is None and self.properties.get(negate) is not None:
                self.findings.complain(
                    f"transforms.{alias}.type",
                    f"Config '{negate}' was provided but there is no config '{key}' defining a predicate to be negated.",
                )

    def _stage(self, family: str, alias: str) -> None:
        kind, heading, called = KINDS[family]
        prefix, group = f"{family}.{alias}.", f"{heading}: {alias}"
        found = self._class(kind, prefix)
        version = None if found is None else version_of(found)
        self.findings.add(
            _header(prefix, group, f"{called} type for {alias}", f"{called} version for {alias}", version), ()
        )
        self._tell_class(kind, f"{prefix}type", found, version)
        if found is None or not self._fits(family, f"{prefix}type", found):
            return
        own = getattr(found, "config_class", dict)
        if isinstance(own, type) and issubclass(own, dict):
            self.open.append(prefix)
        keys = (*definition(own), *(CONDITIONS if family == "transforms" else ()))
        self.findings.add(embed(prefix, group, 2, keys), ())
        settings = with_prefix(self.properties, prefix)
        self.findings.add((), _prefixed(prefix, (*validate(own, settings), *_conditions(family, settings))))
        if not self.findings.has_errors(prefix + key.name for key in definition(own)):
            self._try(found, own, prefix, settings)

    def _class(self, kind: PluginKind, prefix: str) -> Any:
        key = f"{prefix}type"
        named = self.properties.get(key)
        if named is None:
            missing = f'Missing required configuration "{key}" which has no default value.'
            self.findings.complain(key, missing)
            return None
        try:
            return self.plugins.find(kind, key, named)
        except ConfigError as error:
            self.findings.complain(key, _not_usable(key, named, error))
            return None

    def _fits(self, family: str, key: str, found: Any) -> bool:
        """Return whether it is what is wanted; one is made only of a class that does not show it."""
        kind, _, called = KINDS[family]
        method = METHODS[family]
        if not isinstance(found, type) or callable(getattr(found, method, None)):
            return True
        try:
            made = found()
        except Exception:  # noqa: BLE001 - the author's code; why it cannot be made is told when it is tried
            return True
        if callable(getattr(made, method, made)):
            return True
        shown = _shown_class(self.plugins, kind, found)
        self.findings.complain(key, f"Class class {shown} does not implement the {called} interface")
        return False

    def _tell_class(self, kind: PluginKind, key: str, found: Any, version: str | None) -> None:
        self.findings.complain(key)
        value = None if found is None else _shown_class(self.plugins, kind, found)
        self.findings.change(key, value=value, recommended_values=_names(self.listed, kind))
        versions = key.removesuffix("type") + "plugin.version"
        self.findings.complain(versions)
        known = () if version is None else (version,)
        value = self.properties.get(versions) or version
        self.findings.change(versions, value=value, recommended_values=known)

    def _try(self, found: Any, own: Any, prefix: str, settings: Mapping[str, Any]) -> None:
        """Make and configure it: that finds what its configuration class cannot tell."""
        names = ("type", "plugin.version", "predicate", "negate")
        mine = {key: value for key, value in settings.items() if key not in names}
        try:
            plugin = found() if isinstance(found, type) else found
            configure = getattr(plugin, "configure", None)
            if configure is not None:
                configure(parse(own, mine))
            getattr(plugin, "close", lambda: None)()
        except ConfigError as error:
            self.findings.complain_of(error, f"{prefix}type", prefix)
        except Exception as error:  # noqa: BLE001 - the author's code; whatever it raises is its answer
            self.findings.complain(f"{prefix}type", f"{prefix}type: {describe(error)}")


@attrs.define(eq=False)
class ConverterFindings:
    """Looks at converters.

    Attributes:
        worker: The worker's configuration: it has those that the connector does not name.
        listed: Those to recommend.
        properties: The connector's properties.
        findings: Takes what is found.
        open: Prefixes of those that take any key.
    """

    worker: WorkerProperties
    listed: PluginList
    properties: Mapping[str, Any]
    findings: Findings
    open: list[str] = attrs.field(factory=list)

    def look(self) -> None:
        """Look at the three of them."""
        for part in CONVERTER_KINDS:
            self._part(part)

    def _part(self, part: str) -> None:
        kind = CONVERTER_KINDS[part]
        default = self._shown_default(part)
        self.findings.define(part, default=default)
        self.findings.change(part, recommended_values=_names(self.listed, kind))
        named = self.properties.get(part)
        found = self._class(part, named or self.worker.properties.get(part) or DEFAULTS[part]["class"])
        shown = None if found is None else _shown_class(self.worker.plugins, kind, found)
        self.findings.change(part, value=shown if named else default)
        version = None if found is None else version_of(found)
        self.findings.define(f"{part}.plugin.version", default=version)
        known = () if version is None else (version,)
        given = self.properties.get(f"{part}.plugin.version")
        self.findings.change(
            f"{part}.plugin.version",
            value=given or version,
            recommended_values=known,
            visible=found is not None or named is None,
        )
        if named and found is not None:
            self._keys(part, found)

    def _shown_default(self, part: str) -> str:
        named = self.worker.properties.get(part) or DEFAULTS[part]["class"]
        try:
            found = self.worker.plugins.converter(part, named)
        except ConfigError:
            return str(named)
        return _shown_class(self.worker.plugins, CONVERTER_KINDS[part], found)

    def _class(self, part: str, named: Any) -> Any:
        try:
            found = self.worker.plugins.converter(part, named)
        except ConfigError as error:
            self.findings.complain(part, _not_usable(part, named, error))
            return None
        for method in CONVERTER_METHODS[part]:
            if not callable(getattr(found, method, None)):
                shown = _shown_class(self.worker.plugins, CONVERTER_KINDS[part], found)
                interface = "HeaderConverter" if part == "header.converter" else "Converter"
                self.findings.complain(
                    part,
                    f"Class class {shown} does not implement the {interface} interface: it has no {method}",
                )
                return None
        return found

    def _keys(self, part: str, found: Any) -> None:
        own, prefix = getattr(found, "config_class", dict), f"{part}."
        settings = with_prefix(self.properties, prefix)
        if isinstance(own, type) and issubclass(own, dict):
            self.open.append(prefix)
        keys = [attrs.evolve(key, name=prefix + key.name) for key in definition(own)]
        roles = validate([ROLE], {ROLE.name: part.removesuffix(".converter"), **settings})
        self.findings.add([attrs.evolve(ROLE, name=prefix + ROLE.name)], _named(prefix, roles))
        self.findings.add(keys, _named(prefix, validate(own, settings)))
        if self.findings.has_errors(key.name for key in keys):
            return
        mine = {key: value for key, value in settings.items() if key != "plugin.version"}
        arguments = {} if part == "header.converter" else {"is_key": part == "key.converter"}
        try:
            converter = found() if isinstance(found, type) else found
            if hasattr(converter, "configure"):
                converter.configure(parse(own, mine), **arguments)
        except ConfigError as error:
            self.findings.complain_of(error, part, prefix)
        except Exception as error:  # noqa: BLE001 - the author's code; whatever it raises is its answer
            self.findings.complain(part, f"{part}: {describe(error)}")


def _aliases(properties: Mapping[str, Any], family: str) -> list[str]:
    try:
        named = parse_value(family, properties.get(family), ConfigType.LIST) or ()
    except ConfigError:  # said of the key itself
        return []
    return list(map(str, named))


def _header(
    prefix: str, group: str, type_name: str, version_name: str, version: str | None
) -> list[ConfigKey]:
    return [
        ConfigKey(
            name=f"{prefix}type",
            type=ConfigType.CLASS,
            importance=Importance.HIGH,
            documentation="Its class, or the class's name.",
            group=group,
            order=0,
            width=Width.LONG,
            display_name=type_name,
        ),
        ConfigKey(
            name=f"{prefix}plugin.version",
            default=version,
            importance=Importance.HIGH,
            documentation="Its version.",
            group=group,
            order=1,
            width=Width.LONG,
            display_name=version_name,
        ),
    ]


def _conditions(family: str, settings: Mapping[str, Any]) -> list[ConfigValue]:
    return validate(CONDITIONS, settings) if family == "transforms" else []


def _named(prefix: str, values: Iterable[ConfigValue]) -> list[ConfigValue]:
    return [attrs.evolve(value, name=prefix + value.name) for value in values]


def _prefixed(prefix: str, values: Iterable[ConfigValue]) -> list[ConfigValue]:
    """Return what became of a stage's keys, under their whole names."""
    return [
        attrs.evolve(
            value,
            name=prefix + value.name,
            error_messages=tuple(_with_prefix(prefix, value.name, text) for text in value.error_messages),
        )
        for value in values
    ]


def _with_prefix(prefix: str, name: str, message: str) -> str:
    missing = f'Missing required configuration "{name}" '
    if message.startswith(missing):
        return message.replace(name, f"{prefix}{name}", 1)
    for reason in PARSING:
        message = message.replace(
            f" for configuration {name}: {reason}", f" for configuration {prefix}{name}: {reason}", 1
        )
    return message


def _not_usable(key: str, named: Any, error: ConfigError) -> str:
    reason = str(error).replace(f" could not be found for {key}.", " could not be found.")
    return f"Invalid value {named} for configuration {key}: {reason}"


def _names(listed: PluginList, kind: PluginKind) -> tuple[str, ...]:
    return tuple(each.class_name for each in listed.usable() if each.type == kind)


def _shown_class(plugins: Plugins, kind: PluginKind, found: Any) -> str:
    cls = found if hasattr(found, "__qualname__") else type(found)
    return plugins.class_name(kind, cls)
