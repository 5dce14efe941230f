"""The shipped menu tree, spoken by the real server to a fake Asterisk: keys in, channel variables out, ROUTE last."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from fake_asterisk import LINKEDID, arguments
from structlog.testing import LogCapture

from agi_scripts.hotline import Hotline
from domain.clock import FixedClock
from domain.words import Utility
from hotline.checked import read
from ivr.outages import Outage, Outages
from ivr.tree import Tree
from routing.config import RoutingConfig
from routing.nuisance import NuisanceRules
from routing.route import SeatState

CONFIG = Path(__file__).resolve().parents[4] / "config"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ALL_VARIABLES = [
    "HL_UTILITY",
    "HL_OUTAGE",
    "HL_RING",
    "HL_RING_SECONDS",
    "HL_MUSIC",
    "HL_NOTICE",
    "HL_QUEUE",
    "HL_PRIO",
    "ROUTE",
]
BURST = Outages((Outage(7, Utility.WATER, "牡丹区", datetime(2026, 3, 2, 10, 0, tzinfo=UTC)),))


class Hung:
    """The hotline script with its log and what it may be told."""

    def __init__(self):
        self.logged = LogCapture()
        self.seats = {}
        self.outages = Outages()
        self.script = Hotline(
            tree=read(CONFIG / "ivr.yaml").build(Tree),
            routing=read(CONFIG / "routing.yaml").build(RoutingConfig),
            outages=lambda: self.outages,
            seats=lambda: self.seats,
            duration=lambda sound: 2.0,
            rescue=3.0,
            clock=FixedClock(NOON),
            log=structlog.wrap_logger(None, processors=[self.logged]),
        )


@pytest.fixture
def hung():
    return Hung()


@pytest.fixture
def served(serve, hung):
    return serve({"hotline": hung.script})


def assigned(asked):
    """Return (name, value) for every variable set, by SET VARIABLE or by MSet(), in order."""
    found = []
    for command in asked:
        if command.startswith("SET VARIABLE"):
            name, _, value = command.removeprefix("SET VARIABLE ").rstrip("\n").partition(" ")
            found.append((name.strip('"'), value.strip('"')))
        elif command.startswith("EXEC MSet"):
            pairs = command.removeprefix("EXEC MSet ").rstrip("\n").strip('"').split(",")
            found += [tuple(pair.split("=", 1)) for pair in pairs]
    return found


def values(asked):
    return dict(assigned(asked))


def names(asked):
    return [name for name, _ in assigned(asked)]


def test_9_then_1_rings_the_water_seats(served):
    asked = served.call(arguments=arguments("9")).play(keys=["1"])
    found = values(asked)
    assert found["ROUTE"] == "emergency"
    assert found["HL_UTILITY"] == "water"
    assert found["HL_KEYS"] == "91"
    assert found["HL_RING"].startswith("PJSIP/water1&")
    assert names(asked)[-9:] == ALL_VARIABLES


@pytest.mark.parametrize("keys", [[], ["0"], ["5"], ["*"], ["#"]])
def test_anything_else_reaches_a_person_at_once(served, keys):
    found = values(served.call(arguments=arguments("".join(keys))).play())
    assert found["ROUTE"] == "agents"
    assert found["HL_QUEUE"]
    assert found["HL_RING"] == ""


def test_9_and_silence_is_an_emergency_for_any_duty_person(served):
    found = values(served.call(arguments=arguments("9")).play())
    assert (found["ROUTE"], found["HL_UTILITY"]) == ("emergency", "")
    assert found["HL_RING"]


def test_the_key_of_the_first_menu_counts(served):
    asked = served.call(arguments=arguments("9")).play(keys=["2"])
    assert values(asked)["HL_UTILITY"] == "power"
    assert sum(command.startswith("EXEC Read") for command in asked) == 1, "only the second menu is still spoken"


def test_keys_that_an_earlier_rung_heard_are_not_asked_for_again(served):
    asked = served.call(arguments=arguments("94")).play()
    assert values(asked)["HL_UTILITY"] == "gas"
    assert not any(command.startswith("EXEC Read") for command in asked)


def test_a_known_outage_is_announced_and_handed_over(served, hung):
    hung.outages = BURST
    asked = served.call(arguments=arguments("9")).play(keys=["1"])
    assert values(asked)["HL_OUTAGE"] == "7"
    assert any("out-water" in command for command in asked)


def test_a_seat_that_asterisk_called_gone_is_not_rung(served, hung):
    everyone = values(served.call(arguments=arguments("9")).play(keys=["1"]))["HL_RING"].split("&")
    first = everyone[0].removeprefix("PJSIP/")
    hung.seats = {first: SeatState.GONE}
    left = values(served.call(arguments=arguments("9")).play(keys=["1"]))["HL_RING"]
    assert first not in left
    assert left


def test_a_citizen_waits_for_two_commands_after_the_last_key_and_no_more(served):
    asked = served.call(arguments=arguments("9")).play(keys=["1"])
    last = max(place for place, command in enumerate(asked) if command.startswith("EXEC Read"))
    assert [command.split(" ")[0:2] for command in asked[last + 1 :]] == [["GET", "VARIABLE"], ["EXEC", "MSet"]]
    assert len(asked) == 4


def test_the_dead_mans_switch_is_renewed_before_every_sound(served):
    asked = served.call(arguments=arguments("9")).play(keys=["1"])
    renewals = [place for place, command in enumerate(asked) if "TIMEOUT(absolute)" in command]
    for place, command in enumerate(asked):
        if command.startswith("EXEC Read"):
            assert place - 1 in renewals


def steps(served, hung):
    hung.outages = BURST
    return len(served.call(arguments=arguments("9")).play(keys=["1"]))


@pytest.mark.parametrize("how", ["HANGUP", "EOF"])
def test_a_caller_who_hangs_up_at_any_step_of_an_emergency_leaves_no_route_and_no_error(served, hung, settled, how):
    total = steps(served, hung)
    assert total > 6
    for step in range(total):
        asterisk = served.call(arguments=arguments("9"))
        asked = asterisk.play(keys=["1"], steps=step)
        asterisk.command()
        if how == "HANGUP":
            asterisk.send(b"HANGUP\n")
            assert asterisk.command() == b""
        else:
            asterisk.wire.shutdown(socket.SHUT_WR)
        assert "ROUTE" not in values(asked)
        settled(lambda step=step: served.ends()["hung_up"] == step + 1)
    assert served.ends() == {"done": 1, "hung_up": total, "failed": 0}
    assert served.events("error") == []


def test_a_decision_that_fails_leaves_no_route_so_that_the_next_rung_decides(serve, hung):
    def no_seats():
        raise LookupError("a bug")

    broken = Hotline(
        **{name: getattr(hung.script, name) for name in Hotline.__dataclass_fields__ if name != "seats"}, seats=no_seats
    )
    served = serve({"hotline": broken})
    asked = served.call(arguments=arguments("9")).play(keys=["1"])
    assert "ROUTE" not in names(asked)
    assert assigned(asked)[-2:] == [("HL_KEY", ""), ("HL_KEYS", "91")], "the keys are kept for the next rung"
    assert [entry["linkedid"] for entry in served.logged.entries if entry["log_level"] == "error"] == [LINKEDID]


def tagging(hung, tagged):
    parts = {name: getattr(hung.script, name) for name in Hotline.__dataclass_fields__}
    rules = NuisanceRules(notice="nuisance-notice")
    return Hotline(**{**parts, "nuisance": rules, "tagged": tagged})


def test_a_tagged_caller_hears_the_notice_and_waits_behind_everybody(serve, hung):
    asked = []
    served = serve({"hotline": tagging(hung, lambda number: asked.append(number) or True)})
    found = values(served.call(arguments=arguments("", "13853067219")).play())
    assert (found["ROUTE"], found["HL_NOTICE"], found["HL_PRIO"]) == ("agents", "nuisance-notice", "-10")
    assert asked == ["13853067219"]


def test_a_tagged_caller_who_presses_9_is_everybody_and_the_tags_are_not_even_looked_at(serve, hung):
    def broken(number):
        raise LookupError("a bug")

    plain = serve({"hotline": hung.script}).call(arguments=arguments("9")).play(keys=["1"])
    tagged = serve({"hotline": tagging(hung, broken)}).call(arguments=arguments("9")).play(keys=["1"])
    assert assigned(tagged) == assigned(plain)
    assert values(tagged)["ROUTE"] == "emergency"
    assert values(tagged)["HL_NOTICE"] == ""


@pytest.mark.parametrize(
    "ani", ['"><script>', "1' OR '1'='1", "${SHELL(reboot)}", "9" * 4096, "", "anonymous", "+8613853067219"]
)
def test_no_caller_id_upsets_the_script_or_is_logged_whole(served, hung, ani):
    asked = served.call(arguments=arguments("9", ani), callerid=ani).play(keys=["1"])
    assert values(asked)["ROUTE"] == "emergency"
    (routed,) = [entry for entry in hung.logged.entries if entry["event"] == "call routed"]
    assert routed["linkedid"] == LINKEDID
    assert "3853067" not in str(hung.logged.entries)


def test_a_caller_id_cannot_bring_in_a_line_of_its_own(served, hung):
    forged = "1\nagi_arg_1: forged\nagi_network_script: other"
    asked = served.call(arguments=arguments("9", forged)).play(keys=["1"])
    assert values(asked)["ROUTE"] == "emergency"
    assert hung.logged.entries[-1]["linkedid"] == LINKEDID
