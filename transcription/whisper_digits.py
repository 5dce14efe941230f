"""Whisper asked for digits alone: the same model and the same sound, with every token forbidden that spells no digit.

One character a digit (一三八), never 138: so each digit has its own likelihood, and two alike are not taken for one.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Self

from transcription.engine import Samples
from transcription.transcript import Reading

_DIGITS = dict(zip("零一二三四五六七八九要药腰", "0123456789111", strict=True))
"""要, 药, 腰: what this model writes for 幺 (1), which it does not know."""
_PAUSE = "，"
_WINDOW = 3000
"""Frames of 10 ms that the model hears at once."""
_LONGEST = 40
"""Tokens of an answer: a case number, each digit with a pause, and room."""
_LEAST = 0.001
"""Likelihood below which a reading is not worth keeping."""


@dataclass(frozen=True, slots=True)
class DigitReader:
    """Reads digits with a loaded faster-whisper model."""

    model: Any
    tokenizer: Any
    forbidden: tuple[int, ...]
    beam: int

    @classmethod
    def of(cls, model: Any, beam: int) -> Self:
        """Prepare a loaded `faster_whisper.WhisperModel`."""
        from faster_whisper.tokenizer import Tokenizer

        tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language="zh")
        allowed = {tokenizer.eot, *(token for char in (*_DIGITS, _PAUSE) for token in tokenizer.encode(char))}
        forbidden = tuple(token for token in range(model.hf_tokenizer.get_vocab_size()) if token not in allowed)
        return cls(model, tokenizer, forbidden, beam)

    def read(self, samples: Samples, before: str, example: str) -> tuple[Reading, ...]:
        """Return the ways to read the digits that are said in 16 kHz samples after `before`, likeliest first."""
        from faster_whisper.audio import pad_or_trim

        encoded = self.model.encode(pad_or_trim(self.model.feature_extractor(samples)[..., :_WINDOW]))
        lead = self.tokenizer.encode(before)
        shown = [self.tokenizer.sot_prev, *self.tokenizer.encode(example)] if example else []
        start = [*shown, *self.tokenizer.sot_sequence, self.tokenizer.no_timestamps, *lead]
        [found] = self.model.model.generate(
            encoded,
            [start],
            beam_size=self.beam,
            num_hypotheses=self.beam,
            max_length=len(start) + _LONGEST,
            return_scores=True,
            suppress_blank=False,
            suppress_tokens=list(self.forbidden),
        )
        likely: dict[str, float] = defaultdict(float)
        for tokens, score in zip(found.sequences_ids, found.scores, strict=True):
            # The score is the mean of the tokens' log probabilities (length penalty 1).
            likely[_digits(self.tokenizer.decode(tokens[len(lead) :]))] += math.exp(score * max(1, len(tokens)))
        readings = (
            Reading(digits, round(min(sure, 1.0), 4)) for digits, sure in likely.items() if digits and sure >= _LEAST
        )
        return tuple(sorted(readings, key=lambda reading: -reading.likelihood))


def _digits(text: str) -> str:
    """Return the digits of an answer; nothing where half a character was written."""
    if any(char not in _DIGITS and char != _PAUSE for char in text):
        return ""
    return "".join(_DIGITS.get(char, "") for char in text)
