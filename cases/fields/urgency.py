"""Urgency and hazards: what the caller pressed decides; what was said may only raise it, and denials are heard."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cases.cues import Cue, Hit, Negation, compile_cues, first, heard_in
from cases.draft import CallFacts, Field, Span
from cases.fields.ages import frail_ages
from cases.fields.category import Branch
from cases.heard import Heard
from cases.rules import Escalation, Hazard, UrgencyConfig
from cases.sound import Ear
from domain.words import DemandType, Speaker, Urgency

_CLOSE = 6
"""Characters before a cue in which a word of its `unless` stands."""
_AWAY = 14
"""... and one of `not_now`, within the clause."""
_RANK = {Urgency.ORDINARY: 0, Urgency.TIMED: 1, Urgency.EMERGENCY: 2}


@dataclass(frozen=True, slots=True)
class _Danger:
    name: str
    rule: Hazard
    cues: tuple[Cue, ...]
    needs: tuple[Cue, ...]
    signs: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class _Reason:
    """One ground for an urgency."""

    level: Urgency
    confidence: float
    span: Span | None
    why: str


@dataclass(frozen=True, slots=True)
class Dangers:
    """The hazards and escalations, compiled."""

    dangers: tuple[_Danger, ...]
    escalations: tuple[tuple[Escalation, tuple[Cue, ...]], ...]
    negation: Negation
    affirmed: tuple[str, ...]
    over: frozenset[str]
    old_from: int
    not_now: tuple[str, ...]

    @classmethod
    def of(cls, config: UrgencyConfig, negation: Negation, ear: Ear) -> "Dangers":
        """Compile the cue words."""
        dangers = tuple(
            _Danger(name, rule, *(compile_cues(words, ear) for words in (rule.cues, rule.needs, rule.signs)))
            for name, rule in config.hazards.items()
        )
        escalations = tuple((rule, compile_cues(rule.cues, ear)) for rule in config.escalations)
        over = frozenset(config.over)
        return cls(dangers, escalations, negation, config.affirmed, over, config.old_from, config.not_now)

    def hazards(self, heard: Heard, past: bool = False) -> Field[tuple[str, ...]]:
        """Return the hazards' names, the citizen's words alone counting (and a yes to the agent's question)."""
        found = [] if past else list(self._found(heard))
        if not found:
            return Field()
        why = "; ".join(f"{danger.rule.title}: 听到“{hit.turn.text[hit.start : hit.end]}”" for danger, hit, _ in found)
        _, hit, sure = max(found, key=lambda row: row[2])
        return Field(tuple(danger.name for danger, _, _ in found), sure, hit.turn.span(hit.start, hit.end), why)

    def urgency(self, heard: Heard, facts: CallFacts, branch: Branch | None, past: bool = False) -> Field[Urgency]:
        """Return the most urgent level that anything gives a ground for."""
        if not heard.turns and not facts.emergency:
            return Field()
        reasons = sorted(self._reasons(heard, facts, branch, past), key=lambda r: (-_RANK[r.level], -r.confidence))
        top = reasons[0]
        same = [reason.why for reason in reasons if reason.level is top.level]
        return Field(top.level, top.confidence, top.span, "; ".join(dict.fromkeys(same)))

    def _reasons(self, heard: Heard, facts: CallFacts, branch: Branch | None, past: bool) -> Iterator[_Reason]:
        if facts.emergency:
            left = ", 无人接听后留言" if facts.message else ""
            yield _Reason(Urgency.EMERGENCY, 0.98, None, f"走的是急修通道(按键 {facts.keys or '9'}){left}")
        for danger, hit, sure in () if past else self._found(heard):
            yield _Reason(danger.rule.level, sure, hit.turn.span(hit.start, hit.end), danger.rule.title)
        if branch and branch.urgency and not self._imagined(branch, heard):
            yield _Reason(branch.urgency, 0.75, None, f"事项分类“{branch.path[-1]}”按规定如此")
        for rule, cues in self.escalations:
            hit_or_none = self._told(cues, heard) if branch and set(rule.categories) & set(branch.path) else None
            if hit_or_none:
                span = hit_or_none.turn.span(hit_or_none.start, hit_or_none.end)
                yield _Reason(rule.level, 0.75, span, f"{rule.why}: 听到“{span.text}”")
        yield _Reason(Urgency.ORDINARY, 0.8 if branch else 0.5, None, "没有听到紧急情形")

    def is_past(self, branch: Branch | None, demand: DemandType | None) -> bool:
        """Tell whether a call praises how a danger was met: both its category and its type must say so."""
        return demand is DemandType.PRAISE and branch is not None and bool(self.over & set(branch.path))

    def _found(self, heard: Heard) -> Iterator[tuple[_Danger, Hit, float]]:
        for danger in self.dangers:
            if danger.needs and not any(first(heard_in(danger.needs, heard), turn) for turn in heard.turns):
                continue
            if danger.signs and not self._said(danger.signs, heard):
                continue
            hit = self._said(danger.cues, heard, danger.rule) or (self._aged(heard) if danger.rule.ages else None)
            if hit:
                yield danger, hit, round(0.9 * hit.likeness, 2)
                continue
            answered = self._affirmed(danger.cues, heard)
            if answered:
                yield danger, answered, 0.6

    def _said(self, cues: tuple[Cue, ...], heard: Heard, rule: Hazard | None = None) -> Hit | None:
        meant = (
            hit
            for hit in self._all(cues, heard)
            if not self.negation.covers(hit) and not (rule and self._unreal(hit, rule))
        )
        return max(meant, key=lambda hit: hit.likeness, default=None)

    def _imagined(self, branch: Branch, heard: Heard) -> bool:
        """Tell whether all that tells an emergency's category is a danger feared or long past (去年着过火)."""
        if branch.urgency is not Urgency.EMERGENCY:
            return False
        unreal = [
            hit
            for danger in self.dangers
            if danger.rule.sudden
            for hit in self._all(danger.cues, heard)
            if self._unreal(hit, danger.rule)
        ]
        told = list(self._all(branch.cues, heard)) if unreal else []
        return bool(told) and all(any(_overlap(hit, other) for other in unreal) for hit in told)

    def _all(self, cues: tuple[Cue, ...], heard: Heard) -> Iterator[Hit]:
        present = heard_in(cues, heard)
        return (hit for turn in heard.by(Speaker.CITIZEN) for cue in present for hit in cue.hits(turn))

    def _told(self, cues: tuple[Cue, ...], heard: Heard) -> Hit | None:
        """Return how far a matter reaches; 全村都没有 denies no village."""
        return replace(self, negation=replace(self.negation, after=()))._said(cues, heard)

    def _unreal(self, hit: Hit, rule: Hazard) -> bool:
        """Tell whether the words before a cue in its clause make it something harmless, or feared, or long past."""
        if any(word in hit.turn.text[max(hit.start - _CLOSE, 0) : hit.end] for word in rule.unless):
            return True
        lead = self.negation.lead(hit.turn, hit.start)[-_AWAY:]
        return rule.sudden and any(word in lead for word in self.not_now)

    def _aged(self, heard: Heard) -> Hit | None:
        return next((hit for turn in heard.by(Speaker.CITIZEN) for hit in frail_ages(turn, self.old_from)), None)

    def _affirmed(self, cues: tuple[Cue, ...], heard: Heard) -> Hit | None:
        """Return the hit in an agent's question that the citizen's next words say yes to."""
        present = heard_in(cues, heard)
        for turn in heard.by(Speaker.AGENT) if present else ():
            hit = first(present, turn)
            answer = heard.after(turn, Speaker.CITIZEN) if hit and turn.is_question(hit.start) else None
            if answer and answer.text.startswith(self.affirmed) and not answer.text.startswith(self.negation.before):
                return hit
        return None


def _overlap(one: Hit, other: Hit) -> bool:
    return one.turn is other.turn and one.start < other.end and other.start < one.end
