"""Which text stands for a value, and which value for a text, as Kafka Connect's `Values` has it?"""

from connectsdk.schema._values_parser import parse_value
from connectsdk.schema._values_text import value_text

__all__ = ("parse_value", "value_text")
