#!/usr/bin/env bash
# Downloads a release of Guardian, verifies its checksum and puts the program into a directory:
#   GUARDIAN_VERSION=0.1.0 bash install.sh ~/.local/bin
# GUARDIAN_SHA256 pins the archive; without it the SHA256SUMS beside it are used, which protect from a
# broken download and not from a changed one. GUARDIAN_MIRROR is where the archives are.
set -euo pipefail

fail() { printf 'install: %s\n' "$*" >&2; exit 1; }

directory=${1:?the directory to install to, such as ~/.local/bin}
version=${GUARDIAN_VERSION:?the release, such as 0.1.0}
version=${version#v}
mirror=${GUARDIAN_MIRROR:-https://github.com/guardian-sfn/guardian/releases/download}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail "\`$version\` is no version"

case "$(uname -s) $(uname -m)" in
    "Linux x86_64") target=x86_64-unknown-linux-gnu ;;
    "Linux aarch64" | "Linux arm64") target=aarch64-unknown-linux-gnu ;;
    "Darwin arm64") target=aarch64-apple-darwin ;;
    "Darwin x86_64") target=x86_64-apple-darwin ;;
    *) fail "there is no release for $(uname -s) $(uname -m); build it from source" ;;
esac

name=guardian-$version-$target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
get() { curl --fail --silent --show-error --location --retry 3 --output "$work/$1" "$mirror/v$version/$1"; }

get "$name.tar.gz" || fail "cannot download $mirror/v$version/$name.tar.gz"
expected=${GUARDIAN_SHA256:-}
if [[ -z $expected ]]; then
    get SHA256SUMS || fail "cannot download $mirror/v$version/SHA256SUMS"
    expected=$(awk -v file="$name.tar.gz" '$2 == file { print $1 }' "$work/SHA256SUMS")
    [[ -n $expected ]] || fail "SHA256SUMS does not name $name.tar.gz"
fi
if command -v sha256sum >/dev/null; then
    actual=$(sha256sum "$work/$name.tar.gz")
else
    actual=$(shasum -a 256 "$work/$name.tar.gz")
fi
actual=${actual%% *}
[[ $actual == "$expected" ]] || fail "$name.tar.gz has SHA-256 $actual, and $expected was expected"

tar -xzf "$work/$name.tar.gz" -C "$work"
mkdir -p "$directory"
install -m 0755 "$work/$name/guardian" "$directory/guardian"
"$directory/guardian" --version
