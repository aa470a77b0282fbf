# Server.pm: statements through psql, whose environment says where the server is.
package Server;
use strict;
use warnings;
no warnings "nonchar";
use utf8;

use Exporter 'import';
use File::Temp ();
use JSON::PP ();

our @EXPORT_OK = qw(quote_literal quote_name json_text);

my $json = JSON::PP->new->allow_nonref->canonical;

# new DATABASE
sub new
{
	my ($class, $database) = @_;
	return bless {database => $database, dir => File::Temp->newdir}, $class;
}

# new_from_options PSQL_OPTION...: where psql's options for the connection lead;
# from here on the environment says so
sub new_from_options
{
	my ($class, @options) = @_;
	my ($output) = $class->new('postgres')->_psql("\\echo :HOST\n\\echo :PORT\n\\echo :USER\n\\echo :DBNAME\n", @options);
	my ($host, $port, $user, $database) = split /\n/, $output;
	die "no connection: $output" if !defined $database;
	@ENV{qw(PGHOST PGPORT PGUSER)} = ($host, $port, $user);
	return $class->new($database);
}

# quote_literal TEXT: for standard_conforming_strings, which psql runs with
sub quote_literal
{
	my ($text) = @_;
	$text =~ s/'/''/g;
	return "'$text'";
}

sub quote_name
{
	my ($name) = @_;
	$name =~ s/"/""/g;
	return "\"$name\"";
}

# json_text VALUE: as one line
sub json_text { return $json->encode($_[0]) }

# run SCRIPT, PSQL_OPTION...: all of psql's output; dies if a statement fails
sub run
{
	my ($self, $script, @options) = @_;
	my ($output, $status) = $self->_psql($script, '-v', 'ON_ERROR_STOP=1', @options);
	die "psql failed:\n$output" if $status != 0;
	return $output;
}

# rows STATEMENT: a list of the JSON arrays that the statement gives
sub rows
{
	my ($self, $statement) = @_;
	return map { $json->decode($_) } split /\n/, $self->run($statement);
}

# answers STATEMENT...: for each what it gives, {text, state, message}, in one
# session that goes on after errors; state is undef where the session ended.
sub answers
{
	my ($self, @statements) = @_;
	my $script = '';
	my @answers;

	for my $i (0 .. $#statements)
	{
		$script .= "\\echo =[$i]=\n$statements[$i];\n\\echo =[$i]= :SQLSTATE :LAST_ERROR_MESSAGE\n";
	}
	my ($output) = $self->_psql("\\set VERBOSITY terse\n$script");
	for my $i (0 .. $#statements)
	{
		my %answer;
		if ($output =~ s/\A.*?^=\[$i\]=\n(.*?)^=\[$i\]= (\S+) ?(.*?)\n(?==\[|\z)//ms)
		{
			@answer{qw(text state message)} = ($1, $2, $3);
			$answer{text} =~ s/\n\z//;
		}
		push @answers, \%answer;
	}
	return @answers;
}

sub _psql
{
	my ($self, $script, @options) = @_;
	my $file = "$self->{dir}/script.sql";
	my $errors = "$self->{dir}/errors";

	open my $out, '>:utf8', $file or die "$file: $!";
	print $out $script;
	close $out or die "$file: $!";
	my @command = ('psql', '-X', '-q', '-A', '-t', '-d', $self->{database}, @options, '-f', $file);
	my $pid = open my $in, '-|';
	die "fork: $!" if !defined $pid;
	if ($pid == 0)
	{
		open STDERR, '>', $errors;
		open STDIN, '<', '/dev/null';
		exec @command or exit 127;
	}
	binmode $in, ':utf8';
	my $output = do { local $/; <$in> } // '';
	close $in;
	my $status = $?;
	if ($status != 0 && open my $log, '<:encoding(UTF-8)', $errors)
	{
		$output .= do { local $/; <$log> } // '';
	}
	return ($output, $status);
}

1;
