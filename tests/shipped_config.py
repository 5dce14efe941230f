"""The shipped configuration as values, and a render of it that needs no Asterisk."""

from dataclasses import dataclass, replace
from pathlib import Path

from hotline.checked import read
from ivr.tree import Tree
from routing.config import RoutingConfig
from telephony.asterisk.layout import Layout
from telephony.asterisk.locate import Program
from telephony.asterisk.render import Sources, render
from telephony.asterisk.secrets import Secrets
from telephony.asterisk.settings import TelephonySettings

ROOT = Path(__file__).resolve().parents[1]
HOME = Path("/srv/hotline/var")


@dataclass(frozen=True, slots=True)
class Shipped:
    settings: TelephonySettings
    routing: RoutingConfig
    tree: Tree

    def sources(self, major: int = 22, home: Path = HOME) -> Sources:
        program = Program(("asterisk",), Path("/usr/lib/asterisk/modules"), Path("/usr/share/asterisk"), major)
        passwords = {seat: f"password-of-{seat}" for seat in self.routing.seats}
        secrets = Secrets("ami-password", passwords, {"carrier": "carrier-password"})
        python = Path("/srv/hotline/.venv/bin/python")
        templates = ROOT / "config/asterisk"
        return Sources(templates, self.settings, self.routing, self.tree, secrets, Layout(home), program, python)

    def files(self, major: int = 22) -> dict[str, str]:
        return render(self.sources(major))

    def changed(self, **parts: object) -> "Shipped":
        return replace(self, **parts)

    @classmethod
    def read(cls) -> "Shipped":
        return cls(
            read(ROOT / "config/telephony.yaml").build(TelephonySettings),
            read(ROOT / "config/routing.yaml").build(RoutingConfig),
            read(ROOT / "config/ivr.yaml").build(Tree),
        )
