"""What drafting is told by config/drafting/*.yaml: one dataclass a file."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from cases.lexicon_rules import LexiconConfig
from domain.record import STRICT
from domain.words import DemandType, Urgency, Utility

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(gt=0, le=20)]
Cue = Annotated[str, StringConstraints(pattern=r"^[^+\s]+(?:\+[^+\s]+)*$")]
"""A word, or several joined by + that stand in one clause."""
Cues = dict[Cue, Weight]
Words = tuple[Annotated[str, StringConstraints(min_length=1)], ...]
Standard = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class DemandConfig:
    """demand.yaml: cue words of each demand type, in order of precedence; `default` when none is heard.

    Types of `alone` are heard only where no category and no emergency is: whoever swears about something has a matter.
    """

    default: DemandType
    types: dict[DemandType, Cues]
    alone: tuple[DemandType, ...] = ()
    category_weight: Weight = 1.5
    emergency_weight: Weight = 8.0
    """What an emergency speaks for 求助: whoever is in danger wants help first, whoever else he is angry with."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Category:
    """categories.yaml: one node of the tree, at most five levels.

    What a node leaves open it has from its parent: `type` the usual demand type, `utility`, `reason` code, `urgency`,
    `wish` as it is written when the citizen names none. `title` is what the case's title calls it.
    """

    name: str
    cues: Cues = Field(default_factory=dict)
    children: tuple["Category", ...] = ()
    type: DemandType | None = None
    utility: Utility | None = None
    reason: str | None = None
    urgency: Urgency | None = None
    title: str | None = None
    wish: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CategoriesConfig:
    """categories.yaml: the tree; a leaf needs `least` points; a word of the agent's counts `agent_weight`."""

    tree: tuple[Category, ...]
    least: Weight = 1.0
    agent_weight: Share = 0.5
    pressed_weight: Weight = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class UtilityRule:
    """utilities.yaml: one utility's name in Chinese, its reason codes and the words that tell it."""

    title: str
    reasons: Words
    cues: Cues


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Hazard:
    """urgency.yaml: a danger, the words that tell it, how urgent it makes the call."""

    title: str
    level: Urgency
    cues: Words
    needs: Words = ()
    """At least one of these must be heard too (an old person counts in a cold flat only)."""
    signs: Words = ()
    """At least one of these must be said by the citizen and not denied (an old person in the cold who is ill)."""
    ages: bool = False
    """Ages count as cues: of old people from `old_from` on, and of infants."""
    sudden: bool = False
    """Only now it counts: with a word of `not_now` before it, it is feared or long past."""
    unless: Words = ()
    """With one of these before it in its clause a cue is no danger (火灾隐患, 手机掉井里了)."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Escalation:
    """urgency.yaml: words that make a case of certain categories more urgent."""

    why: str
    categories: Words = ()
    cues: Words
    level: Urgency


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class UrgencyConfig:
    """urgency.yaml. `over` are categories of what is past: dangers in their words raise nothing."""

    hazards: dict[Name, Hazard]
    escalations: tuple[Escalation, ...] = ()
    denied_before: Words
    not_denials: Words = ()
    denied_adjacent: Words
    denied_after: Words
    denied_through: Words = ()
    not_now: Words = ()
    denial_reach: Annotated[int, Field(ge=1, le=20)] = 6
    affirmed: Words
    over: Words = ()
    old_from: Annotated[int, Field(ge=50, le=100)] = 65


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class DispatchRow:
    """dispatch.yaml: which unit handles these categories in the city's own areas and in a county ({county})."""

    categories: Words
    city: str
    county: str
    district: str | None = None
    """For an area that ends with 区 and is none of the city's own; as `county` when left out."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class DispatchConfig:
    """dispatch.yaml: the table; `city_counties` are the areas that the city's own companies serve.

    `about` are categories that say how somebody works, not what at: they go to the unit of the matter itself.
    """

    city_counties: Words
    about: Words = ()
    rows: tuple[DispatchRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AddressConfig:
    """address.yaml: the words around and inside an address."""

    city: str
    asked: Words
    here: Words
    not_here: Words
    lead: Words
    soft_lead: Words = ()
    estates: Words
    landmarks: Words
    streets: Words
    villages: Words
    crossings: Words
    relations: Words
    generic: Words
    ones: Words = ()
    """Generic places that name a spot of the village or town before them once a side follows (小学对面)."""
    within: Words = ()
    """Places inside an estate (地下车库), named wherever in the call the matter is told."""
    tails: Words = ()
    """What may follow a side (东边那个路口)."""
    written: dict[str, str] = Field(default_factory=dict)
    """How a side as said is written behind a building."""
    least: Share = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PersonConfig:
    """person.yaml: surnames and the words that come with names."""

    surnames: str
    compound_surnames: Words
    surname_cues: Words
    misheard_cues: Words = ()
    name_cues: Words
    asked: Words
    honorifics: Words
    stops: str
    spelt: Words = ()
    """How a surname is told from others of its sound (弓长张); it is the last character."""
    not_alone: Words = ()
    """Surnames that alone are another answer (成: all right)."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class NumbersConfig:
    """numbers.yaml: digits as spoken and misheard, prefixes, and how sure a heard number is.

    `misheard` maps a digit to the characters a recogniser writes for it; each costs `misheard_cost`. A number that a
    second look alone finds is as sure as `second_look`, from a reading of no likelihood to one of `second_look_clear`;
    below `second_look_least` it does not outdo a whole number heard at first.
    """

    spoken: dict[Annotated[str, StringConstraints(pattern=r"^[0-9]$")], str]
    misheard: dict[Annotated[str, StringConstraints(pattern=r"^[0-9]$")], str]
    mobile_prefixes: Words
    area_code: Annotated[str, StringConstraints(pattern=r"^0[0-9]{2,3}$")]
    landline: Words = ()
    local_length: Annotated[int, Field(ge=7, le=8)] = 7
    asked: Words
    corrections: Words
    own_number: Words
    others: Words
    confirmed: Words
    heard: Share = 0.7
    read_back: Share = 0.92
    same_as_caller: Share = 0.98
    misheard_cost: Share = 0.08
    split_cost: Share = 0.15
    contradicted: Share = 0.3
    heard_twice: Share = 0.8
    second_look: tuple[Share, Share] = (0.45, 0.75)
    second_look_clear: Annotated[float, Field(gt=0.0, le=1.0)] = 0.5
    second_look_least: Share = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TimesConfig:
    """times.yaml: words for days and parts of the day, and what makes a time none of this matter's."""

    days: dict[str, Annotated[int, Field(ge=-366, le=0)]]
    parts: dict[str, Annotated[int, Field(ge=0, le=23)]]
    afternoon: Words
    midnight: Words = ()
    """Parts of a day whose twelve o'clock is the end of that day."""
    deep_night: Words = ()
    """Parts in which 6 to 11 o'clock is after noon, and 1 to 5 is not."""
    feasts: dict[str, tuple[Annotated[int, Field(ge=1, le=12)], Annotated[int, Field(ge=1, le=31)]]] = Field(
        default_factory=dict
    )
    """Days of the year that have a name: month and day."""
    now: Words
    since: Words
    recurring: Words
    future: Words
    not_event: Words
    units: dict[str, Annotated[float, Field(gt=0, le=366)]]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class WordingConfig:
    """wording.yaml: dialect, fillers, wishes and the hotline's written style."""

    dialect: dict[Standard, Standard]
    fillers: Words
    skip: Words
    greetings: Words
    wishes: Words
    wish_leads: Words
    persons: dict[str, str]
    abuse: dict[str, str]
    """Swear words → what is written for them in a description (often nothing); ^ where they begin a clause."""
    opening: dict[DemandType, str]
    wish: str
    nothing_heard: str
    title_nothing: str
    longest_description: Annotated[int, Field(ge=60, le=2000)] = 300
    longest_title: Annotated[int, Field(ge=10, le=60)] = 30


class Guess(StrEnum):
    """The fields of a draft that may be heard wrongly, by their names there.

    Urgency and hazards are not among them: what may be an emergency is shown, however unsure it is.
    """

    TYPE = "type"
    CATEGORY = "category"
    UTILITY = "utility"
    COUNTY = "county"
    ADDRESS = "address"
    HEARD_NUMBER = "heard_number"
    CALLER_NAME = "caller_name"
    HAPPENED = "happened"
    UNIT = "unit"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CalibrationConfig:
    """calibration.yaml: knots [what the rules claim, how often it is right] of each field, from measured calls.

    A field without knots is worth what the rules claim.
    """

    curves: dict[Guess, tuple[tuple[Share, Share], ...]]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ThresholdsConfig:
    """thresholds.yaml: the confidence below which a field is left empty and what was heard becomes a candidate.

    A number that nobody read back is never surer than `unchecked_number`, whatever was learnt.
    """

    least: dict[Guess, Share]
    unchecked_number: Share = 0.8


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SidesConfig:
    """sides.yaml: what agents and what citizens say, and how many more words of the other side tell an exchange."""

    agent: Words
    citizen: Words
    margin: Annotated[int, Field(ge=2, le=20)] = 3


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class DraftingConfig:
    """All of config/drafting/: each field is one file of the same name."""

    demand: DemandConfig
    categories: CategoriesConfig
    utilities: dict[Utility, UtilityRule]
    urgency: UrgencyConfig
    dispatch: DispatchConfig
    address: AddressConfig
    person: PersonConfig
    numbers: NumbersConfig
    times: TimesConfig
    wording: WordingConfig
    lexicon: LexiconConfig
    sides: SidesConfig
    calibration: CalibrationConfig
    thresholds: ThresholdsConfig
