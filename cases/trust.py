"""Confidence that means something: what the rules claim, turned into what it is worth; too little fills no field."""

from dataclasses import dataclass, field, replace
from typing import TypeVar

from cases.draft import Field
from cases.rules import CalibrationConfig, Guess, ThresholdsConfig
from domain.curve import Curve

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trust:
    """A curve and a threshold for each kind of field; by itself it takes the rules at their word."""

    curves: dict[Guess, Curve] = field(default_factory=dict)
    least: dict[Guess, float] = field(default_factory=dict)
    unchecked_number: float = 1.0

    @classmethod
    def of(cls, calibration: CalibrationConfig, thresholds: ThresholdsConfig) -> "Trust":
        """Take calibration.yaml and thresholds.yaml."""
        curves = {guess: Curve(knots) for guess, knots in calibration.curves.items()}
        return cls(curves, thresholds.least, thresholds.unchecked_number)

    def settle(self, guess: Guess, heard: Field[T]) -> Field[T]:
        """Return a field that was heard with its true confidence; below the threshold its value is a candidate only."""
        if heard.value is None:
            return heard
        sure = self.worth(guess, heard.confidence)
        if sure < self.least.get(guess, 0.0):
            return withheld(replace(heard, confidence=sure))
        return replace(heard, confidence=sure)

    def worth(self, guess: Guess, claimed: float) -> float:
        """Return what a confidence is worth; a number that nobody read back stays below its own limit."""
        worth = round(self.curves.get(guess, Curve()).at(claimed), 2)
        if guess is Guess.HEARD_NUMBER and claimed <= self.unchecked_number:
            worth = min(worth, self.unchecked_number)
        return max(worth, 0.01)


def withheld(heard: Field[T]) -> Field[T]:
    """Return a field left empty, what was heard kept as a candidate for a person to take."""
    return Field(None, heard.confidence, heard.span, heard.why, heard.value)
