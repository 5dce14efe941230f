"""Telephone numbers: the caller's own, and beside it one that was spoken, never surer than the ear can be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from cases.draft import CallFacts, Field, Span
from cases.heard import Heard, Turn
from cases.rules import NumbersConfig
from domain.words import Speaker
from transcription.transcript import Reading, SpokenNumber

_MOBILE = 11
_TOO_LONG = 15
_NEAR = 12
"""Characters before a number in which it may be said whose it is."""
_SEPARATORS = "，、。 -—"
_FILLERS = "嗯呃啊哦哎唔额"
"""Syllables of hesitation that may stand between two groups of a number; none is written for a digit."""
_BETWEEN = _SEPARATORS + _FILLERS

_OWN = ("我", "俺", "本人")
_PAUSE_WITHIN = 4.0
"""Seconds that may pass between two groups of one number while the other side says 嗯."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of digits as spoken: the digits, how many were misheard letters, where."""

    digits: str
    guessed: int
    turn: Turn
    start: int
    end: int
    rest: Span | None = None
    again: tuple[Reading, ...] = ()
    """How the same stretch reads to a second, narrower look."""

    @property
    def span(self) -> Span:
        """Where the run was heard, its second half included."""
        span = self.turn.span(self.start, self.end)
        return replace(span, end=self.rest.end, text=f"{span.text}…{self.rest.text}") if self.rest else span


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that a run may be."""

    number: str
    run: Run
    cost: float
    corrected: bool = False
    sure: float | None = None
    """How sure the second look is of it, where that decided."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Digits as spoken, compiled."""

    config: NumbersConfig
    sure: dict[str, str]
    guess: dict[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, config: NumbersConfig) -> "Numbers":
        """Compile the digits."""
        sure = {char: digit for digit, chars in config.spoken.items() for char in chars}
        sure |= {str(digit): str(digit) for digit in range(10)}
        guess = {char: digit for digit, chars in config.misheard.items() for char in chars if char not in sure}
        any_digit = "".join(re.escape(char) for char in (*sure, *guess))
        between = f"[{re.escape(_SEPARATORS)}]?(?:[{_FILLERS}]{{1,3}}[{re.escape(_SEPARATORS)}]?)?"
        pattern = re.compile(f"[{any_digit}](?:{between}[{any_digit}])*")
        return cls(config, sure, guess, pattern)

    def callback(self, facts: CallFacts) -> Field[str]:
        """Return the caller's own number, which needs no hearing."""
        if not facts.ani:
            return Field(why="来电未显示号码")
        return Field(facts.ani, 1.0, None, "来电号码")

    def case_number(self, heard: Heard) -> Run | None:
        """Return a case number that was read out: 14 digits beginning with a date."""
        return next(
            (
                run
                for turn in heard.by(Speaker.CITIZEN)
                for run in self.runs(turn)
                if re.fullmatch(r"20\d\d[01]\d[0-3]\d{7}", run.digits)
            ),
            None,
        )

    def find(self, heard: Heard, facts: CallFacts) -> Field[str]:
        """Return a number that the citizen said, or confirmed when the agent read it."""
        said = list(self._said(heard))
        if not said:
            return self._agreed(heard) or self._own(heard)
        best = self._choose(said)
        return self._judge(best, said, heard, facts)

    def _said(self, heard: Heard) -> Iterator[Candidate]:
        runs = self._joined(
            [_again(run, heard.numbers) for turn in heard.by(Speaker.CITIZEN) for run in self.runs(turn)]
        )
        last: Candidate | None = None
        for run in runs:
            candidate = self._looked_at_again(run, self._candidate(run))
            corrected = any(
                word in run.turn.text[max(run.start - 8, 0) : run.start] for word in self.config.corrections
            )
            if candidate is None and corrected and last and 3 <= len(run.digits) <= 8:
                tail = last.number[: -len(run.digits)] + run.digits
                candidate = Candidate(tail, run, last.cost + self.config.split_cost * 2, corrected=True)
            if candidate:
                last = replace(candidate, corrected=corrected)
                yield last

    def runs(self, turn: Turn) -> Iterator[Run]:
        """Yield the turn's runs of digits; a letter that may be a digit counts only beside true ones."""
        for match in self.pattern.finditer(turn.text):
            start, end = self._trim(turn.text, match.start(), match.end())
            chars = [char for char in turn.text[start:end] if char not in _BETWEEN]
            guessed = sum(char not in self.sure for char in chars)
            if len(chars) >= 3 and guessed * 2 < len(chars):
                yield Run("".join(self.sure.get(c) or self.guess[c] for c in chars), guessed, turn, start, end)

    def _trim(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Leave out letters at the edges: 电话是 is no 4, 就 before a number no 9; a 1 may begin one (要三八)."""
        while start < end and text[start] not in self.sure:
            if self.guess.get(text[start]) == "1" and start + 1 < end and text[start + 1] in self.sure:
                break
            start += 1
        digits = sum(char not in _BETWEEN for char in text[start:end])
        while end > start and text[end - 1] not in self.sure and digits != _MOBILE:
            digits -= text[end - 1] not in _BETWEEN
            end -= 1
        return start, end

    def _joined(self, runs: list[Run]) -> list[Run]:
        """Join two runs where the first breaks off and the citizen goes on a breath later."""
        joined: list[Run] = []
        for run in runs:
            before = joined[-1] if joined else None
            if before and self._goes_on(before, run):
                joined[-1] = replace(
                    before,
                    digits=before.digits + run.digits,
                    guessed=before.guessed + run.guessed,
                    rest=run.span,
                    again=(),
                )
            else:
                joined.append(run)
        return joined

    def _goes_on(self, before: Run, run: Run) -> bool:
        whole = len(before.digits) + len(run.digits)
        if whole > _MOBILE or not before.digits.startswith("1") or before.digits[:3] not in self.config.mobile_prefixes:
            return False
        if before.turn is run.turn:
            return not before.turn.text[before.end : run.start].strip(_SEPARATORS)
        ended = not before.turn.text[before.end :].strip(_SEPARATORS)
        begins = not run.turn.text[: run.start].strip(_SEPARATORS + "嗯啊")
        return (ended or begins) and run.span.start - before.span.end <= _PAUSE_WITHIN

    def _looked_at_again(self, run: Run, candidate: Candidate | None) -> Candidate | None:
        """Return what two hearings of one stretch make of it: where they agree it is surer than either."""
        whole = next((reading for reading in run.again if self._valid(reading.digits)), None)
        if whole is None:
            return candidate
        if candidate and candidate.number == whole.digits:
            return replace(candidate, sure=self.config.heard_twice)
        if candidate and whole.likelihood < self.config.second_look_least:
            return candidate
        share = min(whole.likelihood / self.config.second_look_clear, 1.0)
        least, most = self.config.second_look
        return Candidate(whole.digits, run, 0.0, sure=least + (most - least) * share)

    def _candidate(self, run: Run) -> Candidate | None:
        digits, cost = run.digits, run.guessed * self.config.misheard_cost + (self.config.split_cost if run.rest else 0)
        if self._valid(digits):
            return Candidate(digits, run, cost)
        half = digits[: len(digits) // 2]
        if len(digits) == 2 * _MOBILE and digits == half * 2 and self._valid(half):
            return Candidate(half, run, cost - 0.05)
        whole = self._said_again_whole(run)
        if whole:
            return Candidate(whole, run, cost)
        if not _MOBILE < len(digits) < _TOO_LONG or re.match(r"20[12]\d[01]\d", digits):
            return self._local(run, cost)
        inside = [
            digits[i : i + _MOBILE] for i in range(len(digits) - _MOBILE + 1) if self._valid(digits[i : i + _MOBILE])
        ]
        if len(inside) == 1:
            return Candidate(inside[0], run, cost + self.config.split_cost * (len(digits) - _MOBILE + 1))
        return None

    def _said_again_whole(self, run: Run) -> str | None:
        """Return the number of a run that begins with its last digits alone (最后是47，then all of it again)."""
        chars = [char for char in run.turn.text[run.start : run.end] if char not in _FILLERS + " -—"]
        lead = "".join(chars).translate(dict.fromkeys(map(ord, "、。"), "，")).split("，")[0]
        rest = run.digits[len(lead) :]
        return rest if lead and self._valid(rest) and rest.endswith(run.digits[: len(lead)]) else None

    def _local(self, run: Run, cost: float) -> Candidate | None:
        """Return a subscriber number of the city, where it was said to be one."""
        before = run.turn.text[max(0, run.start - 6) : run.start]
        announced = any(word in before for word in (*self.config.asked, *self.config.landline))
        if len(run.digits) == self.config.local_length and run.digits[0] in "2345678" and announced:
            return Candidate(run.digits, run, cost + self.config.split_cost)
        return None

    def _valid(self, digits: str) -> bool:
        if len(digits) == _MOBILE and digits[:3] in self.config.mobile_prefixes:
            return True
        area = self.config.area_code
        return digits.startswith(area) and len(digits) == len(area) + self.config.local_length

    def _choose(self, said: list[Candidate]) -> Candidate:
        corrected = [candidate for candidate in said if candidate.corrected]
        return corrected[-1] if corrected else min(said, key=lambda c: (self._other(c), c.cost, -self._asked(c)))

    def _other(self, candidate: Candidate) -> bool:
        """Tell whether a number is said to be somebody else's (老板手机是…)."""
        turn, start = candidate.run.turn, candidate.run.start
        sentence = max((at for at, _ in turn.sentences() if at <= start), default=0)
        return any(word in turn.text[max(sentence, start - _NEAR) : start] for word in self.config.others)

    def _is_others(self, candidate: Candidate) -> bool:
        """Tell whether the clause of a number says that it is somebody else's (老板电话…, …是他的电话)."""
        run = candidate.run
        lead = run.turn.text[run.turn.clause_start(run.start) : run.start]
        named = max((lead.rfind(word) for word in self.config.others), default=-1)
        if named >= 0:
            return not any(word in lead[named:] for word in _OWN)
        after = run.turn.text[run.end : run.end + _NEAR].lstrip(_SEPARATORS)
        return after.startswith(tuple(f"是{word.removesuffix('的')}" for word in self.config.others))

    def _asked(self, candidate: Candidate) -> bool:
        return any(word in candidate.run.turn.text[: candidate.run.start] for word in self.config.asked)

    def _judge(self, best: Candidate, said: list[Candidate], heard: Heard, facts: CallFacts) -> Field[str]:
        config, why = self.config, ["市民口述"]
        if best.sure is None:
            confidence = max((config.heard - best.cost) * best.run.turn.certainty(best.run.start, best.run.end), 0.1)
        else:
            confidence = best.sure
            why.append("再听一遍, 只听数字")
        if best.run.guessed and best.sure is None:
            why.append(f"其中{best.run.guessed}个数字按近音推断")
        if best.corrected:
            why.append("市民更正过")
        elif len({candidate.number for candidate in said}) > 1:
            confidence = min(confidence, 0.45)
            why.append("还听到别的号码")
        if self._is_others(best):
            confidence = min(confidence, config.contradicted)
            why.append("说的是别人的号码")
        read = self._read_back(heard, best)
        if read == best.number:
            confidence = config.read_back - best.cost / 2
            why.append("话务员复述一致")
        elif read and best.number.endswith(read):
            confidence = min(confidence + 0.08, 0.8)
            why.append(f"话务员复述的尾号 {read} 一致")
        elif read and len(read) == _MOBILE:
            confidence = min(confidence, config.contradicted)
            why.append("话务员复述的不一样, 请核对")
        if facts.ani and facts.ani.removeprefix("+86").endswith(best.number):
            confidence = max(confidence, config.same_as_caller)
            why.append("与来电号码相同")
        elif read != best.number:
            why.append("未经复述, 请核对")
        return Field(best.number, round(confidence, 2), best.run.span, "; ".join(why))

    def _read_back(self, heard: Heard, best: Candidate) -> str:
        """Return the digits that the agent said after the citizen's number: whole, or the last four."""
        runs = [
            run.digits
            for turn in heard.by(Speaker.AGENT)
            if turn.number > best.run.turn.number
            for run in self.runs(turn)
        ]
        whole = [digits for digits in runs if self._valid(digits)]
        if best.number in whole:
            return best.number
        return (
            whole[-1]
            if whole
            else next((digits for digits in runs if len(digits) == 4 and best.number.endswith(digits)), "")
        )

    def _agreed(self, heard: Heard) -> Field[str] | None:
        """Return a number that the agent read and the citizen said yes to."""
        for turn, answer in pairwise(heard.turns):
            if turn.speaker is not Speaker.AGENT or answer.speaker is not Speaker.CITIZEN:
                continue
            candidate = next((c for c in map(self._candidate, self.runs(turn)) if c), None)
            if (
                candidate
                and answer.text.startswith(self.config.confirmed)
                and not answer.text.startswith(self.config.corrections)
            ):
                sure = round(self.config.heard - candidate.cost, 2)
                return Field(candidate.number, sure, candidate.run.span, "话务员念出, 市民答“对”")
        return None

    def _own(self, heard: Heard) -> Field[str]:
        for turn in heard.by(Speaker.CITIZEN):
            if any(phrase in turn.text for phrase in self.config.own_number):
                return Field(why="市民说就用来电号码")
        return Field()


def _again(run: Run, numbers: tuple[SpokenNumber, ...]) -> Run:
    """Return a run with what a second look at the same seconds found."""
    span = run.span
    again = (n.readings for n in numbers if n.speaker is span.speaker and n.start < span.end and n.end > span.start)
    return replace(run, again=next(again, ()))
