# Sourced by scripts/run and scripts/test: make a virtual environment when it is missing or stale.
#
#   environment FOLDER STAMP_EXTRA PIP_ARGUMENT...
#
# A folder is stale when a source file is newer than its stamp, or when it was made for something
# else (STAMP_EXTRA). pip's output is shown only when it fails.

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  echo "nlptool needs Python 3.11 or newer (on Debian: apt-get install python3 python3-venv)" >&2
  return 1
}

fresh() {
  local folder=$1 wanted=$2 stamp=$1/.nlptool-stamp
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] || return 1
  [ -z "$(find nlptool plugins models.yaml pyproject.toml scripts/constraints.txt -newer "$stamp" \
    -not -path '*/__pycache__*' -print -quit)" ]
}

environment() {
  local folder=$1 wanted=$2 python log
  shift 2
  fresh "$folder" "$wanted" && return
  mkdir -p "$folder"
  exec 9>"$folder/.nlptool-lock"
  ! command -v flock >/dev/null 2>&1 || flock 9
  fresh "$folder" "$wanted" && return
  python=$(find_python)
  log=$folder/.nlptool-install.log
  echo "nlptool: installing into ${folder##*/} (a minute or two, once) ..." >&2
  if ! { "$python" -m venv "$folder" &&
    "$folder/bin/python" -m pip install --disable-pip-version-check -c scripts/constraints.txt "$@" &&
    "$folder/bin/python" -m pip install --disable-pip-version-check --force-reinstall --no-deps .
  } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    echo "nlptool: the installation failed; the whole log is $log" >&2
    return 1
  fi
  echo "$wanted" >"$folder/.nlptool-stamp"
  exec 9>&-
}
