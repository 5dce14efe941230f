"""Recognised words made fit to read: no loops, simplified characters, Chinese punctuation, every word with its time."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

import opencc

from transcription.transcript import Word

_FULL_WIDTH = {",": "，", "?": "？", "!": "！", ";": "；", ":": "：", ".": "。"}
_PAUSE = re.compile(r"[\s,.?!;:，。？！；：、…]+")
_ASPECT_ZHE = re.compile(r"(?<![显土原编论译专遗巨名])著(?![名作称述书])")
"""OpenCC leaves 著 alone, which whisper writes for 着 (着火, 接着); these neighbours make it 著 indeed (著名, 显著)."""
_BETWEEN = r"[^。？！]{0,30}?"
_LONGEST_LOOP = 12
_FEWEST_LETTERS = 12
_LONGEST_DIGITS = 11
"""A run of one digit up to the length of a mobile number may be a number that somebody said."""


def collapse_loops(words: tuple[Word, ...], repeats: int) -> tuple[Word, ...]:
    """Keep once what is repeated `repeats` times or more in a row ("6,6,6,6" → "6"), pauses between not counted.

    Digits said without a pause are a number and stay, up to the length of a telephone number; one character said over
    and over without a pause (谢谢谢谢, 对对对对) is how people speak: it takes twice as often, and two are kept.
    """
    text = "".join(word.text for word in words)
    keep = [True] * len(text)
    spoken = [i for i, character in enumerate(text) if not _PAUSE.fullmatch(character)]
    plain = "".join(text[i] for i in spoken)
    at = 0
    while at < len(plain):
        size, times = _loop_at(plain, at, repeats)
        end = at + size * times
        kept = _kept_of_loop(text[spoken[at] : spoken[end - 1] + 1], size, times, repeats)
        if kept < end - at:
            for i in range(spoken[at + kept - 1] + 1, spoken[end - 1] + 1):
                keep[i] = False
            at = end
        else:
            at += 1
    return _kept(words, keep)


def _loop_at(plain: str, at: int, repeats: int) -> tuple[int, int]:
    """Return size and count of the shortest piece that is repeated from here on often enough, else (1, 1)."""
    for size in range(1, min(_LONGEST_LOOP, (len(plain) - at) // repeats) + 1):
        piece, times = plain[at : at + size], 1
        while plain.startswith(piece, at + size * times):
            times += 1
        if times >= repeats:
            return size, times
    return 1, 1


def _kept_of_loop(loop: str, size: int, times: int, repeats: int) -> int:
    """Return how many characters of a repeated piece stay (pauses not counted)."""
    if times < repeats or (loop.isdigit() and len(loop) <= _LONGEST_DIGITS):
        return size * times
    if size == 1 and len(loop) == times and is_han(loop[0]):
        return 2 if times >= 2 * repeats else times
    return size


def _kept(words: tuple[Word, ...], keep: list[bool]) -> tuple[Word, ...]:
    left: list[Word] = []
    at = 0
    for word in words:
        text = "".join(c for c, kept in zip(word.text, keep[at : at + len(word.text)], strict=True) if kept)
        at += len(word.text)
        if text:
            left.append(word if text == word.text else replace(word, text=text))
    return tuple(left)


def without_phantoms(words: tuple[Word, ...], phantoms: tuple[str, ...]) -> tuple[Word, ...]:
    """Leave out what a recogniser learnt from subtitles and writes for noise; "字幕由+提供": and what stands between.

    Nothing around them goes, for somebody may have said it.
    """
    text = "".join(word.text for word in words)
    keep = [True] * len(text)
    for phantom in phantoms:
        parts = phantom.split("+")
        if parts[0].lower() not in text.lower():
            continue
        for match in re.finditer(_BETWEEN.join(map(re.escape, parts)), text, re.IGNORECASE):
            keep[match.start() : match.end()] = [False] * (match.end() - match.start())
    return words if all(keep) else _kept(words, keep)


@dataclass
class Simplifier:
    """Traditional characters to simplified ones (OpenCC), and half-width punctuation to Chinese."""

    @cached_property
    def _converter(self) -> opencc.OpenCC:
        return opencc.OpenCC("t2s")

    def words(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        """Return the words simplified; a character's neighbours are looked at where the length allows it."""
        text = "".join(word.text for word in words)
        simple = self.text(text)
        if len(simple) != len(text):
            return tuple(replace(word, text=self.text(word.text)) for word in words)
        at, out = 0, []
        for word in words:
            out.append(replace(word, text=simple[at : at + len(word.text)]))
            at += len(word.text)
        return tuple(out)

    def text(self, text: str) -> str:
        """Return a text simplified."""
        return punctuate(_ASPECT_ZHE.sub("着", self._converter.convert(text)))


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


def is_foreign(text: str) -> bool:
    """Tell whether a text is for the most part not in Chinese characters; digits and marks count for neither."""
    letters = [character for character in text if character.isalpha()]
    return len(letters) >= _FEWEST_LETTERS and sum(map(is_han, letters)) < len(letters) / 2
