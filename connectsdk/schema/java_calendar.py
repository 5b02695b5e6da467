"""Which day is a date, in Java's calendar?

Python's calendar is Gregorian from the year 1 on. Java's dates, as they are printed and read, are Julian before
15 October 1582: what Python calls 0001-01-01 is 0001-01-03 there. A day is a number, as in Python: 1 is the first of January of the
year 1 in the Gregorian calendar.
"""

from datetime import date

__all__ = ("FIRST_GREGORIAN", "date_of", "from_java_day", "gregorian", "java_day", "julian")

FIRST_GREGORIAN = 577_736
"""15 October 1582."""

_FEBRUARY = 2
_DAYS_BEFORE = (0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def java_day(day: date) -> tuple[int, int, int]:
    """Return the year, month and day that Java prints."""
    ordinal = day.toordinal()
    return (day.year, day.month, day.day) if ordinal >= FIRST_GREGORIAN else date_of(ordinal)


def from_java_day(year: int, month: int, day: int) -> int:
    """Return the number of the day that Java reads; the day may be beyond its month.

    Raises:
        ValueError: If the year is not one of Python's.
    """
    found = date(year, month, 1).toordinal() + day - 1
    return found if found >= FIRST_GREGORIAN else julian(year, month) + day - 1


def gregorian(year: int, month: int) -> int:
    """Return the number of the first day of a month in the Gregorian calendar."""
    before = year - 1
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (
        before * 365
        + before // 4
        - before // 100
        + before // 400
        + _DAYS_BEFORE[month]
        + (leap and month > _FEBRUARY)
        + 1
    )


def julian(year: int, month: int) -> int:
    """Return the number of the first day of a month in the Julian calendar."""
    before = year - 1
    return before * 365 + before // 4 + _DAYS_BEFORE[month] + (year % 4 == 0 and month > _FEBRUARY) - 1


def date_of(day: int) -> tuple[int, int, int]:
    """Return year, month and day; the year before 1 is 0."""
    first_of = gregorian if day >= FIRST_GREGORIAN else julian
    year = day * 400 // 146_097 + 1
    while first_of(year, 1) > day:
        year -= 1
    while first_of(year + 1, 1) <= day:
        year += 1
    month = min((day - first_of(year, 1)) // 28 + 1, 12)
    while first_of(year, month) > day:
        month -= 1
    return year, month, day - first_of(year, month) + 1
