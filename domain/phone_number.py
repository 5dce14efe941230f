"""Telephone numbers as citizens' data: cleaned, and masked wherever they are not needed whole."""

import hmac
import re

_KEEP = re.compile(r"[^0-9+]")
_LONGEST = 32
_SHORTEST = 7
_SPOKEN = "〇零洞一幺二两三四五六七拐八九勾"
_BETWEEN = r"[\s\-‐-―－.．,，、。·…~～()（）嗯啊呃哦]{0,4}"
"""What may stand between two digits of one number: how it is written, punctuated by a recogniser, or hesitated over."""


def clean(raw: str) -> str | None:
    """Return the digits (and a leading +) of a caller ID, or None where it carries no number (withheld, text)."""
    digits = _KEEP.sub("", raw)[:_LONGEST]
    return digits if len(digits.lstrip("+")) >= 3 else None


def fingerprint(number: str, key: str) -> str:
    """Return what stands for a number where the number itself must not be kept: the same for +86, 0086 and without.

    `key` is secret: all mobile numbers are tried in seconds where it is known.
    """
    plain = re.sub(r"^(?:\+86|0086)", "", _KEEP.sub("", number))
    return hmac.digest(key.encode(), plain.encode(), "sha256").hex()


def mask(number: str | None) -> str:
    """Return a number fit for logs and boards: 13853067219 → 138****7219, 5551234 → 5***234, None → 未显示号码."""
    if not number:
        return "未显示号码"
    if len(number) >= 11:
        return f"{number[:-8]}****{number[-4:]}"
    return f"{number[:1]}***{number[-3:]}" if len(number) > 4 else "***"


def mask_all(text: str, also: str = "") -> str:
    """Return a text in which no telephone number can be read: 电话13853067219 → 电话138****7219.

    A number is seven digits or more, written (13853067219, 138-5306-7219) or spoken (幺三八五三…). `also` holds
    characters that a recogniser writes for digits; between true ones they count as such. Each hidden digit becomes a
    star, so that the length stays the same.
    """
    digit, inner = rf"[\d{_SPOKEN}]", rf"[\d{_SPOKEN}{re.escape(also)}]"
    return re.sub(rf"{digit}(?:{_BETWEEN}{inner})*{_BETWEEN}{digit}", lambda run: _stars(run[0], inner), text)


def _stars(run: str, digit: str) -> str:
    at = [match.start() for match in re.finditer(digit, run)]
    if len(at) < _SHORTEST:
        return run
    head, tail = (3, 4) if len(at) >= 11 else (1, 3)
    hidden = set(at[head:-tail])
    return "".join("*" if index in hidden else char for index, char in enumerate(run))
