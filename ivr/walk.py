"""Where a citizen stands in the menu tree: a value, one step for each key or silence. No input, no output."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from domain.call import Choice
from ivr.tree import PERSON_KEY, Destination, Ending, Tree


@dataclass(frozen=True, slots=True)
class Walk:
    """A way through the tree so far: `keys` pressed, the present `menu`, how often it was missed, and the `ending`
    once there is one."""

    tree: Tree
    moment: datetime
    menu: str
    keys: str = ""
    missed: int = 0
    ending: Ending | None = None

    @classmethod
    def begin(cls, tree: Tree, moment: datetime) -> Self:
        """Stand at the tree's start at an aware moment."""
        return cls(tree, moment, tree.start)

    def press(self, key: str) -> Self:
        """Take one key ("" for silence); nothing moves any more once an ending is reached."""
        if self.ending:
            return self
        walk = replace(self, keys=self.keys + key)
        chosen = self.tree.offered(self.menu, self.moment).get(key)
        if chosen is None:
            return walk._miss(key)
        if chosen.menu is None:
            return replace(walk, ending=chosen.ending())
        return replace(walk, menu=chosen.menu, missed=0)

    def press_all(self, keys: str) -> Self:
        """Take several keys, as an earlier rung of the ladder heard them."""
        walk = self
        for key in keys:
            walk = walk.press(key)
        return walk

    def choice(self) -> Choice:
        """Return what was chosen; before an ending is reached, what silence would lead to."""
        end = self.ending or self.tree.menus[self.menu].otherwise
        return Choice(
            keys=self.keys,
            emergency=end.to is Destination.EMERGENCY,
            utility=end.utility,
            queue=end.queue,
        )

    def _miss(self, key: str) -> Self:
        menu = self.tree.menus[self.menu]
        if key != PERSON_KEY and self.missed < menu.retries:
            return replace(self, missed=self.missed + 1)
        return replace(self, ending=menu.otherwise)
