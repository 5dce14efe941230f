"""The town: citizens who call at a steady pace and the people who answer, in one thread on real sockets."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from bench.sip_load import Loop
from chaos.citizens import Citizens
from chaos.journey import Journey, journeys
from chaos.media import Mouths, alaw
from chaos.seat import Seat
from chaos.site import Site

_DEMO = Path(__file__).resolve().parent.parent / "config/demo"
_PACE = 2.5


@dataclass(slots=True)
class Town:
    """Everybody. `done` are the calls placed so far, in order; read it when the load has stopped."""

    loop: Loop
    citizens: Citizens
    seats: dict[str, Seat]
    rng: random.Random
    done: list[Journey] = field(default_factory=list)
    calling: bool = True
    _over: bool = False
    _wanted: list[Callable[[], None]] = field(default_factory=list)

    def soon(self, what: Callable[[], None]) -> None:
        """Do something in the town's own thread."""
        self._wanted.append(what)

    def settled(self) -> bool:
        """Tell whether nobody is on the line."""
        return all(journey.over for journey in self.done)

    def live(self) -> None:
        """Run until told to stop."""
        people = journeys(self.rng)

        def next_call() -> None:
            if self.calling:
                journey = next(people)
                self.done.append(journey)
                self.citizens.place(journey)
            self.loop.later(_PACE * self.rng.uniform(0.7, 1.3), next_call)

        def errands() -> None:
            while self._wanted:
                self._wanted.pop(0)()
            self.loop.later(0.05, errands)

        self.citizens.mouths.start()
        errands()
        self.loop.later(1.0, next_call)
        while not self._over:
            self.loop.run(lambda: self._over, 3600)

    def stop(self) -> None:
        """End the thread."""
        self._over = True


@contextmanager
def living(site: Site, seed: int) -> Iterator[Town]:
    """Let the town live while the block runs."""
    loop = Loop()
    mouths = Mouths(loop, monotonic)
    asterisk = (site.settings.telephony.sip.bind, site.ports.sip)
    citizens = Citizens(
        loop, site.ports.citizens, site.ports.citizens + 2, asterisk, mouths, alaw(_DEMO / "citizen-water.wav")
    )
    answer = alaw(_DEMO / "liaison-water.wav")
    seats = {
        name: Seat(
            loop,
            name,
            site.password(name),
            site.ports.seat(number),
            asterisk,
            mouths,
            answer,
            ringing=citizens.rang,
            taken=citizens.reached,
        )
        for number, name in enumerate(site.settings.routing.seats)
    }
    town = Town(loop, citizens, seats, random.Random(seed))  # noqa: S311
    thread = threading.Thread(target=town.live, name="town")
    thread.start()
    try:
        yield town
    finally:
        town.stop()
        thread.join()
        loop.close()
