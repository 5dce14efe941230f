"""Are there known holes in what we depend on? Asks pip-audit of every line of requirements.lock.

Exit code 0: none found, or not checked because the database of holes cannot be reached, which is said aloud; 1: found.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_SECONDS = 240
_SHOWN = 10
_LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"


def main(lock: Path = _LOCK, command: tuple[str, ...] = (sys.executable, "-m", "pip_audit")) -> int:
    """Run the audit and say in Chinese how it went."""
    words = [*command, "-r", str(lock), "--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return _unchecked(f"{_SECONDS} 秒内没有结果")
    except OSError as error:
        return _unchecked(f"pip-audit 运行不了: {error.strerror}")
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (done.stderr.strip().splitlines() or ["没有输出"])[-1]
        return _unchecked(last[:300])
    holes = [(one["name"], one["version"], hole) for one in found for hole in one.get("vulns", ())]
    skipped = [one["name"] for one in found if "skip_reason" in one]
    for name, version, hole in holes:
        fixed = "、".join(hole.get("fix_versions") or ()) or "尚无修正版"
        print(f"{name} {version}: {hole['id']}, 修正于 {fixed}")
    if holes:
        print(f"依赖审计: {len(holes)} 个已知漏洞。升级后运行 make lock。")
        return 1
    if len(skipped) == len(found):
        return _unchecked("漏洞库里一个依赖也查不到, 多半是连不上它")
    more = f" 等 {len(skipped)} 个" if len(skipped) > _SHOWN else ""
    rest = f"; 没有查到: {'、'.join(skipped[:_SHOWN])}{more}" if skipped else ""
    print(f"依赖审计: {len(found) - len(skipped)} 个依赖没有已知漏洞{rest}。")
    return 0


def _unchecked(why: str) -> int:
    print(f"依赖审计: 未检查 ({why})。联网后再运行 make audit。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
