"""`hotline backup` and `hotline restore` as a person types them."""

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import hotline
from spool_builder import LINKEDID, START, SpoolBuilder

from domain.clock import FixedClock
from hotline.console import who
from hotline.filing import Filing
from store.door import Store
from store.settings import StoreSettings

LATER = START + timedelta(hours=1)
KEY = f"2025/11/24/{LINKEDID}.wav"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with one filed call."""
    home = tmp_path / "home"
    made = SpoolBuilder(home)
    made.conversation()
    made.age(60, LATER)
    store = Store.open(StoreSettings(), home, FixedClock(LATER))
    store.upgrade()
    Filing(made.spool, made.shelf, store, made.settings, FixedClock(LATER), lambda: None).sweep()
    store.close()
    (home / "secrets.yaml").write_text("seats: {}\n")
    return home


def test_a_backup_is_made_listed_verified_and_restored(home: Path, tmp_path: Path) -> None:
    dest = tmp_path / "backups"
    made = hotline(home, "backup", str(dest), "--keys-to", str(tmp_path / "safe"), "--json")
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert (told["counts"]["recordings"], told["with_keys"]) == (1, False)
    assert [one["name"] for one in json.loads(hotline(home, "--json", "backup", "list", str(dest)).stdout)] == [
        Path(told["folder"]).name
    ]
    assert "全部相符" in hotline(home, "backup", "verify", str(dest)).stdout

    refused = hotline(home, "restore", str(dest))
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    shutil.rmtree(home)
    restored = hotline(home, "restore", str(dest), "--keys", str(tmp_path / "safe"))
    assert restored.returncode == 0, restored.stderr
    shown = json.loads(hotline(home, "--json", "recordings", "show", LINKEDID).stdout)
    assert shown["sound"] is True
    store = Store.open(StoreSettings(), home, FixedClock(LATER))
    [line] = store.audit_trail(Path(told["folder"]).name)
    store.close()
    assert (line.action, line.who) == ("backup.restore", who())

    (Path(told["folder"]) / "recordings" / KEY).write_bytes(b"")
    broken = hotline(home, "backup", "verify", told["folder"])
    assert (broken.returncode, f"recordings/{KEY}" in broken.stderr) == (1, True)


def test_repair_files_a_recording_that_no_row_knows_and_tells_of_a_row_without_its_file(home: Path) -> None:
    shelf = home / "recordings" / "2025/11/24"
    (shelf / f"{LINKEDID}.wav").rename(shelf / "heze1-1764000055.5.wav")
    done = hotline(home, "--json", "recordings", "repair")
    told = json.loads(done.stdout)
    assert (told["refiled"], told["missing"]) == (["heze1-1764000055.5"], [KEY])
    assert f"{KEY}: 有记录而没有文件" in done.stderr
    assert json.loads(hotline(home, "--json", "recordings", "repair").stdout)["refiled"] == []


def test_a_full_disk_is_said_and_leaves_no_half_backup(home: Path, tmp_path: Path) -> None:
    dest = tmp_path / "small"
    dest.mkdir()
    mount = f'mount -t tmpfs -o size=2m none {dest} && "$@"; status=$?; find {dest} -type f; exit $status'
    inside = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    if subprocess.run([*inside, "true"], capture_output=True, timeout=60, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    command = [sys.executable, "-m", "hotline", "--home", str(home), "backup", str(dest)]
    done = subprocess.run([*inside, *command], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert f"备份盘满了 ({dest}" in done.stderr
    assert done.stdout.split() == [str(dest / ".lock")]


def test_a_backup_without_the_keys_warns(home: Path, tmp_path: Path) -> None:
    done = hotline(home, "backup", str(tmp_path / "backups"))
    assert (done.returncode, "密码和密钥没有备份 (secrets.yaml" in done.stderr) == (0, True)


def test_a_backup_inside_the_data_folder_is_refused(home: Path) -> None:
    done = hotline(home, "backup", str(home / "backups"))
    assert (done.returncode, "不能放在数据目录" in done.stderr) == (1, True)
