"""A conversation spoken by two voices, a sound for each side, for demos and tests: played together they take turns."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from domain.words import Speaker
from ivr.audio import RATE, Samples, telephone
from ivr.kokoro import Voice
from ivr.reading import One, aloud

_LINE = re.compile(r"(市民|坐席)[:：]\s*(\S.*)")
_SPEAKERS = {"市民": Speaker.CITIZEN, "坐席": Speaker.AGENT}
_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the conversation."""

    speaker: Speaker
    text: str


def read_script(text: str) -> tuple[Turn, ...]:
    """Return the turns of a script (市民: … and 坐席: … lines); raises ValueError naming the line that is neither."""
    return tuple(_turns(text))


def _turns(text: str) -> Iterator[Turn]:
    for number, line in enumerate(text.splitlines(), start=1):
        found = _LINE.fullmatch(line.strip())
        if found:
            yield Turn(_SPEAKERS[found[1]], found[2])
        elif line.strip():
            raise ValueError(f"第 {number} 行应以“市民:”或“坐席:”开头")


def speak(turns: Iterable[Turn], voice: Voice, voices: dict[Speaker, str]) -> dict[Speaker, Samples]:
    """Return each side as 8 kHz samples, silent while the other speaks; both last equally long."""
    sides: dict[Speaker, list[Samples]] = {Speaker.CITIZEN: [], Speaker.AGENT: []}
    for turn in turns:
        spoken, rate = voice.speak(aloud(turn.text, One.YAO), voices[turn.speaker], 1.0)
        said = telephone(spoken, rate, _PAUSE)
        for speaker, side in sides.items():
            side.append(said if speaker is turn.speaker else np.zeros_like(said))
    return {speaker: np.concatenate(side or [np.zeros(RATE, np.float32)]) for speaker, side in sides.items()}
