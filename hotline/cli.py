"""The command `hotline`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hotline.commands import (
    backup,
    callbacks,
    callers,
    calling,
    configuration,
    desk,
    learning,
    looking,
    protection,
    records,
    scoring,
    serving,
    speech,
    tracing,
    watching,
)
from hotline.console import Terminal
from hotline.places import Places, places

app = typer.Typer(
    help="菏泽12345 电话服务器: 接电话、转坐席、录音、转写、生成工单草稿。",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_TOPICS = (
    serving,
    calling,
    configuration,
    speech,
    scoring,
    learning,
    records,
    desk,
    callbacks,
    callers,
    backup,
    protection,
    looking,
    watching,
    tracing,
)
for topic in _TOPICS:
    topic.add_to(app)


@app.callback()
def hotline(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON, 供程序使用。")] = False,
    config: Annotated[
        Path | None, typer.Option(help="配置目录 (默认 HOTLINE_CONFIG 或仓库里的 config)。", show_default=False)
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="数据目录 (默认 HOTLINE_HOME 或仓库里的 var)。", show_default=False)
    ] = None,
) -> None:
    """Set up what every subcommand shares."""
    found = places()
    context.obj = Terminal.of(
        Places(
            config=config.resolve() if config else found.config,
            home=home.resolve() if home else found.home,
            tools=found.tools,
        ),
        as_json,
    )


def main() -> None:
    """Run the command; `--json` is understood wherever it stands."""
    words = sys.argv[1:]
    if "--json" in words:
        words = ["--json", *(word for word in words if word != "--json")]
    app(args=words, prog_name="hotline")
