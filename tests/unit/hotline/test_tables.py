"""Tables of the command line in a narrow terminal: nothing that was said is lost."""

import io
from pathlib import Path

from rich.console import Console
from rich.table import Table

from hotline.commands.configuration import findings_table
from hotline.commands.speech import models_table
from hotline.doctor import Finding, Grade
from transcription.models import State, Status
from transcription.settings import EngineName

LONG = "请与可信渠道的值核对,一致时执行:hotline models install vosk-cn --sha256 " + "0123456789abcdef" * 4 + "[完]"
FILE = "/srv/菏泽/热线/一个/很深/很深/的/数据目录/recordings/2026/01/15/heze1-1764000000.1.wav"


def columns(table: Table, width: int = 80) -> list[str]:
    """Return each column's text as it stands in a terminal, its lines joined, spaces left out."""
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(table)
    rows = [line.split("│")[1:-1] for line in out.getvalue().splitlines() if line.startswith("│")]
    return ["".join(cells).replace(" ", "") for cells in zip(*rows, strict=True)]


def test_doctor_says_every_word_at_eighty_columns() -> None:
    _, _, state, advice = columns(findings_table([Finding("录音入库", Grade.BAD, FILE, LONG)]))
    assert state == FILE
    assert advice == LONG.replace(" ", "")


def test_models_status_says_every_word_at_eighty_columns() -> None:
    one = Status("vosk-cn", "Vosk 普通话大模型 0.22", EngineName.VOSK, State.BROKEN, Path(FILE), LONG)
    name, title, state, advice = columns(models_table([one]))
    assert (name, title, state) == ("vosk-cn", "Vosk普通话大模型0.22", "不可用")
    assert advice == LONG.replace(" ", "")
