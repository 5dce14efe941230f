"""config/scoring.yaml read and checked against the tree of categories."""

from collections.abc import Iterable, Iterator
from pathlib import Path as FilePath

from cases.gazetteer import Place, PlaceKind
from cases.rules import CategoriesConfig, Category, DraftingConfig
from domain.problem import Problem
from domain.words import DemandType
from hotline.checked import read
from scoring.names import TruthNames
from scoring.truth import TruthCall


def read_names(config: FilePath, categories: CategoriesConfig) -> TruthNames:
    """Return how ground truth names things; raises ConfigurationError, for a category too that the tree has not."""
    document = read(config / "scoring.yaml")
    names = document.build(TruthNames)
    known = set(_names(categories.tree))
    document.require(
        Problem(("categories", leaf), f"没有叫“{leaf}”的事项分类") for leaf in names.categories if leaf not in known
    )
    return names


def unknown_names(
    calls: Iterable[TruthCall], names: TruthNames, drafting: DraftingConfig, places: Iterable[Place]
) -> Iterator[str]:
    """Yield what ground truth calls by a name that nothing here knows: it would count as the draft's mistake."""
    areas = {place.name for place in places if place.kind is PlaceKind.AREA}
    hazards = set(drafting.urgency.hazards)
    for call in calls:
        for key, given, known in (
            ("type", {call.type}, set(DemandType)),
            ("utility", {call.utility} - {None, ""}, set(names.utilities)),
            ("urgency", {call.urgency} - {None, ""}, set(names.urgencies)),
            ("district", {call.district} - {None, ""}, areas | set(names.districts)),
            ("hazards", set(call.hazards or ()), hazards),
        ):
            for odd in sorted(map(str, given - known)):
                yield f"{call.file}: {key}: 不认识“{odd}”; 可以是: {', '.join(sorted(map(str, known)))}"


def _names(nodes: Iterable[Category]) -> Iterator[str]:
    for node in nodes:
        yield node.name
        yield from _names(node.children)
