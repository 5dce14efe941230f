"""What the FastAGI server counts, in a Prometheus registry that is passed in."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


class AgiCounters:
    """`sessions` by how they ended (done, hung_up, failed), `turned_away` by reason, `running`, and `own_seconds`: the
    part of a session that was ours, without what Asterisk and the caller took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.sessions = Counter("agi_sessions", "AGI sessions by end", ["end"], registry=registry)
        self.turned_away = Counter("agi_turned_away", "Connections that got no session", ["why"], registry=registry)
        self.running = Gauge("agi_running", "AGI sessions running", registry=registry)
        self.own_seconds = Histogram(
            "agi_own_seconds", "Time a session took of ours", buckets=_SECONDS, registry=registry
        )
