"""Where Asterisk's own files lie below the hotline's home folder."""

import re
from dataclasses import dataclass
from pathlib import Path

_FIT = re.compile(r"[\w./ @+~-]+")
_LONGEST_SOCKET = 107  # sun_path in sys/un.h, less its NUL


class UnfitHome(Exception):
    """The home folder's path cannot be used; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths below `home` (HOTLINE_HOME, absolute)."""

    home: Path

    @property
    def root(self) -> Path:
        """Everything Asterisk owns."""
        return self.home / "asterisk"

    @property
    def etc(self) -> Path:
        """The rendered configuration."""
        return self.root / "etc"

    @property
    def configuration(self) -> Path:
        """The file Asterisk is started with."""
        return self.etc / "asterisk.conf"

    @property
    def run(self) -> Path:
        """Control socket and PID file."""
        return self.root / "run"

    @property
    def boot(self) -> Path:
        """The name of Asterisk's latest start."""
        return self.run / "boot"

    def boot_name(self) -> str:
        """Return the name of Asterisk's latest start, empty where that is not known."""
        try:
            return self.boot.read_text().strip()
        except OSError:
            return ""

    @property
    def outgoing(self) -> Path:
        """Where Asterisk looks for calls that it is to make."""
        return self.own_spool / "outgoing"

    @property
    def log(self) -> Path:
        """Asterisk's logs."""
        return self.root / "log"

    @property
    def messages(self) -> Path:
        """Asterisk's notices, warnings and errors."""
        return self.log / "messages.log"

    @property
    def own_spool(self) -> Path:
        """What Asterisk itself calls its spool; calls leave nothing there."""
        return self.root / "spool"

    @property
    def data(self) -> Path:
        """Sounds and documentation."""
        return self.root / "data"

    @property
    def sounds(self) -> Path:
        """Prompts, as `hotline/NAME.wav`."""
        return self.data / "sounds"

    @property
    def music(self) -> Path:
        """Music classes, a folder each."""
        return self.data / "moh"

    @property
    def database(self) -> Path:
        """Asterisk's own small database (registered phones)."""
        return self.root / "db"

    @property
    def agi_bin(self) -> Path:
        """The classic AGI script of the second rung."""
        return self.root / "agi-bin"

    @property
    def fallback_script(self) -> Path:
        """What Asterisk runs when FastAGI does not answer."""
        return self.agi_bin / "fallback"

    @property
    def fallback_table(self) -> Path:
        """The compiled configuration that the fallback script reads."""
        return self.root / "fallback.json"

    @property
    def spool(self) -> Path:
        """Journals and legs of calls."""
        return self.home / "spool"

    @property
    def secrets(self) -> Path:
        """Generated passwords."""
        return self.home / "secrets.yaml"

    @property
    def certificate(self) -> Path:
        """The certificate that is made where the operator gives none; telephones are told to trust it."""
        return self.home / "tls" / "seats.pem"

    @property
    def certificate_key(self) -> Path:
        """Its private key."""
        return self.home / "tls" / "seats.key"

    def folders(self) -> tuple[Path, ...]:
        """Return every folder that must be there before Asterisk starts."""
        own = (self.etc, self.run, self.log, self.own_spool, self.outgoing, self.data, self.sounds, self.music)
        return (self.root, *own, self.database, self.agi_bin, self.spool)

    def make(self) -> None:
        """Make the folders, for the owner alone; raises UnfitHome where the path would break configuration files."""
        self.require_fit()
        for folder in self.folders():
            folder.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        self.spool.chmod(0o700)

    def require_fit(self) -> None:
        """Raise UnfitHome for a path with characters that mean something to Asterisk, or too long for a socket."""
        text = str(self.home)
        if not self.home.is_absolute() or not _FIT.fullmatch(text):
            raise UnfitHome(f"数据目录的路径 {text!r} 含有 Asterisk 配置不能用的字符; 请用 HOTLINE_HOME 另指一处")
        socket = len(str(self.run / "asterisk.ctl").encode())
        if socket > _LONGEST_SOCKET:
            raise UnfitHome(
                f"数据目录的路径太长 (控制套接字 {socket} 字节, 上限 {_LONGEST_SOCKET}); 请用 HOTLINE_HOME 另指一处"
            )
