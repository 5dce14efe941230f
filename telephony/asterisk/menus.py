"""The menu tree as the dialplan's templates want it: the third rung of the ladder, compiled from the same values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from domain.call import Choice
from ivr.hours import Day, Hours
from ivr.tree import PERSON_KEY, Destination, Ending, Key, Menu, Tree
from routing.config import RoutingConfig
from routing.decide import standing
from routing.route import Route, RouteKind
from telephony.route_variables import variables

_LEAST_WAIT = 0.05  # Read() takes 0 for "for ever"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of one day: `first` and `last` minute as HH:MM, weekdays as GotoIfTime spells them, or one YYYYMMDD."""

    first: str
    last: str
    days: str = "*"
    date: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours as a subroutine that returns 1 or 0."""

    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A prompt of a key, said while all its hours hold."""

    prompt: str
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key: which context it leads to, and the hours that must all hold."""

    digit: str
    target: str
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MenuView:
    """A menu as a context of its own."""

    name: str
    prompt: str
    said: tuple[Said, ...]
    wait: float
    retries: int
    otherwise: str
    keys: tuple[KeyView, ...]
    asks_person: bool


@dataclass(frozen=True, slots=True)
class EndingView:
    """The end of a way: channel variables to set, ROUTE last."""

    name: str
    variables: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """The whole tree."""

    menus: tuple[MenuView, ...]
    opening: tuple[Opening, ...]
    endings: tuple[EndingView, ...]


def compile_tree(tree: Tree, routing: RoutingConfig) -> Compiled:
    """Return the menus, hours and endings of a tree; endings carry the standing plans of routing."""
    hours = {limit: str(number) for number, limit in enumerate(_limits(tree))}
    endings = {ending: f"ending-{number}" for number, ending in enumerate(_endings(tree))}
    return Compiled(
        tuple(_menu(name, tree, hours, endings) for name in tree.menus),
        tuple(Opening(name, tuple(_spans(limit))) for limit, name in hours.items()),
        tuple(EndingView(name, _decided(ending, routing)) for ending, name in endings.items()),
    )


def _menu(name: str, tree: Tree, hours: dict[Hours, str], endings: dict[Ending, str]) -> MenuView:
    menu = tree.menus[name]
    keys = tuple(_key(digit, key, tree, hours, endings) for digit, key in menu.keys.items())
    said = tuple(Said(key.prompt, view.hours) for key, view in zip(menu.keys.values(), keys, strict=True) if key.prompt)
    wait = max(menu.wait, _LEAST_WAIT)
    otherwise = endings[_plain(menu.otherwise)]
    return MenuView(name, menu.prompt, said, wait, menu.retries, otherwise, keys, PERSON_KEY in menu.keys)


def _key(digit: str, key: Key, tree: Tree, hours: dict[Hours, str], endings: dict[Ending, str]) -> KeyView:
    ending = key.ending()
    target = endings[_plain(ending)] if ending else f"menu-{key.menu}"
    return KeyView(digit, target, tuple(hours[limit] for limit in _of_key(key, tree)))


def _of_key(key: Key, tree: Tree) -> Iterator[Hours]:
    target = tree.menus.get(key.menu) if key.menu else None
    yield from (limit for limit in (key.hours, target.hours if target else None) if limit)


def _limits(tree: Tree) -> list[Hours]:
    found = (limit for menu in tree.menus.values() for key in menu.keys.values() for limit in _of_key(key, tree))
    return list(dict.fromkeys(found))


def _endings(tree: Tree) -> list[Ending]:
    found = (_plain(ending) for menu in tree.menus.values() for ending in _of_menu(menu))
    return list(dict.fromkeys(found))


def _of_menu(menu: Menu) -> Iterator[Ending]:
    yield menu.otherwise
    yield from (ending for key in menu.keys.values() if (ending := key.ending()))


def _plain(ending: Ending) -> Ending:
    """Return an ending without its title, which makes no difference to where it leads."""
    return Ending(to=ending.to, utility=ending.utility, queue=ending.queue)


def _decided(ending: Ending, routing: RoutingConfig) -> tuple[tuple[str, str], ...]:
    choice = Choice(emergency=ending.to is Destination.EMERGENCY, utility=ending.utility, queue=ending.queue)
    if choice.emergency:
        return variables(standing(routing, choice.utility), choice)
    queue = ending.queue if ending.queue in routing.queues else routing.default_queue
    return variables(Route(RouteKind.AGENTS, queue=queue or routing.default_queue, utility=ending.utility), choice)


def _spans(hours: Hours) -> Iterator[Span]:
    """Return hours as parts of single days; what runs over midnight becomes two of them."""
    end = (hours.end.hour * 60 + hours.end.minute - 1) % (24 * 60)
    first, last = f"{hours.start:%H:%M}", f"{end // 60:02}:{end % 60:02}"
    over = hours.start >= hours.end
    parts = [(first, "23:59" if over else last, 0)]
    if over and hours.end.hour * 60 + hours.end.minute > 0:
        parts.append(("00:00", last, 1))
    for begin, finish, shift in parts:
        if not hours.days and not hours.dates:
            yield Span(begin, finish)
        if hours.days:
            yield Span(begin, finish, days="&".join(_later(day, shift) for day in hours.days))
        for date in hours.dates:
            yield Span(begin, finish, date=f"{date + timedelta(days=shift):%Y%m%d}")


def _later(day: Day, shift: int) -> str:
    week = tuple(Day)
    return week[(week.index(day) + shift) % len(week)].value
