"""A fault found in configuration, said before anything starts."""

from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a configuration value, and what to do about it.

    `path` leads from the document's root to the value (("menus", "root", "keys", "9")); the loader turns it into
    file, line and key.
    """

    path: Path
    message: str
