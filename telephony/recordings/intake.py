"""One finished call: journal and legs → facts and one merged recording. Knows no database."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from telephony.recordings.facts import tell
from telephony.recordings.journal import CallStory, moment, parse
from telephony.recordings.legs import Leg, Role, journal_name, linkedid_of
from telephony.recordings.merge import Merged, Side, Track
from telephony.recordings.repair import RATE, Repair, Samples, Unreadable, find_samples, is_mute, repair
from telephony.recordings.settings import RecordingSettings
from telephony.recordings.shelf import Shelf, key_of
from telephony.recordings.spool import Spool
from telephony.recordings.taken import Kind, SpoolFile, TakenIn, TakenLeg, TakenRecording
from vault.keys import KeysUnusable
from vault.vault import SealBroken

_MOST_MISSING_MS = 3000


class NothingToTake(Exception):
    """The spool holds nothing of this call (any more): another intake was quicker, or it never was."""


class NotTaken(Exception):
    """The recording could not be written (disk full, no permission); everything is still in the spool."""


@dataclass(frozen=True, slots=True)
class _Sound:
    leg: Leg
    samples: Samples
    start_ms: int
    mute: bool

    @property
    def started(self) -> datetime:
        return moment(self.start_ms)


def intake(spool: Spool, shelf: Shelf, linkedid: str, settings: RecordingSettings) -> TakenIn:
    """Merge a call's legs into its recording and return everything that is known of it.

    The spool stays as it is, but for headers put right and unreadable legs moved to quarantine, until the caller has
    committed and calls `discard`. Raises NothingToTake or NotTaken.
    """
    if spool.is_filed(linkedid):
        raise NothingToTake(linkedid)
    journal = spool.journal(linkedid)
    story = parse(journal or b"")
    sounds, notes = _sounds(spool, linkedid, story, settings)
    files = tuple(SpoolFile(sound.leg.filename, sound.samples.size) for sound in sounds)
    if journal is None:
        if not files:
            raise NothingToTake(linkedid)
        notes = (*notes, "no journal")
    else:
        files = (*files, SpoolFile(journal_name(linkedid), len(journal)))
    try:
        call = tell(linkedid, story, _taken_legs(sounds, story), files, notes)
    except ValueError as error:
        spool.quarantine(journal_name(linkedid), str(error))
        raise NothingToTake(linkedid) from None
    return _with_recording(call, spool, shelf, [sound for sound in sounds if sound.samples.frames])


def discard(spool: Spool, taken: TakenIn) -> None:
    """Delete what was taken in, once the transaction that filed it is committed."""
    linkedid = linkedid_of(taken.files[0].name) if taken.files else None
    if linkedid:
        spool.discard(linkedid, taken.files)


def _sounds(
    spool: Spool, linkedid: str, story: CallStory, settings: RecordingSettings
) -> tuple[list[_Sound], tuple[str, ...]]:
    """Return the legs that can be heard, headers put right; the others go to quarantine."""
    sounds, notes = [], [f"damaged journal line: {line!r}" for line in story.damaged]
    legs = spool.legs(linkedid)
    begin = story.started or (legs[0].started if legs else None)
    longest = timedelta(hours=settings.longest_call_hours)
    for leg in legs:
        try:
            if begin and abs(leg.started - begin) > longest:
                raise Unreadable(f"begins {leg.started - begin} from its call's start")
            file = spool.path(leg.filename)
            if repair(file) is Repair.REPAIRED:
                notes.append(f"header put right: {leg.filename}")
            samples = find_samples(file)
            sounds.append(_Sound(leg, samples, _start_ms(leg, samples, story), is_mute(file, samples)))
        except FileNotFoundError:
            raise NothingToTake(linkedid) from None
        except Unreadable as error:
            spool.quarantine(leg.filename, str(error))
            notes.append(f"quarantined: {leg.filename}: {error}")
        except OSError as error:
            raise NotTaken(f"{leg.filename}: {error}") from error
    return sounds, tuple(notes)


def _start_ms(leg: Leg, samples: Samples, story: CallStory) -> int:
    """Return where a leg belongs, in epoch milliseconds.

    Before the answer there are moments in which nothing goes to the caller; where nothing comes from him either (a key
    is pressed, a script starts on a busy machine) Asterisk records nothing, 0.1 to 0.2 s in all were seen. Placed by
    its beginning, all that is said later would come too early, so the caller's own leg, which lasts to the end of the
    call, is placed by its end. From the answer on nothing is missing: the other direction's time fills the gaps.
    """
    if leg.role is not Role.CALLER or story.ended is None or not samples.frames:
        return leg.start_ms
    by_end = story.ended - timedelta(seconds=samples.frames / RATE)
    missing = (by_end - leg.started) // timedelta(milliseconds=1)
    return leg.start_ms + missing if 0 < missing <= _MOST_MISSING_MS else leg.start_ms


def _taken_legs(sounds: list[_Sound], story: CallStory) -> tuple[TakenLeg, ...]:
    heard = [sound.start_ms for sound in sounds if sound.samples.frames]
    zero = min(heard or [sound.start_ms for sound in sounds], default=0)
    answered = {answer.uniqueid: answer.at for answer in reversed(story.answers)}
    return tuple(
        TakenLeg(
            uniqueid=sound.leg.uniqueid,
            role=sound.leg.role,
            name=sound.leg.name,
            started=sound.started,
            offset=max(0, sound.start_ms - zero) / 1000,
            seconds=sound.samples.frames / RATE,
            answered=answered.get(sound.leg.uniqueid),
            mute=sound.mute,
        )
        for sound in sounds
    )


def _with_recording(call: TakenIn, spool: Spool, shelf: Shelf, sounds: list[_Sound]) -> TakenIn:
    if not sounds:
        return call
    merged = Merged(_tracks(spool, sounds))
    try:
        partial = shelf.write(call.linkedid, merged)
    except FileNotFoundError:
        raise NothingToTake(call.linkedid) from None
    except (OSError, KeysUnusable) as error:
        raise NotTaken(f"{call.linkedid}: {error}") from error
    try:
        return _filed(call, spool, shelf, partial, merged, min(sound.started for sound in sounds))
    except (OSError, KeysUnusable, SealBroken) as error:
        raise NotTaken(f"{call.linkedid}: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _filed(call: TakenIn, spool: Spool, shelf: Shelf, partial: Path, merged: Merged, started: datetime) -> TakenIn:
    # In this order: files go only between mark and unmark, so no mark now and every file after that means that nothing
    # had gone when the legs were listed.
    if spool.is_filed(call.linkedid) or not all(spool.path(file.name).exists() for file in call.files):
        raise NothingToTake(call.linkedid)
    key = key_of(call.linkedid, call.started)
    if not shelf.put(partial, key) and shelf.sha256(key) != merged.sha256:
        # The recording was filed before and cannot change; what came late gets a name of its own, made from its sound.
        late = f"{call.linkedid}.late-{merged.sha256[:8]}"
        call = replace(call, linkedid=late, notes=(*call.notes, f"came after {key} was filed"))
        key = key_of(late, call.started)
        shelf.put(partial, key)
    recording = TakenRecording(
        key=key,
        sha256=merged.sha256,
        seconds=merged.frames / RATE,
        kind=Kind.MESSAGE if call.message else Kind.CALL,
        started=started,
    )
    return replace(call, recording=recording)


def _tracks(spool: Spool, sounds: list[_Sound]) -> list[Track]:
    zero = min(sound.start_ms for sound in sounds)
    return [
        Track(
            file=spool.path(sound.leg.filename),
            offset=sound.samples.offset,
            frames=sound.samples.frames,
            start=(sound.start_ms - zero) * RATE // 1000,
            side=Side.CITIZEN if sound.leg.role in (Role.CALLER, Role.MESSAGE) else Side.ANSWERED,
            filling=sound.leg.role is Role.MESSAGE,
        )
        for sound in sounds
    ]
