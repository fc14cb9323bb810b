# Words of the scripts that pages become, and of those in given/: each is sourced by one shell, from top to end of a page.

lacking="" # what this machine lacks for the blocks up to the next mark
gaps=""    # all of that
here=""    # the installation at which commands are typed, where there are several

trap 'jobs -p | xargs -r kill 2>/dev/null; wait' EXIT

# lacks WHAT: say that the blocks that follow cannot be run here.
lacks() {
  lacking="$1"
  gaps="$gaps$1; "
}

# at NAME: go to another installation. Each stands at the one path that the loaded command knows while it is in use.
at() {
  [ "$1" = "$here" ] && return
  mv "$SOKEN_HOME" "installations/$here"
  mv "installations/$1" "$SOKEN_HOME"
  here="$1"
}

# answers ADDRESS PROCESS: wait until it does, as long as the process is there.
answers() {
  until curl -q --fail --silent --output /dev/null "$1"; do
    kill -0 "$2" || { echo "it ended before $1 answered" >&2; return 1; }
    sleep 0.2
  done
}

# beside WHAT MODULE: start a Python module that prints an address and stays until it is stopped; "address" holds it. One
# that ends well without an address cannot be here: this machine lacks WHAT.
beside() {
  local process
  coproc BESIDE { exec "$python" -m "$2"; }
  process="$BESIDE_PID"
  if read -r address <&"${BESIDE[0]}"; then return; fi
  wait "$process"
  lacks "$1"
}

# served ADDRESS: what is typed on standard input serves there until it is stopped; it must end by itself then.
served() {
  local address="$1" process
  FROM_NOTHING=1 bash -euc "exec $(cat)" &
  process=$!
  answers "$address" "$process"
  kill -TERM "$process"
  wait "$process"
}

done_with_the_page() {
  [ -z "$gaps" ] || { echo "$gaps" >&2; exit 77; }
}
