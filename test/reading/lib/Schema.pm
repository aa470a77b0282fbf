# Schema.pm: a random schema with every kind of relation, and random rows.
#
# make() writes the SQL. load() reads what came out of it: columns and values
# from the tables, relations from relations.relations, so that names and orders
# that the extension has chosen are known, and nothing that reads is used.
package Schema;
use strict;
use warnings;
use utf8;

use JSON::PP ();

use Server qw(quote_literal quote_name);

my $json = JSON::PP->new->allow_nonref;

# class: how values compare; values: as SQL text
our %TYPES = (
	'integer' => {class => 'number', values => [-3, 0, 1, 2, 3, 7, 10, 2147483647]},
	'bigint' => {class => 'number', values => [-5, 0, 1, 2, 9007199254740993]},
	'smallint' => {class => 'number', values => [-1, 0, 1, 5]},
	'numeric(10,2)' => {class => 'number', values => ['0.00', '1.50', '-2.25', '100.00', '3.00']},
	'double precision' => {class => 'number', values => ['0.5', '-1.5', '1e20', 'NaN', '2', '0']},
	'text' => {class => 'text', values => ['', 'a', 'A', 'abc', 'ABC', 'xaBcx', 'a%b', 'a_b', 'a\\b', 'axb', 'é', 'É',
		'say "x"', 'null', 'true', '10', ' ', "Zoë \x{1F600}", "two\nlines", "it's"]},
	'varchar(20)' => {class => 'text', values => ['', 'one', 'One', 'two', 'three%', '7', "\ttab"]},
	'boolean' => {class => 'bool', values => ['t', 'f']},
	'date' => {class => 'date', values => ['1968-02-29', '2000-01-01', '2026-11-27', '2024-12-30']},
	'timestamp' => {class => 'timestamp', values => ['1999-12-31 23:59:59', '2026-01-01 00:00:00', '2026-01-01 12:30:15.5']},
	'timestamptz' => {class => 'timestamp', values => ['1999-12-31 23:59:59+00', '2026-03-01 00:00:00+00', '2026-03-01 12:30:15.25+00']},
	'time' => {class => 'time', values => ['00:00:00', '12:30:15', '23:59:59']},
	'uuid' => {class => 'uuid', values => [map { sprintf '00000000-0000-0000-0000-%012x', $_ } 1, 2, 10, 255]},
	'mood' => {class => 'enum', values => ['sad', 'ok', 'happy']},
	'jsonb' => {class => 'json', values => ['{"a": 1, "b": [1, 2]}', '[]', '[1, "x", null]', 'null', '"s"', '{}']},
	'text[]' => {class => 'array', values => ['{}', '{a,NULL,"b c"}', '{{a,b},{c,d}}']},
	'bytea' => {class => 'bytes', values => ['\\x00ff', '\\x']});

our %ENUM = (sad => 1, ok => 2, happy => 3);

my @TABLE_NAMES = ('maker', 'thing', 'Odd Name', 'größe', 'select', 'a"b', 'x_1', 'note', 'país', 'Group');
my @COLUMN_NAMES = ('name', 'title', 'Mixed Case', 'order', 'naïve', 'quo"te', "it's", 'n', 'created', 'flag', 'amount', 'data', 'kind', 'état');
my %KEYS = (
	integer => sub { $_[0] },
	bigint => sub { $_[0] * 3 - 1 },
	uuid => sub { sprintf 'a0000000-0000-0000-0000-%012x', $_[0] },
	text => sub { ('k', 'K', 'key ', "k'", 'ké')[$_[0] % 5] . $_[0] });

sub pick { return $_[int rand @_] }

sub shuffled
{
	my @list = @_;
	for my $i (reverse 1 .. $#list)
	{
		my $j = int rand($i + 1);
		@list[$i, $j] = @list[$j, $i];
	}
	return @list;
}

# new NAME
sub new
{
	my ($class, $name) = @_;
	return bless {name => $name, script => [], collections => {}}, $class;
}

sub _add { my ($self, @lines) = @_; push @{$self->{script}}, @lines; return }

sub _sql { my ($self, $table) = @_; return quote_name($self->{name}) . '.' . quote_name($table) }

# make: the SQL of a random schema, to be run once
sub make
{
	my ($self) = @_;
	my @names = shuffled(@TABLE_NAMES);
	my @types = map { pick(qw(integer integer bigint uuid text)) } 0 .. 3;

	$self->_add('SET client_min_messages = warning', 'CREATE SCHEMA ' . quote_name($self->{name}),
		'SET search_path = ' . quote_name($self->{name}) . ', public',
		"CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')");
	my @tables = map { $self->_table($names[$_], [$types[$_]], 4 + int rand 6) } 0 .. 3;
	my ($maker, $thing, $note, $extra) = @tables;
	my $pair = $self->_table($names[4], ['integer', pick('text', 'integer')], 4);

	$self->_rows($_, pick(0, 3, 8, 15, 25)) for $maker, $pair;
	$self->_rows($maker, 5) if !@{$maker->{keys}};
	$self->_rows($pair, 3) if !@{$pair->{keys}};
	$self->_many_to_one($thing, 'maker', $maker, 'things', 0);
	$self->_many_to_one($thing, pick('pair', 'Pair'), $pair, pick('members', 'Mem bers'), 0);
	$self->_rows($thing, pick(5, 20, 40));
	$self->_many_to_one($note, 'thing', $thing, pick('notes', undef), 1);
	$self->_many_to_one($maker, 'parent', $maker, 'children', 0);
	$self->_rows($note, pick(3, 20, 60));
	$self->_fill_self($maker);
	$self->_one_to_one($extra, 'owner', $maker, 'extra');
	$self->_many_to_many($maker, 'liked', $note, pick('liked_by', undef));
	$self->_many_to_many($thing, 'similar', $thing, 'similar_to');
	$self->_symmetric(pick($maker, $note, $pair), 'friends');
	$self->_plain_junction($names[5], $maker, 'paired', $pair, 'makers');
	$self->_many_to_any($maker, 'blocks', [$thing, $note, $extra]);
	$self->_owner_columns($names[6], [$maker, $thing]);
	$self->_add('ANALYZE');
	return join '', map { "$_;\n" } @{$self->{script}};
}

# a table with a key of these types and some columns; its rows come later, for
# other columns may be added to it
sub _table
{
	my ($self, $name, $key_types, $ncolumns) = @_;
	my @names = shuffled(@COLUMN_NAMES);
	my @types = ('text', map { pick(keys_of_types()) } 2 .. $ncolumns);
	my @key = @$key_types == 1 ? ('id') : ('k1', 'K 2');
	my $table = {name => $name, key => \@key, key_types => $key_types, keys => [], columns => [], references => []};

	push @{$table->{columns}}, {name => shift @names, type => $_} for @types;
	my @definitions = map { quote_name($key[$_]) . " $key_types->[$_]" } 0 .. $#key;
	push @definitions, map { quote_name($_->{name}) . " $_->{type}" } @{$table->{columns}};
	# the key is not always the first column
	@definitions = shuffled(@definitions) if rand() < 0.3;
	$self->_add('CREATE TABLE ' . $self->_sql($name) . ' (' . join(', ', @definitions) . ', PRIMARY KEY ('
		. join(', ', map { quote_name($_) } @key) . '))');
	return $table;
}

sub keys_of_types { return sort keys %TYPES }

# N rows more, with references to rows that are there
sub _rows
{
	my ($self, $table, $n) = @_;
	my $start = @{$table->{keys}};

	for my $i ($start + 1 .. $start + $n)
	{
		my @key = map { $KEYS{$table->{key_types}[$_]}->($_ ? $i % 4 + 1 : int(($i + 1) / (@{$table->{key}} > 1 ? 2 : 1))) }
			0 .. $#{$table->{key}};
		push @{$table->{keys}}, \@key;
		my %values;
		@values{@{$table->{key}}} = @key;
		for my $column (@{$table->{columns}})
		{
			$values{$column->{name}} = rand() < 0.2 ? undef : pick(@{$TYPES{$column->{type}}{values}});
		}
		for my $reference (@{$table->{references}})
		{
			my $to = rand() < 0.25 || !@{$reference->{table}{keys}} ? undef : pick(@{$reference->{table}{keys}});
			@values{@{$reference->{columns}}} = $to ? @$to : (undef) x @{$reference->{columns}};
			# half of a compound key is no reference
			$values{$reference->{columns}[1]} = undef if $to && @$to > 1 && rand() < 0.1;
		}
		$self->_insert($table->{name}, \%values);
	}
	return;
}

sub _insert
{
	my ($self, $name, $values) = @_;
	my @columns = sort grep { defined $values->{$_} } keys %$values;
	$self->_add('INSERT INTO ' . $self->_sql($name) . ' (' . join(', ', map { quote_name($_) } @columns) . ') VALUES ('
		. join(', ', map { quote_literal($values->{$_}) } @columns) . ')');
	return;
}

# columns COLUMN, or COLUMN_1 and COLUMN_2 for a compound key, made beforehand or by the extension
sub _many_to_one
{
	my ($self, $many, $field, $one, $alias, $with_sort) = @_;
	my @columns = @{$one->{key}} == 1 ? ($field) : map { "${field}_$_" } 1 .. @{$one->{key}};

	if (@columns > 1 || rand() < 0.5)
	{
		$self->_add('ALTER TABLE ' . $self->_sql($many->{name}) . ' ADD ' . quote_name($columns[$_]) . " $one->{key_types}[$_]")
			for 0 .. $#columns;
	}
	my %relation = (many_collection => $self->_sql($many->{name}), many_field => join(',', @columns),
		one_collection => $self->_sql($one->{name}));
	$relation{one_field} = $alias if defined $alias;
	$relation{sort_field} = 'position' if $with_sort && rand() < 0.7;
	$self->_add('SELECT FROM relations.create_relation(' . quote_literal($json->encode(\%relation)) . ')');
	push @{$many->{references}}, {table => $one, columns => \@columns};
	push @{$many->{columns}}, {name => 'position', type => 'smallint'} if $relation{sort_field};
	return;
}

# parents of rows that are there
sub _fill_self
{
	my ($self, $table) = @_;
	for my $key (@{$table->{keys}})
	{
		next if rand() < 0.3;
		my $parent = pick(@{$table->{keys}});
		$self->_add('UPDATE ' . $self->_sql($table->{name}) . ' SET parent = ' . quote_literal($parent->[0]) . ' WHERE id = '
			. quote_literal($key->[0]));
	}
	return;
}

sub _one_to_one
{
	my ($self, $many, $field, $one, $alias) = @_;
	$self->_add(sprintf 'SELECT FROM relations.one_to_one(%s, %s, %s, %s)', map { quote_literal($_) }
		$self->_sql($many->{name}), $field, $self->_sql($one->{name}), $alias);
	for my $key (@{$one->{keys}})
	{
		next if rand() < 0.4;
		my $i = @{$many->{keys}} + 1;
		my @own = $KEYS{$many->{key_types}[0]}->($i);
		push @{$many->{keys}}, \@own;
		my %values = (id => $own[0], $field => $key->[0]);
		$values{$_->{name}} = rand() < 0.2 ? undef : pick(@{$TYPES{$_->{type}}{values}}) for @{$many->{columns}};
		$self->_insert($many->{name}, \%values);
	}
	$self->_rows($many, 3);
	return;
}

# through a junction that the extension makes, with a key of its own
sub _many_to_many
{
	my ($self, $left, $field, $right, $reverse) = @_;
	my $junction = "link_$field";
	my @arguments = map { quote_literal($_) } $self->_sql($left->{name}), $field, $self->_sql($right->{name});
	my $with_sort = rand() < 0.5;

	push @arguments, 'junction => ' . quote_literal($self->_sql($junction)), "many_field => 'l'", "related_many_field => 'r'";
	push @arguments, 'related_field => ' . quote_literal($reverse) if defined $reverse;
	push @arguments, "sort_field => 'sort'" if $with_sort;
	$self->_add('SELECT FROM relations.many_to_many(' . join(', ', @arguments) . ')');
	$self->_add('ALTER TABLE ' . $self->_sql($junction) . ' ADD note text');
	$self->_pairs($junction, $left, ['l'], $right, ['r'], $with_sort);
	return;
}

# pairs without direction; a junction that is there has the pair as its key
sub _symmetric
{
	my ($self, $table, $field) = @_;
	my $junction = "link_$field";
	my ($junction_sql, $table_sql) = ($self->_sql($junction), $self->_sql($table->{name}));
	my @left = map { "l$_" } 1 .. @{$table->{key}};
	my @right = map { "r$_" } 1 .. @{$table->{key}};
	my @arguments = map { quote_literal($_) } $table_sql, $field, $table_sql;
	my $with_sort = rand() < 0.5;

	if (rand() < 0.5)
	{
		my @definitions = map { ("$left[$_] $table->{key_types}[$_]", "$right[$_] $table->{key_types}[$_]") } 0 .. $#left;
		$self->_add("CREATE TABLE $junction_sql (" . join(', ', shuffled(@definitions), 'PRIMARY KEY (' . join(', ', shuffled(@left, @right)) . ')',
			map { 'FOREIGN KEY (' . join(', ', @$_) . ") REFERENCES $table_sql" } \@left, \@right) . ')');
	}
	push @arguments, 'junction => ' . quote_literal($junction_sql), 'many_field => ' . quote_literal(join ',', @left),
		'related_many_field => ' . quote_literal(join ',', @right), 'is_symmetric => true';
	push @arguments, "sort_field => 'sort'" if $with_sort;
	$self->_add('SELECT FROM relations.many_to_many(' . join(', ', @arguments) . ')');
	$self->_add("ALTER TABLE $junction_sql ADD note text");
	for my $i (1 .. $#{$table->{keys}})
	{
		for my $j (grep { rand() < 0.15 } 0 .. $i - 1)
		{
			my ($from, $to) = shuffled($i, $j);
			my %values;
			@values{@left, @right} = (@{$table->{keys}[$from]}, @{$table->{keys}[$to]});
			$values{note} = pick('x', 'y', '', undef);
			$values{sort} = int rand 5 if $with_sort && rand() < 0.8;
			$self->_insert($junction, \%values);
		}
	}
	return;
}

# through a junction that was there, whose key is the pair
sub _plain_junction
{
	my ($self, $name, $left, $field, $right, $reverse) = @_;
	my @arguments = map { quote_literal($_) } $self->_sql($left->{name}), $field, $self->_sql($right->{name}), $reverse,
		$self->_sql($name);
	my ($left_sql, $right_sql) = map { $self->_sql($_->{name}) } $left, $right;

	$self->_add('CREATE TABLE ' . $self->_sql($name) . " (l $left->{key_types}[0] REFERENCES $left_sql, r1 $right->{key_types}[0], "
		. "r2 $right->{key_types}[1], note text, PRIMARY KEY (r1, r2, l), FOREIGN KEY (r1, r2) REFERENCES $right_sql)");
	$self->_add('SELECT FROM relations.many_to_many(' . join(', ', @arguments) . ')');
	$self->_pairs($name, $left, ['l'], $right, ['r1', 'r2'], 0);
	return;
}

sub _pairs
{
	my ($self, $junction, $left, $left_columns, $right, $right_columns, $with_sort) = @_;
	for my $from (@{$left->{keys}})
	{
		for my $to (grep { rand() < 0.15 } @{$right->{keys}})
		{
			my %values;
			@values{@$left_columns} = @$from;
			@values{@$right_columns} = @$to;
			$values{note} = pick('x', 'y', '', undef);
			$values{sort} = int rand 5 if $with_sort && rand() < 0.8;
			$self->_insert($junction, \%values);
		}
	}
	return;
}

sub _many_to_any
{
	my ($self, $from, $field, $targets) = @_;
	my $junction = "any_$field";
	my @arguments = map { quote_literal($_) } $self->_sql($from->{name}), $field;

	push @arguments, 'ARRAY[' . join(', ', map { quote_literal($self->_sql($_->{name})) } @$targets) . ']::regclass[]',
		'junction => ' . quote_literal($self->_sql($junction)), "many_field => 'page'";
	push @arguments, "reverse_field => 'used_in'" if rand() < 0.7;
	push @arguments, 'sort_field => NULL' if rand() < 0.3;
	$self->_add('SELECT FROM relations.many_to_any(' . join(', ', @arguments) . ')');
	for my $key (@{$from->{keys}})
	{
		for (1 .. int rand 4)
		{
			my $target = pick(grep { @{$_->{keys}} } @$targets) or next;
			my %values = (page => $key->[0], collection => $target->{name}, item => pick(@{$target->{keys}})->[0]);
			$self->_insert($junction, \%values);
		}
	}
	return;
}

# without a junction, with discriminators of one's own
sub _owner_columns
{
	my ($self, $name, $targets) = @_;
	my $table = $self->_table($name, ['integer'], 2);
	my @types = map { $_->{key_types}[0] } @$targets;
	my $type = $types[0] eq $types[1] ? $types[0] : 'text';
	my %relation = (many_collection => $self->_sql($name), many_field => 'owner_id', one_collection_field => 'owner_type',
		one_allowed_collections => {map { ("Class::$_" => $self->_sql($targets->[$_]{name})) } 0 .. $#$targets},
		reverse_field => 'owned');

	$self->_add('ALTER TABLE ' . $self->_sql($name) . " ADD owner_type text, ADD owner_id $type");
	$self->_add('SELECT FROM relations.create_relation(' . quote_literal($json->encode(\%relation)) . ')');
	for my $i (1 .. 15)
	{
		my $n = int rand @$targets;
		my $key = rand() < 0.2 || !@{$targets->[$n]{keys}} ? undef : pick(@{$targets->[$n]{keys}})->[0];
		my %values = (id => $i, owner_id => $key, owner_type => defined $key ? "Class::$n" : undef);
		$values{$_->{name}} = rand() < 0.2 ? undef : pick(@{$TYPES{$_->{type}}{values}}) for @{$table->{columns}};
		$self->_insert($name, \%values);
	}
	return;
}

# --- what came out of it ------------------------------------------------

# load SERVER: collections with columns, rows and fields
sub load
{
	my ($self, $server) = @_;
	my $schema = quote_literal($self->{name});

	for my $row ($server->rows(<<"END"))
SELECT json_build_array(c.oid::regclass, c.relname, json_agg(json_build_array(a.attname,
		CASE WHEN a.atttypid = 'varchar'::regtype THEN 'varchar(20)' WHEN a.atttypid = 'numeric'::regtype THEN 'numeric(10,2)'
			WHEN a.atttypid IN ('timestamp'::regtype, 'time'::regtype) THEN split_part(a.atttypid::regtype::text, ' ', 1)
			WHEN a.atttypid = 'timestamptz'::regtype THEN 'timestamptz'
			ELSE replace(a.atttypid::regtype::text, $schema || '.', '') END) ORDER BY a.attnum),
	(SELECT json_agg(k.attname ORDER BY u.n) FROM pg_index i, unnest(i.indkey) WITH ORDINALITY u (attnum, n)
		JOIN pg_attribute k USING (attnum) WHERE k.attrelid = c.oid AND i.indrelid = c.oid AND i.indisprimary))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = $schema\::regnamespace AND c.relkind = 'r' GROUP BY c.oid ORDER BY c.relname;
END
	{
		my ($label, $name, $columns, $key) = @$row;
		my %collection = (label => $label, name => $name, key => $key, columns => [], column => {}, fields => {}, aliases => []);
		for my $column (@$columns)
		{
			my %column = (name => $column->[0], type => $column->[1],
				class => ($TYPES{$column->[1]} or die "type $column->[1] of $label is unknown")->{class});
			push @{$collection{columns}}, \%column;
			$collection{column}{$column{name}} = \%column;
		}
		$self->{collections}{$label} = \%collection;
	}
	$self->_load_rows($server, $_) for values %{$self->{collections}};
	$self->_load_relations($server);
	return;
}

sub _load_rows
{
	my ($self, $server, $collection) = @_;
	my @columns = @{$collection->{columns}};
	my $list = join ', ', map { 'to_json(' . quote_name($_->{name}) . ')::text' } @columns;
	my @rows;

	for my $texts ($server->rows("SET TimeZone = 'UTC'; SELECT json_build_array($list) FROM " . $self->_sql($collection->{name}) . ';'))
	{
		my %row = (json => {}, value => {});
		for my $i (0 .. $#columns)
		{
			my ($name, $class) = @{$columns[$i]}{qw(name class)};
			$row{json}{$name} = $texts->[$i] // 'null';
			$row{value}{$name} = defined $texts->[$i] ? _value($class, $texts->[$i]) : undef;
		}
		push @rows, \%row;
	}
	$collection->{rows} = \@rows;
	return;
}

# what compares, of a value's JSON
sub _value
{
	my ($class, $text) = @_;
	return $text if $class eq 'json' || $class eq 'array';
	my $value = $json->decode($text);
	return $value ? 1 : 0 if $class eq 'bool';
	return $value;
}

sub _load_relations
{
	my ($self, $server) = @_;
	my %collections = %{$self->{collections}};
	my $schema = quote_literal($self->{name});

	for my $edge ($server->rows(<<"END"))
SELECT json_build_array(e.id, e.many_collection, e.many_columns, e.alias, e.sort_column, e.is_unique, e.discriminator_column,
	CASE WHEN e.is_symmetric THEN e.junction_columns END,
	json_agg(json_build_array(t.one_collection, t.one_columns, t.discriminator, t.field) ORDER BY t.position))
FROM relations.edge e JOIN relations.target t ON t.edge = e.id
WHERE e.many_collection IN (SELECT oid FROM pg_class WHERE relnamespace = $schema\::regnamespace)
GROUP BY e.id ORDER BY e.id;
END
	{
		my ($id, $many, $columns, $alias, $sort, $unique, $discriminator, $exchanged, $targets) = @$edge;
		my $collection = $collections{$many};
		my @targets = map { {collection => $collections{$_->[0]}, columns => $_->[1], value => $_->[2], field => $_->[3]} } @$targets;
		my %edge = (id => $id, many => $collection, columns => $columns, sort => $sort, discriminator => $discriminator,
			exchanged => $exchanged, targets => \@targets);
		my $field = @$columns == 1 ? $columns->[0] : $targets[0]{field};

		$collection->{fields}{$field} = {kind => defined $discriminator ? 'm2a' : 'm2o', name => $field, edge => \%edge};
		next if !defined $alias;
		my %seen;
		for my $target (grep { !$seen{$_->{collection}{label}}++ } @targets)
		{
			my %alias = (kind => $unique ? 'o2o' : 'o2m', name => $alias, edge => \%edge, target => $target);
			$target->{collection}{fields}{$alias} = \%alias;
			push @{$target->{collection}{aliases}}, $alias;
		}
	}
	return;
}

1;
