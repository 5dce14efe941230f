"""A session under everything Asterisk may do, in any order: no answer is ever taken for another command's."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from ivr.phone import CallerHungUp
from telephony.agi.codec import HeaderReader, ReplyReader
from telephony.agi.session import Session, SessionFailed

ANSWER = 5.0


class SessionStates(RuleBasedStateMachine):
    """The model: how many commands went out, which one waits, and whether the session is over."""

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.sent = []
        request = HeaderReader(most_lines=5, most_bytes=500).feed(b"")
        self.session = Session(request, self.sent.append, self.clock, ANSWER)
        self.replies = ReplyReader()
        self.waiting = None
        self.got = []
        self.expected = 0
        self.over = False
        self.number = 0

    def ask(self, name):
        def keep(result):
            self.got.append(result)

        asked = Deferred.fromCoroutine(self.session.variable(name))
        asked.addBoth(keep)
        return asked

    @rule(name=st.text(st.characters(codec="utf-8"), max_size=20))
    def command(self, name):
        before, waited = len(self.sent), self.waiting
        self.got.clear()
        self.ask(name)
        refused = any(character in name for character in "\r\n\0")
        if self.over:
            assert len(self.sent) == before
            assert isinstance(self.got[0].value, CallerHungUp | SessionFailed)
        elif waited is not None:
            assert len(self.sent) == before
            assert isinstance(self.got[0].value, RuntimeError)
        elif refused:
            assert len(self.sent) == before
            assert isinstance(self.got[0].value, ValueError)
        else:
            assert len(self.sent) == before + 1
            assert self.sent[-1].count(b"\n") == 1
            assert self.got == []
            self.waiting = True
        self.got.clear()

    @rule(stray=st.lists(st.sampled_from([b"100 Trying", b"", b"200 result=1 (stray)", b"510 No"]), max_size=3))
    def answered(self, stray):
        """One answer, with more lines in the same piece behind it: the first alone counts."""
        self.number += 1
        value = f"value {self.number}".encode()
        self.session.received([self.replies.feed(line) for line in (b"200 result=1 (" + value + b")", *stray)])
        if self.waiting and not self.over:
            assert self.got == [value.decode()]
        else:
            assert self.got == []
        self.waiting = None
        self.got.clear()

    @rule()
    def hung_up(self):
        self.session.received([self.replies.feed(b"HANGUP")])
        if self.waiting and not self.over:
            assert isinstance(self.got[0].value, CallerHungUp)
        self.over, self.waiting = True, None
        self.got.clear()

    @precondition(lambda self: self.waiting)
    @rule(line=st.binary(min_size=1, max_size=30).filter(lambda raw: b"\n" not in raw and not raw[:3].isdigit()))
    def nonsense(self, line):
        self.session.received([self.replies.feed(line)])
        if self.got:
            assert isinstance(self.got[0].value, SessionFailed | CallerHungUp)
            self.over, self.waiting = True, None
        self.got.clear()

    @rule(seconds=st.floats(0.1, 8.0))
    def time_goes_by(self, seconds):
        self.clock.advance(seconds)
        if self.waiting and self.got:
            assert isinstance(self.got[0].value, SessionFailed)
            self.over, self.waiting = True, None
        self.got.clear()

    @invariant()
    def no_command_outlives_its_limit(self):
        assert len(self.clock.getDelayedCalls()) <= 1

    def teardown(self):
        self.session.end(SessionFailed("over"))
        assert self.clock.getDelayedCalls() == []


TestSessionStates = SessionStates.TestCase
TestSessionStates.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
