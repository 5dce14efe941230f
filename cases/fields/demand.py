"""The demand type: 求助, 投诉, 咨询 …, from the citizen's words and what such a matter usually is."""

from dataclasses import dataclass

from cases.cues import Cue, Hit, Negation, compile_cues, heard_in
from cases.draft import Field
from cases.fields.category import Branch
from cases.heard import Heard
from cases.rules import DemandConfig
from cases.sound import Ear
from domain.words import DemandType, Speaker

_USUAL = 0.7
"""Surer no type is that nothing but its category tells (one in seven such calls is another), or the lack of one."""


@dataclass(frozen=True, slots=True)
class Demands:
    """The cue words of each type, compiled, in order of precedence."""

    types: tuple[tuple[DemandType, tuple[Cue, ...]], ...]
    negation: Negation
    config: DemandConfig

    @classmethod
    def of(cls, config: DemandConfig, negation: Negation, ear: Ear) -> "Demands":
        """Compile the cue words."""
        return cls(tuple((kind, compile_cues(cues, ear)) for kind, cues in config.types.items()), negation, config)

    def find(self, heard: Heard, branch: Branch | None, emergency: bool = False) -> Field[DemandType]:
        """Return the type with most points; empty where the citizen said nothing."""
        if not any(turn.text.strip("，。？！ ") for turn in heard.by(Speaker.CITIZEN)):
            return Field(why="没有听到市民讲话")
        usual = branch.type if branch else None
        scores: dict[DemandType, float] = {}
        hits: dict[DemandType, list[Hit]] = {}
        for kind, cues in self.types:
            if kind not in self.config.alone or (branch is None and not emergency):
                scores[kind], hits[kind] = self._weigh(cues, heard)
        if usual:
            scores[usual] = scores.get(usual, 0.0) + self.config.category_weight
        if emergency:
            scores[DemandType.HELP] = scores.get(DemandType.HELP, 0.0) + self.config.emergency_weight
        best = max(scores, key=lambda kind: scores[kind], default=self.config.default)
        if scores.get(best, 0.0) <= 0:
            return Field(self.config.default, 0.3, None, "没有听到表明类别的话, 按最常见的填")
        return self._field(best, scores, hits.get(best, []), usual, emergency)

    def _field(
        self,
        best: DemandType,
        scores: dict[DemandType, float],
        hits: list[Hit],
        usual: DemandType | None,
        emergency: bool,
    ) -> Field[DemandType]:
        rival = max((points for kind, points in scores.items() if kind is not best), default=0.0)
        share = scores[best] / (scores[best] + rival)
        confidence = round(min(0.25 + 0.7 * share * min(0.7 + scores[best] / 15, 1.0), 0.95), 2)
        rescue = emergency and best is DemandType.HELP
        if best in self.config.alone or not (hits or rescue):
            confidence = min(confidence, _USUAL)
        why = "、".join(dict.fromkeys(hit.turn.text[hit.start : hit.end] for hit in hits))
        why = f"听到“{why}”" if why else ""
        if usual is best:
            why = "; ".join(filter(None, (why, "这类事项通常如此")))
        if rescue:
            why = "; ".join(filter(None, (why, "情况紧急")))
        return Field(best, confidence, hits[0].turn.span(hits[0].start, hits[0].end) if hits else None, why)

    def _weigh(self, cues: tuple[Cue, ...], heard: Heard) -> tuple[float, list[Hit]]:
        total = 0.0
        kept: list[Hit] = []
        for cue in heard_in(cues, heard):
            hit = next(
                (h for turn in heard.by(Speaker.CITIZEN) for h in cue.hits(turn) if not self.negation.covers(h)), None
            )
            if hit and not any(k.turn is hit.turn and k.start < hit.end and hit.start < k.end for k in kept):
                kept.append(hit)
                total += cue.weight * hit.likeness
        return total, kept
