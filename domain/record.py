"""The one form of configuration values: frozen, slotted dataclasses that refuse unknown keys."""

from pydantic import ConfigDict

STRICT = ConfigDict(extra="forbid")
"""Pass as `@pydantic.dataclasses.dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)`."""
