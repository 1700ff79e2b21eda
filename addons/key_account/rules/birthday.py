"""When somebody has their birthday."""


def next_birthday(born, today):
    """The first one that is not over; of 29 February the 28th where there is none."""
    day = _in_year(born, today.year)
    return day if day >= today else _in_year(born, today.year + 1)


def _in_year(born, year):
    try:
        return born.replace(year=year)
    except ValueError:
        return born.replace(year=year, day=28)
