"""Whom the hotline owes a call: what a finished call means for call-backs. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.call import Choice
from domain.words import Utility
from store.records import CallbackReason, CallbackRules, Outcome
from telephony.asterisk.settings import CallBackSettings
from telephony.recordings.taken import TakenIn

_NO_ATTEMPT = frozenset({"LINES", "HERE", "SETTLED"})
"""What the dialplan says where it did not let the citizen's telephone ring."""


def rules_of(settings: CallBackSettings) -> CallbackRules:
    """Return the rules for entries that config/telephony.yaml gives."""
    return CallbackRules(
        after=timedelta(seconds=settings.after),
        waits=tuple(timedelta(minutes=wait) for wait in settings.waits),
        attempts=settings.attempts,
        merge=timedelta(minutes=settings.merge_minutes),
    )


@dataclass(frozen=True, slots=True)
class Owed:
    """Tells what a call means for call-backs; `choice_of` says what keys pressed at a moment had chosen.

    Missed is who asked for a person and spoke with none: pressed a key and hung up in a menu, hung up while a seat rang
    or in the queue, or was sent to the message machine, whether a message was left or not. Cut off is everybody whose
    call Asterisk's death ended, in whatever part of it. Who hung up during the greeting, before any key, asked for
    nobody; who heard of a known outage and hung up was told what there is, but gas is always called back.
    """

    settings: CallBackSettings
    choice_of: Callable[[str, datetime], Choice]

    def outcome(self, taken: TakenIn) -> Outcome:
        """Return what a call means."""
        if taken.callback is not None:
            reached = bool(taken.seats) and taken.notice is not None
            return Outcome(
                answered=reached and not taken.interrupted,
                interrupted=taken.interrupted,
                back_to=taken.callback,
                said="" if reached else taken.called,
                excused=taken.called in _NO_ATTEMPT,
            )
        emergency, utility, queue = self._wanted(taken)
        return Outcome(
            answered=bool(taken.seats) and not taken.interrupted,
            missed=self._missed(taken, utility) if self.settings.missed else None,
            callable=taken.ani is not None and self.settings.may_call(taken.ani),
            emergency=emergency,
            utility=utility,
            queue=queue,
            interrupted=taken.interrupted,
        )

    def _wanted(self, taken: TakenIn) -> tuple[bool, Utility | None, str]:
        if taken.route is not None or not taken.keys:
            return taken.emergency, taken.utility, taken.queue or ""
        choice = self.choice_of(taken.keys, taken.started)
        return choice.emergency, choice.utility, choice.queue or ""

    def _missed(self, taken: TakenIn, utility: Utility | None) -> CallbackReason | None:
        if taken.promised:
            return None
        if taken.interrupted:
            return CallbackReason.INTERRUPTED
        if taken.seats or (taken.route is None and not taken.keys):
            return None
        if taken.message:
            return CallbackReason.MESSAGE
        told = taken.outage is not None and utility is not Utility.GAS
        return None if told and not self.settings.after_outage else CallbackReason.MISSED
