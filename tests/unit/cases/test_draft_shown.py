"""The draft and the transcript in a terminal."""

import io
import json

from drafting_calls import drafted, play
from pydantic import TypeAdapter
from rich.cells import cell_len
from rich.console import Console, RenderableType

from cases.draft import DraftCase
from cases.show import draft_panel, transcript_table
from domain.words import Speaker
from transcription.transcript import Transcript, Utterance, Word


def printed(what: RenderableType, width: int = 100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=False, highlight=False).print(what)
    return out.getvalue()


STORY = (
    "坐席: 您好，请讲。",
    "市民: 楼道里有煤气味，在单县北城街道阳光花园十二号楼三单元四零二，电话13605301122。",
)


def test_a_draft_shows_value_confidence_second_and_reason_of_every_field() -> None:
    text = printed(draft_panel(drafted(*STORY), {"gas_smell": "闻到燃气味"}))
    for part in (
        "疑似燃气泄漏",
        "紧急",
        "闻到燃气味",
        "市政公用 / 燃气 / 泄漏",
        "136 0530 1122",
        "0:03",
        "听到“煤气味",
        "%",
    ):
        assert part in text
    assert "待填" in text
    assert "未经人工确认不会派发" in text


def test_nothing_is_wider_than_the_terminal_and_nothing_is_cut() -> None:
    for width in (80, 100, 140):
        text = printed(draft_panel(drafted(*STORY)), width)
        assert max(cell_len(line) for line in text.splitlines()) <= width
        assert "…" not in text.replace("……", "")


def test_text_that_looks_like_markup_is_shown_as_it_is() -> None:
    text = printed(transcript_table(play("市民: [red]你好[/red] [link=x]")))
    assert "[red]你好[/red] [link=x]" in text


def test_a_transcript_shows_speaker_time_text_and_notes() -> None:
    said = Utterance(Speaker.CITIZEN, 75.2, 78.0, "停水了", (Word("停水", 75.2, 76, 0.2), Word("了", 76, 77, 0.9)))
    text = printed(transcript_table(Transcript((said,), "whisper", "base", 80.0, 8.0, ("坐席声道没有声音",))))
    for part in ("市民", "1:15", "停水了", "注: 坐席声道没有声音", "whisper base", "10.0 倍速"):
        assert part in text


def test_an_empty_transcript_and_draft_say_so() -> None:
    assert "没有听到讲话" in printed(transcript_table(play()))
    assert "没有听到" in printed(draft_panel(drafted()))


def test_a_draft_survives_json() -> None:
    adapter = TypeAdapter(DraftCase)
    case = drafted(*STORY)
    assert adapter.validate_python(json.loads(adapter.dump_json(case)) | {}) == case
