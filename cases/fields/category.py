"""The category: the branch of the tree whose cue words weigh most."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from cases.cues import Cue, Hit, Negation, compile_cues, heard_in
from cases.draft import CallFacts, Field
from cases.fields.experience import Experience
from cases.heard import Heard
from cases.rules import CategoriesConfig, Category
from cases.sound import Ear
from domain.words import DemandType, Speaker, Urgency, Utility

_STRONG = 9.0
"""Points at which more words make a category no surer."""
_LIKE_EARLIER = "用词与以往确认的同类工单相近"


@dataclass(frozen=True, slots=True)
class Branch:
    """One node of the tree with everything it has from above; `lineage` are the cues of the nodes above it."""

    path: tuple[str, ...]
    cues: tuple[Cue, ...]
    lineage: tuple[Cue, ...]
    type: DemandType | None
    utility: Utility | None
    reason: str | None
    urgency: Urgency | None
    title: str
    wish: str | None


@dataclass(frozen=True, slots=True)
class Categorised:
    """The category found, as a field and with the branch of the tree it stands for; `second` is the runner-up."""

    field: Field[tuple[str, ...]]
    branch: Branch | None
    second: Branch | None = None


@dataclass(frozen=True, slots=True)
class Categories:
    """The tree, compiled."""

    branches: tuple[Branch, ...]
    negation: Negation
    danger_negation: Negation
    affirmed: tuple[str, ...]
    config: CategoriesConfig
    experience: Experience | None = None
    inside: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Cues that stand in a longer one of another utility (气费 in 暖气费): there they tell nothing."""

    @classmethod
    def of(
        cls,
        config: CategoriesConfig,
        negation: Negation,
        danger_negation: Negation,
        affirmed: tuple[str, ...],
        ear: Ear,
        experience: Experience | None = None,
    ) -> "Categories":
        """Compile the tree; `affirmed` are beginnings of an answer that is a yes.

        `danger_negation` hears what makes an emergency: 煤气味没有 denies one, 自来水没有了 is what the matter is.
        """
        root = Branch((), (), (), None, None, None, None, "", None)
        branches = tuple(b for node in config.tree for b in _branches(node, root, ear))
        return cls(branches, negation, danger_negation, affirmed, config, experience, _inside(branches))

    def find(self, heard: Heard, facts: CallFacts) -> Categorised:
        """Return the branch that the words tell, or an empty field."""
        scored = sorted(
            (
                (points, branch, hits)
                for branch in self.branches
                for points, hits in [self._points(branch, heard, facts)]
            ),
            key=lambda row: (-row[0], -len(row[1].path)),
        )
        # What the words of the rules call an emergency is none of experience's business.
        if self.experience and scored and not (scored[0][0] and scored[0][1].urgency is Urgency.EMERGENCY):
            taught = self.experience.points(heard)
            scored = [(points + taught.get(branch.path, 0.0), branch, hits) for points, branch, hits in scored]
            scored.sort(key=lambda row: (-row[0], -len(row[1].path)))
        if not scored or scored[0][0] < self.config.least:
            return Categorised(Field(why="没有听到能归类的话"), None)
        points, branch, hits = scored[0]
        rival, second, _ = next(
            (row for row in scored[1:] if row[0] and row[1].path[0] != branch.path[0]), (0.0, None, [])
        )
        rival = next((row[0] for row in scored[1:] if row[1].path != branch.path[: len(row[1].path)]), rival)
        confidence = 0.4 + 0.3 * min(points / _STRONG, 1.0) + 0.25 * (points - rival) / points
        if not hits:
            return Categorised(Field(branch.path, round(confidence, 2), None, _LIKE_EARLIER), branch, second)
        best = max(hits, key=lambda hit: hit.likeness * (hit.turn.speaker is Speaker.CITIZEN) + hit.likeness)
        words = "、".join(dict.fromkeys(hit.turn.text[hit.start : hit.end] for hit in hits))
        why = f"听到“{words}”" + ("(有的按近音)" if any(hit.likeness < 1 for hit in hits) else "")
        return Categorised(
            Field(branch.path, round(confidence, 2), best.turn.span(best.start, best.end), why), branch, second
        )

    def _points(self, branch: Branch, heard: Heard, facts: CallFacts) -> tuple[float, list[Hit]]:
        own, hits = self._weigh(branch.cues, heard, branch.urgency is Urgency.EMERGENCY)
        if not own:
            return 0.0, []
        above, more = self._weigh(branch.lineage, heard)
        pressed = self.config.pressed_weight if facts.utility and branch.utility is facts.utility else 0.0
        return own + above + pressed, hits + more

    def _weigh(self, cues: Iterable[Cue], heard: Heard, danger: bool = False) -> tuple[float, list[Hit]]:
        """Sum the cues' weights, each stretch of text counted once, for the heaviest cue that it carries."""
        present = heard_in(cues, heard)
        negation = self.danger_negation if danger else self.negation
        found = [
            (cue.weight * hit.likeness * counts, cue.text, hit)
            for turn in heard.turns
            for cue in present
            for hit in cue.hits(turn)
            if not negation.covers(hit) and not self._within(hit) and (counts := self._counts(hit, heard))
        ]
        found.sort(key=lambda row: -row[0])
        total = 0.0
        kept: list[Hit] = []
        seen: set[str] = set()
        for points, text, hit in found:
            if text in seen or any(_overlap(hit, other) for other in kept):
                continue
            seen.add(text)
            kept.append(hit)
            total += points
        return total, kept

    def _within(self, hit: Hit) -> bool:
        text = hit.turn.text
        return any(
            text.startswith(longer, hit.start - at)
            for longer in self.inside.get(hit.cue, ())
            for at in [longer.index(hit.cue)]
            if at <= hit.start
        )

    def _counts(self, hit: Hit, heard: Heard) -> float:
        """Return what a word counts: a citizen's in full, an agent's in part, but asked only if the answer is yes."""
        if hit.turn.speaker is Speaker.CITIZEN:
            return 1.0
        if hit.turn.asks(hit.start) and not hit.turn.presumes(hit.start):
            answer = heard.after(hit.turn, Speaker.CITIZEN)
            yes = answer and _is_yes(answer.text, self.affirmed, self.negation.before)
            if not yes or hit.turn.offers(hit.start):
                return 0.0
        return self.config.agent_weight


def _inside(branches: Iterable[Branch]) -> dict[str, tuple[str, ...]]:
    words = [(cue.text, branch.utility) for branch in branches if branch.utility for cue in branch.cues]
    found: dict[str, list[str]] = {}
    for short, utility in words:
        for longer, other in words:
            if short != longer and short in longer and other is not utility and "+" not in longer:
                found.setdefault(short, []).append(longer)
    return {short: tuple(longer) for short, longer in found.items()}


def _is_yes(answer: str, affirmed: tuple[str, ...], denied: tuple[str, ...]) -> bool:
    return answer.startswith(affirmed) and not answer.startswith(denied)


def _overlap(one: Hit, other: Hit) -> bool:
    return one.turn is other.turn and one.start < other.end and other.start < one.end


def _branches(node: Category, above: Branch, ear: Ear) -> Iterator[Branch]:
    here = Branch(
        (*above.path, node.name),
        compile_cues(node.cues, ear),
        above.lineage + above.cues,
        node.type or above.type,
        node.utility or above.utility,
        node.reason,
        node.urgency or above.urgency,
        node.title or node.name,
        node.wish or above.wish,
    )
    yield here
    for child in node.children:
        yield from _branches(child, replace(here), ear)
