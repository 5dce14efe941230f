"""工单草稿: what the machine filled in, every field with its confidence and its seconds of audio."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from domain.words import DemandType, Speaker, Urgency, Utility

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a value was heard: speaker, seconds from the recording's start, and the words as heard."""

    speaker: Speaker
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """One field of a draft: its value (None: left empty for a person), confidence 0 to 1, where from, and why.

    `span` is None where the value does not come from the audio (the caller's own number, the key pressed); `why` says
    it in Chinese. `candidate` is what was heard too unsurely to be filled in: `value` is None then, and confidence,
    span and why are the candidate's.
    """

    value: T | None = None
    confidence: float = 0.0
    span: Span | None = None
    why: str = ""
    candidate: T | None = None


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What the call itself already knows when its draft is made."""

    linkedid: str
    ani: str | None
    started: datetime
    keys: str = ""
    utility: Utility | None = None
    emergency: bool = False
    queue: str | None = None
    seat: str | None = None
    message: bool = False
    outage: int | None = None


@dataclass(frozen=True, slots=True)
class DraftCase:
    """The draft. It never dispatches itself; a person confirms it.

    `category` is a path of up to five levels; `hazards` are names from config (gas_smell, fire, …); `callback_number`
    is the caller's own; `heard_number` one that was spoken, offered beside it.
    """

    type: Field[DemandType]
    category: Field[tuple[str, ...]]
    utility: Field[Utility]
    reason_code: Field[str]
    urgency: Field[Urgency]
    hazards: Field[tuple[str, ...]]
    county: Field[str]
    address: Field[str]
    callback_number: Field[str]
    heard_number: Field[str]
    caller_name: Field[str]
    happened: Field[datetime]
    title: Field[str]
    description: Field[str]
    unit: Field[str]


@dataclass(frozen=True, slots=True)
class Alarm:
    """What was heard: hazards by their names in urgency.yaml (none: urgent for another reason), the second of audio
    (None: not from one place in it), and why, in Chinese."""

    hazards: tuple[str, ...]
    second: float | None
    why: str


def alarm_of(case: DraftCase) -> Alarm | None:
    """Return the alarm that a draft is worth: it names a hazard or is an emergency; None for any other."""
    hazards = case.hazards.value or ()
    if not hazards and case.urgency.value is not Urgency.EMERGENCY:
        return None
    field = case.hazards if hazards else case.urgency
    span = field.span or case.urgency.span or case.category.span
    return Alarm(hazards, span.start if span else None, field.why)
