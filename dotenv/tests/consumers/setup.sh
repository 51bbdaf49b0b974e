#!/bin/sh
# Installs what the tests compare the dialects with: setup.sh FOLDER. Does nothing where everything is there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../../.tools/consumers}
mkdir -p "$folder"
cd "$folder"

need() { command -v "$1" >/dev/null 2>&1; }

packages=
need node && need npm || packages="$packages nodejs npm"
need bash || packages="$packages bash"
need docker || packages="$packages docker.io"
need go || packages="$packages golang-go"
need python3 || packages="$packages python3"
python3 -c 'import venv, ensurepip' 2>/dev/null || packages="$packages python3-venv"
[ -x /usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator ] || packages="$packages systemd"
[ -d /usr/share/gocode/src/github.com/joho/godotenv ] || packages="$packages golang-github-joho-godotenv-dev"
if [ -n "$packages" ]; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -q
    # shellcheck disable=SC2086
    $sudo apt-get install -q -y --no-install-recommends $packages
fi

if [ ! -d node_modules/dotenv ] || [ ! -d node_modules/dotenv-expand ] || [ ! -d node_modules/dotenv-expand-1000 ]; then
    [ -f package.json ] || echo '{ "private": true }' >package.json
    npm install --silent --no-audit --no-fund --ignore-scripts \
        dotenv@18 dotenv-expand@13 dotenv-expand-1000@npm:dotenv-expand@1000
fi

if [ ! -x python/bin/python ] || ! python/bin/python -c 'import dotenv' 2>/dev/null; then
    python3 -m venv python
    python/bin/pip install --quiet --disable-pip-version-check 'python-dotenv>=1.2.4,<2'
fi

if [ ! -x godotenv ] || [ "$here/godotenv.go" -nt godotenv ]; then
    GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$folder/go-cache" go build -o godotenv "$here/godotenv.go"
fi
