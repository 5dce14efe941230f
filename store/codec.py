"""Transcripts and drafts as JSON text and back, exactly."""

import json
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from cases.draft import DraftCase
from transcription.transcript import Transcript

T = TypeVar("T")


class CodecError(ValueError):
    """A stored text is not what it says it is, or a value cannot be written without loss (NaN, infinity)."""


class Codec(Generic[T]):
    """JSON text ↔ one kind of dataclass; what comes back equals what went in."""

    def __init__(self, kind: type[T]) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)
        self._name = kind.__name__

    def encode(self, value: T) -> str:
        """Return the JSON text; raises CodecError for numbers that JSON does not have."""
        plain = self._adapter.dump_python(value, mode="json")
        try:
            return json.dumps(plain, allow_nan=False, separators=(",", ":"))
        except ValueError as error:
            raise CodecError(f"{self._name}: {error}") from None

    def plain(self, value: T) -> Any:
        """Return the value as plain lists, mappings and scalars, for `--json` output."""
        return self._adapter.dump_python(value, mode="json")

    def decode(self, text: str) -> T:
        """Return the value that `encode` was given; raises CodecError."""
        try:
            return self._adapter.validate_json(text)
        except ValidationError as error:
            raise CodecError(f"{self._name}: {error}") from None


@cache
def transcripts() -> Codec[Transcript]:
    """Return the codec of transcripts (building it costs some milliseconds, so it is kept)."""
    return Codec(Transcript)


@cache
def draft_cases() -> Codec[DraftCase]:
    """Return the codec of draft cases."""
    return Codec(DraftCase)
