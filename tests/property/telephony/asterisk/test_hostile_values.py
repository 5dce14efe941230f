"""Whatever text a value holds, a rendered file never gets a second line, a comment or an expression out of it."""

import re
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from shipped_config import Shipped

from routing.config import RoutingConfig
from telephony.asterisk.layout import Layout, UnfitHome
from telephony.asterisk.render import UnsafeValue, render

SHIPPED = Shipped.read()
PLAIN = SHIPPED.sources()
NASTY = st.text(
    st.one_of(st.sampled_from("\n\r\0;${}[]()\"'\\`,&|<>#=: \u2028\x85"), st.characters(codec="utf-8")), min_size=1
)


REFERENCE = render(PLAIN)


def shape(text: str) -> list[str]:
    """The text's lines without their values."""
    return [re.split(r"=>?", line, maxsplit=1)[0] for line in text.split("\n")]


@given(NASTY)
def test_a_password_is_one_value_or_refused(word: str) -> None:
    try:
        rendered = render(replace(PLAIN, secrets=replace(PLAIN.secrets, seats={**PLAIN.secrets.seats, "water1": word})))
    except UnsafeValue:
        return
    text = rendered["pjsip.conf"]
    assert shape(text) == shape(REFERENCE["pjsip.conf"])
    assert f"password = {word}\n" in text
    assert not set(word) & set("\n\r\0;$\\`")


@given(NASTY)
def test_a_home_folder_is_one_path_or_refused(name: str) -> None:
    home = Path("/srv") / name.lstrip("/")
    try:
        Layout(home).require_fit()
    except UnfitHome:
        return
    rendered = render(replace(PLAIN, layout=Layout(home)))
    for file, text in rendered.items():
        assert len(text.split("\n")) == len(REFERENCE[file].split("\n"))
    assert f"astrundir => {home}/asterisk/run\n" in rendered["asterisk.conf"]


@given(NASTY, st.sampled_from(["seats", "queues", "outside", "emergency", "rosters"]))
def test_a_name_that_could_leave_its_place_is_no_name(name: str, where: str) -> None:
    plain = TypeAdapter(RoutingConfig).dump_python(SHIPPED.routing, mode="json")
    plain[where][name] = next(iter(plain[where].values()))
    try:
        TypeAdapter(RoutingConfig).validate_python(plain)
    except ValidationError:
        return
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name)
