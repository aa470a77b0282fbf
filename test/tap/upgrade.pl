# pg_upgrade from the server that RELATIONS_OLD_BIN and RELATIONS_OLD_CONFIG name,
# which has the extension too.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use File::Basename qw(dirname);
use IPC::Run ();
use Test::More;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Relations;

my $here = $FindBin::RealBin;
my $older_bin = $ENV{RELATIONS_OLD_BIN};

plan skip_all => 'RELATIONS_OLD_BIN names no older server' unless $older_bin;

my $old;
{
	local $ENV{TEMP_CONFIG} = $ENV{RELATIONS_OLD_CONFIG};
	$old = start_node('old', new => { install_path => dirname($older_bin) });
}
my $new = start_node('new');
my $new_bin = $new->config_data('--bindir');
my ($from) = $old->safe_psql('postgres', 'SHOW server_version') =~ /^(\d+)/;
my ($to) = $new->safe_psql('postgres', 'SHOW server_version') =~ /^(\d+)/;
cmp_ok($from, '<', $to, "from $from to $to");

# relations of every type, made by this version of the extension and by the first
make_world($old, 'world', '-v', 'with_circles=1');
make_world($old, 'plain');
make_world($old, 'first', '-v', 'version=0.1');
works_as_before($old, 'plain', "on $from");

my %was;
sub state_of
{
	my ($node, $db) = @_;

	return join("\n", map { query($node, $db, $_) } 'SELECT * FROM relations.relations ORDER BY id', 'SELECT * FROM relations.check()',
		'SELECT last_value, is_called FROM relations.edge_id_seq',
		q{SELECT tgrelid::regclass, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
			ORDER BY tgrelid::regclass::text, tgname},
		q{SELECT p.oid::regprocedure, proowner::regrole, proacl, pg_get_functiondef(p.oid), refobjid <> 0 FROM pg_proc p
			JOIN pg_depend ON objid = p.oid AND deptype = 'x' ORDER BY p.oid::regprocedure::text},
		'SELECT * FROM zoo.comment ORDER BY id', 'SELECT * FROM entry ORDER BY id', 'SELECT * FROM a_section ORDER BY id');
}
$was{$_} = state_of($old, $_) for ('world', 'plain', 'first');

# Some minor releases keep a version of each column among its options; pg_upgrade from one of them
# to a server that does not know it fails with any table, and so without our doing
my $versions = q{SELECT count(*) > 0 FROM pg_attribute WHERE attoptions::text LIKE '%pg_attver=%'};
$_->safe_psql('postgres', 'CREATE TABLE versions (a int)') for ($old, $new);
if ($old->safe_psql('postgres', $versions) ne $new->safe_psql('postgres', $versions))
{
	note 'the servers do not agree about pg_attver: it is taken out';
	$old->safe_psql($_, q{SET allow_system_table_mods = on;
		UPDATE pg_attribute SET attoptions = NULL WHERE attoptions::text LIKE '%pg_attver=%'}) for ('postgres', 'world', 'plain', 'first');
}
$new->safe_psql('postgres', 'DROP TABLE versions');

$old->stop;
$new->stop;
chdir $PostgreSQL::Test::Utils::tmp_check;
my $said = '';
ok(IPC::Run::run([ "$new_bin/pg_upgrade", '-b', $older_bin, '-B', $new_bin, '-d', $old->data_dir, '-D', $new->data_dir,
		'-s', $new->host, '-p', $old->port, '-P', $new->port ], '>', \$said, '2>&1'), 'pg_upgrade')
	or diag($said, grep { /^(pg_\w+: (error|detail)|ERROR|Command was|could not)/ } map { split /^/, slurp_file($_) }
			glob($new->data_dir . '/pg_upgrade_output.d/*/{*.txt,log/pg_upgrade_dump_*.log}')) || die 'not upgraded';
$new->start;

for my $db ('world', 'plain', 'first')
{
	same_text(state_of($new, $db), $was{$db}, "$db is as it was");
}
works_as_before($new, 'plain', "from $from to $to");
works_as_before($new, 'first', "0.1, from $from to $to");
$new->safe_psql('first', 'ALTER EXTENSION relations UPDATE');
works_as_before($new, 'first', "0.1, from $from to $to, updated");
$new->safe_psql('postgres', 'CREATE DATABASE fresh');
$new->safe_psql('fresh', 'CREATE EXTENSION relations');
my $objects = run_psql($new, 'fresh', "$here/objects.sql");
same_text(run_psql($new, $_, "$here/objects.sql"), $objects, "$_ has the objects of a new installation") for ('world', 'plain', 'first');

# and what comes out can be dumped
my $dir = PostgreSQL::Test::Utils::tempdir;
append_to_file("$dir/plain.sql", dump_text($new, 'plain'));
$new->safe_psql('postgres', 'CREATE DATABASE copy');
is(run_psql($new, 'copy', "$dir/plain.sql", '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1'), '', 'the upgraded database is dumped and restored');
same_text(dump_text($new, 'copy'), dump_text($new, 'plain'), 'and is the same');

$new->stop;
done_testing();
