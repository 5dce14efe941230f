"""Character error rate as speech people count it: punctuation left out, digits said and written taken for the same."""

import unicodedata
from collections.abc import Sequence

_DIGITS = str.maketrans("〇零幺一二三四五六七八九", "001123456789")


def plain(text: str) -> str:
    """Return the characters that count."""
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN").upper().translate(_DIGITS)


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the least number of insertions, deletions and replacements (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, theirs in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (mine != theirs))
    return row[-1]


def cer(said: str, heard: str) -> float:
    """Return errors over the characters that were said."""
    return distance(plain(said), plain(heard)) / len(plain(said))
