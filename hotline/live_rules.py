"""Drafting's rules with the gazetteer as it is on disk: what the operator adds counts from the next call on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import structlog

from cases.drafting import Rules
from cases.fields.experience import Experience
from cases.gazetteer import Place
from cases.rules import DraftingConfig
from hotline.drafting_rules import scan_gazetteer

log = structlog.get_logger()

_Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of the last change (ns) and size of every file."""


@dataclass(slots=True)
class LiveRules:
    """The rules; `current` compiles them anew where a file of the gazetteer has changed, come or gone.

    A faulty file changes nothing: the rules stay as they were, and the log names file and line, once for each change.
    """

    folder: Path
    config: DraftingConfig
    experience: Experience | None
    _rules: Rules
    _seen: _Stamp

    @classmethod
    def of(cls, folder: Path, config: DraftingConfig, experience: Experience | None = None) -> Self:
        """Compile the rules; faulty rows of the gazetteer, where it has any at the start, are left out and logged."""
        seen = _stamp(folder)
        places, faults = scan_gazetteer(folder)
        if faults:
            log.error("gazetteer is faulty, its other rows are used", faults=faults)
        return cls(folder, config, experience, Rules.of(config, places, experience), seen)

    def current(self) -> Rules:
        """Return the rules of the moment."""
        stamp = _stamp(self.folder)
        if stamp != self._seen:
            self._seen = stamp
            self._reload()
        return self._rules

    def _reload(self) -> None:
        places, faults = scan_gazetteer(self.folder)
        faults += self._missing(places)
        if faults:
            log.error("gazetteer is faulty, the old one stays in use", faults=faults)
            return
        self._rules = Rules.of(self.config, places, self.experience)
        log.info("gazetteer read again", places=len(places))

    def _missing(self, places: list[Place]) -> list[str]:
        """Return a fault for each county that the rules name and the gazetteer no longer has."""
        names = {place.name for place in places}
        gone = [county for county in self.config.dispatch.city_counties if county not in names]
        return [f"{self.folder}:1: 少了县区“{county}”, 承办目录要用到" for county in gone]


def _stamp(folder: Path) -> _Stamp:
    """Return how the files stand; one that goes away while it is looked at counts as gone."""
    found = []
    for file in sorted(folder.glob("*.csv")):
        try:
            state = file.stat()
        except FileNotFoundError:
            continue
        found.append((file.name, state.st_mtime_ns, state.st_size))
    return tuple(found)
