"""How an alarm reads: the mark that stands before it, and what was heard when."""

from collections.abc import Mapping

from cases.masked import Masking
from store.records import AlarmRecord

ALARM = "【普通来电中听到紧急情况】"


def alarm_words(alarm: AlarmRecord, hazard_titles: Mapping[str, str], masking: Masking) -> str:
    """Return the hazards in Chinese, or why it is urgent where there are none, and the second of audio."""
    what = "、".join(hazard_titles.get(name, name) for name in alarm.hazards) or masking.text(alarm.why) or "紧急"
    if alarm.second is None:
        return what
    return f"{what}, 录音 {int(alarm.second) // 60}:{int(alarm.second) % 60:02}"
