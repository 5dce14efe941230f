"""The unit proposed: the dispatch table's row for the deepest category it names, city or county."""

from dataclasses import dataclass

from cases.draft import Field
from cases.fields.category import Categorised
from cases.rules import DispatchConfig, DispatchRow
from domain.words import DemandType


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The dispatch table by category name."""

    rows: dict[str, DispatchRow]
    city_counties: frozenset[str]
    about: frozenset[str]

    @classmethod
    def of(cls, config: DispatchConfig) -> "Dispatch":
        """Index the table."""
        rows = {name: row for row in config.rows for name in row.categories}
        return cls(rows, frozenset(config.city_counties), frozenset(config.about))

    def find(self, category: Categorised, county: Field[str], demand: Field[DemandType]) -> Field[str]:
        """Return the unit; less sure than the category and the county it follows from."""
        path = category.field.value or ()
        if category.second and set(path) & self.about:
            path = category.second.path
        named = next((name for name in reversed(path) if name in self.rows), None)
        if named is None:
            return Field(why="承办目录里没有这类事项" if path else "")
        row = self.rows[named]
        if county.value is None:
            if "{county}" in row.city:
                return Field(why=f"“{named}”由县区单位承办, 但没有听出县区")
            return Field(row.city, round(0.4 * category.field.confidence, 2), None, f"“{named}”; 没有听出县区")
        pattern = self._pattern(row, county.value)
        sure = category.field.confidence * (county.confidence if row.city != row.county or "{" in pattern else 1.0)
        if demand.value is DemandType.INVALID or demand.value is DemandType.NUISANCE:
            return Field(why="无效来电, 不派单")
        return Field(pattern.format(county=county.value), round(sure, 2), None, f"承办目录: “{named}”, {county.value}")

    def _pattern(self, row: DispatchRow, county: str) -> str:
        if county in self.city_counties:
            return row.city
        return row.district if row.district and county.endswith("区") else row.county
