"""Who is who, by what they say: where the two sides of a recording are the wrong way round, they are exchanged."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cases.cues import Cue, compile_cues, first, heard_in
from cases.heard import Dialect, Heard, listen
from cases.rules import SidesConfig
from cases.sound import Ear
from domain.words import Speaker
from transcription.transcript import Transcript

_NOTE = "左右声道相反: 按谈话内容, 话务员的话录在市民声道里, 已对调"
_OTHER = {Speaker.CITIZEN: Speaker.AGENT, Speaker.AGENT: Speaker.CITIZEN}
_NAMES = str.maketrans({"市": "坐", "民": "席", "坐": "市", "席": "民"})
"""市民 ↔ 坐席, as the notes begin."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The words that agents and citizens use, compiled."""

    agent: tuple[Cue, ...]
    citizen: tuple[Cue, ...]
    margin: int
    dialect: Dialect
    ear: Ear

    @classmethod
    def of(cls, config: SidesConfig, dialect: Dialect, ear: Ear) -> "Sides":
        """Compile the words."""
        return cls(compile_cues(config.agent, ear), compile_cues(config.citizen, ear), config.margin, dialect, ear)

    def put_right(self, transcript: Transcript) -> Transcript:
        """Return the transcript with its speakers exchanged, and a note, where each speaks as the other does."""
        heard = listen(transcript, self.dialect, self.ear)
        if self._agent_like(heard, Speaker.CITIZEN) - self._agent_like(heard, Speaker.AGENT) < self.margin:
            return transcript
        utterances = tuple(replace(said, speaker=_OTHER[said.speaker]) for said in transcript.utterances)
        notes = (_NOTE, *(note[:2].translate(_NAMES) + note[2:] for note in transcript.notes))
        numbers = tuple(replace(number, speaker=_OTHER[number.speaker]) for number in transcript.numbers)
        return replace(transcript, utterances=utterances, notes=notes, numbers=numbers)

    def _agent_like(self, heard: Heard, speaker: Speaker) -> int:
        """Return how many words of an agent one side says, less those of a citizen."""
        return len(set(self._said(self.agent, heard, speaker))) - len(set(self._said(self.citizen, heard, speaker)))

    def _said(self, cues: tuple[Cue, ...], heard: Heard, speaker: Speaker) -> Iterator[str]:
        present = heard_in(cues, heard)
        return (cue.text for turn in heard.by(speaker) for cue in present if first((cue,), turn))
