#!/usr/bin/env bash
# Install the hotline as services of this machine: account, folders, units, log rotation. Run as root from the checkout
# in /opt/hotline, after `make setup`. Doing it twice changes nothing that you have changed in /etc/hotline.
set -euo pipefail
cd "$(dirname "$0")/.."

[ "$(id -u)" -eq 0 ] || { echo "请以 root 运行: sudo bash ops/install-service.sh" >&2; exit 1; }
here=$(pwd -P)
[ "$here" = /opt/hotline ] || { echo "请把程序放在 /opt/hotline (现在在 $here); 各服务文件按那里写成。" >&2; exit 1; }
[ -x .venv/bin/hotline ] || { echo "还没有安装好: 先运行 make setup" >&2; exit 1; }

getent passwd hotline >/dev/null ||
  useradd --system --user-group --home-dir /var/lib/hotline --no-create-home --shell /usr/sbin/nologin hotline
install -d -o hotline -g hotline -m 0700 /var/lib/hotline /var/lib/hotline/log /var/lib/hotline/run
install -d -o hotline -g hotline -m 0700 /var/backups/hotline
if [ ! -d /etc/hotline ]; then
  cp -R config /etc/hotline
  chown -R root:hotline /etc/hotline
  chmod -R u=rwX,g=rX,o= /etc/hotline
fi
install -m 0644 ops/systemd/*.service ops/systemd/*.timer ops/systemd/*.target /etc/systemd/system/
install -d /etc/logrotate.d
install -m 0644 ops/logrotate/hotline /etc/logrotate.d/hotline
systemctl daemon-reload
runuser -u hotline -- env HOTLINE_HOME=/var/lib/hotline HOTLINE_CONFIG=/etc/hotline HOTLINE_TOOLS=/opt/hotline/.tools \
  .venv/bin/hotline check
systemctl enable hotline.target hotline-asterisk hotline-telephony hotline-watch hotline-backup.timer
for core in $(seq 0 $(($(nproc) - 1))); do systemctl enable "hotline-worker@$core"; done
echo "已安装。启动: systemctl start hotline.target; 状况: sudo -u hotline /opt/hotline/.venv/bin/hotline doctor"
