"""When it happened, resolved against Monday, 24 November 2025, ten in the morning."""

from datetime import datetime

import pytest
from drafting_calls import drafted, facts

from domain.clock import SHANGHAI


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("从昨天晚上十点就没水了。", "2025-11-23 22:00"),
        ("昨晚10点半停的电。", "2025-11-23 22:30"),
        ("今天早上七点半停的水。", "2025-11-24 07:30"),
        ("早上六点就没电了。", "2025-11-24 06:00"),
        ("前天下午三点一刻爆的。", "2025-11-22 15:15"),
        ("上周三开始停的水。", "2025-11-19 00:00"),
        ("这周一凌晨两点断的电。", "2025-11-24 02:00"),
        ("十一月二十号上午九点来修过。", "2025-11-20 09:00"),
        ("12月3号停的气。", "2024-12-03 00:00"),
        ("昨天半夜十二点水管爆了。", "2025-11-24 00:00"),
        ("昨天夜里十二点半停的电。", "2025-11-24 00:30"),
        ("前天晚上十二点停的水。", "2025-11-23 00:00"),
        ("昨晚上八点停的电。", "2025-11-23 20:00"),
        ("昨天夜里十一点断的电。", "2025-11-23 23:00"),
        ("昨天夜里两点断的电。", "2025-11-23 02:00"),
        ("二十号上午八点停的水。", "2025-11-20 08:00"),
        ("三十号停的水。", "2025-10-30 00:00"),
        ("上个月十二号停的气。", "2025-10-12 00:00"),
        ("从礼拜三就没水了。", "2025-11-19 00:00"),
        ("周一就停水了。", "2025-11-24 00:00"),
        ("星期六晚上停的电。", "2025-11-22 20:00"),
        ("元旦那天停的气。", "2025-01-01 00:00"),
        ("今天九点停的水。", "2025-11-24 09:00"),
        ("停水三个多小时了。", "2025-11-24 07:00"),
        ("四十分钟前停的电。", "2025-11-24 09:20"),
        ("停了半个小时了。", "2025-11-24 09:30"),
        ("昨儿个晚上停的水。", "2025-11-23 20:00"),
        ("前儿后晌停的水。", "2025-11-22 15:00"),
        ("今天凌晨1:20开始冒烟。", "2025-11-24 01:20"),
        ("夜儿个后晌四点停的水。", "2025-11-23 16:00"),
        ("三天前就没暖气了。", "2025-11-21 00:00"),
        ("停水都两个星期了。", "2025-11-10 00:00"),
        ("刚才水管爆了。", "2025-11-24 10:00"),
    ],
)
def test_spoken_times_become_moments(said: str, moment: str) -> None:
    field = drafted(f"市民: {said}").happened
    assert field.value == datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    assert 0.2 <= field.confidence <= 0.9


def test_a_day_without_an_hour_is_less_sure_than_one_with_it() -> None:
    assert drafted("市民: 昨天停的水。").happened.confidence < drafted("市民: 昨天八点停的水。").happened.confidence


@pytest.mark.parametrize(
    "said",
    [
        "每天下午四点到五点半都堵车。",
        "孩子2019年10月3号出生。",
        "你们下午五点之前给我回电话。",
        "他们天天晚上十一点放音响。",
        "明天上午九点会停水吗？",
        "早上八点上班，晚上六点下班。",
        "水管漏了。",
        "我住五号楼，没水了。",
        "工作日周一到周五都停水吗？",
        "三号门坏了。",
        "我住和平路12号，没水了。",
        "二十四小时热线吗？",
    ],
)
def test_what_is_no_event_of_this_matter_stays_out(said: str) -> None:
    assert drafted(f"市民: {said}").happened.value is None


def test_a_time_that_only_the_agent_names_does_not_count() -> None:
    assert drafted("坐席: 是昨天晚上十点吗？", "市民: 我不清楚。").happened.value is None


def test_a_call_just_after_midnight_means_the_day_before_by_yesterday() -> None:
    known = facts(started=datetime(2025, 11, 24, 0, 10, tzinfo=SHANGHAI))
    assert drafted("市民: 昨天晚上十点停的水。", known=known).happened.value == datetime(
        2025, 11, 23, 22, 0, tzinfo=SHANGHAI
    )
