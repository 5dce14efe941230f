"""Which Asterisk to run: the system's if it is new enough, else the root that set-up laid down."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

OLDEST = 20
_VERSION = re.compile(r"^Asterisk (?:certified/)?(\d+)\.", re.MULTILINE)
_ASK_SECONDS = 10


class AsteriskMissing(Exception):
    """There is no Asterisk that is new enough; the message says in Chinese what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """An Asterisk that can be run: the command's beginning, its modules, its documentation, its major version.

    Without the documentation Asterisk refuses to register many of its own options.
    """

    command: tuple[str, ...]
    modules: Path
    documentation: Path
    major: int


def bare_environment() -> dict[str, str]:
    """Return an environment with nothing of ours in it but what a program needs; what is loaded into us is not its."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "TMPDIR") if name in os.environ}
    return {"LC_ALL": "C.UTF-8", **kept}


def locate(tools: Path, find: Callable[[str], str | None] = shutil.which) -> Program:
    """Return the Asterisk to run; raises AsteriskMissing.

    `tools` is where set-up installs (HOTLINE_TOOLS); `find` looks a program up on the PATH.
    """
    seen: list[str] = []
    for found in (_system(find), _laid_down(tools)):
        if found is None:
            continue
        command, modules, documentation = found
        version = _version(command)
        if version is not None and version >= OLDEST and modules.is_dir():
            return Program(command, modules, documentation, version)
        seen.append(f"{command[0]} ({'版本 ' + str(version) if version else '不能运行'})")
    what = f"找到的不能用: {', '.join(seen)}" if seen else "系统里没有 asterisk, .tools 里也没有"
    raise AsteriskMissing(
        f"需要 Asterisk {OLDEST} 或更新的版本; {what}。请运行 bash ops/install-asterisk.sh (或 make setup)"
    )


def _system(find: Callable[[str], str | None]) -> tuple[tuple[str, ...], Path, Path] | None:
    program = find("asterisk") or find("/usr/sbin/asterisk")
    if program is None:
        return None
    libraries = [*sorted(Path("/usr/lib").glob("*-linux-gnu*/asterisk/modules")), Path("/usr/lib/asterisk/modules")]
    modules = next((folder for folder in libraries if folder.is_dir()), libraries[-1])
    return (program,), modules, Path("/usr/share/asterisk/documentation")


def _laid_down(tools: Path) -> tuple[tuple[str, ...], Path, Path] | None:
    """Return how to run a root's Asterisk: through the root's own loader, with the host's Python beside it."""
    root = tools / "asterisk-root"
    program = root / "usr/sbin/asterisk"
    if not program.exists():
        return None
    loader = next(iter(sorted(root.glob("usr/lib*/ld-linux*.so.*")) or sorted(root.glob("lib*/ld-linux*.so.*"))), None)
    modules = next(iter(sorted(root.glob("usr/lib/*/asterisk/modules"))), None)
    if loader is None or modules is None:
        return (str(program),), root / "usr/lib/asterisk/modules", root / "usr/share/asterisk/documentation"
    arch = modules.parent.parent.name
    libraries = f"{root}/usr/lib/{arch}:{root}/lib/{arch}"
    command = (str(loader), "--argv0", "asterisk", "--library-path", libraries, str(program))
    return command, modules, root / "usr/share/asterisk/documentation"


def _version(command: Sequence[str]) -> int | None:
    try:
        done = subprocess.run(
            [*command, "-V"],
            capture_output=True,
            text=True,
            timeout=_ASK_SECONDS,
            check=False,
            env=bare_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(done.stdout)
    return int(match[1]) if match else None
