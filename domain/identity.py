"""Identity and bank card numbers: hidden wherever a text is shown, for nobody on the telephone side works with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from unicodedata import digit

_VALUES = dict(zip("〇零洞一幺二两三四五六七拐八九勾", "0001122345677899", strict=True))
_CHECK = "X"
_CHECK_SPOKEN = "[XxＸｘ叉]|[艾埃爱]克斯"
_GUESS = "?"
"""Stands for a character that a recogniser writes for digits; which digit is not known for certain."""
_LEAD = r"(?:[\s\-‐-―－.．,，、。·…~～()（）嗯啊呃哦对是再杠]|然后|后面|接着|就是|那个|这个)"
_PAUSE = f"{_LEAD}{{0,6}}"
"""What may stand between two digits of one number: punctuation, hesitation, a word that leads on."""
_NEW = re.compile(r"(?=([1-9]\d{5}(?:19|20)\d{9}[\dX]))")
_OLD = re.compile(r"[1-9]\d{14}")
_OTHER = re.compile(r"1[3-9]\d{9}|0\d{2,3}[2-9]\d{6,7}|20\d\d[01]\d[0-3]\d{7}")
"""Mobile and land line numbers and the hotline's own case numbers, which are no such secret."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
"""GB 11643-1999: weights of the first 17 digits, and the check character by their sum modulo 11."""
_SHORTEST_CARD, _LONGEST_CARD = 13, 19
_TOO_LONG = 15
"""Digits from which a run is neither a telephone nor a case number, but an identity number or a card, if misheard."""
_SURE_DIGITS = 12
_REPEATED = 3
_STRAY = 3
_LONGEST_ENDING = 8


@dataclass(frozen=True, slots=True)
class _Sign:
    """One digit, or the check character, of a run: where it stands, and its value."""

    start: int
    end: int
    value: str


def hide_identities(text: str, also: str = "") -> str:
    """Return a text in which no identity number (18 or 15 places) and no bank card number can be read.

    Written (371702199001011236) or spoken (三七幺七零二…), in one breath or several. `also` holds characters that a
    recogniser writes for digits. A run of 15 digits or more that is no telephone or case number is hidden even where no
    check digit agrees: a recogniser errs in one digit of ten. Each hidden character becomes a star, so that the length
    stays the same.
    """
    return text if len(text) < _SHORTEST_CARD else _run(also).sub(lambda found: _hidden(found[0]), text)


@lru_cache(maxsize=8)
def _run(also: str) -> re.Pattern[str]:
    sure = rf"\d{''.join(_VALUES)}"
    return re.compile(rf"[{sure}](?:{_PAUSE}[{sure}{re.escape(also)}])*(?:{_PAUSE}(?:{_CHECK_SPOKEN}))?")


def _hidden(run: str) -> str:
    signs = list(_signs(run))
    while signs[-1].value == _GUESS:
        signs.pop()
    sure = [sign for sign in signs if sign.value != _GUESS]
    gone = {at for sign in _secret(signs, sure) for at in range(sign.start, sign.end)}
    return "".join("*" if at in gone else char for at, char in enumerate(run))


def _signs(run: str) -> Iterator[_Sign]:
    for found in re.finditer(rf"{_CHECK_SPOKEN}|{_LEAD}|.", run, re.DOTALL):
        char = found[0]
        if re.fullmatch(_CHECK_SPOKEN, char):
            yield _Sign(found.start(), found.end(), _CHECK)
        elif char in _VALUES or char.isdecimal():
            yield _Sign(found.start(), found.end(), _VALUES.get(char) or str(digit(char)))
        elif not re.fullmatch(_LEAD, char):
            yield _Sign(found.start(), found.end(), _GUESS)


def _secret(signs: list[_Sign], sure: list[_Sign]) -> list[_Sign]:
    """Return the signs to be hidden."""
    digits = "".join(sign.value for sign in sure)
    if _is_card(digits) or _is_old(digits):
        return signs
    if len(signs) >= _TOO_LONG and len(sure) >= _SURE_DIGITS and not _is_other(digits):
        return signs
    return [sign for found in _NEW.finditer(digits) if _is_new(found[1]) for sign in sure[slice(*found.span(1))]]


def _is_new(number: str) -> bool:
    """Tell whether 18 characters are an identity number: a birthday, and a check character that agrees."""
    total = sum(weight * int(char) for weight, char in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[-1] and _is_date(number[6:10], number[10:12], number[12:14])


def _is_old(number: str) -> bool:
    return bool(_OLD.fullmatch(number)) and _is_date(f"19{number[6:8]}", number[8:10], number[10:12])


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _is_card(number: str) -> bool:
    """Tell whether these are a card number by Luhn's sum (ISO/IEC 7812); none begins as a telephone number does."""
    if not _SHORTEST_CARD <= len(number) <= _LONGEST_CARD or not number.isdecimal() or number[0] in "01":
        return False
    doubled = (sum(divmod(2 * int(char), 10)) for char in number[-2::-2])
    return (sum(doubled) + sum(int(char) for char in number[::-2])) % 10 == 0 and not _OTHER.fullmatch(number)


def _is_other(digits: str) -> bool:
    """Tell whether a run is telephone and case numbers and parts of them said again, but for a few stray digits."""
    known: list[str] = []
    at, stray = _put_right(digits), 0
    while at < len(digits):
        found = _OTHER.match(digits, at)
        again = max((_common(digits[at:], number) for number in known), default=0)
        if found:
            known.append(found[0])
        stray += not found and again < _REPEATED
        at = found.end() if found else at + (again if again >= _REPEATED else 1)
    return bool(known) and stray <= _STRAY


def _put_right(digits: str) -> int:
    """Return how many digits lead a run that are the ending of the number right behind them (put right, then whole)."""
    numbers = ((length, _OTHER.match(digits, length)) for length in range(_REPEATED, _LONGEST_ENDING + 1))
    return next((length for length, found in numbers if found and found[0].endswith(digits[:length])), 0)


def _common(digits: str, number: str) -> int:
    """Return how many of the first digits stand in a number in this order."""
    return next((length for length in range(len(number), 0, -1) if digits[:length] in number), 0)
