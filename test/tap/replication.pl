# Standbys, recovery, crashes, logical replication: relations are where their
# rows are, and enforced where rows are written, as foreign keys are.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use Test::More;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Relations;

my $here = $FindBin::RealBin;

# --- a physical standby -------------------------------------------------

my $primary = start_node('primary', init => { allows_streaming => 'logical', has_archiving => 1 });
make_world($primary, 'world');
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

my $relations = 'SELECT * FROM relations.relations ORDER BY id';
is(query($standby, 'world', $relations), query($primary, 'world', $relations), 'a standby shows the relations');
is(query($standby, 'world', 'SELECT * FROM relations.check()'), '', 'and checks them');
is(query($standby, 'world', 'SELECT relations.validate(10)'), '', 'and validates one');
for my $question (
	q{SELECT c.name, t.name FROM country c, cities(c) t ORDER BY 1, 2},
	q{SELECT relations.read_items('page', '{"fields": ["*", "content.item:heading.*", "content.item:text_block.*", "comments.*"]}')},
	q{SELECT * FROM relations.items('aaa.recipe', '{"fields": ["*.*"], "sort": ["id"]}')},
	q{SELECT relations.read_item('country', 1, '{"fields": ["cities.name", "capital.id"]}')},
	q{SELECT relations.count_items('city', '{"filter": {"country": {"name": {"_eq": "Norway"}}}}')},
	q{SELECT relations.resolve(p, 'content', '{"fields": ["sort", "item:heading.title"]}') FROM page p},
	q{SELECT path FROM relations.read_items_sql('page', '{"fields": ["content.*"]}')},
	q{SELECT relations.diagram()},
	q{SELECT * FROM relations.discover() ORDER BY relation::text},
	q{SELECT relations.get_relation(10)})
{
	is(query($standby, 'world', $question), query($primary, 'world', $question), "the same on a standby: $question");
}
my ($rc, $out, $err) = $standby->psql('world', q{SELECT relations.many_to_one('shown', 'page', 'page')});
like($err, qr/in a read-only transaction|during recovery/, 'a standby registers nothing');
$primary->safe_psql('world', 'CREATE UNLOGGED TABLE fleeting (id int PRIMARY KEY)');
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
($rc, $out, $err) = $standby->psql('world', q{SELECT relations.read_items('fleeting')});
like($err, qr/cannot access temporary or unlogged relations during recovery/, 'an unlogged table is refused on a standby as anywhere');
$primary->safe_psql('world', 'DROP TABLE fleeting');

# a session on the standby hears of what the primary registers
my $session = open_session($standby, 'world');
my $question = q{SELECT relations.read_items('page', '{"fields": ["all_shown.id"]}')};
like($session->($question), qr/ERROR/, 'a field that is not there yet');
$primary->safe_psql('world', q{SELECT relations.many_to_one('shown', 'page', 'page', 'all_shown')});
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
is($session->($question), qq([{"all_shown":[]}]\n), 'is heard of on the standby');
$primary->safe_psql('world', q{DELETE FROM relations.relations WHERE one_field = 'all_shown'; ALTER TABLE shown DROP page});
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
like($session->($question), qr/ERROR/, 'and so is that it is gone');

# a point in time, for below
$primary->safe_psql('postgres', q{SELECT pg_create_restore_point('before')});
$primary->safe_psql('world', q{SELECT relations.delete_relation(11); INSERT INTO zoo.comment VALUES (9, 'none', 0)});
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
is(query($standby, 'world', 'SELECT count(*) FROM relations.relations WHERE id = 11'), '0', 'a relation taken back is gone from the standby');
$primary->safe_psql('postgres', 'SELECT pg_switch_wal()');

# --- promotion ----------------------------------------------------------

$standby->promote;
($rc, $out, $err) = $standby->psql('world', q{INSERT INTO a_section (page_id, collection, item) VALUES (1, 'heading', 99)});
like($err, qr/is not present in table "heading"/, 'a promoted standby enforces');
$session->();
is(query($standby, 'world', q{SELECT id > (SELECT max(id) FROM relations.edge) FROM relations.many_to_one('shown', 'extra', 'page')}), 't',
	'and gives new ids');
is(query($standby, 'world', q{SELECT count(*) FROM relations.check()}), '0', 'nothing is amiss');
$standby->stop;

# --- point-in-time recovery ---------------------------------------------

my $point = PostgreSQL::Test::Cluster->new('point');
$point->init_from_backup($primary, 'base', has_restoring => 1, standby => 0);
$point->append_conf('postgresql.conf', "recovery_target_name = 'before'\nrecovery_target_action = 'promote'");
$point->start;
$point->poll_query_until('world', 'SELECT NOT pg_is_in_recovery()');
works_as_before($point, 'world', 'recovered to a point in time');

# --- a crash, right after a relation was made ---------------------------

is(query($point, 'world', q{SELECT many_field FROM relations.many_to_any('page', 'parts', '{heading, task}')}), "page_id\nitem", 'a relation is made');
my $last = query($point, 'world', 'SELECT max(id) FROM relations.edge');
$point->stop('immediate');
$point->start;
is(query($point, 'world', 'SELECT max(id) FROM relations.edge'), $last, 'and is there after a crash');
($rc, $out, $err) = $point->psql('world', q{INSERT INTO page_parts (page_id, collection, item) VALUES (1, 'heading', 99)});
like($err, qr/is not present in table "heading"/, 'and enforced');
is(query($point, 'world', qq{SELECT id > $last FROM relations.many_to_one('shown', 'extra', 'page')}), 't', 'ids go on after a crash');
is(query($point, 'world', 'SELECT * FROM relations.check()'), '', 'all is as it should be');
$point->stop;

# --- logical replication ------------------------------------------------

# rows of everything, the registry's too; on the subscriber the schema, whose triggers are those of the dump
my $source = 'world_source';
make_world($primary, $source);
my $subscriber = start_node('subscriber', init => { allows_streaming => 'logical' });
$subscriber->safe_psql('postgres', 'CREATE ROLE keeper');
$subscriber->safe_psql('postgres', "CREATE DATABASE copy");
my $dir = PostgreSQL::Test::Utils::tempdir;
append_to_file("$dir/schema.sql", dump_text($primary, $source, '-s'));
is(run_psql($subscriber, 'copy', "$dir/schema.sql", '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1'), '', 'the schema is there');

# tables without a key cannot be updated there
$primary->safe_psql($source, 'ALTER TABLE entry REPLICA IDENTITY FULL');
$primary->safe_psql($source, "ALTER TABLE $_ REPLICA IDENTITY FULL") for ('entry_0', 'entry_1');
$primary->safe_psql($source, 'CREATE PUBLICATION everything FOR ALL TABLES');
# the rows of the copy come in whatever order, each table by itself
my $held = open_session($subscriber, 'copy');
like($held->(q{SELECT relations.read_items('country', '{"fields": ["cities.name"]}')}), qr/ERROR/, 'no relations yet');
my $connection = $primary->connstr . " dbname=$source";
$subscriber->safe_psql('copy', "CREATE SUBSCRIPTION everything CONNECTION '$connection' PUBLICATION everything");
$subscriber->wait_for_subscription_sync($primary, 'everything', 'copy');
is(query($subscriber, 'copy', 'SELECT * FROM relations.relations ORDER BY id'),
	query($primary, $source, 'SELECT * FROM relations.relations ORDER BY id'), 'the relations are copied');
is(query($subscriber, 'copy', 'SELECT * FROM relations.check()'), '', 'with all rows in place');
like($held->(q{SELECT relations.read_items('country', '{"fields": ["cities.name"]}')}), qr/Oslo/, 'and heard of');
$subscriber->safe_psql('copy', 'REFRESH MATERIALIZED VIEW words_of');

# what is applied is neither checked nor acted upon: it was, where it comes from
$subscriber->safe_psql('copy', q{DELETE FROM zoo.comment WHERE id = 3});
$primary->safe_psql($source, q{DELETE FROM zoo.day; INSERT INTO zoo.day VALUES ('2020-02-02'); INSERT INTO zoo.comment VALUES (7, 'Day', '2020-02-02')});
$primary->wait_for_catchup('everything');
is(query($subscriber, 'copy', q{SELECT id FROM zoo.comment WHERE commentable_type = 'Day'}), '7', 'deletes and inserts are applied');
$subscriber->safe_psql('copy', q{INSERT INTO zoo.day VALUES ('1999-09-09'); INSERT INTO zoo.comment VALUES (100, 'Day', '1999-09-09'), (101, 'Day', '2020-02-02')});
$primary->safe_psql($source, q{DELETE FROM zoo.day});
$primary->wait_for_catchup('everything');
is(query($subscriber, 'copy', q{SELECT id FROM zoo.comment WHERE commentable_type = 'Day' ORDER BY id}), "100\n101",
	'an applied delete does not cascade to rows of the subscriber itself, as with a foreign key');
like(query($subscriber, 'copy', 'SELECT problem, detail FROM relations.check()'), qr/rows lead nowhere.*2020-02-02/, 'check() finds them');
$subscriber->safe_psql('copy', 'DELETE FROM zoo.comment WHERE id > 99; DELETE FROM zoo.day');

# the same, of a native key: the test of this test
$subscriber->safe_psql('copy', q{INSERT INTO zoo.animal VALUES (100, 2, NULL, NULL)});
$primary->safe_psql($source, q{DELETE FROM zoo.cage WHERE id = 2});
$primary->wait_for_catchup('everything');
is(query($subscriber, 'copy', q{SELECT id FROM zoo.animal WHERE cage = 2}), '100', 'nor does it with a foreign key');
$subscriber->safe_psql('copy', 'DELETE FROM zoo.animal WHERE id = 100');

# a relation registered, changed and taken back on the publisher is so on the subscriber
$primary->safe_psql($source, q{SELECT relations.create_relation('{"many_collection": "capital", "many_field": "id", "one_collection": "page",
	"one_field": "of_page", "constraint": false}')});
$primary->wait_for_catchup('everything');
$question = q{SELECT count(*) FROM relations.relations WHERE one_field = 'of_page'};
is($held->($question), "1\n", 'a relation is replicated');
is(query($subscriber, 'copy', q{SELECT DISTINCT problem FROM relations.check()}), 'a row function is missing', 'its functions are not, as no DDL is');
$subscriber->safe_psql('copy', "SELECT fix FROM relations.check() \\gexec\n");
is($held->(q{SELECT relations.read_items('page', '{"fields": ["of_page.id"]}')}), qq([{"of_page":{"id":1}}]\n), 'and read by a session that was there');
$primary->safe_psql($source, q{DELETE FROM relations.relations WHERE one_field = 'of_page'});
$primary->wait_for_catchup('everything');
like($held->(q{SELECT relations.read_items('page', '{"fields": ["of_page.id"]}')}), qr/ERROR/, 'and is gone again');
$held->();

# what is written on the subscriber is enforced
for my $write (
	[ q{INSERT INTO zoo.comment VALUES (200, 'Day', '2222-02-02')}, qr/is not present in table "day"/ ],
	[ q{UPDATE a_section SET item = 99}, qr/is not present in table/ ],
	[ q{DELETE FROM task WHERE id = 1}, qr/violates foreign key constraint "mark_kind_what_fkey"/ ],
	[ q{TRUNCATE heading}, qr/cannot truncate/ ],
	[ q{INSERT INTO city (id, country) VALUES (9, 99)}, qr/violates foreign key constraint "city_country_fkey"/ ])
{
	($rc, $out, $err) = $subscriber->psql('copy', $write->[0]);
	like($err, $write->[1], "on the subscriber: $write->[0]");
}
$subscriber->safe_psql('copy', 'DELETE FROM heading WHERE id = 1');
is(query($subscriber, 'copy', q{SELECT count(*) FROM a_section WHERE collection = 'heading'}), '0', 'and acted upon');
is(query($subscriber, 'copy', q{SELECT id > (SELECT max(id) FROM relations.edge) FROM relations.many_to_one('shown', 'extra', 'page')}), 't',
	'a relation of the subscriber itself gets an id that is free');

$subscriber->stop;
$primary->stop;
done_testing();
