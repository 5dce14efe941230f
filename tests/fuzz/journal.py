"""Coverage-guided bytes at the journal that a call leaves: read or noted as damaged, never tripped over."""

import sys

import atheris

with atheris.instrument_imports(include=["telephony.recordings"]):
    from telephony.recordings import journal


def one(data: bytes) -> None:
    """Read any bytes as a call's journal."""
    story = journal.parse(data)
    assert all(letter.isascii() for letter in story.ani + story.uniqueid)
    assert story.last is None or story.last.tzinfo is not None


atheris.Setup(sys.argv, one)
atheris.Fuzz()
