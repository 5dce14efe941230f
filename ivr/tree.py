"""The menu tree as config/ivr.yaml states it. Barge-in is always on; no key always ends at a person."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from domain.record import STRICT
from domain.words import Utility
from ivr.hours import Hours

PERSON_KEY = "0"
"""Asks for a person wherever the citizen stands, whether a menu mentions it or not."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def _named(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("名称只能用小写字母、数字和连字符, 以字母开头, 不超过 31 个字符")
    return value


Name = Annotated[str, AfterValidator(_named)]
"""A name that may reach the dialplan or a file name."""


class Destination(StrEnum):
    """Where a way through the tree ends: always with people."""

    PERSON = "person"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Ending:
    """The end of a way: an agent (`queue` None: the default queue), or the duty seats of `utility` (None: any duty
    person). `title` is for the picture."""

    to: Destination
    utility: Utility | None = None
    queue: Name | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Key:
    """What a key leads to: another menu, or an ending (exactly one of `menu` and `to`).

    `prompt` is said before the menu's own prompt, only while the key is offered; outside `hours` it counts as a
    wrong key.
    """

    menu: Name | None = None
    to: Destination | None = None
    utility: Utility | None = None
    queue: Name | None = None
    title: str = ""
    prompt: Name | None = None
    hours: Hours | None = None

    def ending(self) -> Ending | None:
        """Return the ending this key leads to, None where it leads to a menu."""
        if self.to is None:
            return None
        return Ending(to=self.to, utility=self.utility, queue=self.queue, title=self.title)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Menu:
    """One question. `wait` seconds of silence after the prompt, `retries` more times after a wrong key or none, then
    `otherwise`. Outside `hours` no key leads here."""

    title: str
    prompt: Name
    wait: Annotated[float, Field(ge=0, le=10)]
    retries: Annotated[int, Field(ge=0, le=3)] = 0
    keys: dict[str, Key]
    otherwise: Ending
    hours: Hours | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Tree:
    """The whole of config/ivr.yaml.

    `announce` names the utilities whose known outages are said before the call is passed on; `areas` maps an area's
    Chinese name to the prompt that says it, `any_area` is said for every other area.
    """

    start: Name
    menus: dict[Name, Menu]
    announce: tuple[Utility, ...] = tuple(Utility)
    areas: dict[str, Name] = Field(default_factory=dict)
    any_area: Name

    def offered(self, menu: str, moment: datetime) -> dict[str, Key]:
        """Return the keys that a menu offers at an aware moment."""
        return {name: key for name, key in self.menus[menu].keys.items() if self._open(key, moment)}

    def prompts(self, menu: str, moment: datetime) -> tuple[str, ...]:
        """Return the prompts a menu says at an aware moment, those of limited keys first."""
        said = tuple(key.prompt for key in self.offered(menu, moment).values() if key.prompt)
        return (*said, self.menus[menu].prompt)

    def _open(self, key: Key, moment: datetime) -> bool:
        target = self.menus.get(key.menu) if key.menu else None
        limits = (key.hours, target.hours if target else None)
        return all(hours.include(moment) for hours in limits if hours)
