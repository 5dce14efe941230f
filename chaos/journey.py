"""One citizen's call under chaos: what was wanted, and what came of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.words import Utility

KEY_OF = {Utility.WATER: "1", Utility.POWER: "2", Utility.HEAT: "3", Utility.GAS: "4"}
_FIRST_KEY = 1.2
_SECOND_KEY = 1.8
_KEY_AGAIN = 2.5


class Kind(StrEnum):
    """What a citizen means to do."""

    EMERGENCY = "emergency"
    ORDINARY = "ordinary"
    FICKLE = "fickle"  # hangs up at a moment of its own, whatever is happening then


@dataclass(slots=True)
class Journey:
    """One call; every moment in seconds of the wall clock, 0 for what never came.

    `talk` is how long the two speak, `patience` how long the citizen waits for a person. `key` is the moment at which
    the utility's key was pressed for the first time; `rang` and `reached` are the first seat's INVITE and answer.
    `dropped` is the moment at which a talk ended that nobody had ended.
    """

    ani: str
    kind: Kind
    utility: Utility | None
    talk: float
    patience: float
    asked: float = 0.0
    answered: float = 0.0
    key: float = 0.0
    rang: float = 0.0
    reached: float = 0.0
    seat: str = ""
    ended: float = 0.0
    status: int = 0
    dropped: float = 0.0
    called_back: float = 0.0
    keys_pressed: int = 0

    @property
    def over(self) -> bool:
        """Tell whether the call has ended."""
        return self.ended > 0

    def next_key(self) -> tuple[float, str] | None:
        """Return the key pressed next and the wait before it; nobody presses on once a telephone rings."""
        if self.utility is None or self.reached or self.rang:
            return None
        if self.keys_pressed == 0:
            return _FIRST_KEY, "9"
        return (_SECOND_KEY if self.keys_pressed == 1 else _KEY_AGAIN), KEY_OF[self.utility]


def journeys(rng: random.Random, first: int = 0) -> Iterator[Journey]:
    """Yield citizens for ever, each with a number of its own: two emergencies and two ordinary calls in five."""
    utilities = list(KEY_OF)
    number = first
    while True:
        kinds = [Kind.EMERGENCY, Kind.EMERGENCY, Kind.ORDINARY, Kind.ORDINARY, Kind.FICKLE]
        rng.shuffle(kinds)
        for kind in kinds:
            number += 1
            urgent = kind is Kind.EMERGENCY or (kind is Kind.FICKLE and rng.random() < 0.5)
            yield Journey(
                ani=f"154{number:08d}",
                kind=kind,
                utility=utilities[number % len(utilities)] if urgent else None,
                talk=rng.uniform(3.0, 6.0),
                patience=rng.uniform(0.3, 9.0) if kind is Kind.FICKLE else 40.0,
            )
