"""水 电 暖 气 and the reason code: the key that was pressed decides, the words only where none was."""

from dataclasses import dataclass

from cases.cues import Cue, compile_cues
from cases.draft import CallFacts, Field
from cases.fields.category import Categorised
from cases.heard import Heard
from cases.rules import UtilityRule
from cases.sound import Ear
from domain.words import Speaker, Utility

_PRESSED = 0.7
"""How sure a utility is by its words alone in a call that took the emergency route."""
_SAID = 0.6
"""... and in any other, where no category tells more."""


@dataclass(frozen=True, slots=True)
class Utilities:
    """The utilities' names and cue words, compiled."""

    rules: dict[Utility, UtilityRule]
    cues: dict[Utility, tuple[Cue, ...]]

    @classmethod
    def of(cls, rules: dict[Utility, UtilityRule], ear: Ear) -> "Utilities":
        """Compile the cue words."""
        return cls(rules, {utility: compile_cues(rule.cues, ear) for utility, rule in rules.items()})

    def find(self, heard: Heard, facts: CallFacts, category: Categorised) -> Field[Utility]:
        """Return the utility pressed, else the category's, else that of the words: less sure where nobody pressed 9."""
        told = category.branch.utility if category.branch else None
        if facts.utility:
            title = self.rules[facts.utility].title
            if told and told is not facts.utility:
                said = self.rules[told].title
                return Field(facts.utility, 0.6, category.field.span, f"按键选了{title}; 但听起来是{said}, 请核对")
            return Field(facts.utility, 0.98, None, f"按键选了{title}")
        if told:
            return Field(told, category.field.confidence, category.field.span, f"由事项分类得出; {category.field.why}")
        if facts.emergency:
            return self._from_words(heard, _PRESSED)
        return self._from_words(heard, _SAID) if category.branch is None else Field()

    def _from_words(self, heard: Heard, most: float) -> Field[Utility]:
        scores = {
            utility: [(cue.weight, hit) for turn in heard.by(Speaker.CITIZEN) for cue in cues for hit in cue.hits(turn)]
            for utility, cues in self.cues.items()
        }
        best = max(scores, key=lambda utility: sum(weight for weight, _ in scores[utility]))
        if not scores[best]:
            return Field(why="没有按键, 也没有听出是水电气暖哪一项")
        hit = scores[best][0][1]
        total = sum(weight for found in scores.values() for weight, _ in found)
        share = sum(weight for weight, _ in scores[best]) / total
        return Field(best, round(most * share, 2), hit.turn.span(hit.start, hit.end), f"听到“{hit.cue}”")

    def reason(self, utility: Field[Utility], category: Categorised) -> Field[str]:
        """Return the reason code where the category names one of the utility's own."""
        branch = category.branch
        if utility.value is None or branch is None or not branch.reason or branch.utility is not utility.value:
            return Field()
        return Field(
            branch.reason, category.field.confidence, category.field.span, f"由事项分类得出; {category.field.why}"
        )
