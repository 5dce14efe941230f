"""The citizen's line: keys are read so that they survive us, and the dead man's switch is held at each step."""

from types import MappingProxyType

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from telephony.agi.codec import Reply, Request
from telephony.agi.line import AgiLine
from telephony.agi.session import Session

LENGTHS = {"hotline/welcome": 4.2, "hotline/welcome-menu": 5.5}


class Asterisk:
    """Answers each command as soon as it is sent; GET VARIABLE with `key`."""

    def __init__(self, key=""):
        self.key = key
        self.sent = []
        self.clock = Clock()
        self.session = Session(Request(MappingProxyType({})), self.send, self.clock, 2.0)
        self.line = AgiLine(self.session, LENGTHS.__getitem__, rescue=3.0)

    def send(self, line):
        self.sent.append(line.decode())
        answer = Reply(200, "1", self.key) if line.startswith(b"GET") else Reply(200, "0")
        self.clock.callLater(0, self.session.received, [answer])

    def result_of(self, coroutine):
        end = []
        Deferred.fromCoroutine(coroutine).addCallbacks(end.append, lambda failure: end.append(failure.value))
        while self.clock.getDelayedCalls() and not end:
            self.clock.advance(0)
        if isinstance(end[0], Exception):
            raise end[0]
        return end[0]


def test_a_key_is_read_into_a_channel_variable_with_the_switch_held():
    asterisk = Asterisk(key="9")
    key = asterisk.result_of(asterisk.line.read_key(("hotline/welcome", "hotline/welcome-menu"), 2.5))
    assert key == "9"
    assert asterisk.sent == [
        'SET VARIABLE "TIMEOUT(absolute)" "16"\n',  # 4.2 + 5.5 + 2.5 + 3.0, rounded up
        'EXEC Read "HL_KEY,hotline/welcome&hotline/welcome-menu,1,t,1,2.5"\n',
        'GET VARIABLE "HL_KEY"\n',
    ]


@pytest.mark.parametrize("key", ["0", "9", "*", "#", ""])
def test_every_key_comes_back_as_itself(key):
    asterisk = Asterisk(key=key)
    assert asterisk.result_of(asterisk.line.read_key((), 1)) == key


@pytest.mark.parametrize("odd", ["91", "A", "t", "九"])
def test_what_is_no_key_counts_as_none(odd):
    asterisk = Asterisk(key=odd)
    assert asterisk.result_of(asterisk.line.read_key((), 1)) == ""


def test_no_wait_at_all_is_not_asterisks_default_wait():
    asterisk = Asterisk()
    asterisk.result_of(asterisk.line.read_key(("hotline/welcome",), 0))
    assert asterisk.sent[1] == 'EXEC Read "HL_KEY,hotline/welcome,1,t,1,0.1"\n'


@pytest.mark.parametrize(
    "sound", ["a&b", "a,1", "", "../../etc/passwd", "hotline/../../x", "/etc/passwd", "a b", "${X}", "http://x/y"]
)
def test_a_sound_that_is_no_plain_name_is_refused(sound):
    asterisk = Asterisk()
    with pytest.raises(ValueError, match="not the name of a sound"):
        asterisk.result_of(asterisk.line.read_key((sound,), 1))
    assert asterisk.sent == []


async def noted_and_done(line, *notes):
    async with line:
        for name, value in notes:
            await line.note(name, value)


def test_a_note_is_a_channel_variable():
    asterisk = Asterisk()
    asterisk.result_of(noted_and_done(asterisk.line, ("HL_KEYS", "91")))
    assert asterisk.sent == ['SET VARIABLE "HL_KEYS" "91"\n']


def test_notes_travel_with_the_next_question():
    async def conversation():
        await asterisk.line.note("HL_KEYS", "9")
        await asterisk.line.read_key(("hotline/welcome",), 1)

    asterisk = Asterisk()
    asterisk.result_of(conversation())
    assert asterisk.sent[0] == 'EXEC MSet "HL_KEYS=9,TIMEOUT(absolute)=9"\n'
    assert len(asterisk.sent) == 3


def test_a_conversation_that_fails_leaves_its_notes_to_the_next_rung():
    async def conversation():
        async with asterisk.line as line:
            await line.note("HL_KEYS", "91")
            raise LookupError("a bug")

    asterisk = Asterisk()
    with pytest.raises(LookupError):
        asterisk.result_of(conversation())
    assert asterisk.sent == ['SET VARIABLE "HL_KEYS" "91"\n']


def test_a_hand_over_is_one_command_in_the_order_given_with_notes_first():
    async def end():
        await asterisk.line.note("HL_KEYS", "91")
        await asterisk.line.hand_over(
            (("HL_RING", "Local/water1@ring-0/n&Local/x@ring-3/n"), ("HL_MUSIC", ""), ("ROUTE", "a"))
        )

    asterisk = Asterisk()
    asterisk.result_of(end())
    assert asterisk.sent == [
        'EXEC MSet "HL_KEYS=91,HL_RING=Local/water1@ring-0/n&Local/x@ring-3/n,HL_MUSIC=,ROUTE=a"\n'
    ]


@pytest.mark.parametrize("value", ["a,b", 'a"b', "a(b", "a[b", "a\\b", "水", "a b", "${X}"])
def test_what_mset_would_cut_up_goes_in_commands_of_its_own(value):
    asterisk = Asterisk()
    asterisk.result_of(asterisk.line.hand_over((("HL_A", value), ("ROUTE", "agents"))))
    assert [line.replace('"', "").split(" ")[2] for line in asterisk.sent] == ["HL_A", "ROUTE"]
    assert all(line.startswith("SET VARIABLE") for line in asterisk.sent)


def test_more_than_mset_takes_goes_in_commands_of_their_own():
    asterisk = Asterisk()
    asterisk.result_of(asterisk.line.hand_over([(f"HL_{i}", "1") for i in range(25)]))
    assert len(asterisk.sent) == 25


@pytest.mark.parametrize("name", ["SHELL(rm)", "hl_keys", "", "_X", "X=1", "X\n"])
def test_a_note_can_only_name_a_plain_variable(name):
    asterisk = Asterisk()
    with pytest.raises(ValueError, match="not the name of a channel variable"):
        asterisk.result_of(asterisk.line.note(name, "1"))
