# A dump brings everything back, whatever its form: nothing is said on the way,
# the dump of the copy is the dump of the original, and all works as before.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use IPC::Run ();
use Test::More;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Relations;

my $node = start_node('main');
my $dir = PostgreSQL::Test::Utils::tempdir;

$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
# a circle of foreign keys, which a dump of the data alone cannot bring back
my @circles = ('-v', 'with_circles=1');

# Runs a program, which has nothing to say.
sub quietly
{
	my ($what, @command) = @_;
	my ($out, $err) = ('', '');
	my $ok = IPC::Run::run(\@command, '<', \undef, '>', \$out, '2>', \$err);

	# PostgreSQL's own trouble with the primary keys of partitions, which it goes on from
	$err =~ s/^pg_restore: error: .*cannot drop inherited constraint .*\n(Command was: .*\n)?//mg
		and $err =~ s/^pg_restore: warning: errors ignored .*\n//m
		and $ok = 1
		if $what =~ /--clean/;
	is($err, '', "$what: nothing to say");
	ok($ok, "$what: done");
}

sub new_database
{
	my ($db) = @_;

	$node->safe_psql('postgres', "DROP DATABASE IF EXISTS $db");
	$node->safe_psql('postgres', "CREATE DATABASE $db");
}

sub dump_to { my ($file, $db, @options) = @_; quietly("pg_dump $db @options", 'pg_dump', '-f', "$dir/$file", @options, $db); }
sub restore { my ($db, $file, @options) = @_; quietly("pg_restore @options $file", 'pg_restore', '-d', $db, @options, "$dir/$file"); }
sub restore_plain { my ($db, $file, @options) = @_; quietly("psql @options -f $file", 'psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', @options, '-d', $db, '-f', "$dir/$file"); }

# The copy is the original.
sub same
{
	my ($what, $db, $dump) = @_;

	# a dump of the data alone does not fill it
	$node->safe_psql($db, 'REFRESH MATERIALIZED VIEW words_of');
	same_text(dump_text($node, $db), $dump, "$what: the same dump");
	works_as_before($node, $db, $what);
}

make_world($node, 'world');
works_as_before($node, 'world', 'the original');
my $dump = dump_text($node, 'world');
my $last_id = $node->safe_psql('world', 'SELECT last_value FROM relations.edge_id_seq');

# everything at once
dump_to('plain.sql', 'world');
dump_to('inserts.sql', 'world', '--inserts', '--rows-per-insert=2');
dump_to('custom', 'world', '-Fc');
dump_to('tar', 'world', '-Ft');
dump_to('directory', 'world', '-Fd', '-j2');
for my $form ([ 'plain.sql' ], [ 'plain.sql', '-1' ], [ 'inserts.sql' ])
{
	new_database('copy');
	restore_plain('copy', @$form);
	same("@$form", 'copy', $dump);
}
for my $form ([ 'custom' ], [ 'custom', '-1' ], [ 'custom', '-j4' ], [ 'tar' ], [ 'directory' ], [ 'directory', '-1' ], [ 'directory', '-j4' ])
{
	new_database('copy');
	restore('copy', @$form);
	same("@$form", 'copy', $dump);
}

# over what is there
restore('copy', 'custom', '--clean', '--if-exists');
same('--clean', 'copy', $dump);

# in parts
new_database('copy');
restore('copy', 'custom', "--section=$_") for ('pre-data', 'data', 'post-data');
same('--section', 'copy', $dump);
new_database('copy');
restore('copy', 'directory', '-j4', "--section=$_") for ('pre-data', 'data', 'post-data');
same('--section -j4', 'copy', $dump);

# data into tables that have their triggers already, and a registry that is empty or comes first
dump_to('schema.sql', 'world', '-s');
dump_to('data.sql', 'world', '-a');
dump_to('data', 'world', '-Fc', '-a');
dump_to('schema', 'world', '-Fc', '-s');
new_database('copy');
restore_plain('copy', 'schema.sql');
is(query($node, 'copy', 'SELECT count(*) FROM relations.relations'), '0', 'a schema alone has no relations');
restore_plain('copy', 'data.sql');
same('schema, then data', 'copy', $dump);
for my $options ([], ['-1'], ['--disable-triggers'], [ '--disable-triggers', '-j4' ])
{
	new_database('copy');
	restore('copy', 'schema');
	restore('copy', 'data', @$options);
	same("schema, then data @$options", 'copy', $dump);
}

# no dump of data alone can do this without switching the triggers off, with foreign keys either
make_world($node, 'circles', @circles);
my $with_circles = dump_text($node, 'circles');
dump_to('circles', 'circles', '-Fc');
new_database('copy');
restore('copy', 'circles');
same_text(dump_text($node, 'copy'), $with_circles, 'rows that are not right and not validated come back');
is(query($node, 'copy', 'SELECT * FROM relations.check()'), query($node, 'circles', 'SELECT * FROM relations.check()'), 'and are found');
new_database('copy');
restore('copy', 'circles', '-s');
restore('copy', 'circles', '-a', '--disable-triggers');
same_text(dump_text($node, 'copy'), $with_circles, 'the same with --disable-triggers');

# what was renamed and moved is as what was made under the names that it has
make_world($node, 'renamed');
is(run_psql($node, 'renamed', "$FindBin::RealBin/newer.sql", '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1'), '', 'tables are renamed');
my $renamed = dump_text($node, 'renamed');
dump_to('renamed', 'renamed', '-Fc');
dump_to('renamed_data', 'renamed', '-Fc', '-a');
sub probe_renamed
{
	my ($db, $what) = @_;

	is(query($node, $db, q{SELECT many_collection, many_field, one_collection, one_field, one_collection_field, discriminators, reverse_field,
		constraint_name FROM relations.relations WHERE many_collection = 'zoo.end_table' ORDER BY id}),
		qq(zoo.end_table|target|place.target|ends||||to_target\n)
		. q(zoo.end_table|item|||kind|{"Page": "page", "Target": "place.target"}|old_ends|old_table_old_kind_old_item_fkey), "$what: names");
	is(query($node, $db, 'SELECT * FROM relations.check()'), '', "$what: all is well");
	is(query($node, $db, 'SELECT t.key, e.id FROM place.target t, place.ends(t) e ORDER BY 1, 2'), "1|2\n2|1", "$what: row functions");
	is(query($node, $db, q{SELECT relations.read_items('zoo.end_table', '{"fields": ["target.name", "item:target.name"], "sort": ["id"]}')}),
		q([{"target":{"name":"two"},"item":{"name":"one"}},{"target":{"name":"one"},"item":1}]), "$what: reading");
	like(($node->psql($db, q{INSERT INTO zoo.end_table VALUES (3, 'Target', 9)}))[2], qr/is not present in table "target"/, "$what: enforced");
	is(query($node, $db, 'SELECT p.id, f.person_id, f.related_person_id FROM place.person p, place.friends(p) f ORDER BY 1, 2, 3'),
		"1|1|2\n1|1|3\n2|2|1\n3|3|1", "$what: symmetric");
	like(($node->psql($db, 'INSERT INTO place.friendship (person_id, related_person_id) VALUES (2, 1)'))[2], qr/duplicate key/, "$what: each pair once");
	like(($node->psql($db, 'DELETE FROM place.target WHERE key = 1'))[2], qr/violates/, "$what: and acted upon");
}
probe_renamed('renamed', 'renamed');
new_database('copy');
restore('copy', 'renamed', '-j4');
same_text(dump_text($node, 'copy'), $renamed, 'renamed: the same dump');
probe_renamed('copy', 'renamed, restored');
new_database('copy');
restore('copy', 'renamed', '-s');
restore('copy', 'renamed_data');
$node->safe_psql('copy', 'REFRESH MATERIALIZED VIEW words_of');
same_text(dump_text($node, 'copy'), $renamed, 'renamed: the same dump, by schema and data');
probe_renamed('copy', 'renamed, restored by schema and data');

# a session that has heard of no relations hears of them, though their triggers were off
new_database('copy');
restore('copy', 'schema');
my $session = open_session($node, 'copy');
my $question = q{SELECT relations.read_items('page', '{"fields": ["content.item:heading.title"]}')};
like($session->($question), qr/ERROR:  /, 'no relation, no field');
restore('copy', 'data', '--disable-triggers');
like($session->($question), qr/Welcome/, 'the same session hears of the relations that were restored');
$session->();

# only a session that restores is let through: any other is told that its relation is not there
new_database('copy');
restore('copy', 'schema');
my (undef, undef, $err) = $node->psql('copy', "INSERT INTO zoo.comment VALUES (1, 'Day', '2001-02-03')");
like($err, qr/there is no relation 11 that this trigger could enforce/, 'no registry, no writes');
restore('copy', 'data');
# with the registry there, a restore of rows is checked as any other command
(undef, undef, $err) = $node->psql('copy', "SET check_function_bodies = off; INSERT INTO zoo.comment VALUES (9, 'Day', '2222-02-02')");
like($err, qr/is not present in table "day"/, 'a setting alone switches nothing off');

# single tables: data into tables that are there
dump_to('comments', 'world', '-Fc', '-a', '-t', 'zoo.comment');
$node->safe_psql('copy', 'TRUNCATE zoo.comment');
restore('copy', 'comments');
same('-a -t zoo.comment', 'copy', $dump);
$node->safe_psql('copy', 'TRUNCATE zoo.comment; DELETE FROM zoo.day');
IPC::Run::run([ 'pg_restore', '-d', 'copy', "$dir/comments" ], '2>', \$err);
like($err, qr/Key \(commentable_type, commentable_id\)=\(Day, 2001-02-03\) is not present in table "day"/,
	'and is refused where it leads nowhere');

# a table that is gone, with its relations: its triggers come back with it, and check() mends that
new_database('copy');
restore('copy', 'custom');
dump_to('table', 'world', '-Fc', '-t', 'zoo.comment');
$node->safe_psql('copy', 'SELECT relations.delete_relation(11); DROP TABLE zoo.comment');
restore('copy', 'table');
(undef, undef, $err) = $node->psql('copy', "INSERT INTO zoo.comment VALUES (9, 'Day', '2222-02-02')");
like($err, qr/there is no relation 11/, 'a table alone comes without its relation');
is(query($node, 'copy', 'SELECT DISTINCT problem FROM relations.check()'), 'a trigger enforces nothing', 'check() says so');
$node->safe_psql('copy', "SELECT fix FROM relations.check() \\gexec\n");
is(query($node, 'copy', 'SELECT count(*) FROM relations.check()'), '0', 'and mends it');
is(query($node, 'copy', q{SELECT id > 19 FROM relations.create_relation('{"many_collection": "zoo.comment", "many_field": "commentable_id",
	"one_collection_field": "commentable_type", "reverse_field": "comments", "on_delete": "CASCADE", "on_update": "CASCADE",
	"one_allowed_collections": {"Page": "page", "App\\\\Old''Page": "page", "Day": "zoo.day", "Token": "zoo.token"}}')}),
	't', 'the relation is registered anew, under an id of its own');
is(query($node, 'copy', 'SELECT count(*) FROM relations.check()'), '0', 'and all is as it should be');

# a schema alone, with the extension, where its relations are all there are
$node->safe_psql('postgres', 'CREATE DATABASE small');
$node->safe_psql('small', q{CREATE EXTENSION relations; CREATE SCHEMA s; CREATE TABLE public.other (id int);
	CREATE TABLE s.a (id int PRIMARY KEY); CREATE TABLE s.b (id int PRIMARY KEY); CREATE TABLE s.refs (kind text, what int);
	SELECT FROM relations.create_relation('{"many_collection": "s.refs", "many_field": "what", "one_collection_field": "kind",
		"one_allowed_collections": "s.a,s.b", "reverse_field": "refs"}')});
dump_to('one_schema.sql', 'small', '-n', 's', '-e', 'relations');
new_database('copy');
restore_plain('copy', 'one_schema.sql');
is(query($node, 'copy', 'SELECT id, many_collection FROM relations.relations'), '1|s.refs', '-n s -e relations brings the relations of s');
is(query($node, 'copy', 'SELECT count(*) FROM relations.check()'), '0', 'and all that belongs to them');

# the registry alone
dump_to('registry.sql', 'world', '-a', '-t', 'relations.*');
new_database('copy');
restore('copy', 'schema');
restore_plain('copy', 'registry.sql');
is(query($node, 'copy', 'SELECT count(*) FROM relations.relations'), '19', 'the registry can be dumped alone');
is(query($node, 'copy', 'SELECT * FROM relations.check()'), '', 'and goes with the schema');

# as an ordinary user, who may not write the registry: a superuser makes the extension before, and brings the registry after
$node->safe_psql('postgres', 'CREATE ROLE plain LOGIN; CREATE DATABASE theirs OWNER plain');
$node->safe_psql('theirs', 'CREATE EXTENSION relations; GRANT ALL ON SCHEMA public TO plain');
dump_to('theirs.sql', 'world', '-O', '-x', '--no-comments', '--exclude-table-data=relations.*');
quietly('an ordinary user restores', 'psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-U', 'plain', '-d', 'theirs',
	'-f', "$dir/theirs.sql");
restore_plain('theirs', 'registry.sql');
works_as_before($node, 'theirs', 'restored by an ordinary user');
is(query($node, 'theirs', q{SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('public', 'zoo')}), 'plain', 'who owns it all');

# what is of no use elsewhere is not dumped: temporary tables, and OIDs of tables that are gone
new_database('copy');
restore('copy', 'custom');
$session = open_session($node, 'copy');
is($session->(q{CREATE TEMP TABLE one (id int PRIMARY KEY); CREATE TEMP TABLE many (one int);
	SELECT FROM relations.many_to_one('many', 'one', 'one'); SELECT count(*) FROM relations.relations WHERE many_collection = 'many'}),
	"1\n", 'a temporary table has a relation');
$node->safe_psql('copy', q{INSERT INTO relations.target SELECT edge, 9, 4000000000, one_columns, 'gone', 'gone' FROM relations.target
	WHERE edge = 10 LIMIT 1; SELECT setval('relations.edge_id_seq', } . $last_id . ')');
same_text(dump_text($node, 'copy'), $dump, 'temporary tables and those that are gone are not dumped');
$session->();

# the whole server
$node->safe_psql('postgres', "DROP DATABASE $_") for ('copy', 'small', 'circles', 'theirs', 'renamed');
quietly('pg_dumpall', 'pg_dumpall', '-f', "$dir/all.sql");
my $other = start_node('other');
$ENV{PGHOST} = $other->host;
$ENV{PGPORT} = $other->port;
{
	# the bootstrap superuser is there already
	my $text = slurp_file("$dir/all.sql");
	$text =~ s/^CREATE ROLE "?\Q$ENV{USER}\E"?;\n//m if defined $ENV{USER};
	my $user = $other->safe_psql('postgres', 'SELECT pg_catalog.quote_ident(current_user)');
	$text =~ s/^CREATE ROLE \Q$user\E;\n//m;
	append_to_file("$dir/all_others.sql", $text);
}
restore_plain('postgres', 'all_others.sql');
same_text(dump_text($other, 'world'), $dump, 'pg_dumpall: the same dump');
works_as_before($other, 'world', 'pg_dumpall');

$other->stop;
$node->stop;
done_testing();
