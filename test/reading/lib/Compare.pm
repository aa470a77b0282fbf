# Compare.pm: whether two JSON texts say the same, order of keys included.
package Compare;
use strict;
use warnings;
use utf8;

use Exporter 'import';

our @EXPORT_OK = qw(same_json);

# same_json A, B, ROUNDED: byte for byte; ROUNDED: numbers may differ in form and last digits
sub same_json
{
	my ($left, $right, $rounded) = @_;
	return 1 if $left eq $right;
	return 0 if !$rounded;
	my ($left_tokens, $right_tokens) = (_tokens($left), _tokens($right));
	return 0 if @$left_tokens != @$right_tokens;
	for my $i (0 .. $#$left_tokens)
	{
		my ($x, $y) = ($left_tokens->[$i], $right_tokens->[$i]);
		next if $x eq $y;
		return 0 if grep { !/\A-?\d/ } $x, $y;
		return 0 if abs($x - $y) > 1e-9 * (abs($x) + abs($y));
	}
	return 1;
}

sub _tokens { return [$_[0] =~ /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|\w+|[^\s\w]/gs] }

1;
