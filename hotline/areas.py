"""The areas that a known outage can lie in: what the menu can say, and the gazetteer's districts and towns."""

import difflib
from collections.abc import Iterable

from cases.gazetteer import Place, PlaceKind
from ivr.tree import Tree


class UnknownArea(Exception):
    """An area that the city does not have; the message says in Chinese which there are."""


def area_named(said: str, tree: Tree, places: Iterable[Place]) -> str:
    """Return an area by its usual name, also where an alias was given; raises UnknownArea."""
    known = [place for place in places if place.kind in (PlaceKind.AREA, PlaceKind.TOWN)]
    usual = {alias: place.name for place in known for alias in place.aliases}
    usual |= {name: name for name in (*(place.name for place in known), *tree.areas)}
    if said in usual:
        return usual[said]
    close = difflib.get_close_matches(said, usual, n=1, cutoff=0.5)
    meant = f", 是不是 {close[0]}?" if close else ";"
    districts = dict.fromkeys((*tree.areas, *(place.name for place in known if place.kind is PlaceKind.AREA)))
    raise UnknownArea(f"没有叫 {said} 的县区或乡镇街道{meant} 县区有: {'、'.join(districts)}; 乡镇街道写全名。")
