# Relations.pm: what the TAP tests share.
package Relations;

use strict;
use warnings;
use Exporter 'import';
use File::Basename qw(dirname);
use IPC::Run ();
use Test::More;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;

our @EXPORT = qw(start_node make_world run_psql open_session query dump_text same_text works_as_before);

my $here = dirname(__FILE__);

# A server without authentication, whatever the caller's version, running.
sub start_node
{
	my ($name, %params) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name, %{ $params{new} // {} });

	# the locale matters to pg_upgrade; data checksums are the default since 18
	$node->init(extra => [ '-k', '--encoding=UTF8', '--no-locale' ], %{ $params{init} // {} });
	$node->append_conf('postgresql.conf', $params{conf}) if defined $params{conf};
	$node->start;
	return $node;
}

# Runs a file of SQL; what psql said, on both of its outputs, without the file's path.
sub run_psql
{
	my ($node, $db, $file, @options) = @_;
	my $said = '';

	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	IPC::Run::run([ $node->installed_command('psql'), '-X', '-q', @options, '-f', $file, '-d', $db ],
		'>', \$said, '2>&1');
	$said =~ s/^psql:[^\n]*?:(\d+): /$1: /mg;
	return $said;
}

# A session that stays: what it is asked it answers, messages among the rows.
sub open_session
{
	my ($node, $db) = @_;
	my ($in, $out) = ('', '');
	my $psql = IPC::Run::start([ $node->installed_command('psql'), '-X', '-q', '-At', '-f', '-', '-d', $node->connstr($db) ],
		'<', \$in, '>', \$out, '2>&1', IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));

	return sub {
		my ($sql) = @_;

		if (!defined $sql)
		{
			$in .= "\\q\n";
			return $psql->finish;
		}
		$out = '';
		$in .= "$sql;\n\\echo done\n";
		$psql->pump until $out =~ s/^done\n\z//m;
		return $out;
	};
}

# One value, or rows as lines; any message is a failure.
sub query
{
	my ($node, $db, $sql) = @_;
	my ($rc, $out, $err) = $node->psql($db, $sql);

	is($err, '', "no message: $sql");
	return $out;
}

# A new database with relations of every type.
sub make_world
{
	my ($node, $db, @options) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $db");
	is(run_psql($node, $db, "$here/world.sql", '-At', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', @options),
		'', "world of relations in $db");
}

# What pg_dump makes of the database; what differs from run to run is taken out.
sub dump_text
{
	my ($node, $db, @options) = @_;
	my ($out, $err) = ('', '');

	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	IPC::Run::run([ $node->installed_command('pg_dump'), @options, $db ], '>', \$out, '2>', \$err);
	is($err, '', "pg_dump @options has nothing to say");
	$out =~ s/^\\(un)?restrict .*\n//mg;
	$out =~ s/^-- (Dumped|Started|Completed) .*\n//mg;
	return $out;
}

# As is(), for texts of which only the difference is worth reading.
sub same_text
{
	my ($text, $wanted, $what) = @_;
	my $dir = PostgreSQL::Test::Utils::tempdir;
	my $difference = '';

	return if ok($text eq $wanted, $what);
	append_to_file("$dir/wanted", $wanted);
	append_to_file("$dir/text", $text);
	IPC::Run::run([ 'diff', '-u', "$dir/wanted", "$dir/text" ], '>', \$difference);
	diag($difference);
}

# The database does all that the world it was made from does.
sub works_as_before
{
	my ($node, $db, $what) = @_;

	same_text(run_psql($node, $db, "$here/probe.sql"), slurp_file("$here/probe.out"), "$what: works as before");
}

1;
