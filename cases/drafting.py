"""From a transcript and what the call knows to a draft case: pure, quick, every field with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cases.corrections import Corrections
from cases.cues import Negation
from cases.draft import CallFacts, DraftCase, Field
from cases.fields.address import Addresses, Found
from cases.fields.category import Categories, Categorised
from cases.fields.demand import Demands
from cases.fields.experience import Experience
from cases.fields.numbers import Numbers
from cases.fields.parts import Parts
from cases.fields.person import People
from cases.fields.places import Places, Whereabouts
from cases.fields.time import Times
from cases.fields.unit import Dispatch
from cases.fields.urgency import Dangers
from cases.fields.utility import Utilities
from cases.fields.wording import Known, Wording
from cases.gazetteer import Gazetteer, Place, PlaceKind
from cases.heard import Dialect, Heard, Turn, listen
from cases.lexicon import Lexicon
from cases.masked import Masking
from cases.repair import repaired
from cases.rules import DraftingConfig, Guess
from cases.sides import Sides
from cases.sound import Ear
from cases.trust import Trust, withheld
from domain.words import DemandType, Urgency
from transcription.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything drafting is told, compiled once and then used for every call."""

    ear: Ear
    dialect: Dialect
    categories: Categories
    demands: Demands
    utilities: Utilities
    dangers: Dangers
    places: Places
    addresses: Addresses
    numbers: Numbers
    people: People
    times: Times
    dispatch: Dispatch
    wording: Wording
    lexicon: Lexicon
    privacy: Masking
    sides: Sides
    trust: Trust
    corrections: Corrections

    @classmethod
    def of(cls, config: DraftingConfig, gazetteer: Iterable[Place], experience: Experience | None = None) -> "Rules":
        """Compile the rules and index the gazetteer; `experience` is what confirmed cases taught, if anything."""
        ear, dialect = Ear(), Dialect.of(config.wording.dialect)
        urgency = config.urgency
        negation = Negation(
            urgency.denied_before,
            urgency.not_denials,
            urgency.denied_adjacent,
            (),
            urgency.denial_reach,
            urgency.denied_through,
        )
        danger = replace(negation, after=urgency.denied_after)
        index = Gazetteer.of(gazetteer, ear)
        places = Places(index, config.address)
        return cls(
            ear,
            dialect,
            Categories.of(config.categories, negation, danger, urgency.affirmed, ear, experience),
            Demands.of(config.demand, negation, ear),
            Utilities.of(config.utilities, ear),
            Dangers.of(urgency, danger, ear),
            places,
            Addresses(places, Parts.of(config.address), config.numbers.confirmed),
            Numbers.of(config.numbers),
            People.of(config.person),
            Times.of(config.times),
            Dispatch.of(config.dispatch),
            Wording.of(config.wording),
            Lexicon.of(config.lexicon, config.person, index, ear),
            Masking.of(config.numbers, telephones=False),
            Sides.of(config.sides, dialect, ear),
            Trust.of(config.calibration, config.thresholds),
            Corrections.of(config, index),
        )


def _stretches(
    heard: Heard, where: Whereabouts, rules: Rules
) -> tuple[tuple[tuple[Turn, int, int], ...], tuple[tuple[Turn, int, int, str], ...]]:
    """Return where numbers were spoken, and where places were misheard and what they are called."""
    numbers = tuple(
        (run.turn, run.start, run.end)
        for turn in heard.turns
        for run in rules.numbers.runs(turn)
        if len(run.digits) >= 4
    )
    believed = (row.mention for row in where.mentions if row.mention.likeness < 1)
    repairs = tuple(
        (m.turn, m.start, m.end, m.spelling.text)
        for m in believed
        if where.county.value in (m.place.name, *m.place.counties) and m.place.kind is not PlaceKind.VILLAGE
    )
    return numbers, repairs


def understood(transcript: Transcript, rules: Rules) -> Transcript:
    """Return a transcript as it is kept: what was plainly misheard put right, the speakers where they belong."""
    return rules.sides.put_right(repaired(transcript, rules.lexicon))


def draft(transcript: Transcript, facts: CallFacts, rules: Rules) -> DraftCase:
    """Return the draft of one call; never raises, whatever was heard: what is not known stays empty.

    Identity and card numbers, and what the citizen took back, are gone before anything is read: no field can hold them.
    """
    transcript, corrections = rules.corrections.applied(rules.privacy.transcript(transcript))
    heard = listen(transcript, rules.dialect, rules.ear)
    category = rules.categories.find(heard, facts)
    demand = rules.demands.find(heard, category.branch)
    utility = rules.utilities.find(heard, facts, category)
    past = rules.dangers.is_past(category.branch, demand.value)
    urgency = rules.dangers.urgency(heard, facts, category.branch, past)
    demand = rules.demands.find(heard, category.branch, urgency.value is Urgency.EMERGENCY)
    where = rules.places.find(heard)
    address = rules.addresses.find(heard, where)
    when = rules.times.find(heard, facts)

    settle = rules.trust.settle
    matter = _settled_category(category, rules.trust)
    county = settle(Guess.COUNTY, where.county)
    place = _settled_address(address, county, rules.trust)
    happened = settle(Guess.HAPPENED, rules.times.field(when))
    name = settle(Guess.CALLER_NAME, rules.people.find(heard))
    known = Known(
        demand.value or DemandType.HELP,
        matter.branch,
        place,
        None if happened.value is None else when,
        rules.numbers.case_number(heard),
        name.value,
        *_stretches(heard, where, rules),
        transcript.notes,
        corrections,
    )
    unit = rules.dispatch.find(
        matter if matter.branch is None else category, where.county if county.candidate is None else county, demand
    )
    return DraftCase(
        type=settle(Guess.TYPE, demand),
        category=matter.field,
        utility=utility if facts.utility else settle(Guess.UTILITY, utility),
        reason_code=rules.utilities.reason(utility, matter),
        urgency=urgency,
        hazards=rules.dangers.hazards(heard, past),
        county=county,
        address=place.field,
        callback_number=rules.numbers.callback(facts),
        heard_number=settle(Guess.HEARD_NUMBER, rules.numbers.find(heard, facts)),
        caller_name=name,
        happened=happened,
        title=rules.wording.title(known, heard),
        description=rules.wording.description(known, heard),
        unit=settle(Guess.UNIT, unit) if heard.turns else Field(),
    )


def _settled_category(found: Categorised, trust: Trust) -> Categorised:
    """Return the category with its true confidence; one that is left empty lends nothing to the texts and the unit."""
    field = trust.settle(Guess.CATEGORY, found.field)
    return Categorised(field, found.branch, found.second) if field.value else Categorised(field, None)


def _settled_address(found: Found, county: Field[str], trust: Trust) -> Found:
    """Return the address with its true confidence; empty too where its county is, and then the citizen's words stay."""
    field = trust.settle(Guess.ADDRESS, found.field)
    if field.value is not None and county.value is None and county.candidate is not None:
        field = withheld(field)
    if field.candidate is not None:
        return Found(field, county.value or "", ())
    return Found(field, found.short if county.candidate is None else "", found.stretches)
