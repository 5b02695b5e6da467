"""Which day is a date, where Java's calendar and Python's differ?

Python's calendar is Gregorian from the year 1 on. Java's dates, as they are printed and read, are Julian before
15 October 1582: what Python calls 0001-01-01 is 0001-01-03 there.
"""

from datetime import date

__all__ = ("from_java_day", "java_day")

_FIRST_GREGORIAN = date(1582, 10, 15).toordinal()
_ORDINAL_TO_JULIAN_DAY = 1_721_425


def java_day(day: date) -> tuple[int, int, int]:
    """Return the year, month and day that Java prints."""
    ordinal = day.toordinal()
    if ordinal >= _FIRST_GREGORIAN:
        return day.year, day.month, day.day
    count = ordinal + _ORDINAL_TO_JULIAN_DAY + 32_082
    years = (4 * count + 3) // 1461
    rest = count - 1461 * years // 4
    months = (5 * rest + 2) // 153
    return years - 4800 + months // 10, months + 3 - 12 * (months // 10), rest - (153 * months + 2) // 5 + 1


def from_java_day(year: int, month: int, day: int) -> int:
    """Return the ordinal of the day that Java reads; the day may be beyond its month.

    Raises:
        ValueError: If the year is not one of Python's.
    """
    gregorian = date(year, month, 1).toordinal() + day - 1
    if gregorian >= _FIRST_GREGORIAN:
        return gregorian
    early = (14 - month) // 12
    years, months = year + 4800 - early, month + 12 * early - 3
    return day + (153 * months + 2) // 5 + 365 * years + years // 4 - 32_083 - _ORDINAL_TO_JULIAN_DAY
