"""What can be wrong between the files of config/drafting/: names that no other file knows, trees too deep."""

from collections.abc import Iterator
from itertools import pairwise

from cases.rules import CalibrationConfig, Category, DraftingConfig, Words
from domain.problem import Path, Problem
from domain.words import Utility

_DEEPEST = 5


def check(config: DraftingConfig, areas: frozenset[str]) -> list[Problem]:
    """Return what is wrong between the files; each path begins with the file's name ("categories", "tree", 0, …).

    `areas` are the gazetteer's counties and districts.
    """
    problems = list(_check_tree(config.categories.tree, config, ("categories", "tree"), None))
    names = {name for node in config.categories.tree for name in _names(node)}
    for index, row in enumerate(config.dispatch.rows):
        problems += _unknown(row.categories, names, ("dispatch", "rows", index, "categories"), "事项分类")
    for index, rule in enumerate(config.urgency.escalations):
        problems += _unknown(rule.categories, names, ("urgency", "escalations", index, "categories"), "事项分类")
    problems += _unknown(config.urgency.over, names, ("urgency", "over"), "事项分类")
    problems += _unknown(config.dispatch.about, names, ("dispatch", "about"), "事项分类")
    problems += _unknown(config.dispatch.city_counties, areas, ("dispatch", "city_counties"), "县区")
    problems += [
        Problem(("utilities",), f"缺少 {utility.value}") for utility in Utility if utility not in config.utilities
    ]
    problems += _check_curves(config.calibration)
    least, most = config.numbers.second_look
    if least > most:
        problems.append(Problem(("numbers", "second_look"), "第一个数不能大于第二个"))
    return problems


def _check_curves(calibration: CalibrationConfig) -> Iterator[Problem]:
    for guess, knots in calibration.curves.items():
        for index, (before, after) in enumerate(pairwise(knots), start=1):
            if after[0] <= before[0] or after[1] < before[1]:
                yield Problem(("calibration", "curves", guess.value, index), "两个数都应逐点上升, 第一个不可相同")


def _names(node: Category) -> Iterator[str]:
    yield node.name
    for child in node.children:
        yield from _names(child)


def _check_tree(
    nodes: tuple[Category, ...], config: DraftingConfig, path: Path, above: Utility | None
) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, node in enumerate(nodes):
        here = (*path, index)
        if len(path) // 2 > _DEEPEST:
            yield Problem(here, f"事项分类最多 {_DEEPEST} 级")
        if node.name in seen:
            yield Problem((*here, "name"), f"同一级里“{node.name}”写了两次")
        seen.add(node.name)
        utility = node.utility or above
        rule = config.utilities.get(utility) if utility else None
        if node.reason and rule and node.reason not in rule.reasons:
            yield Problem((*here, "reason"), f"{rule.title}没有原因“{node.reason}”; 可以是: {', '.join(rule.reasons)}")
        yield from _check_tree(node.children, config, (*here, "children"), utility)


def _unknown(given: Words, known: set[str] | frozenset[str], path: Path, what: str) -> Iterator[Problem]:
    for index, name in enumerate(given):
        if name not in known:
            yield Problem((*path, index), f"没有叫“{name}”的{what}")
