"""Key 1 in the queue on a real Asterisk: the citizen is called back, and keeps the place in the queue."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
from real_asterisk import Make, RealAsterisk, Whole, until

from chaos import agi_peers
from chaos.agi_peers import Behaviour
from ivr.tree import Tree
from routing.config import Queue, RoutingConfig
from telephony.asterisk.settings import TelephonySettings
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
LIMIT = 20.0


@pytest.fixture(scope="module")
def house(make_asterisk: Make) -> RealAsterisk:
    def quick(settings: TelephonySettings, routing: RoutingConfig, tree: Tree) -> Whole:
        queues = {"agents": Queue(title="人工坐席", wait=60, announce_every=5)}
        plans = {name: replace(plan, queue="agents") for name, plan in routing.emergency.items()}
        seats = {
            name: replace(seat, queues=("agents",)) if seat.queues else seat for name, seat in routing.seats.items()
        }
        return settings, replace(routing, queues=queues, emergency=plans, seats=seats), tree

    return make_asterisk(quick)


@pytest.fixture(autouse=True)
def quiet(house: RealAsterisk) -> Iterator[None]:
    yield
    house.process.ask("channel request hangup all")  # a place that is kept outlives the test's telephones
    until(lambda: "0 active channels" in house.process.ask("core show channels"), LIMIT, "channels are left")


def server(position: str | None, asked: list[dict[str, str]], route: str = "agents") -> Behaviour:
    """FastAGI that sends everybody to the agents, and answers a wish to be called back with a position."""

    def behave(connection: socket.socket) -> None:
        header = agi_peers.header(connection)
        if header["agi_network_script"] == "callback":
            asked.append(header)
            if position is not None:
                agi_peers.say(connection, ("SET VARIABLE CB_ID cb-1", f'SET VARIABLE CB_POSITION "{position}"'))
                agi_peers.say(connection, ("SET VARIABLE ROUTE callback",))
        else:
            agi_peers.say(connection, ("SET VARIABLE HL_QUEUE agents", f"SET VARIABLE ROUTE {route}"))
        connection.shutdown(socket.SHUT_RDWR)

    return behave


def at(house: RealAsterisk, name: str, **more: object) -> Phone:
    phone = Phone.start(house.seat(name, **more))
    phone.wait_registered(LIMIT)
    return phone


def waiting(house: RealAsterisk) -> list[str]:
    """The channels in the queue, first first."""
    text = house.process.ask("queue show agents").partition("Callers:")[2]
    return [line.split()[1] for line in text.splitlines() if "(wait:" in line]


@contextmanager
def three_waiting(house: RealAsterisk, numbers: tuple[str, ...]) -> Iterator[tuple[Phone, list[Phone]]]:
    """An agent who talks, and citizens who wait in the order of their numbers."""
    with ExitStack() as stack:
        agent = stack.enter_context(at(house, "agent1001", answer_after=0.1))
        talking = stack.enter_context(Phone.start(house.citizen("13700000000")))
        citizens = [stack.enter_context(Phone.start(house.citizen(number))) for number in numbers]
        talking.call("12345")
        agent.wait_for(State.CONFIRMED, LIMIT)
        for count, citizen in enumerate(citizens, 1):
            citizen.call("12345")
            until(lambda count=count: len(waiting(house)) == count, LIMIT, f"{count} callers do not wait")
        yield agent, citizens
        for phone in (talking, *citizens):
            phone.hang_up()


def test_a_citizen_who_presses_1_is_called_when_the_turn_comes(house: RealAsterisk) -> None:
    asked: list[dict[str, str]] = []
    numbers = ("13700000001", "13700000002", "13700000003")
    with (
        agi_peers.behind(house.settings.agi.port, server("2", asked)),
        Phone.start(house.outside()) as at_home,
        three_waiting(house, numbers) as (agent, (first, second, third)),
    ):
        before = waiting(house)
        second.press("1", after=1.5)
        second.wait_for(State.ENDED, LIMIT)
        until(lambda: len(waiting(house)) == 3, LIMIT, "nobody stands in the citizen's place")
        now = waiting(house)
        assert (now[0], now[2]) == (before[0], before[2])
        assert now[1].startswith("Local/wait@call-back-wait")
        agent.hang_up()  # the first citizen's turn
        house.await_journal("13700000001", "answered")
        assert not [event for event in at_home.events if event.state is State.RINGING]
        agent.hang_up(code=0)
        first.wait_for(State.ENDED, LIMIT)
        at_home.wait_for(State.RINGING, LIMIT)
        at_home.answer()
        house.await_journal("13700000002", "notice")
        time.sleep(0.5)
        assert not any(line.startswith("answered") for line in house.journal_of("13700000003"))
        at_home.hang_up()
        house.await_journal("13700000002", "ended")
        third.hang_up()
    original, called = [key for key, lines in house.journals().items() if "ani=13700000002 " in lines[0] + " "]
    assert asked[0]["agi_arg_1"] == original
    assert asked[0]["agi_arg_2"] == "agents"
    assert asked[0]["agi_arg_3"] == "13700000002"
    assert asked[0]["agi_arg_4"] == "2"  # the place he had, told by the queue itself
    assert "callback id=cb-1 position=2" in house.journals()[original]
    assert house.journals()[called][0].endswith(f" callback={original}")
    assert [line.split()[0] for line in house.journals()[called]] == ["started", "route", "answered", "notice", "ended"]
    assert set(house.legs(called)) == {"caller", "seat-agent1001"}


def test_a_key_during_the_announcement_of_the_position_is_asked_for_again(house: RealAsterisk) -> None:
    asked: list[dict[str, str]] = []
    with (
        agi_peers.behind(house.settings.agi.port, server("2", asked)),
        three_waiting(house, ("13700000031", "13700000032")) as (_, (_, second)),
    ):
        second.press("1")  # at once: Asterisk tells the position, and would swallow the key
        second.press("1", after=0.4)
        second.wait_for(State.ENDED, LIMIT)
        assert [header["agi_arg_4"] for header in asked] == ["2"]


@pytest.mark.parametrize("fault", ["refused", "silent", "no decision"])
def test_without_our_server_the_citizen_goes_on_waiting_in_the_same_place(house: RealAsterisk, fault: str) -> None:
    asked: list[dict[str, str]] = []

    def mute(connection: socket.socket) -> None:
        if agi_peers.header(connection)["agi_network_script"] == "callback":
            asked.append({})
            agi_peers.silent(connection)
        else:
            agi_peers.say(connection, ("SET VARIABLE HL_QUEUE agents", "SET VARIABLE ROUTE agents"))
            connection.shutdown(socket.SHUT_RDWR)

    numbers = ("13700000011", "13700000012", "13700000013")
    with ExitStack() as serving:
        serving.enter_context(
            agi_peers.behind(house.settings.agi.port, mute if fault == "silent" else server(None, asked))
        )
        with three_waiting(house, numbers) as (_, (_, second, _)):
            before = waiting(house)
            if fault == "refused":
                serving.close()
            else:
                assert not asked
            second.press("1", after=1.5)
            second.wait_for(State.KEY_SENT, LIMIT)
            until(lambda: fault == "refused" or asked, LIMIT, "the key did nothing")
            time.sleep(0.5)
            until(lambda: len(waiting(house)) == 3, LIMIT, "the citizen does not wait any more")
            assert waiting(house) == before


@pytest.mark.parametrize(
    ("number", "route"),
    [
        ("12", "agents"),  # withheld, or none at all
        ("0085212345678", "agents"),
        ("008613853067219", "agents"),
        ("00441234567", "agents"),
        ("95588", "agents"),
        ("13800000021", "emergency"),
    ],
)
def test_who_cannot_be_called_back_keeps_the_place(house: RealAsterisk, number: str, route: str) -> None:
    asked: list[dict[str, str]] = []
    with (
        agi_peers.behind(house.settings.agi.port, server("1", asked, route)),
        three_waiting(house, (number, number)) as (_, (_, second)),
    ):
        before = waiting(house)
        second.press("1", after=1.5)
        second.wait_for(State.KEY_SENT, LIMIT)
        time.sleep(0.5)
        assert waiting(house) == before
        assert asked == []
