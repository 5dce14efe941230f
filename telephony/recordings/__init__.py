"""Recordings: what a call left in the spool becomes one two-sided file and the facts that belong to it."""

from telephony.recordings.intake import NothingToTake, NotTaken, discard, intake
from telephony.recordings.repair import Repair, Unreadable, repair
from telephony.recordings.retention import Kept, delete, expired
from telephony.recordings.settings import RecordingSettings, check
from telephony.recordings.shelf import Shelf
from telephony.recordings.spool import Spool
from telephony.recordings.sweep import Found, look, put_aside
from telephony.recordings.taken import Kind, SpoolFile, TakenIn, TakenLeg, TakenRecording

__all__ = [
    "Found",
    "Kept",
    "Kind",
    "NotTaken",
    "NothingToTake",
    "RecordingSettings",
    "Repair",
    "Shelf",
    "Spool",
    "SpoolFile",
    "TakenIn",
    "TakenLeg",
    "TakenRecording",
    "Unreadable",
    "check",
    "delete",
    "discard",
    "expired",
    "intake",
    "look",
    "put_aside",
    "repair",
]
