"""Telephone numbers as citizens' data: cleaned, and masked wherever they are not needed whole."""

import re

_KEEP = re.compile(r"[^0-9+]")
_LONGEST = 32


def clean(raw: str) -> str | None:
    """Return the digits (and a leading +) of a caller ID, or None where it carries no number (withheld, text)."""
    digits = _KEEP.sub("", raw)[:_LONGEST]
    return digits if len(digits.lstrip("+")) >= 3 else None


def mask(number: str | None) -> str:
    """Return a number fit for logs and boards: 13853067219 → 138****7219, 5551234 → 5***234, None → 未显示号码."""
    if not number:
        return "未显示号码"
    if len(number) >= 11:
        return f"{number[:-8]}****{number[-4:]}"
    return f"{number[:1]}***{number[-3:]}" if len(number) > 4 else "***"
