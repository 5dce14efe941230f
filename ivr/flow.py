"""The conversation with a citizen, from the first menu to a choice. Touches no database, HTTP or speech engine."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.call import Choice
from domain.words import Utility
from ivr.outages import Outages
from ivr.phone import Phone
from ivr.spoken import outage_notice, sounds
from ivr.tree import Tree
from ivr.walk import Walk


@dataclass(frozen=True, slots=True)
class Start:
    """How the conversation begins: after the first menu, which Asterisk asks by itself.

    `keys` were pressed so far, during the notice, at that menu and on an earlier rung: the flow goes on from there; ""
    is silence. `now` is the present moment, aware.
    """

    keys: str
    now: datetime


async def converse(phone: Phone, tree: Tree, start: Start, outages: Outages) -> Choice:
    """Go on from menu to menu until the citizen has chosen, or has said nothing; then say what outages are known.

    After each key HL_KEYS is noted on the line, in exchange for HL_KEY, where Asterisk left the key, so that another
    rung can go on; before each outage HL_OUTAGE, so that a hang-up is still counted. CallerHungUp passes through.
    """
    walk = Walk.begin(tree, start.now)
    walk = walk.press_all(start.keys) if start.keys else walk.press("")
    while walk.ending is None:
        key = await phone.read_key(sounds(*tree.prompts(walk.menu, start.now)), tree.menus[walk.menu].wait)
        walk = walk.press(key)
        if key:
            await phone.note("HL_KEY", "")
            await phone.note("HL_KEYS", walk.keys)
    choice = walk.choice()
    if choice.utility is None or choice.utility not in tree.announce:
        return choice
    return replace(choice, outage=await announce(phone, tree, choice.utility, outages, start.now))


async def announce(phone: Phone, tree: Tree, utility: Utility, outages: Outages, now: datetime) -> int | None:
    """Say the known outages of a utility; any key skips the rest. Return the id of the one that is the citizen's.

    That is the only one, or the one during which a key was pressed; None where several were heard to the end.
    """
    known = outages.of(utility)
    for outage in known:
        await phone.note("HL_OUTAGE", str(outage.id))
        if await phone.read_key(outage_notice(outage, tree, now), 0):
            return outage.id
    if len(known) == 1:
        return known[0].id
    if known:
        await phone.note("HL_OUTAGE", "")
    return None
