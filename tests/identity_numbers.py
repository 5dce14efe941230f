"""Valid identity and card numbers for tests, made by the rules of their own: written, spoken, in pieces."""

from datetime import date

from hypothesis import strategies as st

_SPOKEN = ("零〇洞", "一幺", "二两", "三", "四", "五", "六", "七拐", "八", "九勾")
_CHECK_SPOKEN = ("X", "x", "叉", "艾克斯", "埃克斯")
_BETWEEN = ("", "", "", "，", " ", "，嗯，", "-", "，然后", "，再", "。", "，对，")
_BIRTHDAYS = st.dates(date(1920, 1, 1), date(2025, 12, 31))
_REGIONS = st.from_regex(r"[1-6][1-5][0-2][0-9][0-9]{2}", fullmatch=True)


def checked(first: str) -> str:
    """Return 17 digits with their check character (ISO 7064, MOD 11-2)."""
    remainder = sum(int(char) * pow(2, 17 - at, 11) for at, char in enumerate(first)) % 11
    return first + "10X98765432"[remainder]


@st.composite
def identities(draw: st.DrawFn) -> str:
    """Draw an identity number of 18 characters."""
    order = draw(st.integers(0, 999))
    return checked(f"{draw(_REGIONS)}{draw(_BIRTHDAYS):%Y%m%d}{order:03}")


@st.composite
def old_identities(draw: st.DrawFn) -> str:
    """Draw an identity number of 15 digits."""
    born = draw(st.dates(date(1920, 1, 1), date(1999, 12, 31)))
    return f"{draw(_REGIONS)}{born:%y%m%d}{draw(st.integers(0, 999)):03}"


@st.composite
def cards(draw: st.DrawFn) -> str:
    """Draw a bank card number of 13 to 19 digits."""
    issuer = draw(st.sampled_from(("62", "6222", "4", "51", "55", "34", "35", "60", "95588")))
    body = issuer + "".join(str(draw(st.integers(0, 9))) for _ in range(draw(st.integers(12, 18)) - len(issuer)))
    return next(body + str(last) for last in range(10) if luhn(body + str(last)))


def luhn(number: str) -> bool:
    """Tell whether a card number's digits agree."""
    table = "0246813579"
    total = sum(int(table[int(char)] if at % 2 else char) for at, char in enumerate(reversed(number)))
    return total % 10 == 0


@st.composite
def in_pieces(draw: st.DrawFn, number: str) -> list[str]:
    """Draw a way to write or say a number, in one piece or in several with what stands between them."""
    spoken = draw(st.booleans())
    pieces = []
    for at, char in enumerate(number):
        said = draw(st.sampled_from(_CHECK_SPOKEN if char == "X" else _SPOKEN[int(char)])) if spoken else char
        pieces.append(said + (draw(st.sampled_from(_BETWEEN)) if at < len(number) - 1 else ""))
    return pieces


def readable(text: str) -> str:
    """Return the digits of a text, however they are written."""
    values = {char: str(digit) for digit, chars in enumerate(_SPOKEN) for char in chars}
    return "".join(values.get(char, char) for char in text if char in values or char.isdecimal())
