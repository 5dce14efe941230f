"""What can be wrong with a running hotline: the faults that raise an alarm, how they read, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How bad a fault is: citizens or evidence are in danger, or somebody should look today."""

    GRAVE = "grave"
    SERIOUS = "serious"


class Kind(StrEnum):
    """A kind of fault; its value is the event's name in the log (fault.KIND) and the label in the metrics."""

    ASTERISK_DOWN = "asterisk-down"
    ASTERISK_RESTARTED = "asterisk-restarted"
    TELEPHONY_DOWN = "telephony-down"
    LOWER_RUNG = "lower-rung"
    PROCESS_DIED = "process-died"
    WORKER_SILENT = "worker-silent"
    WORKER_UNFIT = "worker-unfit"
    RECOGNISER_DIED = "recogniser-died"
    DATABASE = "database"
    DISK_LOW = "disk-low"
    NO_PHONE = "no-phone"
    SEAT_SILENT = "seat-silent"
    AMI_DOWN = "ami-down"
    RECORDINGS_STUCK = "recordings-stuck"
    RECORDINGS_QUARANTINED = "recordings-quarantined"
    TRANSCRIPTS_LATE = "transcripts-late"
    JOB_GIVEN_UP = "job-given-up"
    CLOCK_STEPPED = "clock-stepped"
    BACKUP_OLD = "backup-old"
    EMERGENCY_MISSED = "emergency-missed"


SUBJECTS = {
    "water": "供水",
    "power": "供电",
    "heat": "供暖",
    "gas": "燃气",
    "duty": "总值班",
    "people": "人工坐席",
    "telephony": "电话进程",
    "watch": "守望进程",
    "rung2": "经典 AGI 脚本接住",
    "rung3": "拨号方案接住",
}
"""How what a fault is about reads, where its name is ours."""


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind of fault reads in Chinese: its title, what to do, and how bad it is."""

    title: str
    advice: str
    weight: Weight = Weight.SERIOUS


WORDS = {
    Kind.ASTERISK_DOWN: Words(
        "Asterisk 停了或没有应答",
        "电话打不进来。守护进程会自动重启它; 一分钟内没有恢复: 看 asterisk/log/messages.log, 重启 hotline-asterisk "
        "(或 hotline up), 仍不行请运营商把 12345 临时转到备用号码",
        Weight.GRAVE,
    ),
    Kind.ASTERISK_RESTARTED: Words(
        "Asterisk 重启过",
        "当时的通话都断了: hotline callbacks list 里有被打断的市民, 请逐个回拨; 原因看 asterisk/log/messages.log",
        Weight.GRAVE,
    ),
    Kind.TELEPHONY_DOWN: Words(
        "电话进程没有应答",
        "来电由经典 AGI 脚本和拨号方案接住, 急修照常转接, 但播报和排班不再更新。会自动重启; 没有恢复: 看 "
        "log/telephony.log, 重启 hotline-telephony",
        Weight.GRAVE,
    ),
    Kind.LOWER_RUNG: Words(
        "有来电没有经过电话进程",
        "说明那一刻电话进程不可用; 来电已由下一级接住。看同一时间的其他故障和 log/telephony.log",
    ),
    Kind.PROCESS_DIED: Words("进程意外退出", "已自动重启; 反复出现请看 log 目录里同名的日志"),
    Kind.WORKER_SILENT: Words(
        "转写进程没有动静",
        "录音和通话不受影响, 转写会晚; 它手上的录音由其他转写进程接手。没有恢复: 重启 hotline-worker",
    ),
    Kind.WORKER_UNFIT: Words(
        "转写进程无法工作", "多半是语音模型缺失或损坏: hotline models status, 再 hotline models install"
    ),
    Kind.RECOGNISER_DIED: Words(
        "识别程序中途退出或超时", "会自动重试; 反复出现请看内存是否够用 (每个约 0.5 GB) 和 log/worker-*.log"
    ),
    Kind.DATABASE: Words(
        "数据库不可用",
        "电话照常接通、照常录音, 录音在 spool 里等候, 恢复后自动入库。请检查数据库服务、磁盘和文件权限; "
        "被占用: 找出长时间占着数据库的程序",
        Weight.GRAVE,
    ),
    Kind.DISK_LOW: Words(
        "磁盘空间不足", "录音有危险: 立即腾出空间或扩容 (先看 spool/quarantine 和旧备份)", Weight.GRAVE
    ),
    Kind.NO_PHONE: Words(
        "值守话机全部不在线",
        "急修来电会响到相邻值守坐席和值班手机; 请立即让值守坐席的话机登记上线 (查网线、电源、密码)",
        Weight.GRAVE,
    ),
    Kind.SEAT_SILENT: Words(
        "坐席应答后没有声音",
        "市民听不到人: 请试打这个坐席的话机, 查耳麦、静音键和网络 (语音端口是否被防火墙拦住); 并回拨那位市民",
        Weight.GRAVE,
    ),
    Kind.AMI_DOWN: Words(
        "电话进程看不到坐席状态",
        "与 Asterisk 的 AMI 连接断了: 转接照常 (所有坐席视为可能在线)。会自动重连; 没有恢复: 看 log/telephony.log",
    ),
    Kind.RECORDINGS_STUCK: Words(
        "录音滞留, 没有入库", "hotline recordings repair; 仍有剩余请看它列出的原因 (多半是磁盘或数据库)", Weight.GRAVE
    ),
    Kind.RECORDINGS_QUARANTINED: Words(
        "有读不出的录音", "请人工查看 spool/quarantine; 能救的救出, 其余移走后本告警自动消失"
    ),
    Kind.TRANSCRIPTS_LATE: Words(
        "转写积压", "增加转写进程 (hotline up --workers N, 或 hotline-worker@N), 或等高峰过去"
    ),
    Kind.JOB_GIVEN_UP: Words(
        "一段录音无法转写", "草稿里已注明: 请人工听取 (hotline recordings show), 填写工单", Weight.GRAVE
    ),
    Kind.CLOCK_STEPPED: Words(
        "系统时钟跳变", "录音时间可能不准; 请检查 NTP (timedatectl, chronyc tracking), 并记下跳变前后的来电"
    ),
    Kind.BACKUP_OLD: Words("备份过期", "hotline backup 目录; 定时备份看 systemctl status hotline-backup.timer"),
    Kind.EMERGENCY_MISSED: Words(
        "急修来电没有接通",
        "正在经值守坐席自动回拨; 仍没有接通: hotline callbacks list 看是谁, 由值守人员人工拨打, 之后 hotline callbacks "
        "done 编号",
        Weight.GRAVE,
    ),
}
