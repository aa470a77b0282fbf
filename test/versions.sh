#!/bin/sh
# versions.sh [-d FOLDER] [MAJOR...]: check.sh with each of these versions of
# PostgreSQL, by default those that Debian has, and pg_upgrade from each to the
# next. Says how many tests passed with each; ends with "N passed, N failed", the
# sum. A version whose server cannot be had has failed. The servers are fetched
# to FOLDER, where they stay for the next time, else to one that is removed.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
umask 022

folder=
temporary=
if [ "${1-}" = -d ]; then
	mkdir -p "$2"
	folder=$(cd "$2" && pwd)
	shift 2
fi
[ $# != 0 ] || set -- 15 17 18

passed=0
failed=0
complete=
figures=

close()
{
	[ -z "$temporary" ] || rm -rf "$temporary"
	# ended before its time: that is a failure too
	[ -n "$complete" ] || failed=$((failed + 1))
	printf '\n%s\n%s passed, %s failed\n' "$figures" "$passed" "$failed"
	[ "$failed" = 0 ] || exit 1
}

trap close EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# count NAME STATUS LOG: adds what check.sh said last
count()
{
	last=$(tail -n 1 "$3")
	case $last in
		*' passed, '*' failed') ;;
		*) last='0 passed, 1 failed' ;;
	esac
	good=${last%% passed*}
	bad=${last#* passed, }
	bad=${bad%% failed}
	[ "$2" = 0 ] || [ "$bad" != 0 ] || bad=1
	passed=$((passed + good))
	failed=$((failed + bad))
	figures=$figures$(printf '\nPostgreSQL %s: %s passed, %s failed' "$1" "$good" "$bad")
}

# what is fetched must be readable for the user that servers run as
temporary=$(mktemp -d "${TMPDIR:-/tmp}/relations-versions.XXXXXX")
chmod 755 "$temporary"
[ -n "$folder" ] || folder=$temporary

older=
for major in "$@"; do
	log=$temporary/log
	printf '\n== PostgreSQL %s\n' "$major"
	config=$folder/$major/usr/lib/postgresql/$major/bin/pg_config
	if ! sh "$root/test/fetch.sh" "$major" "$folder/$major"; then
		echo "not ok - there is no server of PostgreSQL $major to test with"
		failed=$((failed + 1))
		figures=$figures$(printf '\nPostgreSQL %s: no server' "$major")
		continue
	fi
	{
		rc=0
		PG_CONFIG="$config" RELATIONS_OLD_PG_CONFIG="$older" sh "$root/test/check.sh" </dev/null 2>&1 || rc=$?
		echo "$rc" >"$temporary/rc"
	} | tee "$log"
	count "$("$config" --version | sed 's/^PostgreSQL \([^ ]*\).*/\1/')" "$(cat "$temporary/rc")" "$log"
	older=$config
done
complete=yes
