"""How dates, names and lengths are said on pages: the same words on every machine, whatever its locale."""

import hashlib
import re
from datetime import datetime
from urllib.parse import urlsplit

from indieweb.web.links import host_of

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Words that a person reads in a minute, and letters of the scripts that are written without blanks.
WORDS_A_MINUTE, LETTERS_A_MINUTE = 230, 500
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
#: Languages that are written from right to left, by their ISO 639-1 or 639-2 code.
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_CREATIVE_COMMONS = re.compile(r"/(?:licenses/([a-z-]+)|publicdomain/(zero|mark))/([0-9.]+)")
#: How many colours the theme has for the round marks of people.
TONES = 6
#: How much of the path of an address is shown where the address is all that is known.
PATH = 60


def day(when: datetime) -> str:
    """A date as people read it: 23 November 2026."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def weekday(when: datetime) -> str:
    """A date with its day of the week, for what one wants to be in time for: Monday, 23 November 2026."""
    return f"{_DAYS[when.weekday()]}, {day(when)}"


def short_day(when: datetime, year: bool = True) -> str:
    """A date for columns: 23 Nov 2026, or without its year where that stands above."""
    return f"{when.day} {_MONTHS[when.month - 1][:3]}" + (f" {when.year}" if year else "")


def clock(when: datetime) -> str:
    """The time of day: 19:00."""
    return f"{when:%H:%M}"


def zone(when: datetime) -> str:
    """The time zone, as a place on the clock that everybody can reckon with: UTC, UTC+1, UTC−3:30."""
    minutes = round(offset.total_seconds() / 60) if (offset := when.utcoffset()) else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"


def moment(when: datetime) -> str:
    """A date with its time of day; the date alone where the time is midnight, for then none was meant."""
    return day(when) if is_whole_day(when) else f"{day(when)}, {clock(when)}"


def is_whole_day(when: datetime) -> bool:
    """Whether a date was written without a time."""
    return (when.hour, when.minute, when.second) == (0, 0, 0)


def stamp(when: datetime) -> str:
    """A date for machines, as ``datetime`` attributes and microformats hold it (RFC 3339)."""
    return when.isoformat()


def month(path: str) -> str:
    """The title of an archive by its path: ``2026/11`` is November 2026; anything else is itself."""
    year, _, number = path.strip("/").partition("/")
    return f"{_MONTHS[int(number) - 1]} {year}" if number.isdecimal() and 1 <= int(number) <= 12 else path


def reading_minutes(text: str) -> int:
    """How many minutes it takes to read ``text``, at least 1.

    :param text: in one line, as the text of an entry is.
    """
    letters = 0 if text.isascii() else len(_UNSPACED.findall(text))
    words = len(_UNSPACED.sub(" ", text).split()) if letters else text.count(" ") + 1
    return max(1, round(words / WORDS_A_MINUTE + letters / LETTERS_A_MINUTE))


def direction(lang: str) -> str:
    """``rtl`` or ``ltr``, as the language is written; empty where no language is given."""
    return ("rtl" if re.split(r"[-_]", lang.lower())[0] in RIGHT_TO_LEFT else "ltr") if lang else ""


def initial(name: str) -> str:
    """The letter that stands for a person: the first letter or digit of the name, as a capital."""
    found = next((letter for letter in name if letter.isalnum()), name[:1])
    return found.upper()[:1]


def tone(name: str) -> int:
    """Which of the theme's colours stands for a name: always the same one, from 0."""
    return hashlib.sha256(name.encode()).digest()[0] % TONES


def bare_address(url: str) -> str:
    """An address as it is said: host and path, without scheme; the host as punycode where it is not ASCII."""
    path = urlsplit(url).path.rstrip("/")
    return (host_of(url) + (path if len(path) <= PATH else path[: PATH - 1] + "…")) or url


def licence_name(address: str) -> str:
    """What a licence is called: the short name of Creative Commons' own, else the host that explains it."""
    found = _CREATIVE_COMMONS.match(urlsplit(address).path) if "creativecommons.org" in address else None
    if not found:
        return urlsplit(address).hostname or address
    name = {"zero": "CC0", "mark": "Public Domain Mark"}.get(found[2] or "", f"CC {(found[1] or '').upper()}")
    return f"{name} {found[3]}"
