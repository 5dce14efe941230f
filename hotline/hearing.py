"""From a recording's id to its transcript and draft: what a worker does for each job."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cases.draft import DraftCase
from cases.drafting import Rules, draft, understood
from hotline.settings import Settings
from store.door import Store
from store.runner import CannotWork
from telephony.recordings.shelf import Shelf
from transcription.audio import AudioError, InMemory
from transcription.child import Recogniser
from transcription.engine import ModelError
from transcription.transcript import Transcript
from vault.keys import KeysUnusable


def recogniser(settings: Settings) -> Recogniser:
    """Return a recogniser; its child process starts when it is first needed."""
    return Recogniser(settings.transcription, settings.places.tools / "models")


@dataclass(frozen=True, slots=True)
class Hearing:
    """Listens to filed recordings and drafts their cases by the rules of the moment."""

    store: Store
    shelf: Shelf
    recogniser: Recogniser
    rules: Callable[[], Rules]

    def ready(self) -> None:
        """Load the model; raises CannotWork where there is none to be used, or no key to open recordings with."""
        try:
            if self.shelf.vault is not None:
                self.shelf.vault.keyring()
            self.recogniser.ready()
        except (ModelError, KeysUnusable) as error:
            raise CannotWork(str(error)) from error

    def __call__(self, recording_id: str) -> tuple[Transcript, DraftCase]:
        """Return the transcript and the draft of a recording; raises what reading, hearing or the database raise."""
        recording, facts = self.store.recording(recording_id), self.store.facts(recording_id)
        if recording is None or facts is None:
            raise LookupError(f"no recording {recording_id}")
        try:
            sound = InMemory(Path(recording.storage_key).name, self.shelf.read(recording.storage_key))
            heard = self.recogniser.transcribe(sound)
        except FileNotFoundError:
            raise AudioError(f"{recording.storage_key}: 找不到这个文件") from None
        except (ModelError, KeysUnusable) as error:
            raise CannotWork(str(error)) from error
        rules = self.rules()
        transcript = understood(heard, rules)
        return transcript, draft(transcript, facts, rules)
