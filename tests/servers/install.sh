#!/usr/bin/env bash
# Fetch the real servers that the tests of this folder start, into .servers/ of the checkout.
# Nothing is installed into the machine but libraries that it lacks; to undo it, delete .servers/.
set -euo pipefail
cd "$(dirname "$0")/../.."

here=$PWD/.servers
mkdir -p "$here"
exec 9>"$here/.lock"
flock 9

# PDS and XRPC server are held at the releases that dev-env was made with: with a later XRPC
# server, two copies of the schema package make every refused parameter a 500 instead of a 400.
npm_packages=(@atproto/dev-env@0.3.215 @atproto/pds@0.4.217 @atproto/xrpc-server@0.10.18)
pywb=pywb==2.10.0
debian_packages=(nginx nginx-common libnginx-mod-http-brotli-filter)
backported=snac2
libraries=(libbrotli1 libcrypt1 libcurl4 libpcre2-8-0 libssl3 openssl zlib1g)

say() { printf 'servers: %s\n' "$*"; }
stop() {
  printf 'servers: %s\n' "$@" >&2
  exit 1
}

# Run quietly, and show what was said only where it failed.
quietly() {
  local log=$here/$1.log problem=$2
  shift 2
  "$@" >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    stop "$problem" "The whole output is in $log"
  }
}

# A stamp says what was installed; another wish, another Node or Python starts anew.
has() { [[ -f $here/$1/.installed && $(<"$here/$1/.installed") == "$2" ]]; }

node_servers() {
  command -v node >/dev/null || stop "Node is missing: install Node 20, with npm."
  command -v npm >/dev/null || stop "npm is missing: install Node 20, with npm."
  local wish headers flags=(--no-audit --no-fund --no-update-notifier)
  wish="node $(node --version) ${npm_packages[*]}"
  has node "$wish" && return
  case $(node --version) in
    v18.* | v20.* | v22.*) ;;
    *) stop "Node $(node --version) does not run the AT Protocol server: install Node 20." ;;
  esac
  say "installing ${npm_packages[0]} (two minutes)"
  rm -rf "$here/node"
  mkdir -p "$here/node"
  # Its SQLite is compiled here; the headers that came with Node save fetching them.
  headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  [[ -f $headers/include/node/node.h ]] && flags+=("--nodedir=$headers")
  quietly npm "npm did not install the AT Protocol server (a C++ compiler and make are needed)." \
    npm install "${flags[@]}" --save-exact --prefix "$here/node" "${npm_packages[@]}"
  (cd "$here/node" && node -e 'new (require("better-sqlite3"))(":memory:").close()') ||
    stop "npm installed the AT Protocol server, but not its SQLite: see $here/npm.log"
  printf '%s' "$wish" >"$here/node/.installed"
}

wayback() {
  local python=${PYTHON:-python3} wish
  command -v "$python" >/dev/null || stop "There is no $python: install Python 3.11, with venv."
  wish="$("$python" --version) $pywb"
  has pywb-venv "$wish" && return
  say "installing $pywb (one minute)"
  rm -rf "$here/pywb-venv"
  quietly pywb "$python made no virtual environment (Debian: install python3-venv)." \
    "$python" -m venv "$here/pywb-venv"
  quietly pywb "pip did not install $pywb." \
    "$here/pywb-venv/bin/python" -m pip install --disable-pip-version-check "$pywb"
  printf '%s' "$wish" >"$here/pywb-venv/.installed"
}

# Unpacked and not installed: an installed server would be started, and on every address.
debian_servers() {
  local wish="${debian_packages[*]} $backported" name missing=()
  if has debian "$wish" && ! lacks_libraries; then return; fi
  command -v apt-get >/dev/null || stop "apt-get is missing: nginx and snac come from Debian 12."
  say "unpacking $wish"
  rm -rf "$here/debian" "$here/apt"
  mkdir -p "$here/debian" "$here/apt/lists/partial" "$here/apt/archives/partial"
  if [[ $EUID == 0 ]]; then
    quietly apt "apt-get update failed." apt-get update
  fi
  for name in "${libraries[@]}"; do
    dpkg-query --show --showformat '${db:Status-Status}\n' "$name" 2>/dev/null |
      grep -qx installed || missing+=("$name")
  done
  if ((${#missing[@]})); then
    [[ $EUID == 0 ]] || stop "These are missing; as root: apt-get install ${missing[*]}"
    quietly apt "apt-get did not install ${missing[*]}." \
      env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
      "${missing[@]}"
  fi
  (
    cd "$here/apt"
    quietly apt "apt-get has no ${debian_packages[*]}." \
      apt-get -o APT::Sandbox::User=root download "${debian_packages[@]}"
    backport
    for name in *.deb; do dpkg-deb --extract "$name" "$here/debian"; done
  )
  lacks_libraries && stop "nginx or snac lacks a library:" "$(unfound)"
  printf '%s' "$wish" >"$here/debian/.installed"
}

# snac is only in the backports. Their list is read from a folder of its own, so that the
# machine's own apt never sees it and no other package can come from there.
backport() {
  local mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg trust=""
  # shellcheck disable=SC2016  # apt fills it in.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    'Origin: Debian' 'Codename: bookworm' | head -n 1)
  [[ -n $mirror ]] ||
    stop "apt has no list of Debian 12 (bookworm), whose backports hold $backported."
  [[ -f $keyring ]] && trust="[signed-by=$keyring] "
  printf 'deb %s%s bookworm-backports main\n' "$trust" "$mirror" >backports.list
  local apart=(
    -o "Dir::Etc::SourceList=$PWD/backports.list" -o Dir::Etc::SourceParts=-
    -o "Dir::State::Lists=$PWD/lists" -o "Dir::Cache=$PWD" -o Acquire::Languages=none
    -o APT::Sandbox::User=root
  )
  quietly apt "apt-get cannot read the backports." apt-get "${apart[@]}" update
  quietly apt "The backports have no $backported." apt-get "${apart[@]}" download "$backported"
}

unfound() {
  ldd "$here"/debian/usr/sbin/nginx "$here"/debian/usr/bin/snac \
    "$here"/debian/usr/lib/nginx/modules/*.so 2>&1 | grep -E 'not found|No such file' || true
}
lacks_libraries() { [[ -n $(unfound) ]]; }

debian_servers
wayback
node_servers
say "all are in $here"
