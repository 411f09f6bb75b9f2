# Shared by the scripts: what must be installed, and how a step says what it does. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PACKAGES="git clang-19 lld-19 libclang-rt-19-dev libstdc++-12-dev cmake ninja-build ccache pkg-config python3
  libboost1.81-dev libboost-json1.81-dev libssl-dev libunbound-dev libsqlite3-dev zlib1g-dev libfmt-dev libpsl-dev libidn2-dev
  libgumbo-dev libyaml-cpp-dev libcli11-dev libpq-dev libargon2-dev liboath-dev libcjose-dev libjansson-dev
  libcurl4-openssl-dev libpugixml-dev libminizip-dev prometheus-cpp-dev libspdlog-dev python3-yaml libxlsxwriter-dev
  weasyprint fonts-inter fonts-dejavu-core libgtest-dev libgmock-dev libbenchmark-dev"
LAB_PACKAGES="nginx-light knot knot-dnsutils unbound postfix openssl ca-certificates iproute2 python3-cryptography curl dns-root-data"
TEST_PACKAGES="postgresql-15 wrk chromium python3-jsonschema python3-openpyxl poppler-utils clang-tidy-19 clang-format-19"

# Clones of the project share the compiler cache.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1

step() { printf '\n== %s\n' "$*"; CURRENT_STEP="$*"; }
CURRENT_STEP="starting"
trap 'status=$?; [ $status -eq 0 ] || printf "\n%s: failed at: %s\nThe lines above say why. %s\n" "$0" "$CURRENT_STEP" "${NEXT_ACTION:-Mend that and run the same command again; what was done is not done twice.}" >&2' EXIT

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Installs only what is missing. Servers from packages are not to start by themselves: the lab starts its own.
install_packages() {
  local missing=""
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || { echo "These packages are missing, and there is no apt-get to fetch them:$missing" >&2; return 1; }
  echo "installing:$missing"
  local policy=/usr/sbin/policy-rc.d own_policy=""
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod 755 "$policy" && own_policy=yes
  fi
  local status=0
  { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; } || status=$?
  [ -z "$own_policy" ] || as_root rm -f "$policy"
  return $status
}

build() {  # build PRESET [TARGET...]
  local preset="$1"; shift
  # A toolchain that is not the one in the cache would be kept silently; a changed preset is configured anew.
  cmake --preset "$preset" >"/tmp/utsyn-configure-$$.log" 2>&1 || { cat "/tmp/utsyn-configure-$$.log" >&2; rm -f "/tmp/utsyn-configure-$$.log"; return 1; }
  rm -f "/tmp/utsyn-configure-$$.log"
  cmake --build "build/$preset" -- "$@"
}
