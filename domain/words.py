"""The enumerations of the hotline's world (see docs/words.md for the Chinese terms on screen)."""

from enum import StrEnum


class Utility(StrEnum):
    """水 电 暖 气: the four services that have duty seats of their own."""

    WATER = "water"
    POWER = "power"
    HEAT = "heat"
    GAS = "gas"


class Urgency(StrEnum):
    """紧急 / 限时 / 一般."""

    EMERGENCY = "emergency"
    TIMED = "timed"
    ORDINARY = "ordinary"


class DemandType(StrEnum):
    """业务类别 of a case."""

    INQUIRY = "咨询"
    HELP = "求助"
    COMPLAINT = "投诉"
    REPORT = "举报"
    SUGGESTION = "建议"
    PRAISE = "表扬"
    WITHDRAWAL = "撤单"
    NUISANCE = "骚扰"
    INVALID = "无效"


class Speaker(StrEnum):
    """Whose voice: the left channel of a merged recording is the citizen, the right one the person who answered."""

    CITIZEN = "citizen"
    AGENT = "agent"
