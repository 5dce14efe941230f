"""The events that our process hears: Asterisk sends it these and no others (config/asterisk/manager.conf.j2)."""

from telephony.ami import queues, seats

HANGUP = "Hangup"
SHUTDOWN = "Shutdown"
HEARD = seats.EVENTS | queues.EVENTS | {HANGUP, SHUTDOWN}
