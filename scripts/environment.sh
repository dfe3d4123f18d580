# Sourced by scripts/run and scripts/test: make a virtual environment when it is missing or stale.
#
#   environment FOLDER LOCK FILL...
#
# FILL is the command that fills it, with the environment's programs first on its PATH; what it
# prints is shown only when it fails. A folder is stale when a source file is newer than its stamp.
# When it was made from another LOCK, all that is in it goes.

# Installed without its requirements, which are old: they would bring an OpenCV that does not bear
# NumPy 2.
PADDLESEG=2.8.0

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
  local stamp=$1/.nlptool-stamp
  [ -f "$stamp" ] && cmp -s "$stamp" "$2" &&
    [ -z "$(find nlptool plugins models.yaml pyproject.toml -newer "$stamp" \
      -not -path '*/__pycache__*' -print -quit)" ]
}

pip_install() { python -m pip install --disable-pip-version-check "$@"; }

# install_locked LOCK [OPTION...]: nlptool's own wheel takes seconds to pack, which is done meanwhile.
install_locked() {
  local wheels packing failed=0
  pip_locked scripts/build.lock || return
  wheels=$(mktemp -d)
  python -m pip wheel --disable-pip-version-check --no-deps --no-build-isolation -w "$wheels" . &
  packing=$!
  { pip_locked "$@" && wait "$packing" && install_nlptool "$wheels"/*.whl "${@:2}"; } || failed=1
  rm -rf "$wheels"
  return "$failed"
}

pip_locked() { pip_install --require-hashes --no-deps -r "$@"; }

install_nlptool() { pip_install --force-reinstall --no-deps --no-build-isolation "$@"; }

environment() {
  local folder=$1 lock=$2 python log
  shift 2
  fresh "$folder" "$lock" && return
  mkdir -p "$folder"
  exec 9>"$folder/.nlptool-lock"
  ! command -v flock >/dev/null 2>&1 || flock 9
  fresh "$folder" "$lock" && return
  python=$(find_python)
  log=$folder/.nlptool-install.log
  echo "nlptool: installing into ${folder##*/} (a minute or two, once) ..." >&2
  cmp -s "$folder/.nlptool-stamp" "$lock" || rm -rf "${folder:?}"/*
  if ! { "$python" -m venv "$folder" && (PATH=$folder/bin:$PATH "$@"); } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    echo "nlptool: the installation failed; the whole log is $log" >&2
    return 1
  fi
  cp "$lock" "$folder/.nlptool-stamp"
  exec 9>&-
}
