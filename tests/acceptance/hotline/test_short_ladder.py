"""The short form of `make chaos`: the worst faults, under real calls, with every count held to."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from telephony.asterisk.locate import AsteriskMissing, locate

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.speech,
    pytest.mark.timeout(900),
    pytest.mark.skipif("HOTLINE_CHAOS" not in os.environ, reason="takes five minutes: HOTLINE_CHAOS=1 runs it"),
]


def test_the_worst_faults_cost_no_call_no_recording_and_no_draft(tmp_path: Path) -> None:
    try:
        locate(Path(os.environ.get("HOTLINE_TOOLS", ROOT / ".tools")))
    except AsteriskMissing as error:
        pytest.skip(str(error))
    figures = tmp_path / "ladder.json"
    done = subprocess.run(
        [sys.executable, "-m", "chaos", "--short", "--patient", "--json", str(figures)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    rows = json.loads(figures.read_text(encoding="utf-8"))
    assert {row["fault"] for row in rows} >= {"telephony-killed", "agi-silent", "asterisk-killed", "database-locked"}
    assert sum(row["emergencies"] for row in rows) >= 5
    assert all(row["offered"] and not row["missing"] and not row["faults"] for row in rows)
