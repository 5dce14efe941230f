"""AGI's text: what Asterisk writes becomes values, and no value of ours becomes a second command."""

import pytest

from telephony.agi.codec import (
    LONGEST_COMMAND,
    HeaderReader,
    Lines,
    Reply,
    ReplyReader,
    Request,
    Signal,
    TooLong,
    command,
    decode,
)


def read(*lines):
    reader = ReplyReader()
    return [reader.feed(line) for line in lines]


def header(*lines, most_lines=200, most_bytes=65536):
    reader = HeaderReader(most_lines, most_bytes)
    found = None
    for line in (*lines, b""):
        found = reader.feed(line)
    return found


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"200 result=0", Reply(200, "0")),
        (b"200 result=-1", Reply(200, "-1")),
        (b"200 result=1 (91)", Reply(200, "1", "91")),
        (b"200 result=1 ()", Reply(200, "1", "")),
        (b"200 result= (timeout)", Reply(200, "", "timeout")),
        (b"200 result=57 endpos=12345", Reply(200, "57", None, 12345)),
        (b"200 result=1 (a) endpos=3 (b)", Reply(200, "1", "a) endpos=3 (b")),
        (b"200 result=1 (hangup) endpos=80\r", Reply(200, "1", "hangup", 80)),
        ("200 result=1 (菏泽)".encode(), Reply(200, "1", "菏泽")),
        ("200 result=1 (菏泽)".encode("gbk"), Reply(200, "1", "菏泽")),
        (b"510 Invalid or unknown command", Reply(510, text="Invalid or unknown command")),
        (b"511 Command Not Permitted on a dead channel", Reply(511, text="Command Not Permitted on a dead channel")),
        (b"520 Invalid", Reply(520, text="Invalid")),
    ],
)
def test_a_reply_line_is_read(line, reply):
    assert read(line) == [reply]


def test_a_usage_text_is_one_reply_however_many_lines_it_has():
    lines = [b"520-Invalid command syntax.  Proper usage follows:", b" Usage: GET VARIABLE <name>", b"200 result=1"]
    assert read(*lines, b"520 End of proper usage.", b"200 result=7") == [
        None,
        None,
        None,
        Reply(520, text="Invalid command syntax.  Proper usage follows:\n Usage: GET VARIABLE <name>\n200 result=1"),
        Reply(200, "7"),
    ]


def test_a_usage_text_that_never_ends_is_cut():
    replies = read(b"520-Usage", *[b"more"] * 300)
    assert sum(isinstance(reply, Reply) and reply.code == 520 for reply in replies) == 1


def test_hangup_is_seen_even_inside_a_usage_text():
    assert read(b"520-Usage", b"HANGUP", b"520 End")[1:] == [Signal.HANGUP, Reply(520, text="Usage")]


@pytest.mark.parametrize("line", [b"HTTP/1.1 400 Bad Request", b"200 result=1 (open", b"200", b"\xff\x00", b"hangup"])
def test_what_is_no_agi_is_called_so(line):
    assert read(line) == [Signal.GARBAGE]


@pytest.mark.parametrize("line", [b"", b"\r", b"100 result=0 Trying..."])
def test_what_says_nothing_is_passed_over(line):
    assert read(line) == [None]


def test_words_are_quoted_and_escaped():
    assert command("SET", "VARIABLE", "HL_KEYS", '9 "1" \\') == b'SET VARIABLE "HL_KEYS" "9 \\"1\\" \\\\"\n'


def test_an_empty_word_keeps_its_place():
    assert command("SET", "VARIABLE", "HL_KEY", "") == b'SET VARIABLE "HL_KEY" ""\n'


@pytest.mark.parametrize("value", ["1\nHANGUP", "1\rHANGUP", "1\0", '"\n', "\n"])
def test_a_value_with_a_line_break_or_nul_is_refused(value):
    with pytest.raises(ValueError, match="line break or NUL"):
        command("SET", "VARIABLE", "HL_KEYS", value)


def test_a_line_that_asterisk_would_split_is_refused():
    command("SET", "VARIABLE", "X", "9" * (LONGEST_COMMAND - 30))
    for value in ("9" * LONGEST_COMMAND, '"' * (LONGEST_COMMAND // 2), "水" * (LONGEST_COMMAND // 3)):
        with pytest.raises(ValueError, match="bytes"):
            command("SET", "VARIABLE", "X", value)


def test_half_a_character_does_not_raise():
    assert command("SET", "VARIABLE", "X1", "a\ud800b") == b'SET VARIABLE "X1" "a?b"\n'


@pytest.mark.parametrize(
    ("raw", "text"),
    [("水".encode(), "水"), ("菏泽".encode("gbk"), "菏泽"), (b"\xe9t\xe9", "été"), (b"\xff\xfe", "ÿþ"), (b"", "")],
)
def test_bytes_become_text_one_way_or_another(raw, text):
    assert decode(raw) == text


def test_a_header_is_read_up_to_its_empty_line():
    request = header(
        b"agi_network: yes\r",
        b"agi_network_script: hotline?x=1",
        b"agi_arg_1: heze1-1764000000.1",
        b"agi_arg_2:",
        "agi_calleridname: 李四".encode("gbk"),
        b"no colon here",
        b"x_other: passed over",
    )
    assert request.script == "hotline"
    assert (request.argument(1), request.argument(2), request.argument(3)) == ("heze1-1764000000.1", "", "")
    assert request.values["agi_calleridname"] == "李四"
    assert "x_other" not in request.values


def test_a_later_line_cannot_take_the_place_of_an_earlier_one():
    assert header(b"agi_network_script: hotline", b"agi_network_script: other").script == "hotline"


def test_a_header_is_capped_in_lines_and_in_bytes():
    with pytest.raises(TooLong):
        header(*[b"agi_x: 1"] * 201)
    with pytest.raises(TooLong):
        header(b"agi_callerid: " + b"9" * 4096, most_bytes=4000)


def test_a_caller_id_of_4_kb_is_no_trouble():
    assert header(b"agi_callerid: " + b"9" * 4096).values["agi_callerid"] == "9" * 4096


def test_lines_come_out_whole_and_a_line_without_end_is_refused():
    lines = Lines(10)
    assert lines.feed(b"ab") == []
    assert lines.feed(b"c\nde\nf") == [b"abc", b"de"]
    assert lines.feed(b"\n") == [b"f"]
    with pytest.raises(TooLong):
        lines.feed(b"12345678901")


def test_an_empty_request_asks_for_nothing():
    assert isinstance(header(), Request)
    assert header().script == ""
