"""Transcripts as plain JSON values, for pipes, files and programs."""

from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from transcription.transcript import Transcript


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Transcript]:
    return TypeAdapter(Transcript)


def to_plain(transcript: Transcript) -> dict[str, Any]:
    """Return a transcript as JSON values."""
    plain: dict[str, Any] = _adapter().dump_python(transcript, mode="json")
    return plain


def from_plain(value: object) -> Transcript:
    """Return the transcript that `to_plain` wrote; raises ValueError for anything else."""
    return _adapter().validate_python(value)
