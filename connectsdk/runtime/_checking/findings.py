"""What is told of a configuration's keys?

`Findings` collects, key by key, what the parts of a connector say, and becomes the answer of Kafka Connect's REST API.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from connectsdk.config import HIDDEN, ConfigKey, ConfigType, ConfigValue, Password, to_text
from connectsdk.errors import ConfigError
from connectsdk.runtime._operated import ConfigInfo, ConfigInfos, ConfigKeyInfo, ConfigValueInfo
from connectsdk.runtime._parts.secrets import Secrets

__all__ = ("Findings", "key_info")


@attrs.define(eq=False)
class Findings:
    """What is known of each key so far.

    Attributes:
        secrets: Takes the values of keys of type PASSWORD, whatever they are called.
    """

    secrets: Secrets = attrs.field(factory=Secrets)
    _keys: dict[str, ConfigKey] = attrs.field(factory=dict)
    _values: dict[str, ConfigValue] = attrs.field(factory=dict)

    @property
    def keys(self) -> Iterable[ConfigKey]:
        """The keys that somebody defines, in order."""
        return self._keys.values()

    def add(self, keys: Iterable[ConfigKey], values: Iterable[ConfigValue]) -> None:
        """Take keys and what became of them; one that is there already only takes what is wrong with it."""
        for key in keys:
            self._keys.setdefault(key.name, key)
        for value in values:
            if isinstance(value.value, Password):
                self.secrets.note([value.value.value])
            if value.name in self._values:
                self.complain(value.name, *value.error_messages)
            else:
                self._values[value.name] = value

    def change(self, name: str, **changes: Any) -> None:
        """Change what became of a key."""
        self._values[name] = attrs.evolve(self._values[name], **changes)

    def define(self, name: str, **changes: Any) -> None:
        """Change the definition of a key."""
        self._keys[name] = attrs.evolve(self._keys[name], **changes)

    def value(self, name: str) -> Any:
        """Return a key's parsed value; None when it has none, or it is wrong."""
        found = self._values.get(name)
        return None if found is None or found.error_messages else found.value

    def has_errors(self, names: Iterable[str]) -> bool:
        """Return whether anything is wrong with these keys."""
        return any(self._values[name].error_messages for name in names if name in self._values)

    def complain(self, name: str, *messages: str) -> None:
        """Add what is wrong with a key, unless that was said."""
        value = self._values.get(name) or ConfigValue(name)
        new = tuple(message for message in dict.fromkeys(messages) if message not in value.error_messages)
        self._values[name] = attrs.evolve(value, error_messages=(*value.error_messages, *new))

    def complain_of(self, error: ConfigError, otherwise: str, prefix: str = "") -> None:
        """Add what an error says, to the key it names.

        Args:
            error: What was raised.
            otherwise: The key to blame when it names none.
            prefix: Goes before the key that it names.
        """
        named = "" if error.key is None else prefix + error.key.removeprefix(prefix)
        self.complain(named or otherwise, *error.problems)

    def told(
        self, name: str, written: Mapping[str, Any], resolved: Mapping[str, Any], secrets: Secrets
    ) -> ConfigInfos:
        """Return the answer.

        Args:
            name: The connector's class as it was written.
            written: The properties as they were written.
            resolved: The properties with references to config providers replaced; what differs is not told.
            secrets: What must not be told.
        """
        configs = [
            ConfigInfo(
                None if key not in self._keys else key_info(self._keys[key]),
                self._told(written, resolved, secrets, key),
            )
            for key in (*self._keys, *(name for name in self._values if name not in self._keys))
        ]
        groups = dict.fromkeys(key.group for key in self._keys.values() if key.group is not None)
        return ConfigInfos(
            name=name,
            error_count=sum(len(each.value.errors) for each in configs),
            groups=list(groups),
            configs=configs,
        )

    def _told(
        self, written: Mapping[str, Any], resolved: Mapping[str, Any], secrets: Secrets, name: str
    ) -> ConfigValueInfo:
        value = self._values.get(name) or ConfigValue(name)
        kind = self._keys[name].type if name in self._keys else ConfigType.STRING
        text = to_text(value.value, kind)
        if kind is not ConfigType.PASSWORD and text is not None and written.get(name) != resolved.get(name):
            text = str(written.get(name))
        return ConfigValueInfo(
            name=name,
            value=None if text is None else secrets.hide_resolved(text),
            recommended_values=[
                HIDDEN
                if kind is ConfigType.PASSWORD
                else secrets.hide_resolved(str(to_text(each, ConfigType.STRING)))
                for each in value.recommended_values
            ],
            errors=[secrets.hide(message) for message in value.error_messages],
            visible=value.visible,
        )


def key_info(key: ConfigKey) -> ConfigKeyInfo:
    """Return what is told of a key's definition."""
    return ConfigKeyInfo(
        name=key.name,
        type=key.type.value,
        required=key.required,
        default_value=None if key.required else to_text(key.default, key.type),
        importance=key.importance.name,
        documentation=key.documentation,
        group=key.group,
        order=key.order,
        width=key.width.name,
        display_name=key.display_name,
        dependents=list(key.dependents),
    )
