"""Ages as they are said (83了, 今年七十六, 刚满八个月): whoever is very old or very young is frail."""

import re
from collections.abc import Iterator

from cases.cues import Hit
from cases.heard import Turn
from cases.numerals import NUMERAL, number

_OLDEST = 115
_SEVERAL = re.compile(r"[六七八九]十(?:[多几]|来|好几)|[6-9]0[多几来]")
_YEARS = re.compile(
    rf"(?<![{NUMERAL}.])([{NUMERAL}]{{2,4}})(?=周?岁|[多几来]岁|高龄|了[，。！？；]|了$|的(?:人|老))"
    rf"|(?<=今年)(?:都|得有|有|快|整)?([{NUMERAL}]{{2,4}})(?![{NUMERAL}]|个?[月天日号块元度米户楼平])"
)
_SMALL = re.compile(
    rf"[{NUMERAL}几]{{1,3}}个多?月大|[{NUMERAL}几]{{1,3}}天大|(?:不到|没满|不满|才)[{NUMERAL}]{{1,2}}(?:周岁|岁|个月)"
)
_PERSON = "人|邻居|隔壁|亲戚|家里|大[爷娘]|老|爹|娘|[爸妈爷奶婆公姥]|父|母|他|她|岁"
_NEAR = 14
"""Characters around a bare number (83了) in which the person must be named whose age it is."""


def frail_ages(turn: Turn, old_from: int) -> Iterator[Hit]:
    """Yield where a turn tells of somebody of at least that age, or of an infant."""
    for match in _SMALL.finditer(turn.text):
        if not re.search("才", match[0]) or (number(re.sub(rf"[^{NUMERAL}]", "", match[0])) or 9) <= 2:
            yield Hit(match[0], turn, match.start(), match.end(), 1.0)
    for match in _YEARS.finditer(turn.text):
        years = number(match[1] or match[2])
        if years is not None and old_from <= years <= _OLDEST and _of_a_person(turn.text, match):
            yield Hit(match[0], turn, match.start(), match.end(), 1.0)
    for match in _SEVERAL.finditer(turn.text):
        years = number(match[0][:2])
        if (
            years is not None
            and years + 9 >= old_from
            and _of_a_person(turn.text, match, "岁" in turn.text[match.end() :][:2])
        ):
            yield Hit(match[0], turn, match.start(), match.end(), 1.0)


def _of_a_person(text: str, match: re.Match[str], said: bool = False) -> bool:
    around = text[max(match.start() - _NEAR, 0) : match.start()] + text[match.end() : match.end() + 3]
    return said or re.search(_PERSON, around) is not None
