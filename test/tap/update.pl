# ALTER EXTENSION relations UPDATE: an updated database has the objects of a new
# one, to the last detail, and its relations do what they did.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use Test::More;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Relations;

my $here = $FindBin::RealBin;
my $dir = PostgreSQL::Test::Utils::tempdir;
my $node = start_node('main');

sub objects { return run_psql($node, $_[0], "$here/objects.sql"); }

# every way from every old version ends where a new installation begins
$node->safe_psql('postgres', 'CREATE DATABASE fresh');
$node->safe_psql('fresh', 'CREATE EXTENSION relations');
my $objects = objects('fresh');
unlike($objects, qr/ERROR/, 'the list of objects is one');
cmp_ok(scalar(() = $objects =~ /^function\|/mg), '>', 30, 'and is not empty');
my $paths = query($node, 'fresh', q{SELECT source FROM pg_extension_update_paths('relations')
	WHERE path IS NOT NULL AND target = (SELECT extversion FROM pg_extension WHERE extname = 'relations') ORDER BY source});
like($paths, qr/^0\.1$/m, '0.1 can be updated');
for my $version (split /\n/, $paths)
{
	my $db = 'from_' . $version =~ s/\W/_/gr;

	$node->safe_psql('postgres', "CREATE DATABASE $db");
	$node->safe_psql($db, "CREATE EXTENSION relations VERSION '$version'");
	isnt(objects($db), $objects, "$version has other objects");
	$node->safe_psql($db, 'ALTER EXTENSION relations UPDATE');
	same_text(objects($db), $objects, "$version is updated to the objects of a new installation");
}

# what a new installation's dump has is what that of an updated one has
same_text(dump_text($node, 'from_0_1'), dump_text($node, 'fresh'), 'both are dumped alike');

# relations that the old objects made, with the new library: before the update and after it
make_world($node, 'world', '-v', 'version=0.1');
is(query($node, 'world', 'SELECT count(*) FROM relations.check()'), '0', 'the new library serves the old objects');
$node->safe_psql('world', 'CREATE VIEW mine AS SELECT * FROM relations.relations');
my $mine = query($node, 'world', 'SELECT * FROM mine ORDER BY id');
my $session = open_session($node, 'world');
like($session->(q{SELECT relations.read_items('country', '{"fields": ["cities.name"]}')}), qr/Oslo/, 'a session reads before the update');
$node->safe_psql('world', 'ALTER EXTENSION relations UPDATE');
like($session->(q{SELECT relations.read_items('country', '{"fields": ["cities.name"]}')}), qr/Oslo/, 'and goes on reading after it');
$session->();
works_as_before($node, 'world', 'updated');
is(query($node, 'world', 'SELECT * FROM mine ORDER BY id'), $mine, 'a view over the relations stays');
same_text(objects('world'), $objects, 'a database with relations has the objects of a new installation');

# relations that the old version itself has made: updated, and restored into the new version
my $old = slurp_file("$here/world-0.1.sql");
append_to_file("$dir/new.sql", $old);
ok($old =~ s/^CREATE EXTENSION IF NOT EXISTS relations WITH SCHEMA pg_catalog/$& VERSION '0.1'/m, 'the dump makes the extension');
append_to_file("$dir/old.sql", $old);
$node->safe_psql('postgres', "CREATE DATABASE $_") for ('old', 'restored');
is(run_psql($node, 'old', "$dir/old.sql", '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1'), '', 'a database of 0.1 itself');
$node->safe_psql('old', 'ALTER EXTENSION relations UPDATE');
works_as_before($node, 'old', 'made by 0.1, updated');
is(run_psql($node, 'restored', "$dir/new.sql", '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1'), '', 'a dump of 0.1 is restored');
works_as_before($node, 'restored', 'made by 0.1, dumped and restored');
same_text(dump_text($node, 'old'), dump_text($node, 'restored'), 'both ways lead to the same');

# and it all can be dumped and restored anew
append_to_file("$dir/again.sql", dump_text($node, 'old'));
$node->safe_psql('postgres', 'CREATE DATABASE again');
is(run_psql($node, 'again', "$dir/again.sql", '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1'), '', 'the updated database is dumped and restored');
same_text(dump_text($node, 'again'), dump_text($node, 'old'), 'and is the same');
works_as_before($node, 'again', 'updated, dumped and restored');

$node->stop;
done_testing();
