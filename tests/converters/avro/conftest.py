"""What do the tests of the Avro converter share?"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from connectsdk.config import parse
from connectsdk.converter import resolve
from connectsdk.converters.avro import AvroConverter, AvroConverterConfig
from connectsdk.registry import MemoryRegistry
