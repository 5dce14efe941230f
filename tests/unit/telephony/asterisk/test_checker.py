"""The reader of rendered dialplans finds torn lines and jumps into nothing."""

import pytest

from telephony.asterisk.checker import faults

GOOD = """\
[general]
static = yes

[a]
exten => s,1,NoOp()
 same => n(here),GotoIf($["${X}" = "1"]?there,s,1:b,s,1)
 same => n,Gosub(b,s,1(x ${Y} z))
 same => n,Goto(here)
 same => n,ExecIf($["${X}" != ""]?Gosub(b,s,1))
exten => other,1,Goto(s,here)
[b]
exten => s,1,Goto(menu-${X},s,1)
[there]
exten => s,1,Return()
"""


def test_a_whole_dialplan_has_no_faults() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("?there,s,1:", "?ther,s,1:", "no such target ther,s,1"),
        (":b,s,1)", ":b,t,1)", "no such target b,t,1"),
        ("Gosub(b,s,1(", "Gosub(c,s,1(", "no such target c,s,1"),
        ("?Gosub(b,s,1)", "?Gosub(d,s,1)", "no such target d,s,1"),
        ("Goto(here)", "Goto(her)", "no such target her"),
        ("Goto(s,here)", "Goto(s,nowhere)", "no such target s,nowhere"),
        ("[b]", "[a]", "context a stands twice"),
        ("exten => other,1", "exten => s,1", "extension s stands twice"),
        ("NoOp()", "NoOp(", "brackets do not match"),
        ("NoOp()", 'Set(X=")', "quotes do not match"),
        ("NoOp()", "Set(X=${Y)", "brackets do not match"),
        ("NoOp()", "NoOp()\nSystem(id)", "is no line of a dialplan"),
        ("NoOp()", f"NoOp({'x' * 9000})", "too long"),
    ],
)
def test_a_fault_is_found(old: str, new: str, fault: str) -> None:
    assert any(fault in found for found in faults(GOOD.replace(old, new, 1)))
