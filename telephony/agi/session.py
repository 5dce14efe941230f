"""One call's conversation with Asterisk: one command at a time, each within a limit, as coroutines."""

from collections.abc import Callable

from twisted.internet.defer import Deferred

from ivr.phone import CallerHungUp
from telephony.agi.codec import Reply, Request, Signal, command
from telephony.reactor import Clock, Timer


class SessionFailed(Exception):
    """The session cannot go on, and it is not the caller who ended it; the dialplan takes the call from here."""


class CommandRefused(SessionFailed):
    """Asterisk did not accept a command (510, 520, an unknown application): a fault of ours or of its modules."""


class Session:
    """Commands to one channel. `send` writes bytes to Asterisk; `answer` bounds each reply, in seconds.

    Once the caller is gone, or anything failed, every further command raises the same at once: nothing is sent after a
    time-out, so a late answer finds nobody waiting and cannot be taken for another command's.
    """

    __slots__ = ("_answer", "_clock", "_deadline", "_over", "_send", "_timer", "_waiting", "request", "waited")

    def __init__(self, request: Request, send: Callable[[bytes], object], clock: Clock, answer: float) -> None:
        self.request = request
        self.waited = 0.0
        """Seconds spent in Asterisk's hands so far, the caller's listening included."""
        self._send = send
        self._clock = clock
        self._answer = answer
        self._waiting: Deferred[Reply] | None = None
        self._over: Exception | None = None
        self._timer: Timer | None = None
        self._deadline = 0.0

    async def command(self, *words: str, takes: float = 0.0) -> Reply:
        """Send one command and return Asterisk's answer to it; `takes` is how long it may run by design.

        Raises CallerHungUp, SessionFailed (no answer in time, connection lost by us), CommandRefused, ValueError for
        words that cannot be sent, and RuntimeError while another command is out.
        """
        if self._over is not None:
            raise self._over
        if self._waiting is not None:
            raise RuntimeError("a command is already out in this session")
        self._send(command(*words))
        waiting: Deferred[Reply] = Deferred()
        self._waiting = waiting
        begun = self._clock.seconds()
        self._bound(begun, takes + self._answer)
        try:
            reply = await waiting
        finally:
            self.waited += self._clock.seconds() - begun
        return self._accepted(reply, words)

    async def variable(self, name: str) -> str:
        """Return a channel variable's value, empty where it is not set."""
        return (await self.command("GET", "VARIABLE", name)).data or ""

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable (or a dialplan function that can be written)."""
        await self.command("SET", "VARIABLE", name, value)

    async def execute(self, application: str, arguments: str, takes: float = 0.0) -> None:
        """Run a dialplan application that by design takes at most `takes` seconds."""
        await self.command("EXEC", application, arguments, takes=takes)

    def received(self, lines: list[Reply | Signal | None]) -> None:
        """Take what came in one piece from Asterisk.

        The whole piece is looked at before the script goes on: a second line in it (a value with a line break in it
        looks like that) answers nothing and must not be taken for the answer to the script's next command.
        """
        answer: Reply | None = None
        for line in lines:
            if line is Signal.HANGUP:
                self.end(CallerHungUp())
                return
            if line is Signal.GARBAGE and answer is None and self._waiting is not None:
                self.end(SessionFailed("what came is no AGI reply"))
                return
            if isinstance(line, Reply) and answer is None:
                answer = line
        waiting = self._waiting
        if answer is not None and waiting is not None:
            self._waiting = None
            waiting.callback(answer)

    def end(self, why: Exception) -> None:
        """Let every command from now on, the one that is out included, raise `why`; the first reason stays."""
        if self._over is None:
            self._over = why
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.errback(self._over)

    def _accepted(self, reply: Reply, words: tuple[str, ...]) -> Reply:
        if reply.code == 200 and reply.result not in ("-1", "-2"):
            return reply
        if reply.code == 511 or reply.result == "-1":
            self.end(CallerHungUp())
            raise CallerHungUp
        what = " ".join(words[:2])
        raise CommandRefused(f"{what}: {reply.code} {reply.result or reply.text[:200]}")

    def _bound(self, now: float, seconds: float) -> None:
        """Move the limit. One timer serves the whole session: it is set anew only when it would come too late."""
        self._deadline = now + seconds
        timer = self._timer
        if timer is None or not timer.active():
            self._timer = self._clock.callLater(seconds, self._due)
        elif timer.getTime() > self._deadline:
            timer.reset(seconds)

    def _due(self) -> None:
        left = self._deadline - self._clock.seconds()
        if self._waiting is None:
            return
        if left > 0:
            self._timer = self._clock.callLater(left, self._due)
        else:
            self.end(SessionFailed("Asterisk did not answer in time"))
