"""A recorded call and what was truly said in it."""

from dataclasses import dataclass
from pathlib import Path

from domain.words import Speaker


@dataclass(frozen=True)
class Turn:
    """What somebody said, when."""

    speaker: Speaker
    text: str
    start: float
    end: float


@dataclass(frozen=True)
class RecordedCall:
    """A call's recording and what was said in it."""

    audio: Path
    turns: tuple[Turn, ...]

    def said(self, speaker: Speaker) -> str:
        """Return all that one speaker said."""
        return "".join(turn.text for turn in self.turns if turn.speaker is speaker)
