"""Which moment do the fields of a date mean in Java's lenient calendar, and which fields does a moment have?

A day is a number: 1 is the first of January of the year 1. The calendar is Julian before 15 October 1582 and Gregorian from then on;
weeks begin on Sunday and the first one has at least one day, as in the United States; days of the week count from Sunday, 1.
"""

from collections.abc import Callable, Mapping

import attrs

from connectsdk.schema.java_calendar import FIRST_GREGORIAN, date_of, gregorian, julian

__all__ = ("DAY_MS", "Moment", "fields_of", "moment_of")

DAY_MS = 86_400_000
EPOCH_DAY = 719_163
_CUTOVER_YEAR = 1582
_CUTOVER_MONTH = (1582, 10)  # it had no 5th to 14th
_WRAP, _HALF = 1 << 64, 1 << 63

_SUNDAY, _SATURDAY = 1, 7
_FirstOf = Callable[[int, int], int]


@attrs.frozen
class Moment:
    """The fields of a moment in UTC; the year is that of its era, the month counts from 1."""

    era: int
    year: int
    month: int
    day: int
    day_of_year: int
    day_of_week: int
    week_of_year: int
    week_of_month: int
    weekday_in_month: int
    week_year: int
    time: int


def fields_of(milliseconds: int) -> Moment:
    """Return the fields of a moment."""
    days, time = divmod(milliseconds, DAY_MS)
    fixed = days + EPOCH_DAY
    year, month, day = date_of(fixed)
    of_year = fixed - _first_of_year(year) + 1
    weekday = fixed % 7 + 1
    before = (fixed - of_year + 1) % 7  # the weekday of 1 January, Sunday is 0
    week = (of_year - 1 + before) // 7 + 1
    week_year = year
    next_year = _first_of_year(year + 1)
    if fixed >= next_year - next_year % 7:
        week, week_year = 1, year + 1
    in_month = day - 10 if (year, month) == _CUTOVER_MONTH and fixed >= FIRST_GREGORIAN else day
    first_of_month = (fixed - in_month + 1) % 7
    era = 1 if year > 0 else 0
    return Moment(
        era,
        year if era else 1 - year,
        month,
        day,
        of_year,
        weekday,
        week,
        (in_month - 1 + first_of_month) // 7 + 1,
        (in_month - 1) // 7 + 1,
        week_year,
        time,
    )


def moment_of(fields: Mapping[str, int]) -> int:
    """Return the milliseconds that fields mean, which may be out of their ranges.

    Args:
        fields: Values by letter, in the order in which they were set: `G` 0 or 1, `y`, `M` from 0, `d`, `D`, `E` from 1, `F`,
            `w`, `W`, `H`, `h` (the hour of half a day), `a` 0 or 1, `m`, `s`, `S`, `Y`, and `Z`, an offset in milliseconds.
    """
    order = {name: place for place, name in enumerate(fields, 1)}
    days, time = divmod(_time_of_day(fields, order), DAY_MS)
    if "Y" in fields and order["Y"] > order.get("y", 0):
        fixed = _week_date(fields) + days
    else:
        year = fields.get("y", 1970)
        if fields.get("G", 1) == 0:
            year = 1 - year
        fixed = _fixed_day(year, fields, _chosen(order), days)
    milliseconds = (fixed - EPOCH_DAY) * DAY_MS + time - fields.get("Z", 0)
    return (milliseconds + _HALF) % _WRAP - _HALF


def _time_of_day(fields: Mapping[str, int], order: Mapping[str, int]) -> int:
    of_day = order.get("H", 0)
    of_half = max(order["h"], order["a"]) if "h" in order and "a" in order else 0
    hour = 0
    if of_day and of_day >= of_half:
        hour = fields["H"]
    elif "h" in fields or "a" in fields:
        hour = fields.get("h", 0) + 12 * fields.get("a", 0)
    seconds = (hour * 60 + fields.get("m", 0)) * 60 + fields.get("s", 0)
    return seconds * 1000 + fields.get("S", 0)


def _chosen(order: Mapping[str, int]) -> frozenset[str]:
    """Return the fields that decide the day: of those combinations that are complete, the one set last."""
    day, weekday = order.get("d", 0), order.get("E", 0)
    of_year = order.get("D", 0)
    week_of_month = _both(order.get("W", 0), weekday)
    in_month = _both(order.get("F", 0), weekday)
    week_of_year = _both(order.get("w", 0), weekday)
    best = max(day, week_of_month, in_month, of_year, week_of_year)
    if not best:
        week_of_month = order.get("W", 0)
        in_month = max(order.get("F", 0), weekday)
        week_of_year = order.get("w", 0)
        best = max(week_of_month, in_month, week_of_year)
        if not best:
            best = day = order.get("M", 0)
    if best == day:
        return frozenset("Md")
    weeks = order.get("w", 0)
    if (best == week_of_month and order.get("W", 0) >= weeks) or (
        best == in_month and order.get("F", 0) >= weeks
    ):
        return frozenset("M") | _in_month(order, best, week_of_month, in_month)
    if best == of_year:
        return frozenset("D")
    return frozenset("wE") if weekday else frozenset("w")


def _in_month(order: Mapping[str, int], best: int, week_of_month: int, in_month: int) -> frozenset[str]:
    chosen = frozenset("E") if order.get("E") else frozenset[str]()
    if week_of_month == in_month:
        return chosen | {"W" if order.get("W", 0) >= order.get("F", 0) else "F"}
    if best == week_of_month:
        return chosen | {"W"}
    return chosen | {"F"} if order.get("F") else chosen


def _both(first: int, second: int) -> int:
    return max(first, second) if first and second else 0


def _fixed_day(year: int, fields: Mapping[str, int], chosen: frozenset[str], more: int) -> int:
    """Return the day's number, in the calendar that was in use then."""
    late = more + _day_in(gregorian, year, fields, chosen)
    if year > _CUTOVER_YEAR and late >= FIRST_GREGORIAN:
        return late
    early = more + _day_in(julian, year, fields, chosen)
    if year < _CUTOVER_YEAR:
        return early
    if "D" in chosen or "w" in chosen:
        return early if year == _CUTOVER_YEAR else late
    return late if late >= FIRST_GREGORIAN else early


def _day_in(first_of: _FirstOf, year: int, fields: Mapping[str, int], chosen: frozenset[str]) -> int:
    month = fields.get("M", 0) if "M" in chosen else 0
    more_years, month = divmod(month, 12)
    year += more_years
    first = first_of(year, month + 1)
    if "d" in chosen:
        return first + fields.get("d", 1) - 1
    if "D" in chosen:
        return first + fields["D"] - 1
    weekday = fields["E"] if "E" in chosen else _SUNDAY
    week = fields.get("W") if "W" in chosen else fields.get("w") if "w" in chosen else None
    if week is not None:
        start = _on_or_before(first + 6, _SUNDAY)
        if start - first >= 1:
            start -= 7
        return _on_or_before(start + 6, weekday) + 7 * (week - 1) if "E" in chosen else start + 7 * (week - 1)
    which = fields["F"] if "F" in chosen else 1
    if which >= 0:
        return _on_or_before(first + 7 * which - 1, weekday)
    last = _month_length(year, month + 1) + 7 * (which + 1)
    return _on_or_before(first + last - 1, weekday)


def _on_or_before(fixed: int, weekday: int) -> int:
    return fixed - (fixed - (weekday - 1)) % 7


def _week_date(fields: Mapping[str, int]) -> int:
    """Return the number of the day that a week's year, its number and a day of the week mean."""
    week, weekday = fields.get("w", 1), fields.get("E", _SUNDAY)
    if weekday > _SATURDAY:
        weekday -= 1
        week += weekday // 7
        weekday = _from_iso(weekday % 7 + 1)
    elif weekday < _SUNDAY:
        while weekday <= 0:
            weekday += 7
            week -= 1
        weekday = _from_iso(weekday)
    first = _fixed_day(fields["Y"], {"w": 1, "E": _SUNDAY}, frozenset("wE"), 0)
    return first + weekday - _SUNDAY + 7 * (week - 1)


def _from_iso(weekday: int) -> int:
    return _SUNDAY if weekday == 7 else weekday + 1  # noqa: PLR2004 - Sunday


def _month_length(year: int, month: int) -> int:
    first_of = julian if year < _CUTOVER_YEAR else gregorian
    return first_of(year + month // 12, month % 12 + 1) - first_of(year, month)


def _first_of_year(year: int) -> int:
    return gregorian(year, 1) if year > _CUTOVER_YEAR else julian(year, 1)
