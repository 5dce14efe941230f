"""What is broken, one after the other: each fault's name, title, length, and what it hits."""

import random
from dataclasses import dataclass
from enum import StrEnum

from chaos import agi_peers, breaking
from chaos.breaking import Breaking
from chaos.site import Site


class Hit(StrEnum):
    """What a fault strikes: only a fault of Asterisk itself may cost a call."""

    PYTHON = "python"
    ASTERISK = "asterisk"
    DATABASE = "database"
    PEOPLE = "people"
    MACHINE = "machine"


class Ground(StrEnum):
    """What the hotline stands on while it is broken: its database."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break the hotline: its name, its title for the table, how long it lasts, and what it hits."""

    name: str
    title: str
    seconds: float
    hit: Hit
    breaking: Breaking
    ground: Ground = Ground.SQLITE


FAULTS = (
    Fault("none", "无故障", 10, Hit.PEOPLE, breaking.nothing),
    Fault("telephony-killed", "电话进程被杀", 0, Hit.PYTHON, breaking.kill(breaking.telephony)),
    Fault("telephony-frozen", "电话进程冻结", 8, Hit.PYTHON, breaking.freeze(breaking.telephony)),
    Fault("worker-killed", "转写进程被杀", 0, Hit.PYTHON, breaking.kill(breaking.worker)),
    Fault("worker-frozen", "转写进程冻结", 14, Hit.PYTHON, breaking.freeze(breaking.worker)),
    Fault("recogniser-killed", "识别子进程被杀", 0, Hit.PYTHON, breaking.kill(Site.recogniser)),
    Fault("recogniser-frozen", "识别子进程冻结", 35, Hit.PYTHON, breaking.freeze(Site.recogniser)),
    Fault("asterisk-killed", "Asterisk 被杀", 0, Hit.ASTERISK, breaking.kill(Site.asterisk)),
    Fault("asterisk-frozen", "Asterisk 冻结", 5, Hit.ASTERISK, breaking.freeze(Site.asterisk)),
    Fault("agi-refused", "FastAGI 端口拒绝", 10, Hit.PYTHON, breaking.refused),
    Fault("agi-black-hole", "FastAGI 端口黑洞", 10, Hit.PYTHON, breaking.black_hole),
    Fault("agi-silent", "FastAGI 接受后沉默", 12, Hit.PYTHON, breaking.peer(agi_peers.silent)),
    Fault("agi-garbage", "FastAGI 答乱码", 10, Hit.PYTHON, breaking.peer(agi_peers.garbage)),
    Fault("agi-mid-command", "FastAGI 命令中途断开", 10, Hit.PYTHON, breaking.peer(breaking.mid_command)),
    Fault("telephony-takeover", "第二个电话进程接管", 10, Hit.PYTHON, breaking.takeover),
    Fault("script-broken", "经典脚本也坏了", 10, Hit.PYTHON, breaking.script_broken_too),
    Fault("database-locked", "数据库锁住 30 秒", 30, Hit.DATABASE, breaking.locked),
    Fault("database-gone", "数据库不见了", 12, Hit.DATABASE, breaking.gone),
    Fault("database-read-only", "数据库只读", 12, Hit.DATABASE, breaking.read_only),
    Fault("disk-full", "录音磁盘满", 12, Hit.MACHINE, breaking.disk_full),
    Fault("utility-unplugged", "供暖话机全部断线", 14, Hit.PEOPLE, breaking.unplug(breaking.of_heat)),
    Fault("agents-unplugged", "话务席全部断线", 14, Hit.PEOPLE, breaking.unplug(breaking.agents)),
    Fault("seat-mute", "坐席应答后无声", 12, Hit.PEOPLE, breaking.mute),
    Fault("postgres-restarted", "PostgreSQL 重启", 0, Hit.DATABASE, breaking.restarted, Ground.POSTGRES),
    Fault("postgres-halted", "PostgreSQL 停 15 秒", 15, Hit.DATABASE, breaking.halted, Ground.POSTGRES),
    Fault("postgres-read-only", "PostgreSQL 只读", 12, Hit.DATABASE, breaking.standby, Ground.POSTGRES),
)
SHORT = ("telephony-killed", "agi-silent", "worker-killed", "database-locked", "asterisk-killed")


def order(ground: Ground, names: tuple[str, ...], rng: random.Random) -> list[Fault]:
    """Return the faults of a ground that are named, or all, by chance in order; none at all first."""
    chosen = [fault for fault in FAULTS if fault.ground is ground and (fault.name in names or not names)]
    rest = [fault for fault in chosen if fault.name != "none"]
    rng.shuffle(rest)
    return [*(fault for fault in chosen if fault.name == "none"), *rest]
