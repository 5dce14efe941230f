"""Real SIP telephones for tests, `hotline call` and `hotline demo`: pjsua2 in child processes, no audio hardware."""

from telephony.phone.phone import Phone
from telephony.phone.spec import PhoneError, PhoneEvent, PhoneSpec, State

__all__ = ["Phone", "PhoneError", "PhoneEvent", "PhoneSpec", "State"]
