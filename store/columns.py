"""Column types that mean the same on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator
from typing_extensions import override


class NaiveTimeError(ValueError):
    """A time without a zone was offered to the store: nobody can tell when it was."""


class Utc(TypeDecorator[datetime]):
    """A moment, kept in UTC; refuses naive times and returns aware ones, on SQLite too, which forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveTimeError(f"time without a zone: {value!r}")
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text from anywhere: what a database cannot hold (NUL, half a surrogate pair) is dropped, never raised.

    PostgreSQL refuses NUL in text, and a caller's data may contain anything.
    """

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Drop what cannot be stored."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class Json(TypeDecorator[Any]):
    """Plain lists, mappings and scalars as JSON text, the same bytes on both databases."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write JSON text; None is NULL."""
        if value is None:
            return None
        return json.dumps(value, allow_nan=False, separators=(",", ":"))

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read JSON text."""
        return None if value is None else json.loads(value)


class Word(TypeDecorator[StrEnum]):
    """An enumeration by its value, as text: a new word needs no migration, an unknown one raises ValueError."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    @override
    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Write the word."""
        return None if value is None else self.kind(value).value

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Read the word."""
        return None if value is None else self.kind(value)
