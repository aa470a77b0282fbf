#!/bin/sh
# demo.sh: builds the extension, starts a server of its own, runs demo.sql on it
# and removes both. Installs the Debian packages that are missing. lib.sh says
# how it keeps off everything that is the user's.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/test/lib.sh"

if [ "${1-}" != --within ]; then
	watch finish
	prepare
	hand_over test/demo.sh
fi

work=$2
bin=$("$PG_CONFIG" --bindir)
watch finish

say "Building in $work"
mk -j"$(nproc)" >"$work/build.log" 2>&1 || { cat "$work/build.log"; die "the build failed"; }
install_extension

say "Starting a server there"
start_server

if [ -r "$work/chinook.sql" ]; then
	export RELATIONS_CHINOOK="$work/chinook.sql"
fi
"$bin/psql" -X -v ON_ERROR_STOP=1 -P pager=off -f test/demo.sql </dev/null ||
	die "demo.sql stopped at an error"

say "Done; server and files are removed"
