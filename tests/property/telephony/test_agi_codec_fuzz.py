"""Whatever bytes come, in whatever pieces, the codec neither raises nor loses its place; no value starts a command."""

import itertools

from hypothesis import assume, example, given
from hypothesis import strategies as st

from telephony.agi.codec import LONGEST_COMMAND, HeaderReader, Lines, Reply, ReplyReader, Signal, command, decode

LINE = st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b" "))
REPLIES = st.one_of(
    st.builds(lambda n: (f"200 result={n}".encode(), 200), st.integers(-2, 99)),
    st.builds(lambda raw: (b"200 result=1 (" + raw + b")", 200), LINE),
    st.builds(lambda raw: (b"510 " + raw, 510), LINE),
    st.builds(lambda raw: (b"511 " + raw, 511), LINE),
    st.builds(
        lambda usage: (b"520-" + b"\n".join([b"Usage", *usage]) + b"\n520 End of proper usage.", 520),
        st.lists(
            LINE.filter(lambda line: not line.startswith(b"520 ") and line.rstrip(b"\r") != b"HANGUP"), max_size=5
        ),
    ),
)


def cut(data, points):
    """Return `data` in pieces, cut at the given places."""
    edges = [0, *sorted(point % (len(data) + 1) for point in points), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


def as_asterisk_reads(line):
    """Split one command line into words as Asterisk's parse_args does."""
    words, word, quoted, escaped, begun = [], "", False, False, False
    for character in line:
        if escaped:
            word, escaped, begun = word + character, False, True
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted, begun = not quoted, True
        elif character in " \t" and not quoted:
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word, begun = word + character, True
    return [*words, word] if begun else words


@given(st.binary(max_size=2000), st.lists(st.integers(0, 2000), max_size=20))
@example(b"520-\nHANGUP\n200 result=\n", [3])
def test_any_bytes_in_any_pieces_give_the_same_values_and_never_raise(data, points):
    def read(pieces):
        lines, replies = Lines(4096), ReplyReader()
        return [replies.feed(line) for piece in pieces for line in lines.feed(piece)]

    whole = read([data])
    assert read(cut(data, points)) == whole
    assert all(line is None or isinstance(line, Reply | Signal) for line in whole)


@given(st.lists(REPLIES, max_size=8), st.lists(st.integers(0, 2000), max_size=20))
def test_every_reply_is_read_as_one_whatever_stands_before_it(replies, points):
    data = b"".join(raw + b"\n" for raw, _ in replies)
    lines, reader = Lines(65536), ReplyReader()
    found = [reader.feed(line) for piece in cut(data, points) for line in lines.feed(piece)]
    assert [reply.code for reply in found if isinstance(reply, Reply)] == [code for _, code in replies]


@given(st.binary(max_size=2000))
def test_any_header_is_read_or_refused_but_never_trips(data):
    reader = HeaderReader(most_lines=10_000, most_bytes=1 << 20)
    for line in Lines(4096).feed(data + b"\n\n"):
        request = reader.feed(line)
        if request is not None:
            assert isinstance(request.script, str)
            assert all(isinstance(value, str) for value in request.values.values())
            return
    raise AssertionError("an empty line ends the header")


@given(st.binary(max_size=200))
def test_any_bytes_become_text(raw):
    assert isinstance(decode(raw), str)


@given(st.text())
@example('" "\nHANGUP')
@example("\\")
@example('\\"')
@example("x" * LONGEST_COMMAND)
def test_no_value_makes_a_second_command_or_a_second_word(value):
    try:
        line = command("SET", "VARIABLE", "HL_KEYS", value)
    except ValueError:
        assume(False)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert len(line) <= LONGEST_COMMAND
    assert as_asterisk_reads(line[:-1].decode()) == ["SET", "VARIABLE", "HL_KEYS", value]


@given(st.text(), st.sampled_from("\r\n\0"), st.text())
def test_a_line_break_anywhere_in_a_value_is_refused(before, end, after):
    try:
        line = command("SET", "VARIABLE", "HL_KEYS", before + end + after)
    except ValueError:
        return
    raise AssertionError(f"sent: {line!r}")
