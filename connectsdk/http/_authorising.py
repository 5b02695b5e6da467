"""Who may do what?"""

from collections.abc import Callable, Mapping, Sequence

import attrs

from connectsdk.errors import ConfigError
from connectsdk.http._actions import Action

__all__ = ("ANONYMOUS", "Authorise", "Principal", "roles")


@attrs.frozen
class Principal:
    """Whoever asks.

    Attributes:
        name: The user, the token's name, or the subject of the client's certificate.
        proof: How that is known: `password`, `token`, `certificate`, or `none`.
    """

    name: str
    proof: str


ANONYMOUS = Principal("anonymous", "none")

Authorise = Callable[[Principal, Action, str | None], bool]
"""Says whether somebody may do something, to the connector of that name or to the worker (None)."""

READ = frozenset(
    {
        Action.WORKER_READ,
        Action.WORKER_HEALTH,
        Action.METRICS_READ,
        Action.PLUGINS_READ,
        Action.LOGGERS_READ,
        Action.CONNECTOR_READ,
    }
)
OPERATE = READ | {Action.CONNECTOR_CONFIG, Action.CONNECTOR_OPERATE, Action.PLUGINS_VALIDATE}
ROLES: Mapping[str, frozenset[Action]] = {"read": READ, "operate": OPERATE, "admin": frozenset(Action)}


@attrs.frozen
class _Rule:
    actions: frozenset[Action]
    prefix: str
    exact: bool

    def allows(self, action: Action, connector: str | None) -> bool:
        if action not in self.actions:
            return False
        if connector is None:  # a role for some connectors may not change what concerns them all
            return action in READ or not self.limited or action is Action.PLUGINS_VALIDATE
        return connector == self.prefix if self.exact else connector.startswith(self.prefix)

    @property
    def limited(self) -> bool:
        return self.exact or bool(self.prefix)


def roles(written: Sequence[str]) -> Authorise:
    """Return what decides by roles, each written `name=role` or `name=role:prefix*`.

    Without any, everybody may do everything.

    Raises:
        ConfigError: If one is not written so.
    """
    rules: dict[str, list[_Rule]] = {}
    for each in written:
        name, equals, role = each.rpartition("=")
        role, _, pattern = role.partition(":")
        if not name or not equals or role not in ROLES:
            message = f"rest.auth.roles: {each!r} is not name=role or name=role:prefix*; roles are {', '.join(ROLES)}"
            raise ConfigError(message, key="rest.auth.roles")
        exact = bool(pattern) and not pattern.endswith("*")
        rules.setdefault(name, []).append(_Rule(ROLES[role], pattern.removesuffix("*"), exact))

    def authorise(principal: Principal, action: Action, connector: str | None) -> bool:
        return not rules or any(rule.allows(action, connector) for rule in rules.get(principal.name, ()))

    return authorise
