"""SIP addresses made from any text: what cannot stand in one is escaped, never let through."""

import re
from urllib.parse import quote

_USER_SAFE = "-_.!~*'()&=+$,;?/"  # RFC 3261 25.1: unreserved and user-unreserved
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def address(user: str, host: str, display_name: str = "") -> str:
    """Return `"name" <sip:user@host>`; control characters, which a quoted name cannot carry, leave the name."""
    bare = f"<sip:{quote(user, safe=_USER_SAFE)}@{host}>"
    if not display_name:
        return bare
    name = _CONTROL.sub(" ", display_name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" {bare}'


def target(to: str, server: str) -> str:
    """Return where to call: a full SIP URI as it is, anything else as a user at the server."""
    if to.startswith(("sip:", "<sip:")):
        return to
    return f"sip:{quote(to, safe=_USER_SAFE + '#')}@{server}"
