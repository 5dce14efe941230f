"""What ops/ installs: units that systemd understands and that give away little, logs that can be rotated, rules."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from hotline.fault_kinds import Kind

ROOT = Path(__file__).resolve().parents[3]
UNITS = ROOT / "ops/systemd"
SERVICES = sorted(UNITS.glob("*.service"))
MOST_EXPOSED = 2.0
"""systemd's own scale from 0 to 10; below 2 it says OK. Asterisk has the most: it must reach the network."""

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as they would be with the program where this machine has one."""
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8").replace("/opt/hotline/.venv/bin/hotline", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    return tmp_path


@needs_systemd
def test_systemd_finds_no_fault_in_any_unit(installed: Path) -> None:
    files = [str(file).replace("@.service", "@0.service") for file in installed.iterdir()]
    (installed / "hotline-worker@0.service").write_text((installed / "hotline-worker@.service").read_text())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *files],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "hotline" in line]
    assert ours == []


@needs_systemd
def test_systemd_sees_a_fault_where_there_is_one(installed: Path) -> None:
    file = installed / "hotline-watch.service"
    file.write_text(file.read_text().replace("ProtectSystem=strict", "ProtectSystem=perhaps"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert "hotline-watch.service:" in done.stderr


@needs_systemd
@pytest.mark.parametrize("service", SERVICES, ids=lambda file: file.stem)
def test_a_service_can_do_little_beside_its_work(service: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(service)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze looks at running services only")
    found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("service", SERVICES, ids=lambda file: file.stem)
def test_each_service_is_unprivileged_comes_back_and_writes_only_its_data(service: Path) -> None:
    lines = service.read_text(encoding="utf-8").splitlines()
    for line in ("User=hotline", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert line in lines
    if "Type=oneshot" not in lines:
        assert "Restart=always" in lines
        assert "StartLimitIntervalSec=0" in lines
    written = {line for line in lines if line.startswith("ReadWritePaths=")}
    assert written <= {"ReadWritePaths=/var/lib/hotline", "ReadWritePaths=/var/backups/hotline"}
    assert "PrivateUsers=yes" not in lines, "the watch could no longer see Asterisk's process"


def test_the_target_wants_every_service_that_must_run() -> None:
    target = (UNITS / "hotline.target").read_text(encoding="utf-8")
    for name in ("hotline-asterisk.service", "hotline-telephony.service", "hotline-watch.service", "hotline-worker@0"):
        assert name in target


def test_logrotate_takes_the_file_and_copies_no_log() -> None:
    file = ROOT / "ops/logrotate/hotline"
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"^\s*copytruncate", text, re.MULTILINE)
    assert "systemctl reload hotline-asterisk.service" in text
    assert text.count("{") == text.count("}") == 2


def test_the_alert_rules_name_only_faults_and_metrics_that_there_are() -> None:
    rules = yaml.safe_load((ROOT / "ops/prometheus/hotline.rules.yml").read_text(encoding="utf-8"))
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "hotline/metrics").glob("*.py"))
    code += (ROOT / "telephony/agi/counters.py").read_text(encoding="utf-8")
    kinds = {kind.value for kind in Kind}
    for rule in rules["groups"][0]["rules"]:
        for metric in re.findall(r"\b(?:hotline|agi)_[a-z_]+", rule["expr"]):
            name = re.sub(r"_(bucket|count|sum)$", "", metric)
            assert f'"{name}"' in code or f'"{name.removesuffix("_total")}"' in code, metric
        for faults in re.findall(r'fault=~"([^"]+)"', rule["expr"]):
            assert set(faults.split("|")) <= kinds
        assert rule["annotations"]["summary"]


def test_every_fault_stands_in_the_runbook_with_what_to_do() -> None:
    runbook = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [kind.value for kind in Kind if f"`{kind.value}`" not in runbook] == []
