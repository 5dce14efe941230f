"""Faults in config/telephony.yaml are said with their place."""

from pathlib import Path

import pytest
from real_asterisk import ROOT

from hotline.checked import ConfigurationError, parse, read
from telephony.asterisk.settings import TelephonySettings, check

GOOD = """\
sip:
  dids: ["12345"]
  trunks:
    demo: {match: [127.0.0.2], host: 127.0.0.2}
  outbound: demo
"""


def faults(text: str) -> list[str]:
    document = parse(text, Path("telephony.yaml"))
    try:
        document.require(check(document.build(TelephonySettings)))
    except ConfigurationError as error:
        return list(error.faults)
    return []


def test_the_shipped_file_has_no_faults() -> None:
    document = read(ROOT / "config/telephony.yaml")
    document.require(check(document.build(TelephonySettings)))


def test_a_short_file_is_enough() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["12345"]', "[]", "telephony.yaml:2: sip.dids: 至少要有一个号码"),
        ('["12345"]', '["12345; rm"]', "telephony.yaml:2: sip.dids.0:"),
        ("127.0.0.2]", "localhost]", "telephony.yaml:4: sip.trunks.demo.match.0:"),
        ("127.0.0.2]", "300.0.0.1]", "telephony.yaml:4: sip.trunks.demo.match.0: 300.0.0.1 不是 IP 地址"),
        ("[127.0.0.2]", "[]", "telephony.yaml:4: sip.trunks.demo.match: 须写明对端从哪些地址呼入"),
        ("outbound: demo", "outbound: dmeo", "telephony.yaml:5: sip.outbound: 没有名为 dmeo 的中继"),
        (", host: 127.0.0.2", "", "telephony.yaml:4: sip.trunks.demo.host: 要从这条中继呼出, 须写明对端地址"),
        ("host: 127.0.0.2", "host: 127.0.0.2, register: true", "sip.trunks.demo.register: 注册需要 host 和 login"),
        ("outbound: demo", "codecs: [opus]", "sip.codecs.0:"),
        ("outbound: demo", "rtp_first: 10000\n  rtp_last: 10002", "sip.rtp_last: RTP 端口太少"),
        ("outbound: demo", "port: 10010", "sip.port: SIP 端口落在 RTP 端口范围里"),
        ("outbound: demo", "qualify: 2\ncall_back:\n  start: 8", "telephony.yaml:7: call_back.start: 时刻请加引号"),
        ("outbound: demo", 'qualify: 2\ncall_back:\n  end: "07:00"', "telephony.yaml:7: call_back.end: 应晚于 start"),
        (
            "outbound: demo",
            "qualify: 2\ncall_back:\n  waits: [30, 10]",
            ":7: call_back.waits: 间隔应越来越长",
        ),
        (
            "outbound: demo",
            "qualify: 2\ncall_back:\n  waits: []",
            ":7: call_back.waits: 至少要写一个间隔",
        ),
        (
            "outbound: demo",
            "qualify: 2\ncall_back:\n  keep_free: 30",
            ":7: call_back.keep_free: 留给来电",
        ),
        ("outbound: demo", "encrypted: true", "sip.encrypted: 只收加密话机, 须先写 tls"),
        ("outbound: demo", "tls: {port: 5060}", "sip.tls.port: TLS 端口 5060 不能用 (SIP)"),
        ("outbound: demo", "tls: {port: 4573}", "sip.tls.port: TLS 端口 4573 不能用 (FastAGI)"),
        ("outbound: demo", "tls: {key: /k}", "sip.tls: certificate 和 key 要么都写"),
        ("outbound: demo", "seat_networks: [10.0.0.0/99]", "sip.seat_networks.0: 10.0.0.0/99 不是 IP 地址或网段"),
        ("outbound: demo", "qualifi: 2", "sip.qualifi: 不认识的键, 是不是 qualify?"),
    ],
)
def test_a_fault_is_said_with_line_and_key(old: str, new: str, said: str) -> None:
    found = faults(GOOD.replace(old, new))
    assert any(said in fault for fault in found), found


def test_two_trunks_cannot_share_an_address() -> None:
    text = GOOD.replace("  outbound", "    other: {match: [127.0.0.2]}\n  outbound")
    assert any("地址 127.0.0.2 已属于中继 demo" in fault for fault in faults(text))


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_a_port_is_a_port(port: int) -> None:
    assert any("sip.port" in fault for fault in faults(GOOD.replace("outbound: demo", f"port: {port}")))
