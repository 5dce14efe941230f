"""config/store.yaml: the shipped file is right, and every wrong value is named with its line."""

from pathlib import Path

import pytest

from hotline.checked import ConfigurationError, parse, read
from store.settings import StoreSettings, check, database_url

SHIPPED = Path(__file__).parents[3] / "config" / "store.yaml"


def test_the_shipped_file_is_right_and_says_what_the_code_would_say_without_it() -> None:
    document = read(SHIPPED)
    settings = document.build(StoreSettings)
    document.require(check(settings))
    assert settings == StoreSettings()


def test_home_stands_for_the_data_directory(tmp_path: Path) -> None:
    assert database_url(StoreSettings(), tmp_path).database == str(tmp_path / "hotline.db")
    assert database_url(StoreSettings(url="sqlite:////srv/x.db"), tmp_path).database == "/srv/x.db"
    url = database_url(StoreSettings(url="postgresql://hotline@db/hotline"), tmp_path)
    assert url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("urll: sqlite:///x", "urll: 不认识的键, 是不是 url?"),
        ("url: nonsense", "url: 不是数据库地址"),
        ("url: mysql://a/b", "url: 不支持 mysql"),
        ("url: 'sqlite://'", "url: SQLite 必须写文件路径"),
        ("url: postgresql://localhost", "url: 缺少数据库名"),
        ("pool: many", "pool: 应为整数"),
        ("jobs:\n  dead_after_seconds: 15", ":2: jobs.dead_after_seconds: 应不少于"),
        ("jobs:\n  attempts: 2", ":2: jobs.attempts: 不能小于 failures"),
    ],
)
def test_a_wrong_value_is_named_with_file_line_and_key(text: str, said: str) -> None:
    document = parse(text, Path("store.yaml"))
    with pytest.raises(ConfigurationError) as caught:
        document.require(check(document.build(StoreSettings)))
    assert said in str(caught.value)
