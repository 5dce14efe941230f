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
    """How the conversation begins.

    `key` was pressed during the notice ("" if none); `keys` is what an earlier rung already heard, `key` included,
    so that the flow goes on from there; `now` is the present moment, aware.
    """

    key: str
    keys: str
    now: datetime


async def converse(phone: Phone, tree: Tree, start: Start, outages: Outages) -> Choice:
    """Ask from menu to menu until the citizen has chosen, or has said nothing; then say what outages are known.

    After each key HL_KEYS is noted on the line, before each outage HL_OUTAGE, so that another rung can go on and a
    hang-up is still counted. CallerHungUp passes through.
    """
    walk = Walk.begin(tree, start.now).press_all(start.keys or start.key)
    if walk.keys != start.keys:
        await phone.note("HL_KEYS", walk.keys)
    while walk.ending is None:
        key = await phone.read_key(sounds(*tree.prompts(walk.menu, start.now)), tree.menus[walk.menu].wait)
        walk = walk.press(key)
        if key:
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
