# Output.pm: the JSON that a query gives, over rows in memory.
package Output;
use strict;
use warnings FATAL => 'all';
use utf8;

use Exporter 'import';
use JSON::PP ();

use Evaluate qw(parse_path related target_of value_of);
use Group qw(groups jsonb_order);

our @EXPORT_OK = qw(items count_items one_item resolved);

my $DEFAULT_LIMIT = 100;
my $json = JSON::PP->new->allow_nonref;

# items COLLECTION, QUERY: as relations.read_items() gives it
sub items
{
	my ($collection, $query) = @_;

	return groups($collection, $collection->{rows}, $query, $DEFAULT_LIMIT) if $query->{aggregate} || $query->{groupBy};
	return _list(_root($collection, $query), $collection->{rows}, $query, undef, $DEFAULT_LIMIT);
}

# count_items COLLECTION, QUERY: the number of rows, whatever the page
sub count_items
{
	my ($collection, $query) = @_;
	return scalar(my @rows = _selected($collection, $collection->{rows}, _which({%$query, deep => _deep($query)})));
}

# of a query, what says which rows there are
sub _which { return {map { $_ => $_[0]{$_} } qw(filter search alias deep)} }

# one_item COLLECTION, QUERY, ROW
sub one_item
{
	my ($collection, $query, $row) = @_;
	my ($found) = _selected($collection, [$row], {%$query, deep => _deep($query)});
	# no item is SQL's null
	return $found ? _object(_root($collection, $query), $found) : '';
}

# resolved COLLECTION, QUERY, ROW, FIELD: what the field of the row leads to
sub resolved
{
	my ($collection, $query, $row, $field) = @_;
	my %deep = (%{$query->{deep} // {}}, map { $_ eq 'fields' || $_ eq 'deep' ? () : ("_$_" => $query->{$_}) } keys %$query);
	my @paths = map { [{name => $field->{name}}, @$_] } _paths_of($query);
	my $node = _node($collection, \@paths, {deep => {$field->{name} => \%deep}}, undef, 0);

	my $value = _value($node->{entries}[0], $row, $node);
	return $value eq 'null' ? '' : $value;
}

sub _root
{
	my ($collection, $query) = @_;
	return _node($collection, [_paths_of($query)], {%$query, deep => _deep($query)}, undef, $query->{backlink});
}

sub _deep { return {map { (_unquoted($_) => $_[0]{deep}{$_}) } keys %{$_[0]{deep} // {}}} }

# what a query without fields asks for is "*"
sub _paths_of { return _paths(@{$_[0]{fields} // []} ? $_[0]{fields} : ['*']) }

sub _paths { return map { [parse_path($_)] } ref $_[0] ? @{$_[0]} : split /,/, $_[0] }

# --- what is asked ------------------------------------------------------

# the arguments of a relational field as a query, those of the fields below it under deep
sub _arguments
{
	my ($node_query, $name) = @_;
	my $deep = ($node_query->{deep} // {})->{$name} // {};
	my %query;

	for my $key (keys %$deep)
	{
		if ($key =~ /\A_(filter|search|sort|limit|offset|page|alias|aggregate|groupBy|having|required|count)\z/) { $query{$1} = $deep->{$key} }
		else { $query{deep}{_unquoted($key)} = $deep->{$key} }
	}
	return \%query;
}

# as a name of deep is looked up: "field" or "field:scope", without quotes
sub _unquoted
{
	my ($step) = parse_path($_[0]);
	return $step->{name} . (defined $step->{scope} ? ":$step->{scope}" : '');
}

# _node COLLECTION, PATHS, QUERY, CAME_BY, BACKLINK: entries in the order of output
sub _node
{
	my ($collection, $paths, $query, $came_by, $backlink) = @_;
	my %node = (collection => $collection, entries => [], query => $query, backlink => $backlink, came_by => $came_by);
	my %entry;
	my $mention = sub {
		my ($step, $rest) = @_;
		my $key = $step->{name} . (defined $step->{function} ? "_$step->{function}" : '');
		my $entry = $entry{$key};
		if (!$entry)
		{
			my $stands_for = ($query->{alias} // {})->{$step->{name}};
			my ($real) = defined $stands_for ? parse_path($stands_for) : ($step);
			# arguments are found by the name that stands there, in a function too
			$entry = $entry{$key} = {key => $key, name => defined $real->{function} ? $real->{name} : $step->{name},
				step => {name => $real->{name}, function => $step->{function} // $real->{function}},
				field => $collection->{fields}{$real->{name}}, paths => []};
			push @{$node{entries}}, $entry;
		}
		push @{$entry->{paths}}, {scope => $step->{scope}, steps => $rest} if @$rest;
		push @{$entry->{paths}}, {scope => $step->{scope}, steps => [{name => '*'}]} if !@$rest && defined $step->{scope};
		return;
	};

	for my $path (@$paths)
	{
		my ($step, @rest) = @$path;
		if ($step->{name} ne '*' || defined $step->{function})
		{
			$mention->($step, \@rest);
			next;
		}
		for my $name (_all_fields($collection))
		{
			my $field = $collection->{fields}{$name};
			my $is_back = $field && !$backlink && _is_back($field, $came_by);
			my $walk = @rest && $field && !$is_back && grep { _has($_, $rest[0]) } _leads_to($field);
			if ($walk) { $mention->({name => $name}, \@rest) }
			# half of a compound key is a column already, the whole is none
			elsif ($collection->{column}{$name} || (!@rest && !$is_back && $field->{kind} !~ /\Am2/)) { $mention->({name => $name}, []) }
		}
		for my $name (sort { jsonb_order($a, $b) } keys %{$query->{alias} // {}})
		{
			$mention->({name => $name}, \@rest);
		}
	}
	_resolve(\%node, $_) for @{$node{entries}};
	return \%node;
}

# columns in their order, then by relation: compound keys and aliases
sub _all_fields
{
	my ($collection) = @_;
	my @others = grep { !$collection->{column}{$_} } keys %{$collection->{fields}};
	my $rank = sub { my $field = $collection->{fields}{$_[0]}; return $field->{edge}{id} * 2 + ($field->{kind} =~ /\Am2/ ? 0 : 1) };
	return ((map { $_->{name} } @{$collection->{columns}}), sort { $rank->($a) <=> $rank->($b) } @others);
}

sub _is_back
{
	my ($field, $came_by) = @_;
	return $came_by && $field->{edge} == $came_by->{edge} && ($field->{kind} =~ /\Am2/) != ($came_by->{kind} =~ /\Am2/);
}

# the nodes below an entry
sub _resolve
{
	my ($node, $entry) = @_;
	my $field = $entry->{field};

	return if !$field || defined $entry->{step}{function};
	$entry->{query} = _arguments($node->{query}, $entry->{name});
	return if !@{$entry->{paths}};
	if ($field->{kind} ne 'm2a')
	{
		$entry->{node} = _node(Evaluate::collection_of($field), [map { $_->{steps} } @{$entry->{paths}}], $entry->{query}, $field, $node->{backlink});
		return;
	}
	for my $other (Evaluate::scope($field, undef))
	{
		my @paths = map { $_->{steps} } grep {
			defined $_->{scope} ? grep { $_ == $other } Evaluate::scope($field, $_->{scope}) : _has($other, $_->{steps}[0])
		} @{$entry->{paths}};
		next if !@paths;
		my ($target) = grep { $_->{collection} == $other } @{$field->{edge}{targets}};
		my $query = _arguments($node->{query}, "$entry->{name}:$target->{value}");
		$entry->{nodes}{$other->{label}} = _node($other, \@paths, $query, $field, $node->{backlink});
	}
	return;
}

sub _leads_to
{
	my ($field) = @_;
	return $field->{kind} eq 'm2a' ? Evaluate::scope($field, undef) : Evaluate::collection_of($field);
}

sub _has { return $_[1]{name} eq '*' || $_[0]{column}{$_[1]{name}} || $_[0]{fields}{$_[1]{name}} }

# --- what comes out -----------------------------------------------------

sub _list
{
	my ($node, $rows, $query, $default_sort, $default_limit) = @_;
	my @rows = _selected($node->{collection}, $rows, $node->{query}, $default_sort);
	return '[' . join(',', map { _object($node, $_) } Evaluate::cut($query, $default_limit, @rows)) . ']';
}

# without those of which something required is not there
sub _surviving
{
	my ($collection, $query, $rows) = @_;
	my @required = grep { $query->{deep}{$_}{_required} } keys %{$query->{deep} // {}};
	return grep { my $row = $_; !grep { !_has_required($collection, $query, $_, $row) } @required } @$rows;
}

sub _has_required
{
	my ($collection, $query, $key, $row) = @_;
	my ($step) = parse_path($key =~ /\A[^:]*\z/ ? _quoted($key) : _quoted($key =~ s/:.*//r) . ':' . _quoted($key =~ s/\A[^:]*://r));
	my $stands_for = ($query->{alias} // {})->{$step->{name}};
	my $field = $collection->{fields}{defined $stands_for ? (parse_path($stands_for))[0]{name} : $step->{name}};
	my $arguments = _arguments($query, $key);

	if ($field->{kind} eq 'm2a')
	{
		my ($target, $found) = target_of($row, $field);
		# an item of another collection is not what a scope means
		return defined $step->{scope} ? 1 : 0 if !grep { $target && $_ == $target } Evaluate::scope($field, $step->{scope});
		return scalar _selected($target, [$found // ()], $arguments);
	}
	my @rows = _selected(Evaluate::collection_of($field), [related($row, $field)], $arguments);
	return scalar Evaluate::cut($arguments, -1, @rows);
}

sub _quoted { return '"' . ($_[0] =~ s/"/""/gr) . '"' }

# the rows that the arguments leave, in order; not yet cut
sub _selected
{
	my ($collection, $rows, $query, $default_sort) = @_;
	return _surviving($collection, $query, [Evaluate::rows_of($collection, $rows, $query, $default_sort)]);
}

# a name that comes twice, as of _count and count(), is said once
sub _object
{
	my ($node, $row) = @_;
	my (@members, %said);
	my $say = sub { push @members, _member(@_) if !$said{$_[0]}++; return };

	for my $entry (@{$node->{entries}})
	{
		$say->($entry->{key}, _value($entry, $row, $node));
		$say->("$entry->{key}_count", scalar(my @all = _rows_of_entry($entry, $row))) if $entry->{query} && $entry->{query}{count};
	}
	return '{' . join(',', @members) . '}';
}

sub _member { return $json->encode($_[0]) . ":$_[1]" }

sub _value
{
	my ($entry, $row, $node) = @_;
	my ($step, $field) = @$entry{qw(step field)};

	if (defined $step->{function})
	{
		my ($class, $value);
		if ($step->{function} eq 'count' && $field)
		{
			my $which = _which(_arguments($node->{query}, $entry->{name}));
			$value = scalar(my @rows = _selected($field->{edge}{many}, [related($row, $field)], $which));
		}
		else { ($class, $value) = value_of($node->{collection}, $row, $step) }
		return defined $value ? int $value : 'null';
	}
	return $row->{json}{$step->{name}} // die "there is no field $step->{name}" if !$field;
	return _item($entry, $row) if $field->{kind} eq 'm2a';
	return _many($entry, $row) if $field->{kind} eq 'o2m';
	return _one($entry, $row);
}

sub _one
{
	my ($entry, $row) = @_;
	my ($field, $node, $query) = @$entry{qw(field node query)};
	my $other = Evaluate::collection_of($field);

	return _key($row, $field->{edge}{columns}) if !$node && $field->{kind} eq 'm2o';
	my ($found) = _selected($other, [related($row, $field)], $query);
	return 'null' if !$found;
	return $node ? _object($node, $found) : _key($found, $other->{key});
}

# a key as a value, a compound one as an array
sub _key
{
	my ($row, $columns) = @_;
	my @values = map { $row->{json}{$_} } @$columns;
	return $values[0] if @values == 1;
	return (grep { !defined $row->{value}{$_} } @$columns) ? 'null' : '[' . join(',', @values) . ']';
}

sub _rows_of_entry
{
	my ($entry, $row) = @_;
	my ($field, $query) = @$entry{qw(field query)};
	return _selected($field->{edge}{many}, [related($row, $field)], $query, $field->{edge}{sort});
}

sub _many
{
	my ($entry, $row) = @_;
	my ($field, $node, $query) = @$entry{qw(field node query)};
	my $other = $field->{edge}{many};

	return groups($other, [related($row, $field)], $query, -1) if $query->{aggregate} || $query->{groupBy};
	my @rows = Evaluate::cut($query, -1, _rows_of_entry($entry, $row));
	return '[' . join(',', map { $node ? _object($node, $_) : _key($_, $other->{key}) } @rows) . ']';
}

sub _item
{
	my ($entry, $row) = @_;
	my ($field) = @$entry{qw(field)};
	my ($target, $found) = target_of($row, $field);
	my $bare = _key($row, $field->{edge}{columns});

	return $bare if !$target;
	my $node = ($entry->{nodes} // {})->{$target->{label}} or return $bare;
	($found) = _selected($target, [$found // ()], $node->{query});
	return $found ? _object($node, $found) : 'null';
}

1;
