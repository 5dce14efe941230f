"""A draft and a transcript without what its reader need not see: identity and card numbers, telephone numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from cases.draft import DraftCase, Field, Span
from cases.rules import NumbersConfig
from domain.identity import hide_identities
from domain.phone_number import mask, mask_all
from domain.words import Speaker
from transcription.transcript import SpokenNumber, Transcript, Utterance

_NUMBERS = ("callback_number", "heard_number")
_MASK = "*"
_BREATH = "，"
"""Stands between two utterances: a number said in two breaths is one number."""


@dataclass(frozen=True, slots=True)
class Masking:
    """Hides telephone numbers, and the numbers of identity and bank cards; `also` holds what a recogniser writes for
    digits."""

    also: str
    telephones: bool = True
    identities: bool = True

    @classmethod
    def of(cls, config: NumbersConfig, *, telephones: bool = True, identities: bool = True) -> "Masking":
        """Take the characters from numbers.yaml."""
        return cls("".join((*config.spoken.values(), *config.misheard.values())), telephones, identities)

    def case(self, case: DraftCase) -> DraftCase:
        """Return a draft whose every text is masked: values, words as heard, reasons."""
        return replace(case, **{part.name: self._field(part.name, getattr(case, part.name)) for part in fields(case)})

    def transcript(self, transcript: Transcript) -> Transcript:
        """Return a transcript whose utterances, words and notes are masked, each speaker's as one text."""
        masked = {speaker: self._said(speaker, transcript.utterances) for speaker in Speaker}
        utterances = tuple(next(masked[said.speaker]) for said in transcript.utterances)
        notes = tuple(map(self.text, transcript.notes))
        repairs = tuple(
            each
            for each in transcript.repairs
            if utterances[each.utterance].text[each.start : each.end] == each.meant  # else a digit of a number
        )
        numbers = tuple(self._numbers(transcript.numbers, utterances))
        return replace(transcript, utterances=utterances, notes=notes, repairs=repairs, numbers=numbers)

    def text(self, text: str) -> str:
        """Return a text masked; its length stays the same."""
        # Identities first: a telephone number's mask would leave their head and tail.
        hidden = hide_identities(text, self.also)
        shown = mask_all(hidden, self.also) if self.telephones else hidden
        if self.identities or hidden == text:
            return shown
        return "".join(now if was == then else then for then, was, now in zip(text, hidden, shown, strict=True))

    def _numbers(self, numbers: Iterable[SpokenNumber], masked: Iterable[Utterance]) -> Iterator[SpokenNumber]:
        """Yield the numbers that their reader may see, where nothing of the words beside them is masked."""
        hidden = [
            (said.speaker, part.start, part.end)
            for said in masked
            for part in said.words or (said,)
            if _MASK in part.text
        ]
        for number in numbers:
            beside = any(
                speaker is number.speaker and start <= number.end and end >= number.start
                for speaker, start, end in hidden
            )
            if not beside and all(self.text(reading.digits) == reading.digits for reading in number.readings):
                yield number

    def _field(self, name: str, field: Field[Any]) -> Field[Any]:
        value, candidate = self._value(name, field.value), self._value(name, field.candidate)
        return replace(field, value=value, candidate=candidate, span=self._span(field.span), why=self.text(field.why))

    def _value(self, name: str, value: Any) -> Any:
        if value and type(value) is str:  # an enum's words are the house's own
            return self._number(value) if name in _NUMBERS else self.text(value)
        return value

    def _span(self, span: Span | None) -> Span | None:
        return replace(span, text=self.text(span.text)) if span else None

    def _said(self, speaker: Speaker, utterances: Iterable[Utterance]) -> Iterator[Utterance]:
        own = [said for said in utterances if said.speaker is speaker]
        texts = self._pieces([said.text for said in own], _BREATH)
        words = self._pieces([word.text for said in own for word in said.words], "")
        for said in own:
            heard = tuple(replace(word, text=next(words)) for word in said.words)
            yield replace(said, text=next(texts), words=heard)

    def _pieces(self, texts: list[str], between: str) -> Iterator[str]:
        """Mask texts as the one text that they are together, and yield each again."""
        masked, at = self.text(between.join(texts)), 0
        for text in texts:
            yield masked[at : at + len(text)]
            at += len(text) + len(between)

    def _number(self, number: str) -> str:
        return mask(number) if self.telephones else number
