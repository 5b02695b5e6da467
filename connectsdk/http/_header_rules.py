"""Which headers does every answer get, by the operator's wish?

Written as Kafka Connect's `response.http.headers.config`: `[set|add|setDate|addDate] name: value`, separated by commas;
what holds a comma is put in double quotes.
"""

import csv
import re
import time
from email.utils import formatdate
from typing import Literal

import attrs
from starlette.datastructures import MutableHeaders

from connectsdk.errors import ConfigError

__all__ = ("HeaderRule", "read_header_rules")

KEY = "response.http.headers.config"
RULE = re.compile(
    r"(?P<action>set|add|setDate|addDate) +(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+) *: *(?P<value>[\x20-\x7e]+)"
)


@attrs.frozen
class HeaderRule:
    """One header; a date's value is how many milliseconds it lies ahead."""

    action: Literal["set", "add", "setDate", "addDate"]
    name: str
    value: str

    def apply(self, headers: MutableHeaders) -> None:
        """Put it into an answer's headers."""
        dated = self.action.endswith("Date")
        value = formatdate(time.time() + int(self.value) / 1_000, usegmt=True) if dated else self.value
        if self.action.startswith("set"):
            headers[self.name] = value
        else:
            headers.append(self.name, value)


def read_header_rules(written: str) -> list[HeaderRule]:
    """Return the rules of a configuration.

    Raises:
        ConfigError: If one is not written so.
    """
    if not written.strip():
        return []
    rows = list(csv.reader([written], skipinitialspace=True))
    return [_read(each.strip()) for row in rows for each in row]


def _read(written: str) -> HeaderRule:
    found = RULE.fullmatch(written)
    if found is None:
        raise ConfigError(f"{KEY}: {written!r} is not written [set|add|setDate|addDate] name: value", key=KEY)
    if found["action"].endswith("Date") and not re.fullmatch(r"-?\d{1,15}", found["value"], re.ASCII):
        raise ConfigError(f"{KEY}: the value of a date in {written!r} is no number of milliseconds", key=KEY)
    return HeaderRule(found["action"], found["name"], found["value"])  # type: ignore[arg-type]  # the pattern says so
