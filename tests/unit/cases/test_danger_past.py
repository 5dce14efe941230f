"""Who praises how a danger was met tells of one that is over; nothing else makes a danger's words count for less."""

from drafting_calls import drafted

from domain.words import Urgency


def test_a_danger_in_words_of_praise_raises_nothing() -> None:
    case = drafted(
        "坐席: 您好请讲。", "市民: 我想表扬一位交警同志，上星期孩子抽搐，他给我们开道送到医院，一定替我谢谢他。"
    )
    assert case.urgency.value is not Urgency.EMERGENCY
    assert not case.hazards.value


def test_a_danger_beside_a_word_of_thanks_is_one() -> None:
    case = drafted("坐席: 您好请讲。", "市民: 快来人，我家煤气漏了，孩子都抽搐了，谢谢你们快点。")
    assert case.urgency.value is Urgency.EMERGENCY
    assert case.hazards.value
