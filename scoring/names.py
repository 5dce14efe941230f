"""config/scoring.yaml: how ground truth writes the values that our drafts hold."""

from dataclasses import field

from pydantic.dataclasses import dataclass

from domain.record import STRICT
from domain.words import Urgency, Utility

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TruthNames:
    """scoring.yaml: the ground truth's names of utilities, urgencies, districts and each leaf of the category tree."""

    utilities: dict[str, Utility]
    urgencies: dict[str, Urgency]
    timed_counts_as: Urgency
    categories: dict[str, Names] = field(default_factory=dict)
    districts: dict[str, str] = field(default_factory=dict)

    def category(self, path: tuple[str, ...]) -> Names:
        """Return what the truth may call one of our categories, the usual name first."""
        leaf = path[-1]
        return self.categories.get(leaf) or ("-".join(path[-2:]),)

    def district(self, name: str | None) -> str | None:
        """Return a district by the name that ours has."""
        return self.districts.get(name, name) if name else None

    def urgency(self, name: str | None, emergency: bool) -> Urgency:
        """Return the urgency that the truth's degree stands for."""
        if emergency:
            return Urgency.EMERGENCY
        meant = self.urgencies.get(name or "", Urgency.ORDINARY)
        # A truth that says no emergency knows no stronger degree than a time limit.
        return self.counted(Urgency.TIMED if meant is Urgency.EMERGENCY else meant)

    def counted(self, urgency: Urgency) -> Urgency:
        """Return an urgency as it is compared."""
        return self.timed_counts_as if urgency is Urgency.TIMED else urgency
