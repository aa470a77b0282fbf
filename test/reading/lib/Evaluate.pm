# Evaluate.pm: the query language over rows in memory.
#
# A second reading of the language, written from its description: nothing here
# builds SQL. Conditions are 1, 0 or undef, as in SQL. A row that an outer join
# would fill with nulls is undef.
package Evaluate;
use strict;
use warnings FATAL => 'all';
use utf8;

use Exporter 'import';
use JSON::PP ();
use List::Util qw(first);

use Schema;

our @EXPORT_OK = qw(parse_path related target_of compare_values value_of rows_of all_and all_or all_not is_object);

my %DATE_PARTS = map { $_ => 1 } qw(year month week day weekday hour minute second);

sub is_object { return ref $_[0] eq 'HASH' }

sub all_and
{
	my $result = 1;
	for my $test (@_)
	{
		return 0 if defined $test && !$test;
		$result = undef if !defined $test;
	}
	return $result;
}

sub all_not { return defined $_[0] ? ($_[0] ? 0 : 1) : undef }

sub all_or { return all_not(all_and(map { all_not($_) } @_)) }

# --- paths --------------------------------------------------------------

# parse_path TEXT: steps {name, function, scope}; names may stand in double quotes
sub parse_path
{
	my ($text) = @_;
	my @steps;

	while ($text ne '')
	{
		my $function;
		$function = $1 if $text =~ s/\A(\w+)\((.*)\)\z/$2/s;
		if (defined $function)
		{
			my @inner = parse_path($text);
			$inner[-1]{function} = $function;
			return @steps, @inner;
		}
		my $name = _take_name(\$text);
		my $step = {name => $name};
		$step->{scope} = _take_name(\$text) if $text =~ s/\A://;
		push @steps, $step;
		$text =~ s/\A\.// or last;
	}
	return @steps;
}

sub _take_name
{
	my ($text) = @_;
	if ($$text =~ s/\A"((?:[^"]|"")*)"//)
	{
		my $name = $1;
		$name =~ s/""/"/g;
		return $name;
	}
	$$text =~ s/\A([^.:(),"]*)//;
	return $1;
}

# --- rows that belong together ------------------------------------------

# related ROW, FIELD: the rows that a field other than an item leads to, unordered
sub related
{
	my ($row, $field) = @_;
	my $edge = $field->{edge};

	return () if !$row;
	return _matching($edge->{targets}[0]{collection}, $edge->{targets}[0]{columns}, $row, $edge->{columns})
		if $field->{kind} eq 'm2o';
	my @rows = _matching($edge->{many}, $edge->{columns}, $row, $field->{target}{columns});
	# those at whose other end the row is, seen from there
	push @rows, map { _from_other_end($_, $edge) } _matching($edge->{many}, $edge->{exchanged}, $row, $field->{target}{columns})
		if $edge->{exchanged};
	if (defined $edge->{discriminator})
	{
		my %means = map { $_->{value} => 1 } grep { $_->{collection} == $field->{target}{collection} } @{$edge->{targets}};
		@rows = grep { defined $_->{value}{$edge->{discriminator}} && $means{$_->{value}{$edge->{discriminator}}} } @rows;
	}
	return @rows;
}

# a row of a symmetric junction, its ends exchanged
sub _from_other_end
{
	my ($row, $edge) = @_;
	my @columns = (@{$edge->{columns}}, @{$edge->{exchanged}});
	my @others = (@{$edge->{exchanged}}, @{$edge->{columns}});
	my %seen = map { $_ => {%{$row->{$_}}} } qw(json value);

	@{$seen{$_}}{@columns} = @{$row->{$_}}{@others} for qw(json value);
	return \%seen;
}

sub _matching
{
	my ($collection, $columns, $row, $own_columns) = @_;
	my @key = @{$row->{value}}{@$own_columns};
	return () if grep { !defined } @key;
	return grep {
		my $other = $_;
		!grep { !defined $other->{value}{$columns->[$_]} || $other->{value}{$columns->[$_]} ne $key[$_] } 0 .. $#key
	} @{$collection->{rows}};
}

# target_of ROW, FIELD: collection and row of an item, or nothing
sub target_of
{
	my ($row, $field) = @_;
	my $edge = $field->{edge};
	my $value = $row ? $row->{value}{$edge->{discriminator}} : undef;

	return () if !defined $value;
	my $target = first { $_->{value} eq $value } @{$edge->{targets}} or return ();
	my ($found) = _matching($target->{collection}, $target->{columns}, $row, $edge->{columns});
	return ($target->{collection}, $found);
}

# scope FIELD, NAME: the collections that a scope of an item means
sub scope
{
	my ($field, $name) = @_;
	my (%seen, @collections);
	for my $target (@{$field->{edge}{targets}})
	{
		push @collections, $target->{collection}
			if (!defined $name || $target->{value} eq $name) && !$seen{$target->{collection}{label}}++;
	}
	return @collections;
}

sub collection_of
{
	my ($field) = @_;
	return $field->{kind} eq 'm2o' ? $field->{edge}{targets}[0]{collection} : $field->{edge}{many};
}

# --- values -------------------------------------------------------------

# compare_values CLASS, A, B: of two values that are not null
sub compare_values
{
	my ($class, $left, $right) = @_;
	if ($class eq 'number')
	{
		my ($left_nan, $right_nan) = map { lc($_) eq 'nan' ? 1 : 0 } $left, $right;
		return $left_nan <=> $right_nan if $left_nan || $right_nan;
		return $left <=> $right;
	}
	return $left <=> $right if $class eq 'bool';
	return $Schema::ENUM{$left} <=> $Schema::ENUM{$right} if $class eq 'enum';
	return $left cmp $right;
}

# value_of COLLECTION, ROW, STEP: class and value of a column or a function of it
sub value_of
{
	my ($collection, $row, $step) = @_;
	my $field = $collection->{fields}{$step->{name}};

	if (!defined $step->{function})
	{
		my $column = $collection->{column}{$step->{name}} or die "no column $step->{name} in $collection->{label}";
		return ($column->{class}, $row ? $row->{value}{$step->{name}} : undef);
	}
	if ($step->{function} eq 'count')
	{
		return ('number', scalar(my @rows = related($row, $field))) if $field;
		my $value = $row ? $row->{value}{$step->{name}} : undef;
		return ('number', undef) if !defined $value;
		my $array = JSON::PP->new->allow_nonref->decode($value);
		return ('number', ref $array eq 'ARRAY' ? scalar @$array : undef);
	}
	die "no function $step->{function}" if !$DATE_PARTS{$step->{function}};
	my $value = $row ? $row->{value}{$step->{name}} : undef;
	return ('number', defined $value ? _date_part($step->{function}, $value) : undef);
}

sub _date_part
{
	my ($part, $value) = @_;
	my %of;
	@of{qw(year month day)} = ($1 + 0, $2 + 0, $3 + 0) if $value =~ /\A(\d+)-(\d+)-(\d+)/;
	@of{qw(hour minute second)} = $value =~ /(\d+):(\d+):(\d+(?:\.\d+)?)/ ? ($1 + 0, $2 + 0, $3 + 0) : (0, 0, 0);
	return $of{$part} if exists $of{$part};
	my $day = _day_number(@of{qw(year month day)});
	return ($day + 1) % 7 if $part eq 'weekday';
	# the week that holds this week's Thursday
	my $thursday = $day - $day % 7 + 3;
	my $year = $of{year} + (_day_number($of{year} + 1, 1, 1) <= $thursday ? 1 : 0)
		- ($thursday < _day_number($of{year}, 1, 1) ? 1 : 0);
	return 1 + int(($thursday - _day_number($year, 1, 1)) / 7);
}

# days since a Monday
sub _day_number
{
	my ($year, $month, $day) = @_;
	my $shift = $month <= 2 ? 1 : 0;
	my $y = $year - $shift;
	my $m = $month + 12 * $shift - 3;
	my $days = 365 * $y + int($y / 4) - int($y / 100) + int($y / 400) + int((153 * $m + 2) / 5) + $day - 1;
	# 1 March of year 0 was a Wednesday
	return $days + 2;
}

# --- filters ------------------------------------------------------------

# test COLLECTION, ROW, FILTER
sub test
{
	my ($collection, $row, $filter) = @_;
	return all_and(map { _member($collection, $row, $_, $filter->{$_}) } sort keys %$filter);
}

sub _member
{
	my ($collection, $row, $key, $value) = @_;
	return all_and(map { test($collection, $row, $_) } @$value) if $key eq '_and';
	return all_or(map { test($collection, $row, $_) } @$value) if $key eq '_or';
	return all_not(test($collection, $row, $value)) if $key eq '_not';
	my ($step) = parse_path($key);
	$value = {_eq => $value} if !is_object($value);

	my $field = $collection->{fields}{$step->{name}};
	return _about_value(value_of($collection, $row, $step), $value) if defined $step->{function} || !$field;
	return _about_item($collection, $row, $field, $step->{scope}, $value) if $field->{kind} eq 'm2a';
	return _about_list($row, $field, $value) if $field->{kind} ne 'm2o';
	return _about_one($collection, $row, $field, $value);
}

sub _about_value
{
	my ($class, $datum, $tests) = @_;
	return all_and(map { operator($class, $datum, $_, $tests->{$_}) } sort keys %$tests);
}

# a many-to-one field: operators are about its columns, other members about the
# row, which is null where there is none
sub _about_one
{
	my ($collection, $row, $field, $tests) = @_;
	my ($found) = related($row, $field);
	return _about_row(collection_of($field), $found, $tests, $collection, $field->{edge}{columns}, $row);
}

# tests of a row, operators among them being about a key, of that row or of another
sub _about_row
{
	my ($collection, $row, $tests, @key) = @_;
	my @results;

	for my $name (sort keys %$tests)
	{
		my $value = $tests->{$name};
		push @results,
			$name eq '_and' ? all_and(map { _about_row($collection, $row, $_, @key) } @$value)
			: $name eq '_or' ? all_or(map { _about_row($collection, $row, $_, @key) } @$value)
			: $name eq '_not' ? all_not(_about_row($collection, $row, $value, @key))
			: $name =~ /\A_/ ? _key_operator(@key, $name, $value)
			: _member($collection, $row, $name, $value);
	}
	return all_and(@results);
}

# an operator on a key, which may have several columns
sub _key_operator
{
	my ($collection, $columns, $row, $operator, $argument) = @_;
	my @values = map { $row ? $row->{value}{$_} : undef } @$columns;
	my @classes = map { $collection->{column}{$_}{class} } @$columns;

	return operator($classes[0], $values[0], $operator, $argument) if @values == 1;
	if ($operator =~ /\A_n?null\z/)
	{
		my $is_null = (grep { !defined } @values) ? 1 : 0;
		$is_null = 1 - $is_null if ($operator eq '_nnull') != _is_false($argument);
		return $is_null;
	}
	die "operator $operator on a compound key" if $operator !~ /\A_(eq|neq|in|nin)\z/;
	my @keys = $operator =~ /in\z/ ? @$argument : ($argument);
	my $found = all_or(map { my $key = $_; all_and(map { operator($classes[$_], $values[$_], '_eq', $key->[$_]) } 0 .. $#values) } @keys);
	return $operator =~ /n(eq|in)\z/ && $operator ne '_in' ? all_not($found) : $found;
}

sub _is_false { return defined $_[0] && (ref $_[0] ? !$_[0] : $_[0] eq 'false') ? 1 : 0 }

# an alias: tests of the alias itself stand alone, all the rest together is about
# one row of it
sub _about_list
{
	my ($row, $field, $tests) = @_;
	my $other = $field->{edge}{many};
	my @rows = related($row, $field);
	my (@results, %rest);

	# a condition without content is true, and asks for no row
	return 1 if _is_empty($tests);
	for my $key (sort keys %$tests)
	{
		my $value = $tests->{$key};
		if (!_is_about_alias({$key => $value})) { $rest{$key} = $value }
		elsif ($key eq '_and') { push @results, all_and(map { _about_list($row, $field, $_) } @$value) }
		elsif ($key eq '_or') { push @results, all_or(map { _about_list($row, $field, $_) } @$value) }
		elsif ($key eq '_not') { push @results, all_not(_about_list($row, $field, $value)) }
		elsif ($key eq '_some') { push @results, _exists($other, \@rows, $value) }
		elsif ($key eq '_none') { push @results, 1 - _exists($other, \@rows, $value) }
		elsif ($key eq '_every') { push @results, (grep { !_about_element($other, $_, $value) } @rows) ? 0 : 1 }
		elsif ($key eq '_count')
		{
			my $count = grep { _about_element($other, $_, $tests->{_filter} // {}) } @rows;
			push @results, _about_value('number', $count, is_object($value) ? $value : {_eq => $value});
		}
		elsif ($key =~ /\A_(n?)(null|empty)\z/)
		{
			push @results, (@rows ? 0 : 1) ^ ($1 ? 1 : 0) ^ _is_false($value);
		}
	}
	push @results, _exists($other, \@rows, \%rest) if %rest;
	return all_and(@results);
}

# {}, or an AND of such
sub _is_empty
{
	my ($tests) = @_;
	return !grep { $_ ne '_and' || grep { !_is_empty($_) } @{$tests->{$_}} } keys %$tests;
}

sub _is_about_alias
{
	my ($tests) = @_;
	for my $key (keys %$tests)
	{
		return 1 if $key =~ /\A_(some|none|every|count|filter|n?null|n?empty)\z/;
		return 1 if $key eq '_not' && _is_about_alias($tests->{$key});
		return 1 if $key =~ /\A_(and|or)\z/ && grep { _is_about_alias($_) } @{$tests->{$key}};
	}
	return 0;
}

sub _exists
{
	my ($collection, $rows, $filter) = @_;
	return (grep { _about_element($collection, $_, $filter) } @$rows) ? 1 : 0;
}

# operators that are about no field are about the row's key
sub _about_element
{
	my ($collection, $row, $filter) = @_;
	return _about_row($collection, $row, $filter, $collection, $collection->{key}, $row);
}

# an item: operators are about the column, a scope about rows of one collection,
# anything else about those of every collection that has the field
sub _about_item
{
	my ($collection, $row, $field, $scope, $tests) = @_;
	my $discriminator = $row ? $row->{value}{$field->{edge}{discriminator}} : undef;
	my ($target, $found) = target_of($row, $field);

	if (!defined $scope && !grep { !/\A_/ } keys %$tests)
	{
		my ($class, $value) = value_of($collection, $row, {name => $field->{name}});
		return _about_value($class, $value, $tests);
	}
	my $in = sub {
		my ($part, @collections) = @_;
		return all_or(map {
			my $is_it = $target && $_ == $target;
			all_and(defined $discriminator ? $is_it || 0 : undef, _about_element($_, $is_it ? $found : undef, $part))
		} @collections);
	};
	return $in->($tests, scope($field, $scope)) if defined $scope;
	# each field is one of those collections that have it
	return all_and(map {
		my ($step) = parse_path($_);
		$in->({$_ => $tests->{$_}}, grep { $_->{column}{$step->{name}} || $_->{fields}{$step->{name}} } scope($field, undef))
	} sort keys %$tests);
}

# operator CLASS, VALUE, NAME, ARGUMENT
sub operator
{
	my ($class, $value, $name, $argument) = @_;

	return operator($class, $value, '_null', undef) if $name eq '_eq' && !defined $argument;
	return all_and(map { _about_json($value, $_, $argument->{$_}) } sort keys %$argument) if $name eq '_json';
	if ($name =~ /\A_(n?)(null|empty)\z/)
	{
		my $holds = !defined $value || ($2 eq 'empty' && $value eq '') ? 1 : 0;
		return $holds ^ ($1 ? 1 : 0) ^ _is_false($argument);
	}
	if ($name =~ /\A_n?in\z/ && !@$argument) { return $name eq '_nin' ? 1 : 0 }
	return undef if !defined $value;
	my $negated = $name =~ /\A_n(eq|in|between|contains|icontains|starts_with|istarts_with|ends_with|iends_with|ieq)\z/;
	my $plain = $negated ? "_$1" : $name;
	my $holds = _holds($class, $value, $plain, $argument) ? 1 : 0;
	return $negated ? 1 - $holds : $holds;
}

# the value at a path of a json column: a number where it is compared with one, else text
sub _about_json
{
	my ($text, $path, $tests) = @_;
	my $value = defined $text ? JSON::PP->new->allow_nonref->decode($text) : undef;

	for my $step ($path =~ /\[(\d+)\]|(\w+)/g)
	{
		next if !defined $step;
		$value = ref $value eq 'ARRAY' && $step =~ /\A\d+\z/ ? $value->[$step] : ref $value eq 'HASH' ? $value->{$step} : undef;
	}
	die "the text of $path is not known here" if ref $value;
	return all_and(map {
		my ($operator, $argument) = ($_, $tests->{$_});
		my $is_number = !ref $argument && defined $argument && $argument =~ /\A\d+\z/ && JSON::PP->new->allow_nonref->encode($argument) !~ /"/;
		my $found = $is_number && defined $value && JSON::PP->new->allow_nonref->encode($value) =~ /"/ ? undef : $value;
		operator($is_number ? 'number' : 'text', $found, $operator, $argument)
	} sort keys %$tests);
}

sub _holds
{
	my ($class, $value, $name, $argument) = @_;
	my $compare = sub { compare_values($class, $value, _typed($class, $_[0])) };

	return $compare->($argument) == 0 if $name eq '_eq';
	return $compare->($argument) < 0 if $name eq '_lt';
	return $compare->($argument) <= 0 if $name eq '_lte';
	return $compare->($argument) > 0 if $name eq '_gt';
	return $compare->($argument) >= 0 if $name eq '_gte';
	return scalar grep { $compare->($_) == 0 } @$argument if $name eq '_in';
	return $compare->($argument->[0]) >= 0 && $compare->($argument->[1]) <= 0 if $name eq '_between';
	return $value =~ /(?:$argument)/ if $name eq '_regex';
	if ($name =~ s/\A_i(?=contains|starts|ends|eq)/_/)
	{
		# the test's database has the C locale
		tr/A-Z/a-z/ for $value, $argument;
	}
	return $value eq $argument if $name eq '_eq';
	return index($value, $argument) >= 0 if $name eq '_contains';
	return index($value, $argument) == 0 if $name eq '_starts_with';
	return length $argument <= length $value && substr($value, length($value) - length $argument) eq $argument
		if $name eq '_ends_with';
	die "operator $name is not known here";
}

sub _typed
{
	my ($class, $argument) = @_;
	return $argument =~ /\A(t|true|1)\z/ || (ref $argument && $argument) ? 1 : 0 if $class eq 'bool';
	return lc $argument if $class eq 'uuid';
	return $argument;
}

# --- search, sort, limit ------------------------------------------------

sub search
{
	my ($collection, $row, $term) = @_;
	my $lower = $term =~ tr/A-Z/a-z/r;

	for my $column (@{$collection->{columns}})
	{
		my ($class, $value) = ($column->{class}, $row->{value}{$column->{name}});
		next if !defined $value;
		return 1 if $class eq 'text' && index($value =~ tr/A-Z/a-z/r, $lower) >= 0;
		return 1 if $class eq 'uuid' && $value eq $lower;
		return 1 if $class eq 'number' && $term =~ /\A[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?\z/i
			&& compare_values('number', $value, $term) == 0;
	}
	return 0;
}

# sort_value COLLECTION, ROW, STEPS, LARGEST: through to-many fields the smallest or largest
sub sort_value
{
	my ($collection, $row, $steps, $largest) = @_;
	my ($step, @rest) = @$steps;

	return value_of($collection, $row, $step) if !@rest;
	my $field = $collection->{fields}{$step->{name}};
	my ($class, @values);
	if ($field->{kind} eq 'm2a')
	{
		my ($target, $found) = target_of($row, $field);
		for my $other (scope($field, $step->{scope}))
		{
			next if !$other->{fields}{$rest[0]{name}} && !$other->{column}{$rest[0]{name}};
			($class, my $value) = sort_value($other, $target && $target == $other ? $found : undef, \@rest, $largest);
			push @values, $value;
		}
	}
	else
	{
		my @rows = related($row, $field);
		@rows = (undef) if !@rows && $field->{kind} ne 'o2m';
		for my $other (@rows)
		{
			($class, my $value) = sort_value(collection_of($field), $other, \@rest, $largest);
			push @values, $value;
		}
		($class) = sort_value(collection_of($field), undef, \@rest, $largest) if !@rows;
	}
	@values = sort { compare_values($class, $a, $b) } grep { defined } @values;
	return ($class, $largest ? $values[-1] : $values[0]);
}

# by_order ROWS, ORDER: ORDER is a list of [class, values by position, descending]
sub by_order
{
	my ($rows, @order) = @_;
	my @positions = sort {
		my $result = 0;
		for my $term (@order)
		{
			my ($class, $values, $descending) = @$term;
			my ($left, $right) = ($values->[$a], $values->[$b]);
			if (!defined $left || !defined $right) { $result = defined $left ? -1 : defined $right ? 1 : 0 }
			else { $result = compare_values($class, $left, $right) }
			$result = -$result if $descending;
			last if $result;
		}
		$result
	} 0 .. $#$rows;
	return map { $rows->[$_] } @positions;
}

# rows_of COLLECTION, ROWS, QUERY, DEFAULT_SORT: filtered, searched, sorted; not yet cut
sub rows_of
{
	my ($collection, $rows, $query, $default_sort) = @_;
	my @rows = grep { !$query->{filter} || test($collection, $_, $query->{filter}) } @$rows;
	@rows = grep { search($collection, $_, $query->{search}) } @rows if defined $query->{search} && $query->{search} ne '';

	my @order;
	for my $text (@{$query->{sort} // []})
	{
		my $descending = $text =~ /\A-/ ? 1 : 0;
		my @steps = parse_path($text =~ s/\A[-+]//r);
		my $class;
		my @values = map { ($class, my $value) = sort_value($collection, $_, \@steps, $descending); $value } @rows;
		push @order, [$class, \@values, $descending];
	}
	my @default = !@order && defined $default_sort ? ($default_sort) : ();
	for my $name (@default, @{$collection->{key}})
	{
		push @order, [$collection->{column}{$name}{class}, [map { $_->{value}{$name} } @rows], 0];
	}
	return by_order(\@rows, @order);
}

# cut QUERY, DEFAULT_LIMIT, ROW...
sub cut
{
	my ($query, $default_limit, @rows) = @_;
	my $limit = $query->{limit} // $default_limit;
	my $offset = $query->{offset} // 0;

	$offset = ($query->{page} - 1) * $limit if defined $query->{page} && $limit >= 0;
	splice @rows, 0, $offset < @rows ? $offset : scalar @rows;
	splice @rows, $limit if $limit >= 0 && $limit < @rows;
	return @rows;
}

1;
