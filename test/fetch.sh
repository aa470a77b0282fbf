#!/bin/sh
# fetch.sh MAJOR FOLDER: a PostgreSQL server with its headers, as Debian packages
# it, unpacked in FOLDER, which it cannot leave afterwards. Its pg_config is
# FOLDER/usr/lib/postgresql/MAJOR/bin/pg_config. Nothing is installed, and no
# right is needed but that to write there.
#
# The packages come from the suite of Debian that has this version, by the mirror
# that this machine's apt uses. So a server may be built for a newer libc: it is
# run with that of its own suite, which is unpacked beside it.
set -eu

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

[ $# = 2 ] || die "say which MAJOR version, and the FOLDER for it"
major=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
config=$folder/usr/lib/postgresql/$major/bin/pg_config
[ ! -e "$folder/complete" ] || exit 0
case $major in
	15) suite=bookworm ;;
	17) suite=trixie ;;
	18) suite=forky ;;
	*) die "no suite of Debian is known to have PostgreSQL $major" ;;
esac
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || die "apt-get and dpkg-deb are needed, as on Debian"
arch=$(dpkg --print-architecture)
mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || :; } |
	sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb (\[[^]]*\] )?([^ ]+) .*/\2/p' | grep '/debian/*$' | head -n 1)
[ -n "$mirror" ] || die "apt has no mirror of Debian in its sources"

# an apt of its own, which believes that nothing is installed
own=$(mktemp -d)
trap 'rm -rf "$own"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$own/lists/partial" "$own/cache/archives/partial" "$own/state" "$own/etc/preferences.d" "$own/etc/apt.conf.d"
# a mirror may be the copy of some day: then what is newest there is older than a suite under way wants to be
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg check-valid-until=no] $mirror $suite main" >"$own/etc/sources.list"
cat >"$own/apt.conf" <<CONF
Dir::Etc "$own/etc";
Dir::Etc::sourcelist "$own/etc/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "/usr/share/keyrings";
Dir::State "$own/state";
Dir::State::lists "$own/lists";
Dir::State::status "$own/state/status";
Dir::Cache "$own/cache";
Dir::Cache::archives "$own/cache/archives";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
CONF
export APT_CONFIG="$own/apt.conf"
: >"$own/state/status"
apt-get -qq update </dev/null || die "the package lists of $suite could not be read"

# what a server runs without, but for just-in-time compilation, is said to be there
for package in $(apt-cache depends "postgresql-$major" "postgresql-server-dev-$major" |
	sed -nE 's/^ *\|?Depends: ((clang|llvm|libllvm)[^ ]*)$/\1/p' | sort -u) \
	locales tzdata ssl-cert debconf sensible-utils postgresql-common postgresql-client-common \
	postgresql-common-dev libpq-dev; do
	printf 'Package: %s\nStatus: install ok installed\nArchitecture: %s\nMulti-Arch: foreign\nMaintainer: none\nVersion: 9999:1\nDescription: not needed\n\n' \
		"$package" "$arch"
done >"$own/state/status"
apt-get -qq -y --download-only install "postgresql-$major" "postgresql-client-$major" "postgresql-server-dev-$major" patchelf \
	</dev/null >"$own/log" 2>&1 || { tail -n 20 "$own/log" >&2; die "the packages could not be fetched"; }
for package in "$own"/cache/archives/*.deb; do
	dpkg-deb --fsys-tarfile "$package" |
		tar -x -C "$folder" --keep-directory-symlink --exclude=./usr/share/doc --exclude=./usr/share/man \
			--exclude=./usr/share/locale --exclude='./usr/lib/postgresql/*/lib/bitcode' -f -
done

# programs are started by the loader of their own suite, and find its libraries
lib=$(find "$folder/usr/lib" "$folder/lib" -maxdepth 2 -name 'ld-linux*.so*' 2>/dev/null | head -n 1)
[ -n "$lib" ] || die "the packages of $suite have no loader"
libs=$folder/usr/lib/$(basename "$(dirname "$lib")"):$folder/lib/$(basename "$(dirname "$lib")")
patch() { "$lib" --library-path "$libs" "$folder/usr/bin/patchelf" "$@"; }
find "$folder/usr/lib/postgresql/$major" -type f -perm -100 ! -name '*.so' ! -name '*.so.*' | while read -r file; do
	if [ "$(head -c 4 "$file" | tail -c 3)" = ELF ]; then
		patch --set-interpreter "$lib" --force-rpath --set-rpath "$libs" "$file"
	fi
done

# what this machine's compiler and libc do not know
makefile=$folder/usr/lib/postgresql/$major/lib/pgxs/src/Makefile.global
: >"$own/empty.c"
for flag in $(grep '^CFLAGS =' "$makefile" | tr ' ' '\n' | grep -E '^-[Wf]' | sort -u); do
	if LC_ALL=C gcc "$flag" -c "$own/empty.c" -o /dev/null 2>&1 | grep -q 'unrecognized command-line option'; then
		sed -i -E "/^CFLAGS =/s# $flag( |\$)#\\1#g" "$makefile"
	fi
done
sed -i '/^\(CFLAGS\|LDFLAGS\|LDFLAGS_SL\|LDFLAGS_EX\) /s# -f\(lto=auto\|fat-lto-objects\)##g; s#-D_FORTIFY_SOURCE=3#-D_FORTIFY_SOURCE=2#' "$makefile"
if ! printf '#include <string.h>\nint main(void) { char s[2]; return (int) strlcpy(s, "", 2); }\n' |
	gcc -Werror=implicit-function-declaration -x c - -o /dev/null 2>/dev/null; then
	sed -i -E 's/^(#define HAVE_DECL_STRL(CAT|CPY)) 1/\1 0/' "$folder"/usr/include/postgresql/"$major"/server/pg_config.h
fi
"${config%/*}/postgres" --version
: >"$folder/complete"
