"""How does data become Avro, and Avro data?"""

from connectsdk.converters.avro._config import AvroConverterConfig
from connectsdk.converters.avro._converter import AvroConverter

__all__ = ("AvroConverter", "AvroConverterConfig")
