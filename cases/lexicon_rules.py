"""What putting a transcript right is told by config/drafting/lexicon.yaml."""

from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from domain.record import STRICT

Cost = Annotated[float, Field(ge=-50, le=0)]
Group = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Phrases = tuple[Annotated[str, StringConstraints(pattern=r"^[\u3400-\u9fff0-9]{2,24}$")], ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Costs:
    """lexicon.yaml: natural logarithms of how likely a word is on this hotline, and that it is heard as another."""

    phrase: Cost
    area: Cost
    town: Cost
    street: Cost
    estate: Cost
    unusual: Cost
    unknown: Cost
    same_sound: Cost
    other_tone: Cost
    confused: Cost
    near: Cost


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Doubt:
    """lexicon.yaml: how likely a word is wrong, given the recogniser's confidence, and what a change has to bring."""

    least: Annotated[float, Field(gt=0, lt=1)]
    most: Annotated[float, Field(gt=0, lt=1)]
    clear: Annotated[float, Field(gt=0, le=1)]
    inexact: Annotated[float, Field(ge=0, le=1)]
    gain: Annotated[float, Field(ge=0, le=20)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class LexiconConfig:
    """lexicon.yaml: the hotline's own words, by which a transcript is put right."""

    costs: Costs
    doubt: Doubt
    names_follow: tuple[str, ...]
    phrases: dict[Group, Phrases]
