"""Chinese numerals as they are spoken."""

_DIGITS = {
    char: value
    for value, chars in enumerate(("〇零", "一幺", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for char in chars
}
_UNITS = {"十": 10, "百": 100, "千": 1000}

NUMERAL = "0-9〇零一二三四五六七八九十百千两幺"
"""The characters of a numeral, to stand inside a regular expression's brackets."""


def number(text: str) -> int | None:
    """Return the value of 14, 十四, 二百零三, 五零二 (502) or 两; None where it is no numeral."""
    if text.isdecimal():
        return int(text)
    if not text or any(char not in _DIGITS and char not in _UNITS and not char.isdecimal() for char in text):
        return None
    if not any(char in _UNITS for char in text):
        return int("".join(str(_digit(char)) for char in text))
    total, current = 0, None
    for char in text:
        if char in _UNITS:
            total += (1 if current is None else current) * _UNITS[char]
            current = None
        else:
            current = _digit(char)
    return total + (current or 0)


def digits(text: str) -> str:
    """Return a numeral as it is written in an address: 十一 → 11, 幺幺零二 → 1102, and anything else as it is."""
    if text and all(char in _DIGITS or char.isdecimal() for char in text):
        return "".join(str(_digit(char)) for char in text)
    value = number(text)
    return text if value is None else str(value)


def _digit(char: str) -> int:
    return _DIGITS[char] if char in _DIGITS else int(char)
