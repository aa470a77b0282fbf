# Query.pm: random queries that a schema can answer.
package Query;
use strict;
use warnings;
use utf8;

use Exporter 'import';
use JSON::PP ();

use Evaluate ();
use Schema;

our @EXPORT_OK = qw(random_query random_filter random_arguments without_groups path_name);

*pick = \&Schema::pick;

my %OPERATORS = (
	number => [qw(_eq _neq _lt _lte _gt _gte _in _nin _between _nbetween _null _nnull)],
	bool => [qw(_eq _neq _null _nnull)],
	uuid => [qw(_eq _neq _in _nin _null _nnull)],
	enum => [qw(_eq _neq _in _nin _null _nnull)],
	text => [qw(_eq _neq _lt _lte _gt _gte _in _nin _between _nbetween _null _nnull _empty _nempty _contains _ncontains
		_icontains _nicontains _starts_with _nstarts_with _istarts_with _nistarts_with _ends_with _nends_with _iends_with
		_niends_with _ieq _nieq _regex)],
	json => ['_null', '_nnull', '_json'],
	map { $_ => ['_null', '_nnull'] } qw(array bytes));
$OPERATORS{$_} = $OPERATORS{number} for qw(date timestamp time);

my %PARTS = (date => [qw(year month week day weekday)], time => [qw(hour minute second)]);
$PARTS{timestamp} = [@{$PARTS{date}}, @{$PARTS{time}}];

# Values come from a sequence of their own: the same seed of rand() with another
# of these makes a query of the same shape about other values.
our $value_seed = 1;

sub value_rand
{
	$value_seed = ($value_seed * 1103515245 + 12345) % 2147483648;
	return $value_seed / 2147483648;
}

sub pick_value { return $_[int(value_rand() * @_)] }

sub chance { return rand() < $_[0] }

# path_name NAME: quoted if a path would not have it bare
sub path_name
{
	my ($name) = @_;
	return $name if $name !~ /[.:,()"]|\A\s|\s\z/;
	return '"' . ($name =~ s/"/""/gr) . '"';
}

sub _relational
{
	my ($collection, @kinds) = @_;
	my %wanted = map { $_ => 1 } @kinds;
	return map { $collection->{fields}{$_} } sort grep { !@kinds || $wanted{$collection->{fields}{$_}{kind}} } keys %{$collection->{fields}};
}

# random_query COLLECTION
sub random_query
{
	my ($collection) = @_;
	my %query;

	$query{filter} = random_filter($collection, 3) if chance(0.6);
	$query{search} = pick('a', 'ABC', '1', 'x', '%', '1.5', 'é', '00000000-0000-0000-0000-00000000000a', '\\') if chance(0.08);
	if (chance(0.12))
	{
		_random_groups($collection, \%query, '');
	}
	else
	{
		my ($fields, $deep, $alias) = _random_fields($collection, 3);
		$query{fields} = $fields if chance(0.9);
		$query{alias} = $alias if %$alias;
		$query{deep} = $deep if %$deep;
		$query{sort} = _random_sort($collection) if chance(0.5);
		$query{backlink} = JSON::PP::true if chance(0.1);
	}
	_random_limit(\%query, '');
	return \%query;
}

sub _random_limit
{
	my ($query, $prefix) = @_;
	$query->{"${prefix}limit"} = pick(0, 1, 2, 3, 5, 10, -1) if chance(0.4);
	my $limit = $query->{"${prefix}limit"} // -1;
	if (chance(0.15)) { $query->{"${prefix}offset"} = pick(0, 1, 2, 7) }
	elsif ($limit >= 0 && chance(0.2)) { $query->{"${prefix}page"} = pick(1, 2, 3) }
	return;
}

# without_groups QUERY: the rows themselves
sub without_groups
{
	my ($query) = @_;
	delete @$query{qw(groupBy having sort)} if delete $query->{aggregate};
	return;
}

# random_arguments FIELD: a query about what a field of a row leads to
sub random_arguments
{
	my ($field) = @_;
	my $query = random_query(Evaluate::collection_of($field));

	without_groups($query);
	delete $query->{backlink};
	delete @$query{qw(sort limit offset page search)} if $field->{kind} ne 'o2m';
	return $query;
}

# --- fields -------------------------------------------------------------

sub _random_fields
{
	my ($collection, $depth) = @_;
	my (@paths, %deep, %alias);
	my @columns = map { $_->{name} } @{$collection->{columns}};

	for (1 .. 1 + int rand 4)
	{
		my @relational = _relational($collection);
		my $roll = rand();
		if ($roll < 0.15) { push @paths, '*' }
		elsif ($roll < 0.18 && $depth == 3) { push @paths, pick('*.*', '*.*', '*.id', '*.*.*') }
		elsif ($roll < 0.28 && (my @functions = _functions($collection)))
		{
			my $function = pick(@functions);
			my $name = pick('fn', 'f"n');
			if (chance(0.2) && !exists $alias{$name}) { $alias{$name} = $function; $function = path_name($name) }
			push @paths, $function;
		}
		elsif ($roll < 0.3 && (my @names = grep { $alias{$_} !~ /\(/ } sort keys %alias)) { push @paths, 'count(' . path_name(pick(@names)) . ')' }
		elsif ($roll < 0.75 && $depth > 0 && @relational)
		{
			_relational_field($collection, pick(@relational), $depth, \@paths, \%deep, \%alias);
		}
		else { push @paths, path_name(pick(@columns)) }
	}
	# '*.id' is good only where there is such a column
	@paths = map { $_ eq '*.id' ? '*' : $_ } @paths;
	return (\@paths, \%deep, \%alias);
}

sub _functions
{
	my ($collection) = @_;
	my @functions = map { my $c = $_; map { "$_(" . path_name($c->{name}) . ')' } @{$PARTS{$c->{class}} // []} } @{$collection->{columns}};
	push @functions, map { 'count(' . path_name($_->{name}) . ')' } _relational($collection, 'o2m'), grep { $_->{type} eq 'jsonb' } @{$collection->{columns}};
	return @functions;
}

sub _relational_field
{
	my ($collection, $field, $depth, $paths, $deep, $alias) = @_;
	my $name = $field->{name};

	# its arguments are given once
	return if grep { my ($step) = Evaluate::parse_path($_); $step->{name} eq $name } @$paths;
	if ($field->{kind} eq 'm2a')
	{
		_item_field($field, $depth, $paths, $deep);
		return;
	}
	if ($field->{kind} eq 'o2m' && chance(0.15))
	{
		$name = pick('other', 'An Alias', 'x"y');
		return if exists $alias->{$name};
		$alias->{$name} = path_name($field->{name});
	}
	my $other = Evaluate::collection_of($field);
	if ($field->{kind} eq 'o2m' && chance(0.06))
	{
		my %arguments;
		_random_groups($other, \%arguments, '_');
		$arguments{_filter} = random_filter($other, 1) if chance(0.3);
		push @$paths, path_name($name);
		$deep->{path_name($name)} = \%arguments;
		return;
	}
	my ($inner, $inner_deep, $inner_alias) = _random_fields($other, $depth - 1);
	my %arguments = %$inner_deep;

	$arguments{_alias} = $inner_alias if %$inner_alias;
	if ($field->{kind} eq 'o2m')
	{
		if (chance(0.1)) { $inner = []; %arguments = () if chance(0.5) }
		$arguments{_filter} = random_filter($other, 2) if chance(0.3);
		$arguments{_sort} = _random_sort($other) if chance(0.3);
		if (chance(0.1)) { $arguments{_required} = JSON::PP::true }
		else { _random_limit(\%arguments, '_') }
		$arguments{_count} = JSON::PP::true if chance(0.1) && !$arguments{_required};
		$arguments{_search} = pick('a', 'x', '1') if chance(0.05);
	}
	elsif (@$inner && chance(0.2)) { $arguments{_filter} = random_filter($other, 1) }
	elsif (@$inner && chance(0.05)) { $arguments{_required} = JSON::PP::true }
	my $quoted = path_name($name);
	push @$paths, @$inner ? map { "$quoted.$_" } @$inner : $quoted;
	# arguments hold for the field, wherever it is mentioned
	$deep->{$quoted} = \%arguments if %arguments;
	return;
}

sub _item_field
{
	my ($field, $depth, $paths, $deep) = @_;
	my $name = path_name($field->{name});

	for my $target (@{$field->{edge}{targets}})
	{
		next if chance(0.3);
		my $scope = "$name:" . path_name($target->{value});
		if (chance(0.1)) { push @$paths, $scope; next }
		my ($inner, $inner_deep) = _random_fields($target->{collection}, $depth - 1);
		# what an alias of the inner fields would be called is of no use here
		my @usable = grep { my ($step) = Evaluate::parse_path($_); $step->{name} eq '*' || _known($target->{collection}, $step->{name}) } @$inner;
		push @$paths, map { "$scope.$_" } @usable;
		my %arguments = map { $_ => $inner_deep->{$_} } grep { my ($step) = Evaluate::parse_path($_); _known($target->{collection}, $step->{name}) } keys %$inner_deep;
		$arguments{_filter} = random_filter($target->{collection}, 1) if chance(0.2);
		$arguments{_required} = JSON::PP::true if chance(0.1);
		$deep->{$scope} = \%arguments if %arguments && @usable;
	}
	if (chance(0.2))
	{
		my $target = pick(@{$field->{edge}{targets}})->{collection};
		$deep->{$name} = {_required => JSON::PP::true} if chance(0.2);
		push @$paths, "$name." . path_name(pick(@{$target->{columns}})->{name});
	}
	return;
}

sub _known { return $_[0]{column}{$_[1]} || $_[0]{fields}{$_[1]} }

# --- filters ------------------------------------------------------------

# random_filter COLLECTION, DEPTH
sub random_filter
{
	my ($collection, $depth) = @_;
	my %filter;

	return {} if chance(0.02);
	for (1 .. (chance(0.25) ? 2 : 1))
	{
		my $roll = rand();
		my @relational = _relational($collection);
		if ($roll < 0.2 && $depth > 0)
		{
			$filter{pick('_and', '_or')} = [map { random_filter($collection, $depth - 1) } 1 .. int rand 4];
		}
		elsif ($roll < 0.27 && $depth > 0) { $filter{_not} = random_filter($collection, $depth - 1) }
		elsif ($roll < 0.65 && $depth > 0 && @relational)
		{
			my $field = pick(@relational);
			_relational_filter($collection, $field, $depth - 1, \%filter);
		}
		elsif ($roll < 0.72 && (my @functions = _functions($collection)))
		{
			$filter{pick(@functions)} = {pick(qw(_eq _neq _lt _gte)) => int(rand 4) + (chance(0.2) ? 2000 : 0)};
		}
		else
		{
			my $column = pick(@{$collection->{columns}});
			$filter{path_name($column->{name})} = _tests($collection, $column);
		}
	}
	return \%filter;
}

# an operator or two on a column, or its value alone
sub _tests
{
	my ($collection, $column) = @_;
	my $class = $column->{class};
	my %tests;

	if ($OPERATORS{$class}[0] eq '_eq' && chance(0.1)) { return _argument($collection, $column) }
	for (1 .. (chance(0.15) ? 2 : 1))
	{
		my $operator = pick(@{$OPERATORS{$class}});
		if ($operator =~ /\A_n?in\z/) { $tests{$operator} = [map { _argument($collection, $column) } 1 .. int rand 4] }
		elsif ($operator =~ /between/) { $tests{$operator} = [_argument($collection, $column), _argument($collection, $column)] }
		elsif ($operator =~ /null|empty/) { $tests{$operator} = pick(JSON::PP::true, JSON::PP::true, JSON::PP::false, '', undef) }
		elsif ($operator eq '_regex') { $tests{$operator} = pick('^a', '[A-Z]', 'x.B|^o', '\\d', 'b+', '') }
		elsif ($operator eq '_json') { $tests{$operator} = _json_tests() }
		elsif ($operator =~ /contains|starts|ends|ieq/)
		{
			my $text = _argument($collection, $column);
			$tests{$operator} = chance(0.5) ? substr($text, int rand(1 + length $text), 1 + int rand 3) : $text;
		}
		else { $tests{$operator} = _argument($collection, $column) }
	}
	return \%tests;
}

# paths into a json column, each with an operator; what is compared is a number
# or a text as the value that is given
sub _json_tests
{
	my %tests;
	for (1 .. (chance(0.2) ? 2 : 1))
	{
		my $operator = pick(qw(_eq _neq _gt _lte _in _null _nnull));
		my $value = pick(0, 1, 2, 'x', '1', '');
		$tests{pick('a', 'b[0]', 'b[1]', '[0]', '[1]', '[2]', 'c.d')} = $operator =~ /null/ ? {$operator => JSON::PP::true}
			: $operator eq '_in' ? {_in => [map { "$_" } $value, 'x']} : {$operator => $value};
	}
	return \%tests;
}

# a value as JSON that the column may or may not hold
sub _argument
{
	my ($collection, $column) = @_;
	my $class = $column->{class};
	my @rows = @{$collection->{rows}};
	my $value = @rows && value_rand() < 0.7 ? pick_value(@rows)->{value}{$column->{name}} : undef;

	$value //= pick_value(@{$Schema::TYPES{$column->{type}}{values}});
	return $value =~ /\A(t|1)\z/ ? JSON::PP::true : JSON::PP::false if $class eq 'bool';
	return $value if $class eq 'number' && $value =~ /nan/i;
	return value_rand() < 0.15 ? "$value" : $value + 0 if $class eq 'number';
	$value = $value =~ s/ /T/r =~ s/\+00\z/+00:00/r if $class eq 'timestamp';
	return "$value";
}

# a key, as an array if it is compound
sub _key
{
	my ($collection) = @_;
	my @rows = @{$collection->{rows}};
	return undef if !@rows;
	my $row = pick_value(@rows);
	my @values = map { $collection->{column}{$_}{class} eq 'number' ? $row->{value}{$_} + 0 : $row->{value}{$_} } @{$collection->{key}};
	return @values == 1 ? $values[0] : \@values;
}

sub _relational_filter
{
	my ($collection, $field, $depth, $filter) = @_;
	my $name = path_name($field->{name});

	if ($field->{kind} eq 'm2a')
	{
		my $target = pick(@{$field->{edge}{targets}});
		if (chance(0.7)) { $filter->{"$name:" . path_name($target->{value})} = random_filter($target->{collection}, $depth) }
		elsif (chance(0.5)) { $filter->{$name} = {path_name(pick(@{$target->{collection}{columns}})->{name}) => {pick('_null', '_nnull') => JSON::PP::true}} }
		else { $filter->{$name} = {pick('_null', '_nnull') => JSON::PP::true} }
		return;
	}
	my $other = Evaluate::collection_of($field);
	if ($field->{kind} ne 'o2m')
	{
		my $key = $field->{kind} eq 'm2o' && @{$field->{edge}{columns}} == @{$other->{key}} ? _key($other) : undef;
		if (chance(0.2)) { $filter->{$name} = {pick('_null', '_nnull') => JSON::PP::true} }
		elsif (defined $key && chance(0.2)) { $filter->{$name} = {pick('_eq', '_neq') => $key} }
		else { $filter->{$name} = random_filter($other, $depth) }
		return;
	}
	my $roll = rand();
	my $key = _key($other);
	if ($roll < 0.12) { $filter->{$name} = {pick(qw(_null _nnull _empty _nempty)) => pick(JSON::PP::true, JSON::PP::false)} }
	elsif ($roll < 0.2 && defined $key) { $filter->{$name} = chance(0.5) ? {_eq => $key} : {_in => [$key, _key($other)]} }
	elsif ($roll < 0.35)
	{
		my %count = (_count => {pick(qw(_eq _gt _lte _neq)) => int rand 3});
		$count{_filter} = random_filter($other, $depth) if chance(0.5);
		$filter->{$name} = \%count;
	}
	elsif ($roll < 0.7) { $filter->{$name} = {pick(qw(_some _none _every)) => random_filter($other, $depth)} }
	else
	{
		$filter->{$name} = random_filter($other, $depth);
		$filter->{$name}{_eq} = $key if defined $key && chance(0.1);
	}
	return;
}

# --- sort, groups -------------------------------------------------------

sub _random_sort
{
	my ($collection) = @_;
	return [map { pick('', '-', '-') . _sort_path($collection, 3) } 1 .. 1 + int rand 2];
}

sub _sort_path
{
	my ($collection, $depth) = @_;
	my @relational = _relational($collection, 'm2o', 'o2m', 'o2o');
	my @functions = grep { !/\Acount\("?\w*data/ } _functions($collection);

	if ($depth > 0 && @relational && chance(0.35))
	{
		my $field = pick(@relational);
		return path_name($field->{name}) . '.' . _sort_path(Evaluate::collection_of($field), $depth - 1);
	}
	if ($depth > 0 && chance(0.1) && (my @items = _relational($collection, 'm2a')))
	{
		my $item = pick(@items);
		my $target = pick(@{$item->{edge}{targets}});
		return path_name($item->{name}) . ':' . path_name($target->{value}) . '.' . _sort_path($target->{collection}, $depth - 1);
	}
	return pick(@functions) if @functions && chance(0.15);
	return path_name(pick(grep { $_->{class} !~ /\A(json|array|bytes)\z/ } @{$collection->{columns}})->{name});
}

# {aggregate, groupBy, having, sort}, whose names have the prefix
sub _random_groups
{
	my ($collection, $query, $prefix) = @_;
	my @columns = grep { $_->{class} !~ /\A(json|array|bytes)\z/ } @{$collection->{columns}};
	my @numbers = grep { $_->{class} eq 'number' && $_->{type} ne 'double precision' } @columns;
	my %aggregate = (count => '*');
	my @sorts = ('count');

	if (@numbers)
	{
		$aggregate{$_} = [path_name(pick(@numbers)->{name})] for grep { chance(0.3) } qw(sum avg sumDistinct avgDistinct);
	}
	$aggregate{$_} = [path_name(pick(@columns)->{name})] for grep { chance(0.2) } qw(countDistinct);
	$aggregate{$_} = [path_name(pick(grep { $_->{class} !~ /\A(bool|uuid|enum)\z/ } @columns)->{name})] for grep { chance(0.2) } qw(min max);
	push @sorts, map { "$_.$aggregate{$_}[0]" } grep { $_ ne 'count' } sort keys %aggregate;
	$query->{"${prefix}aggregate"} = \%aggregate;
	if (chance(0.75))
	{
		my @by = map { _group_path($collection) } 1 .. (chance(0.3) ? 2 : 1);
		@by = ($by[0]) if @by == 2 && $by[0] eq $by[1];
		# a path gives way to a field of its last name, if that comes first
		@by = sort { ($a =~ /\./) <=> ($b =~ /\./) } @by;
		$query->{"${prefix}groupBy"} = \@by;
		push @sorts, @by;
	}
	$query->{"${prefix}sort"} = [map { pick('', '-') . $_ } (Schema::shuffled(@sorts))[0 .. (chance(0.3) && @sorts > 1 ? 1 : 0)]] if chance(0.4);
	if (chance(0.3))
	{
		my %having = (count => {pick(qw(_gt _lte _neq _eq)) => int rand 4});
		my $test = pick({_gt => int rand 5}, {_lt => int rand 5}, {_null => JSON::PP::true}, {_nnull => JSON::PP::true});
		$having{sum} = {$aggregate{sum}[0] => $test} if $aggregate{sum} && chance(0.5);
		$query->{"${prefix}having"} = chance(0.2) ? {_not => \%having} : chance(0.2) ? {_or => [\%having, {count => 1}]} : \%having;
	}
	return;
}

# a column, a part of a date, or either of a row that a many-to-one field leads to
sub _group_path
{
	my ($collection) = @_;
	if (chance(0.25) && (my @fields = _relational($collection, 'm2o')))
	{
		my $field = pick(@fields);
		return path_name($field->{name}) . '.' . _group_path(Evaluate::collection_of($field));
	}
	my @parts = grep { !/\Acount/ } _functions($collection);
	return pick(@parts) if @parts && chance(0.2);
	return path_name(pick(grep { $_->{class} !~ /\A(json|array|bytes)\z/ } @{$collection->{columns}})->{name});
}

1;
