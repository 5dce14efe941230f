"""Which callers are slowed: the tags in memory for the call's sake, and the rules that set them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from structlog.typing import FilteringBoundLogger
from twisted.internet.threads import deferToThread

from domain.clock import Clock
from domain.phone_number import fingerprint, mask
from routing.nuisance import NuisanceRules, fewest, judge
from store.door import Store
from store.errors import StoreError

BY_RULE = "rule"
"""Who tagged a caller that no person tagged."""


@dataclass(slots=True)
class CallerBoard:
    """The tagged callers in memory, read again and again; a call never waits for the database to hear of them."""

    store: Store
    rules: NuisanceRules
    key: str
    clock: Clock
    log: FilteringBoundLogger
    _now: frozenset[str] = frozenset()

    def tagged(self, number: str | None) -> bool:
        """Tell whether a number is tagged; a withheld one never is."""
        return bool(self._now) and number is not None and fingerprint(number, self.key) in self._now

    async def refresh(self) -> None:
        """Apply the rules and read the tags; what was known stays where the database does not answer."""
        try:
            self._now = await deferToThread(self._read)
        except StoreError as error:
            self.log.warning("tagged callers not refreshed", why=str(error))

    def _read(self) -> frozenset[str]:
        apply(self.store, self.rules, self.key, self.clock, self._say)
        return frozenset(one.caller for one in self.store.tagged_callers())

    def _say(self, shown: str, why: str) -> None:
        self.log.info("caller tagged", ani=shown, why=why)


def apply(store: Store, rules: NuisanceRules, key: str, clock: Clock, tell: Callable[[str, str], None]) -> None:
    """Tag whoever the rules name; `tell` hears the masked number and the rule of each new tag. Raises StoreError."""
    least, now = fewest(rules), clock.now()
    if least is None:
        return
    known = {one.caller for one in store.tagged_callers()}
    for one in store.callers_often(now - timedelta(minutes=rules.within_minutes), least, rules.short_seconds):
        why, caller = judge(rules, one.talks, one.short), fingerprint(one.ani, key)
        if why is None or caller in known:
            continue
        until = now + timedelta(hours=rules.lasts_hours)
        if store.tag_caller(caller, mask(one.ani), why, BY_RULE, until):
            tell(mask(one.ani), why)
