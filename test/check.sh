#!/bin/sh
# check.sh [TEST...]: builds the extension with warnings as errors and runs
# every test against a server of its own; with arguments, those regress tests
# alone. Ends with "N passed, N failed" and fails if anything failed. Installs
# the Debian packages that are missing. lib.sh says how it keeps off everything
# that is the user's. Where RELATIONS_OLD_PG_CONFIG names the pg_config of a server
# of an older version, pg_upgrade from it is tested too.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/test/lib.sh"

passed=0
failed=0

pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); }

close()
{
	rc=$?
	finish
	# ended before its time: that is a failure too
	if [ "$rc" != 0 ] && [ "$failed" = 0 ]; then
		fail
	fi
	echo
	echo "$passed passed, $failed failed"
	exit "$rc"
}

if [ "${1-}" != --within ]; then
	watch close
	if [ $# = 0 ]; then
		need clang-format clang-format
		need dot graphviz
		need chromium chromium
		need node nodejs
		for tests in diagram graphql http orm; do
			[ -d "$root/test/$tests/node_modules" ] && continue
			need npm npm
			need /etc/ssl/certs/ca-certificates.crt ca-certificates
			break
		done
		need python3 python3
		for module in django sqlalchemy psycopg2; do
			/usr/bin/python3 -c "import $module" 2>/dev/null || missing="$missing python3-$module"
		done
		/usr/bin/ruby -e 'require "active_record"' 2>/dev/null || missing="$missing ruby-activerecord"
		/usr/bin/ruby -e 'require "pg"' 2>/dev/null || missing="$missing ruby-pg"
		need prove perl
		perl -MIPC::Run -e 1 2>/dev/null || missing="$missing libipc-run-perl"
		perl -MJSON::PP -e 1 2>/dev/null || missing="$missing perl"
	fi
	prepare
	for tests in diagram graphql http orm; do
		if [ $# = 0 ] && [ ! -d "$work/tree/test/$tests/node_modules" ]; then
			say "Fetching what test/$tests/package.json names (npm)"
			# as the caller, whose npm configuration may be needed to reach the registry
			(cd "$work/tree/test/$tests" &&
				npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --cache "$work/npm" --loglevel=error) ||
				die "npm could not fetch the packages of test/$tests"
		fi
	done
	hand_over test/check.sh "$@"
fi

work=$2
shift 2
bin=$("$PG_CONFIG" --bindir)
watch close

# recorded COMMAND...: runs it, shows and keeps its output; the status is the command's
recorded()
{
	{
		rc=0
		"$@" 2>&1 </dev/null || rc=$?
		echo "$rc" >"$work/rc"
	} | tee "$work/log"
	return "$(cat "$work/rc")"
}

# pg_tests DIFFS NUMBER COMMAND...: a run of pg_regress or of its isolation twin;
# what it does not report as ok has failed, whatever the reason
pg_tests()
{
	diffs=$1
	number=$2
	shift 2
	rc=0
	recorded "$@" || rc=$?
	ok=$(grep -cE '^(ok [0-9]+ |(test|    ) .*\.\.\. ok )' "$work/log" || :)
	[ "$rc" = 0 ] || [ "$ok" -lt "$number" ] || ok=$((number - 1))
	passed=$((passed + ok))
	failed=$((failed + number - ok))
	if [ "$ok" -lt "$number" ] && [ -s "$diffs" ]; then
		say "$diffs"
		cat "$diffs"
	fi
	if grep -q 'was terminated by signal' "$work/server.log"; then
		say "The server crashed"
		grep -B 5 -A 5 'was terminated by signal' "$work/server.log"
	fi
}

if [ -r "$work/chinook.sql" ]; then
	export RELATIONS_CHINOOK="$work/chinook.sql"
else
	echo "NO CHINOOK: ../shared/data/chinook.sql is not beside the repository; tests that need it skip"
fi

say "Building with warnings as errors"
older=${RELATIONS_OLD_PG_CONFIG-}
[ $# = 0 ] || older=
[ -z "$older" ] || install_older "$older"
mk -j"$(nproc)" COPT=-Werror
install_extension ${older:+as_own}
start_server

if [ $# = 0 ]; then
	say "Rules of the tree"
	mk -n check-tree | grep '^test/check/' >"$work/rules"
	while read -r rule; do
		if sh -c "$rule" </dev/null; then
			echo "ok - $rule"
			pass
		else
			echo "not ok - $rule"
			fail
		fi
	done <"$work/rules"
fi

tests=${*:-$(cd sql && ls | sed -n 's/\.sql$//p')}
if [ -n "$tests" ]; then
	say "Regress tests"
	pg_tests regression.diffs "$(echo "$tests" | wc -w)" mk installcheck REGRESS="$(echo $tests)" ISOLATION=
fi

specs=$(ls test/isolation/specs/*.spec 2>/dev/null || :)
if [ $# = 0 ] && [ -n "$specs" ]; then
	say "Isolation tests"
	# a step that waits for a minute waits for ever
	export PGISOLATIONTIMEOUT=60
	pg_tests output_iso/regression.diffs "$(echo "$specs" | wc -l)" mk installcheck REGRESS=
fi

if [ $# = 0 ]; then
	# servers that these tests make find the extension through this file
	export TEMP_CONFIG="$work/extension.conf"
	if [ -n "$older" ]; then
		export RELATIONS_OLD_BIN="$older_bin" RELATIONS_OLD_CONFIG="$older_conf"
	fi
	for file in test/tap/*.pl; do
		say "TAP test $file"
		if [ "$file" = test/tap/upgrade.pl ] && [ -z "$older" ]; then
			echo "NO OLDER SERVER: RELATIONS_OLD_PG_CONFIG is not set; see test/versions.sh"
			continue
		fi
		if recorded mk tap PROVE_TESTS="$file" && grep -q "^Result: PASS" "$work/log"; then pass; else fail; fi
	done
fi

# scripted TITLE COMMAND...: a script that says "ok - " or "not ok - " to each thing it tests
scripted()
{
	say "$1"
	shift
	rc=0
	PATH="$bin:$PATH" recorded "$@" || rc=$?
	good=$(grep -c '^ok ' "$work/log" || :)
	bad=$(grep -c '^not ok ' "$work/log" || :)
	[ "$rc" = 0 ] || [ "$bad" != 0 ] || bad=1
	if [ "$good" = 0 ] && [ "$bad" = 0 ] && ! grep -q '^SKIPPED: ' "$work/log"; then
		echo "not ok - it has tested nothing"
		bad=1
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
}

if [ $# = 0 ]; then
	"$bin/psql" -X -q -c 'CREATE DATABASE diagram'
	"$bin/psql" -X -q -d diagram -c 'CREATE EXTENSION relations'
	"$bin/psql" -X -q -c 'CREATE DATABASE graphql'
	"$bin/psql" -X -q -d graphql -c 'CREATE EXTENSION relations'
	"$bin/psql" -X -q -c 'CREATE DATABASE http'
	"$bin/psql" -X -q -d http -c 'CREATE EXTENSION relations'
	scripted "Both halves of the isolation tests any-*" test/isolation/twins
	"$bin/psql" -X -q -c 'CREATE DATABASE integrity'
	"$bin/psql" -X -q -d integrity -c 'CREATE EXTENSION relations'
	scripted "Many-to-any beside a foreign key, in every order of steps" \
		env PGDATABASE=integrity test/integrity/permute
	scripted "Many-to-any beside a foreign key, at random" \
		env PGDATABASE=integrity test/integrity/fuzz --seconds 8
	scripted "Many clients, and a server that is killed" \
		env PGDATABASE=integrity test/integrity/hammer.py --seconds 12 --kill 2 --data "$work/data"
	scripted "What README.md shows" test/readme/run -d postgres
	scripted "Diagrams, drawn by mermaid and Graphviz" test/diagram/run -d diagram
	if [ -e test/chinook/run ]; then
		scripted "A database that was not made for us" test/chinook/run -d postgres
	fi
	scripted "GraphQL documents, beside the reference implementation" test/graphql/run -d graphql
	scripted "REST and GraphQL over HTTP: clients, a generator of code, a browser" test/http/run -d http
	scripted "ORMs, each with its own idiom" test/orm/run -d postgres
	scripted "Random queries, answered twice" test/reading/differential --seconds 30 -d postgres
	scripted "Spoilt queries" test/reading/fuzz --seconds 30 -d postgres
	scripted "Random items, written as they were read, and spoilt" test/writing/random --seconds 30 -d postgres
	scripted "Memory of a session, in short" test/reading/memory --queries 3000 -d postgres
	scripted "Spoilt GraphQL documents" test/graphql/fuzz --seconds 30 -d postgres
fi

[ "$failed" = 0 ]
