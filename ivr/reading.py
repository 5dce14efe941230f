"""How a text is to be read aloud: digits turned into the words a Chinese speaker says."""

import re
from enum import StrEnum

_NUMBER = re.compile(r"[0-9]+")
_MOBILE = 11
_SPELLED = 3  # numbers this long or longer are identifiers (12345, 119, 13800001111, room 301), never counts


class One(StrEnum):
    """How a 1 among digits is read."""

    YAO = "幺"
    YI = "一"


def spell(number: str, one: One) -> str:
    """Return a number digit by digit, mobile numbers with the pauses people make (3-4-4)."""
    words = "".join(one.value if digit == "1" else "零一二三四五六七八九"[int(digit)] for digit in number)
    if len(words) != _MOBILE:
        return words
    return f"{words[:3]}，{words[3:7]}，{words[7:]}"


def aloud(text: str, one: One) -> str:
    """Return a text without long numbers: 12345 → 幺二三四五, 按1 stays for the speaker to count."""
    return _NUMBER.sub(lambda found: spell(found[0], one) if len(found[0]) >= _SPELLED else found[0], text)
