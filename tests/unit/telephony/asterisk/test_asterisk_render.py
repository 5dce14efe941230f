"""What the rendered configuration must and must not hold."""

import json
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from shipped_config import HOME, Shipped

from domain.call import Choice
from domain.words import Utility
from ivr.hours import Day, Hours
from ivr.tree import Destination, Ending, Key
from routing.decide import standing
from telephony.asterisk.render import BrokenDialplan, UnsafeValue, check, render, write
from telephony.asterisk.secrets import SecretsUnusable
from telephony.asterisk.settings import Login, Trunk
from telephony.route_variables import variables


def section(text: str, name: str) -> str:
    return re.split(r"^\[", text.split(f"[{name}]", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_modules_are_only_those_that_are_named_and_none_runs_commands(shipped: Shipped) -> None:
    text = shipped.files()["modules.conf"]
    assert "autoload = no" in text
    loaded = set(re.findall(r"^(?:load|require|preload) = (\S+)\.so$", text, re.MULTILINE))
    forbidden = {"app_system", "func_shell", "app_externalivr", "res_clioriginate", "res_ari", "res_http_websocket"}
    assert not loaded & (forbidden | {"func_curl", "app_exec_shell", "app_chanisavail", "app_disa"})
    assert {"chan_pjsip", "app_queue", "app_mixmonitor", "res_agi", "pbx_config"} <= loaded


def test_citizens_are_called_from_one_place_and_only_after_a_look_at_the_number(shipped: Shipped) -> None:
    """Call files (pbx_spool) begin calls back; whatever stands in one, the dialplan alone dials outside numbers."""
    files = shipped.files()
    text = files["extensions.conf"]
    outside = [line for line in text.splitlines() if "@trunk-" in line]
    [dialled] = [line for line in outside if "HL_ANI" in line]
    assert "PJSIP/${HL_ANI}@trunk-demo" in dialled
    assert all("${" not in line.split("@trunk-")[0] for line in outside if line != dialled)
    before = section(text, "call-back-dial").partition("@trunk-")[0]
    assert before.index("Set(HL_ANI=${FILTER(0-9+,${HL_ANI})})") < before.index("Gosub(callable,s,1)")
    assert '"${GOSUB_RETVAL}" != "1"]?barred' in before
    for limit in ("GROUP_COUNT(out@line)} > 4]?lines", "GROUP_COUNT(out@line)} > 20]?lines", "@citizen)} > 0]?here"):
        assert limit in before
    assert "write = reporting\n" in files["manager.conf"]
    assert HOME / "asterisk" in shipped.sources().layout.outgoing.parents


def test_asterisk_may_not_be_told_to_run_anything(shipped: Shipped) -> None:
    files = shipped.files()
    assert "live_dangerously = no" in files["asterisk.conf"]
    assert "execincludes = no" in files["asterisk.conf"]
    for name, text in files.items():
        assert not re.search(r"#exec|\bSystem\(|TrySystem|SHELL\(|\bEVAL\(|ExternalIVR", text), name


def test_every_folder_is_our_own(shipped: Shipped) -> None:
    folders = re.findall(r"^ast(\w+)dir => (.+)$", shipped.files()["asterisk.conf"], re.MULTILINE)
    assert {name: path for name, path in folders if not path.startswith(str(HOME))} == {
        "mod": "/usr/lib/asterisk/modules"
    }


def test_ami_listens_on_loopback_and_may_neither_call_nor_command(shipped: Shipped) -> None:
    text = shipped.files()["manager.conf"]
    assert "bindaddr = 127.0.0.1" in text
    assert "permit = 127.0.0.1/255.255.255.255" in text
    allowed = set(re.findall(r"^(?:read|write) = (.+)$", text, re.MULTILINE)[1].split(","))
    assert allowed == {"reporting"}


def test_every_seat_has_a_password_of_its_own_and_nobody_gets_in_without(shipped: Shipped) -> None:
    text = shipped.files()["pjsip.conf"]
    assert len(re.findall(r"^password = ", text, re.MULTILINE)) == len(shipped.routing.seats)
    for seat in shipped.routing.seats:
        assert f"auth = {seat}\n" in text
        assert f"password = password-of-{seat}\n" in text
    assert "anonymous" not in text


def test_a_carrier_is_known_by_address_and_called_with_its_password(shipped: Shipped) -> None:
    carrier = Trunk(
        match=("203.0.113.10", "203.0.113.11"),
        host="203.0.113.10",
        protocol="tcp",
        login=Login(user="05301234567", secret="carrier"),
        register=True,
    )
    sip = replace(shipped.settings.sip, trunks={"carrier": carrier}, outbound="carrier")
    files = shipped.changed(settings=replace(shipped.settings, sip=sip)).files()
    text = files["pjsip.conf"]
    assert "match = 203.0.113.10,203.0.113.11\n" in text
    assert "password = carrier-password\n" in text
    assert "client_uri = sip:05301234567@203.0.113.10:5060\n" in text
    assert "[transport-tcp]" in text
    assert r"contact = sip:203.0.113.10:5060\;transport=tcp" in text
    assert "@trunk-carrier," in files["extensions.conf"]


def test_a_queue_has_the_seats_that_serve_it(shipped: Shipped) -> None:
    text = shipped.files()["queues.conf"]
    for name in shipped.routing.queues:
        members = re.findall(r"^member => PJSIP/([^,]+),", section(text, name), re.MULTILINE)
        assert tuple(members) == shipped.routing.serving(name)


@pytest.mark.parametrize(("major", "commas"), [(20, 5), (21, 4), (22, 4)])
def test_the_place_in_the_queue_is_the_argument_that_this_version_takes_for_it(
    shipped: Shipped, major: int, commas: int
) -> None:
    text = shipped.files(major)["extensions.conf"]
    assert re.search(r"Queue\(agents,[^,]*,,,180(,+)\$\{HL_PLACE\}\)", text)[1] == "," * commas


def test_the_dialplan_carries_the_standing_plan_of_every_utility(shipped: Shipped) -> None:
    text = shipped.files()["extensions.conf"]
    for utility in (*Utility, None):
        choice = Choice(emergency=True, utility=utility)
        for name, value in variables(standing(shipped.routing, utility), choice):
            assert f" same => n,Set({name}={value})\n" in text


def test_hours_of_a_key_are_asked_when_the_key_is_pressed(shipped: Shipped) -> None:
    hours = Hours(start="22:00", end="06:30", days=(Day.SAT, Day.SUN))
    root = shipped.tree.menus["root"]
    key = Key(to=Destination.PERSON, queue="supervisors", prompt="leader-here", hours=hours)
    tree = replace(shipped.tree, menus={**shipped.tree.menus, "root": replace(root, keys={**root.keys, "5": key})})
    text = shipped.changed(tree=tree).files()["extensions.conf"]
    assert "ExecIfTime(22:00-23:59,sat&sun,*,*,Asia/Shanghai?Set(HL_OPEN=1))" in text
    assert "ExecIfTime(00:00-06:29,sun&mon,*,*,Asia/Shanghai?Set(HL_OPEN=1))" in text
    assert "exten => key5,1,Gosub(hours-0,s,1)\n" in text
    assert "Set(HL_SAY=${HL_SAY}hotline/leader-here&)" in text


def test_single_dates_are_compared_whole(shipped: Shipped) -> None:
    hours = Hours(start="08:30", end="00:00", dates=("2026-03-15",))
    root = replace(shipped.tree.menus["root"], keys={"5": Key(to=Destination.PERSON, hours=hours)})
    text = shipped.changed(tree=replace(shipped.tree, menus={"root": root})).files()["extensions.conf"]
    assert '%Y%m%d)}" != "20260315"]?after1)' in text
    assert "ExecIfTime(08:30-23:59,*,*,*,Asia/Shanghai?Set(HL_OPEN=1))" in text


@pytest.mark.parametrize(
    "title", ["供水\n[evil]\nexten => s,1,System(id)", "${SHELL(id)}", "x;y", 'x"y', "$[1+1]", "\0", "`id`"]
)
def test_a_value_that_means_something_to_asterisk_is_refused_whole(shipped: Shipped, title: str) -> None:
    sources = shipped.sources()
    spoilt = replace(sources, secrets=replace(sources.secrets, ami=title))
    with pytest.raises(UnsafeValue):
        render(spoilt)


def test_titles_and_other_text_for_people_never_reach_asterisk(shipped: Shipped) -> None:
    files = shipped.files()
    for named in (*shipped.routing.seats.values(), *shipped.routing.queues.values()):
        assert not any(named.title in text for text in files.values())


def test_a_template_with_a_jump_into_nothing_is_not_written(shipped: Shipped, tmp_path: Path) -> None:
    for file in (shipped.sources().templates).glob("*.j2"):
        (tmp_path / file.name).write_text(file.read_text())
    torn = tmp_path / "extensions.conf.j2"
    torn.write_text(torn.read_text().replace("Goto(call,s,1)", "Goto(calll,s,1)"))
    with pytest.raises(BrokenDialplan, match="no such target calll,s,1"):
        render(replace(shipped.sources(), templates=tmp_path))


def test_files_with_passwords_are_for_the_owner_alone_and_stale_ones_go(shipped: Shipped, tmp_path: Path) -> None:
    sources = shipped.sources(home=tmp_path)
    sources.layout.make()
    (sources.layout.etc / "http.conf").write_text("[general]\nenabled=yes\n")
    write(sources, render(sources))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in sources.layout.etc.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "http.conf" not in modes
    assert stat.S_IMODE(sources.layout.root.stat().st_mode) == 0o700
    assert stat.S_IMODE(sources.layout.fallback_script.stat().st_mode) == 0o700
    table = json.loads(sources.layout.fallback_table.read_text())
    assert set(table) == {"routing", "tree", "sounds", "rescue"}


def test_shipped_names_suit_asterisk(shipped: Shipped) -> None:
    assert check(shipped.routing, shipped.settings) == []


def test_names_that_asterisk_keeps_for_itself_are_faults(shipped: Shipped) -> None:
    routing = shipped.routing
    seat, queue = routing.seats["water1"], routing.queues["supervisors"]
    plan = replace(routing.emergency["gas"], while_ringing="default")
    changed = replace(
        routing,
        seats={**routing.seats, "h": seat, "water-1": seat, "trunk-demo": seat, "supervisors": seat},
        queues={**routing.queues, "general": queue},
        emergency={**routing.emergency, "gas": plan},
    )
    messages = [problem.message for problem in check(changed, shipped.settings)]
    for name in ("h ", "trunk-demo ", "general ", "default "):
        assert any(message.startswith(f"{name}是") for message in messages), (name, messages)
    assert any("water-1" in message and "连字符" in message for message in messages)
    assert any(message.startswith("supervisors 已是坐席的名称") for message in messages)


def test_an_outside_number_needs_a_trunk_to_call_it(shipped: Shipped) -> None:
    settings = replace(shipped.settings, sip=replace(shipped.settings.sip, outbound=None))
    assert any("打不出外线" in problem.message for problem in check(shipped.routing, settings))


def test_a_carrier_without_its_password_is_a_fault_before_anything_starts(shipped: Shipped) -> None:
    trunk = Trunk(match=("203.0.113.10",), host="203.0.113.10", login=Login(user="1", secret="carrier"))
    sip = replace(shipped.settings.sip, trunks={**shipped.settings.sip.trunks, "carrier": trunk})
    settings = replace(shipped.settings, sip=sip)
    (problem,) = check(shipped.routing, settings, given=())
    assert problem.path == ("sip", "trunks", "carrier", "login", "secret")
    assert check(shipped.routing, settings, given=("carrier",)) == []
    sources = shipped.changed(settings=settings).sources()
    with pytest.raises(SecretsUnusable, match=r"secrets\.yaml: 没有这条中继的密码; .*carrier: 密码"):
        render(replace(sources, secrets=replace(sources.secrets, trunks={})))


def test_an_ending_in_an_unknown_queue_goes_to_the_default_one(shipped: Shipped) -> None:
    root = replace(shipped.tree.menus["root"], otherwise=Ending(to=Destination.PERSON, queue="nowhere"))
    text = shipped.changed(tree=replace(shipped.tree, menus={**shipped.tree.menus, "root": root})).files()
    assert "Set(HL_QUEUE=nowhere)" not in text["extensions.conf"]
