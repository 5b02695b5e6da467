"""Which files may a schema import without a reference?

Google's own types, which come with the library, and what Confluent's registry knows beside them.
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ("OWN_FILES", "WITH_LIBRARY")

WITH_LIBRARY: Mapping[str, str] = MappingProxyType(
    {
        f"google/protobuf/{name}.proto": name
        for name in (
            "any",
            "api",
            "descriptor",
            "duration",
            "empty",
            "field_mask",
            "source_context",
            "struct",
            "timestamp",
            "type",
            "wrappers",
        )
    }
)
"""Paths of the files that come with the library, and its names of them."""

_HEAD = 'syntax = "proto3"; package google.type; '

OWN_FILES: Mapping[str, str] = MappingProxyType(
    {
        "confluent/meta.proto": """
            syntax = "proto3";
            package confluent;
            import "google/protobuf/descriptor.proto";
            message Meta {
              string doc = 1; map<string, string> params = 2; repeated string tags = 3; repeated Rule rules = 4;
            }
            message Rule { string name = 1; string doc = 2; string expr = 3; string sql = 4; }
            """,
        "confluent/type/decimal.proto": """
            syntax = "proto3";
            package confluent.type;
            message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }
            """,
        "confluent/type/variant.proto": """
            syntax = "proto3";
            package confluent.type;
            message Variant { bytes metadata = 1; bytes value = 2; }
            """,
        "google/type/calendar_period.proto": _HEAD
        + """enum CalendarPeriod {
              CALENDAR_PERIOD_UNSPECIFIED = 0;
              DAY = 1; WEEK = 2; FORTNIGHT = 3; MONTH = 4; QUARTER = 5; HALF = 6; YEAR = 7;
            }""",
        "google/type/color.proto": _HEAD
        + """import "google/protobuf/wrappers.proto";
            message Color { float red = 1; float green = 2; float blue = 3; google.protobuf.FloatValue alpha = 4; }""",
        "google/type/date.proto": _HEAD + "message Date { int32 year = 1; int32 month = 2; int32 day = 3; }",
        "google/type/datetime.proto": _HEAD
        + """import "google/protobuf/duration.proto";
            message DateTime {
              int32 year = 1; int32 month = 2; int32 day = 3;
              int32 hours = 4; int32 minutes = 5; int32 seconds = 6; int32 nanos = 7;
              oneof time_offset { google.protobuf.Duration utc_offset = 8; TimeZone time_zone = 9; }
            }
            message TimeZone { string id = 1; string version = 2; }""",
        "google/type/dayofweek.proto": _HEAD
        + """enum DayOfWeek {
              DAY_OF_WEEK_UNSPECIFIED = 0;
              MONDAY = 1; TUESDAY = 2; WEDNESDAY = 3; THURSDAY = 4; FRIDAY = 5; SATURDAY = 6; SUNDAY = 7;
            }""",
        "google/type/decimal.proto": _HEAD + "message Decimal { string value = 1; }",
        "google/type/expr.proto": _HEAD
        + "message Expr { string expression = 1; string title = 2; string description = 3; string location = 4; }",
        "google/type/fraction.proto": _HEAD
        + "message Fraction { int64 numerator = 1; int64 denominator = 2; }",
        "google/type/interval.proto": _HEAD
        + """import "google/protobuf/timestamp.proto";
            message Interval { google.protobuf.Timestamp start_time = 1; google.protobuf.Timestamp end_time = 2; }""",
        "google/type/latlng.proto": _HEAD + "message LatLng { double latitude = 1; double longitude = 2; }",
        "google/type/money.proto": _HEAD
        + "message Money { string currency_code = 1; int64 units = 2; int32 nanos = 3; }",
        "google/type/month.proto": _HEAD
        + """enum Month {
              MONTH_UNSPECIFIED = 0;
              JANUARY = 1; FEBRUARY = 2; MARCH = 3; APRIL = 4; MAY = 5; JUNE = 6; JULY = 7; AUGUST = 8;
              SEPTEMBER = 9; OCTOBER = 10; NOVEMBER = 11; DECEMBER = 12;
            }""",
        "google/type/phone_number.proto": _HEAD
        + """message PhoneNumber {
              message ShortCode { string region_code = 1; string number = 2; }
              oneof kind { string e164_number = 1; ShortCode short_code = 2; }
              string extension = 3;
            }""",
        "google/type/postal_address.proto": _HEAD
        + """message PostalAddress {
              int32 revision = 1; string region_code = 2; string language_code = 3; string postal_code = 4;
              string sorting_code = 5; string administrative_area = 6; string locality = 7; string sublocality = 8;
              repeated string address_lines = 9; repeated string recipients = 10; string organization = 11;
            }""",
        "google/type/quaternion.proto": _HEAD
        + "message Quaternion { double x = 1; double y = 2; double z = 3; double w = 4; }",
        "google/type/timeofday.proto": _HEAD
        + "message TimeOfDay { int32 hours = 1; int32 minutes = 2; int32 seconds = 3; int32 nanos = 4; }",
    }
)
"""Paths of further files, and their text without comments."""
