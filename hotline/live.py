"""What a running Asterisk says of its seats, asked from outside the telephony process."""

import re
from collections.abc import Mapping

from hotline.settings import Settings
from routing.route import SeatState
from telephony.asterisk.layout import Layout
from telephony.asterisk.locate import AsteriskMissing, locate
from telephony.asterisk.process import AsteriskFailed, AsteriskProcess

_ENDPOINT = re.compile(r"^ Endpoint:\s+(\S+?)(?:/\S+)?\s{2,}(\S[^\d]*?)\s+\d+ of", re.MULTILINE)
_STATES = {
    "Not in use": SeatState.FREE,
    "In use": SeatState.BUSY,
    "Busy": SeatState.BUSY,
    "Ringing": SeatState.RINGING,
    "Ring+Inuse": SeatState.RINGING,
    "On Hold": SeatState.BUSY,
    "Unavailable": SeatState.GONE,
    "Invalid": SeatState.GONE,
}


def asterisk_of(settings: Settings) -> AsteriskProcess:
    """Return the Asterisk of this data folder, whether it runs or not; writes nothing. Raises AsteriskMissing."""
    return AsteriskProcess(locate(settings.places.tools), Layout(settings.places.home))


def asterisk_runs(settings: Settings) -> bool:
    """Tell whether an Asterisk runs on this data folder."""
    try:
        return asterisk_of(settings).pid() is not None
    except AsteriskMissing:
        return False


def seat_states(settings: Settings) -> Mapping[str, SeatState]:
    """Return the seats' states; empty (all unknown) where no Asterisk runs on this data folder."""
    try:
        process = asterisk_of(settings)
        if process.pid() is None:
            return {}
        said = process.ask("pjsip show endpoints")
    except (AsteriskMissing, AsteriskFailed):
        return {}
    return {
        name: _STATES.get(state, SeatState.UNKNOWN)
        for name, state in _ENDPOINT.findall(said)
        if name in settings.routing.seats
    }
