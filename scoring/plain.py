"""Text as it is counted: only letters and digits, simplified, numbers alike whether said or written."""

import re
import unicodedata
from functools import cache

import opencc

_DIGITS = {
    c: str(i)
    for i, chars in enumerate(("〇零", "一幺", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for c in chars
}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = re.compile(f"[{''.join(_DIGITS)}{''.join(_SMALL)}{''.join(_LARGE)}0-9]+")


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def plain(text: str) -> str:
    """Return the characters that count: no punctuation or spaces, simplified, 十点 as 10点 and 幺五九 as 159.

    Both sides of every comparison go through it, so that a way of writing is no error: 两 counts as 2, and 一 as 1
    even within a word (一直); a mobile number said in groups and one written in digits are the same.
    """
    simple = _simplifier().convert(unicodedata.normalize("NFKC", text))
    letters = "".join(c for c in simple if unicodedata.category(c)[0] in "LN").upper()
    return _NUMERAL.sub(lambda match: _number(match[0]), letters)


def _number(run: str) -> str:
    """Return a run of numerals in digits: by value where it has 十 百 千 万, digit by digit where it has none."""
    if not any(c in _SMALL or c in _LARGE for c in run):
        return "".join(_DIGITS.get(c, c) for c in run)
    if not any(c in _DIGITS or c.isdecimal() or c == "十" for c in run):
        return run  # 千万, 百: a word, not a number
    total, section, current = 0, 0, ""
    unit = 1
    for char in run:
        if char in _SMALL:
            section += (int(current) if current else 1) * _SMALL[char]
            unit, current = _SMALL[char], ""
        elif char in _LARGE:
            total += (section + (int(current) if current else 0) or 1) * _LARGE[char]
            section, unit, current = 0, _LARGE[char], ""
        elif _DIGITS.get(char, char) == "0":
            unit = 10  # 一百零六: what follows stands in the last place
            current = current + "0" if current else current
        else:
            current += _DIGITS.get(char, char)
    last = int(current or 0)
    # 二十八万六: a single digit right after a unit is one of the next smaller unit
    if current and len(current) == 1 and unit >= 100:
        last *= unit // 10
    return str(total + section + last)
