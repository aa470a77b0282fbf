# Group.pm: aggregate, groupBy, having and their sort, over rows in memory.
package Group;
use strict;
use warnings FATAL => 'all';
use utf8;

use Exporter 'import';
use JSON::PP ();
use List::Util qw(sum);

use Evaluate qw(parse_path related compare_values value_of all_and all_or all_not is_object);

our @EXPORT_OK = qw(groups jsonb_order);

my $json = JSON::PP->new->allow_nonref;

# jsonb's order of an object's keys
sub jsonb_order { my ($x, $y) = @_; utf8::encode($x); utf8::encode($y); return length $x <=> length $y || $x cmp $y }

# groups COLLECTION, ROWS, QUERY, DEFAULT_LIMIT: as JSON
sub groups
{
	my ($collection, $rows, $query, $default_limit) = @_;
	my @rows = Evaluate::rows_of($collection, $rows, {filter => $query->{filter}, search => $query->{search}});
	my @results = _results($collection, $query);
	my @by = grep { $_->{path} } @results;
	my (%group, @groups);

	for my $row (@rows)
	{
		my $id = join "\0", map { my ($class, $value) = Evaluate::sort_value($collection, $row, $_->{path}, 0); defined $value ? "=$value" : '' } @by;
		push @groups, $group{$id} = {rows => []} if !$group{$id};
		push @{$group{$id}{rows}}, $row;
	}
	push @groups, {rows => []} if !@by && !@groups;
	for my $group (@groups)
	{
		$group->{outcomes} = [map { $_->{path} ? _group_outcome($collection, $_, $group->{rows}[0]) : _aggregate($collection, $_, $group->{rows}) } @results];
	}
	@groups = grep { _having(\@results, $_->{outcomes}, undef, $query->{having}) } @groups if $query->{having};

	my @order;
	for my $text (@{$query->{sort} // []})
	{
		my $wanted = $text =~ s/\A[-+]//r;
		my ($n) = grep { $results[$_]{sort} eq $wanted } 0 .. $#results;
		die "no result $wanted" if !defined $n;
		push @order, [$n, $text =~ /\A-/ ? 1 : 0];
	}
	push @order, [$_, 0] for grep { $results[$_]{path} } 0 .. $#results;
	@groups = Evaluate::by_order(\@groups, map {
		my ($n, $descending) = @$_;
		[$results[$n]{class}, [map { $_->{outcomes}[$n]{value} } @groups], $descending]
	} @order);
	return '[' . join(',', map { _print(\@results, $_->{outcomes}) } Evaluate::cut($query, $default_limit, @groups)) . ']';
}

# the columns of the result: groups {name, path}, aggregates {name, of, step}
sub _results
{
	my ($collection, $query) = @_;
	my @results;

	for my $text (@{$query->{groupBy} // []})
	{
		my @path = parse_path($text);
		my @keys = map { $_->{name} . (defined $_->{function} ? "_$_->{function}" : '') } @path;
		my $name = (grep { $_->{name} eq $keys[-1] } @results) ? join('_', @keys) : $keys[-1];
		my ($class) = Evaluate::sort_value($collection, undef, \@path, 0);
		push @results, {name => $name, path => \@path, class => $class, sort => $text};
	}
	for my $function (sort { jsonb_order($a, $b) } keys %{$query->{aggregate} // {}})
	{
		my $fields = $query->{aggregate}{$function};
		for my $text (ref $fields ? @$fields : $fields)
		{
			my ($step) = $text eq '*' ? undef : parse_path($text);
			my ($class) = $step && $function =~ /\A(min|max)\z/ ? value_of($collection, undef, $step) : 'number';
			push @results, {name => $function, of => $step && $step->{name}, step => $step, class => $class,
				sort => $step ? "$function.$text" : $function};
		}
	}
	return @results;
}

sub _group_outcome
{
	my ($collection, $result, $row) = @_;
	my ($class, $value) = Evaluate::sort_value($collection, $row, $result->{path}, 0);
	return {value => $value, json => _group_json($collection, $row, $result->{path})};
}

sub _group_json
{
	my ($collection, $row, $path) = @_;
	my ($step, @rest) = @$path;
	if (@rest)
	{
		my $field = $collection->{fields}{$step->{name}};
		my ($found) = related($row, $field);
		return _group_json(Evaluate::collection_of($field), $found, \@rest);
	}
	return $row ? $row->{json}{$step->{name}} : 'null' if !defined $step->{function};
	my ($class, $value) = value_of($collection, $row, $step);
	return defined $value ? int $value : 'null';
}

sub _aggregate
{
	my ($collection, $result, $rows) = @_;
	my ($function, $step) = @$result{qw(name step)};

	return {value => scalar @$rows, json => scalar @$rows} if !$step;
	my ($class) = value_of($collection, undef, $step);
	my @rows = grep { defined $_->{value}{$step->{name}} } @$rows;
	if ($function =~ s/Distinct\z//)
	{
		my %seen;
		@rows = grep { my $value = $_->{value}{$step->{name}}; !$seen{$class eq 'number' && lc $value ne 'nan' ? $value + 0 : $value}++ } @rows;
	}
	return {value => scalar @rows, json => scalar @rows} if $function eq 'count';
	return {value => undef, json => 'null'} if !@rows;
	if ($function =~ /\A(min|max)\z/)
	{
		my @sorted = sort { compare_values($class, $a->{value}{$step->{name}}, $b->{value}{$step->{name}}) } @rows;
		my $found = $sorted[$function eq 'min' ? 0 : -1];
		return {value => $found->{value}{$step->{name}}, json => $found->{json}{$step->{name}}};
	}
	my $total = sum map { $_->{value}{$step->{name}} } @rows;
	$total /= @rows if $function eq 'avg';
	return {value => $total, json => $total};
}

# {"count": {op: n}}, {"sum": {"f": {op: n}}}, {"group": {op: v}}, and logic
sub _having
{
	my ($results, $outcomes, $function, $filter) = @_;
	my @tests;

	for my $key (sort keys %$filter)
	{
		my $value = $filter->{$key};
		if ($key eq '_and') { push @tests, all_and(map { _having($results, $outcomes, $function, $_) } @$value) }
		elsif ($key eq '_or') { push @tests, all_or(map { _having($results, $outcomes, $function, $_) } @$value) }
		elsif ($key eq '_not') { push @tests, all_not(_having($results, $outcomes, $function, $value)) }
		else
		{
			my ($step) = parse_path($key);
			my $name = $step->{name} . (defined $step->{function} ? "_$step->{function}" : '');
			my ($n) = grep { defined $function ? $results->[$_]{name} eq $function && ($results->[$_]{of} // '') eq $name
				: $results->[$_]{name} eq $name && !defined $results->[$_]{of} } 0 .. $#$results;
			if (!defined $n) { push @tests, _having($results, $outcomes, $name, $value); next }
			$value = {_eq => $value} if !is_object($value);
			push @tests, all_and(map { Evaluate::operator($results->[$n]{class}, $outcomes->[$n]{value}, $_, $value->{$_}) } keys %$value);
		}
	}
	return all_and(@tests);
}

sub _print
{
	my ($results, $outcomes) = @_;
	my (@members, %inner);

	for my $n (0 .. $#$results)
	{
		my $result = $results->[$n];
		if (!defined $result->{of}) { push @members, [$result->{name}, $outcomes->[$n]{json}]; next }
		push @members, [$result->{name}] if !$inner{$result->{name}};
		push @{$inner{$result->{name}}}, $json->encode($result->{of}) . ":$outcomes->[$n]{json}";
	}
	return '{' . join(',', map { $json->encode($_->[0]) . ':' . (defined $_->[1] ? $_->[1] : '{' . join(',', @{$inner{$_->[0]}}) . '}') } @members) . '}';
}

1;
