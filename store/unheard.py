"""What a person gets when a recording could not be transcribed: a draft that says so, never silence."""

from cases.draft import CallFacts, DraftCase, Field
from domain.words import Urgency
from transcription.transcript import Transcript

ENGINE = "none"


def unheard_transcript(seconds: float, why: str) -> Transcript:
    """Return an empty transcript whose note says that nothing was heard, and why."""
    return Transcript((), ENGINE, ENGINE, seconds, 0.0, (f"录音无法转写, 请人工听取录音({why})",))


def unheard_draft(facts: CallFacts, why: str) -> DraftCase:
    """Return a draft that asks a person to listen, with what the call itself knows filled in.

    What nobody has listened to may be an emergency: it is never ordinary, and it is an emergency where the caller chose
    the short cut or left a message because nobody answered.
    """
    pressing = facts.emergency or facts.message
    return DraftCase(
        type=Field(),
        category=Field(),
        utility=Field(facts.utility, 1.0, None, "来电按键") if facts.utility else Field(),
        reason_code=Field(),
        urgency=Field(
            Urgency.EMERGENCY if pressing else Urgency.TIMED,
            1.0,
            None,
            "录音无法转写, 未经人工听取前按紧急程度从高处理",
        ),
        hazards=Field(),
        county=Field(),
        address=Field(),
        callback_number=Field(facts.ani, 1.0, None, "来电号码") if facts.ani else Field(),
        heard_number=Field(),
        caller_name=Field(),
        happened=Field(),
        title=Field("录音无法转写, 请人工听取", 1.0, None, why),
        description=Field(f"录音无法转写, 系统未能生成内容, 请人工听取录音后填写。原因: {why}", 1.0, None, why),
        unit=Field(),
    )
