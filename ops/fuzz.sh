#!/usr/bin/env bash
# Coverage-guided fuzzing of what reads strangers' bytes: every tests/fuzz/*.py for so many seconds. Usage: fuzz.sh PYTHON SECONDS
set -euo pipefail
cd "$(dirname "$0")/.."
python="$1" seconds="${2:-20}"

if ! "$python" -c 'import atheris' 2>/dev/null; then
  echo "跳过: 这个平台没有 atheris 的安装包 (有的是 Linux x86-64)"
  exit 0
fi
found="$(mktemp -d)"
for harness in tests/fuzz/*.py; do
  echo "== $harness"
  if ! "$python" -W ignore "$harness" -max_total_time="$seconds" -max_len=6000 -artifact_prefix="$found/" >"$found/log" 2>&1; then
    tail -40 "$found/log"
    echo "出错的输入: $(ls "$found" | grep -v '^log$')，在 $found"
    exit 1
  fi
  grep '^Done' "$found/log"
done
rm -r "$found"
