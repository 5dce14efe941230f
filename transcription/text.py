"""Recognised words made fit to read: no loops, simplified characters, Chinese punctuation, every word with its time."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

import opencc

from transcription.transcript import Word

_FULL_WIDTH = {",": "，", "?": "？", "!": "！", ";": "；", ":": "：", ".": "。"}
_PAUSE = re.compile(r"[\s,.?!;:，。？！；：、…]+")
_LONGEST_LOOP = 12
_LONGEST_DIGITS = 11
"""A run of one digit up to the length of a mobile number may be a number that somebody said."""


def collapse_loops(words: tuple[Word, ...], repeats: int) -> tuple[Word, ...]:
    """Keep once what is repeated `repeats` times or more in a row ("6,6,6,6" → "6"), pauses between not counted.

    Digits said without a pause are a number and stay, up to the length of a telephone number.
    """
    text = "".join(word.text for word in words)
    keep = [True] * len(text)
    spoken = [i for i, character in enumerate(text) if not _PAUSE.fullmatch(character)]
    plain = "".join(text[i] for i in spoken)
    at = 0
    while at < len(plain):
        size, times = _loop_at(plain, at, repeats)
        end = at + size * times
        if times >= repeats and not _is_number(text[spoken[at] : spoken[end - 1] + 1]):
            for i in range(spoken[at + size - 1] + 1, spoken[end - 1] + 1):
                keep[i] = False
            at = end
        else:
            at += 1
    return _kept(words, keep)


def _loop_at(plain: str, at: int, repeats: int) -> tuple[int, int]:
    """Return size and count of the shortest piece that is repeated from here on often enough."""
    for size in range(1, min(_LONGEST_LOOP, (len(plain) - at) // repeats) + 1):
        piece, times = plain[at : at + size], 1
        while plain.startswith(piece, at + size * times):
            times += 1
        if times >= repeats:
            return size, times
    return 1, 1


def _is_number(text: str) -> bool:
    return text.isdigit() and len(text) <= _LONGEST_DIGITS


def _kept(words: tuple[Word, ...], keep: list[bool]) -> tuple[Word, ...]:
    left: list[Word] = []
    at = 0
    for word in words:
        text = "".join(c for c, kept in zip(word.text, keep[at : at + len(word.text)], strict=True) if kept)
        at += len(word.text)
        if text:
            left.append(word if text == word.text else replace(word, text=text))
    return tuple(left)


@dataclass
class Simplifier:
    """Traditional characters to simplified ones (OpenCC), and half-width punctuation to Chinese."""

    @cached_property
    def _converter(self) -> opencc.OpenCC:
        return opencc.OpenCC("t2s")

    def words(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        """Return the words simplified; a character's neighbours are looked at where the length allows it."""
        text = "".join(word.text for word in words)
        simple = punctuate(self._converter.convert(text))
        if len(simple) != len(text):
            return tuple(replace(word, text=punctuate(self._converter.convert(word.text))) for word in words)
        at, out = 0, []
        for word in words:
            out.append(replace(word, text=simple[at : at + len(word.text)]))
            at += len(word.text)
        return tuple(out)


def punctuate(text: str) -> str:
    """Return half-width punctuation that follows a Chinese character as full-width; "3.5" and "a.b" stay."""
    out: list[str] = []
    for i, character in enumerate(text):
        before = out[-1] if out else ""
        after = text[i + 1] if i + 1 < len(text) else ""
        chinese = is_han(before) or is_han(after) or (before.isdigit() and not after.isalnum())
        out.append(_FULL_WIDTH[character] if character in _FULL_WIDTH and chinese else character)
    return "".join(out)


def is_han(character: str) -> bool:
    """Tell whether this is a Chinese character."""
    return bool(character) and "\u4e00" <= character <= "\u9fff"
