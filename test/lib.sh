# lib.sh: what check.sh and demo.sh share.
#
# A script runs in two halves. The first looks for what is missing, installs it
# (the only step that needs root), copies the repository to a new folder under
# /tmp and starts the second half there; as root it does so as the user
# postgres, because a server refuses to run as root. The second half builds,
# runs a server of its own in that folder and removes the folder at the end.
# Neither writes into the repository or into the server's installation, nor
# speaks to a server that was there before.

umask 022
export LC_ALL=C.UTF-8 LANG=C.UTF-8 PGCLIENTENCODING=UTF8
unset MAKEFLAGS MAKELEVEL CDPATH
# the caller's PGHOST and the like lead to servers that are not ours
for var in $(env | sed -n 's/^\(PG[A-Z]*\)=.*/\1/p'); do
	[ "$var" = PGCLIENTENCODING ] || unset "$var"
done

missing=
work=
saved=
createcluster=/etc/postgresql-common/createcluster.conf

say() { printf '\n== %s\n' "$*"; }

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Called on every way out. A signal to a shell that waits for a command is
# handled when the command ends; Ctrl-C ends the command too.
finish()
{
	trap '' INT TERM HUP PIPE
	[ -z "$saved" ] || as_root mv "$saved" "$createcluster"
	if [ -n "$work" ] && [ -d "$work" ]; then
		cd /
		find "$work" -name postmaster.pid | while read -r pid; do
			"$bin/pg_ctl" -D "${pid%/*}" -m immediate -s stop || :
		done
		rm -rf "$work"
	fi
}

# watch COMMAND: from now on every way out goes through COMMAND
watch()
{
	trap "$1" EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 141' PIPE
	trap 'exit 143' TERM
}

# --- first half ---------------------------------------------------------

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "no sudo here; as root run: apt-get install --no-install-recommends$missing"
	fi
}

# need COMMAND|FILE PACKAGE: notes the package if the command or file is not there
need()
{
	case $1 in
		/*) [ ! -e "$1" ] || return 0 ;;
		*) ! command -v "$1" >/dev/null || return 0 ;;
	esac
	missing="$missing $2"
}

# needrestart would restart the services of the user
apt()
{
	as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
		apt-get -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

apt_install()
{
	echo "installing: $*"
	if ! apt-get -s install "$@" >/dev/null 2>&1; then
		apt update
	fi
	if ! apt install "$@" >"$work/apt.log" 2>&1; then
		# the package lists may be older than what the mirror holds
		apt update
		apt install "$@" >"$work/apt.log" 2>&1 ||
			{ tail -n 20 "$work/apt.log" >&2; die "apt-get could not install: $*"; }
	fi
}

# Debian's server package makes and starts a cluster when it is installed:
# nobody asked for that here, so it is told not to, for the time of this call.
apt_install_server()
{
	if [ ! -e "$createcluster" ]; then
		apt_install postgresql-common
	fi
	as_root cp -p "$createcluster" "$createcluster.before-relations"
	saved=$createcluster.before-relations
	echo 'create_main_cluster = false' | as_root tee -a "$createcluster" >/dev/null
	apt_install "$@"
	as_root mv "$saved" "$createcluster"
	saved=
}

# has_clusters: whether databases of the user's run on the packaged server; an
# upgrade would restart them, so it stays as it is
has_clusters() { ls /etc/postgresql/"$major"/*/postgresql.conf >/dev/null 2>&1; }

# installed_version PACKAGE
installed_version() { dpkg-query -W -f='${db:Status-Status} ${Version}' "$1" 2>/dev/null | sed -n 's/^installed //p'; }

# not "pg_config --pgxs": Debian's client package has that file already
has_headers() { [ -e "$("$1" --includedir-server)/postgres.h" ]; }

# Sets PG_CONFIG: the caller's, else that of the newest server with headers,
# else that of the distribution's own version, which is installed.
find_server()
{
	if [ -n "${PG_CONFIG-}" ]; then
		PG_CONFIG=$(command -v "$PG_CONFIG") || die "PG_CONFIG is not a program"
		has_headers "$PG_CONFIG" || die "$PG_CONFIG: its server headers are not installed"
		[ -x "$("$PG_CONFIG" --bindir)/postgres" ] || die "$PG_CONFIG: its server is not installed"
		return
	fi
	major=
	for config in $(ls -d /usr/lib/postgresql/*/bin/pg_config 2>/dev/null | sort -rV); do
		if has_headers "$config"; then
			major=${config#/usr/lib/postgresql/}
			major=${major%%/*}
			break
		fi
	done
	if [ -z "$major" ]; then
		# "postgresql" depends on the version that this Debian has
		apt-cache show postgresql >/dev/null 2>&1 || { echo "reading the package lists"; apt update; }
		major=$(apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p')
		[ -n "$major" ] || die "apt-get knows no package postgresql"
	fi
	PG_CONFIG=/usr/lib/postgresql/$major/bin/pg_config
	need "${PG_CONFIG%/*}/postgres" "postgresql-$major"
	need "/usr/include/postgresql/$major/server/postgres.h" "postgresql-server-dev-$major"
	if [ -n "$missing" ] && has_clusters; then
		# apt would upgrade the server together with its headers: take those of its version
		for package in "postgresql-$major" "postgresql-client-$major" "postgresql-server-dev-$major"; do
			version=$(installed_version "postgresql-$major")
			if [ -n "$version" ] && apt-cache show "$package=$version" >/dev/null 2>&1; then
				missing="$missing $package=$version"
			fi
		done
	fi
}

# Headers and server of one minor version.
match_versions()
{
	[ -n "${major-}" ] || return 0
	set -- "postgresql-$major" "postgresql-client-$major" "postgresql-server-dev-$major"
	[ "$(for package in "$@"; do installed_version "$package"; done | sort -u | wc -l)" -gt 1 ] || return 0
	if has_clusters; then
		echo "NOTE: these packages are of different minor versions, and stay so, as your clusters use them:"
		dpkg-query -W "$@"
	else
		apt_install_server "$@"
	fi
}

# prepare: installs what is missing, copies the tree to $work
prepare()
{
	# root's own TMPDIR may be closed to the user postgres
	[ "$(id -u)" != 0 ] || TMPDIR=/tmp
	work=$(mktemp -d "${TMPDIR:-/tmp}/relations.XXXXXX")
	find_server
	need gcc gcc
	need make make
	need /usr/include/stdio.h libc6-dev
	if [ -n "$missing" ]; then
		apt_install_server $missing
	fi
	match_versions

	mkdir "$work/tree"
	(cd "$root" && tar -cf - --exclude=./.git --exclude='*.o' --exclude='*.bc' --exclude='*.so' \
		--exclude=./src/exports.list --exclude='./relations--*.sql' --exclude=./results \
		--exclude=./tmp_check --exclude=./output_iso .) | tar -xf - -C "$work/tree" --no-same-owner
	chmod -R u+rwX,go+rX "$work/tree"

	# data that lies beside the repository where it was cloned for development
	if [ -r "$root/../shared/data/chinook.sql" ]; then
		cp "$root/../shared/data/chinook.sql" "$work/"
	fi
}

# hand_over SCRIPT ARGUMENT...: starts the second half in the copy
hand_over()
{
	script=$1
	shift
	export PG_CONFIG
	cd "$work/tree"
	if [ "$(id -u)" = 0 ]; then
		user=postgres
		id "$user" >/dev/null 2>&1 || user=nobody
		chown -R "$user:" "$work"
		export HOME="$work"
		exec setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups \
			sh "$script" --within "$work" "$@"
	fi
	exec sh "$script" --within "$work" "$@"
}

# --- second half --------------------------------------------------------

# make, told where the server is; bitcode for the server's JIT is not needed
mk() { make -s PG_CONFIG="$PG_CONFIG" bindir="$bin" with_llvm=no "$@"; }

# Sets $bin; puts the built extension where only our server looks for it. With
# "as_own" it is found as if it had been installed: pg_upgrade does not look where
# PostgreSQL 18 is told.
install_extension()
{
	bin=$("$PG_CONFIG" --bindir)
	settings=$("$bin/postgres" --describe-config | cut -f 1)
	case "${1-} $settings" in
		*extension_destdir*) # Debian's own setting
			echo "extension_destdir = '$work/installed'" ;;
		" "*extension_control_path*) # PostgreSQL 18
			echo "extension_control_path = '$work/installed$("$PG_CONFIG" --sharedir):\$system'"
			echo "dynamic_library_path = '$work/installed$("$PG_CONFIG" --pkglibdir):\$libdir'" ;;
		*) # a server finds its files relative to its program: run a copy of it
			for dir in bindir pkglibdir sharedir; do
				dir=$("$PG_CONFIG" --$dir)
				mkdir -p "$work/installed$dir"
				cp -a "$dir/." "$work/installed$dir/"
			done
			bin=$work/installed$bin ;;
	esac >"$work/extension.conf"
	mk install DESTDIR="$work/installed" >"$work/install.log" 2>&1 ||
		{ cat "$work/install.log"; die "make install failed"; }
}

# Builds the tree for another server too, in $work/older: $older_bin, $older_conf.
install_older()
{
	mkdir "$work/older"
	cp -a "$work/tree" "$work/older/tree"
	older_bin=$(
		PG_CONFIG=$1
		bin=$("$PG_CONFIG" --bindir)
		work=$work/older
		cd "$work/tree"
		mk -j"$(nproc)" >&2
		install_extension
		echo "$bin"
	)
	older_conf=$work/older/extension.conf
}

# Without compiling queries: a server that was fetched has no LLVM.
start_server()
{
	"$bin/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --no-locale -N >"$work/initdb.log" 2>&1 ||
		{ cat "$work/initdb.log"; die "initdb failed"; }
	cat - "$work/extension.conf" >>"$work/data/postgresql.conf" <<-EOF
		listen_addresses = ''
		unix_socket_directories = '$work'
		fsync = off
		jit = off
	EOF
	export PGHOST="$work" PGUSER=postgres PGDATABASE=postgres
	"$bin/pg_ctl" -D "$work/data" -l "$work/server.log" -w -s start ||
		{ tail -n 20 "$work/server.log"; die "the server did not start"; }
	"$bin/postgres" --version
}
