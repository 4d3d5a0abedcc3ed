#!/usr/bin/env perl
# What the files of a coverage run say together: summary.pl RTL_FOLDER EXCLUSIONS INFO_FILE DATA...
# A place counts once, however many instances and design points have it, and is covered if any of them ran it. Lines: the
# blocks of statements; branches: the two ways of each if, and the arms. Prints the holes and the percentages, writes an info
# file (lcov). An exclusion (file, text of the line, reason) takes its line out; one that names no line, or a line that is
# covered, is stale. Exit: 0 fine, 2 a stale or incomplete exclusion.
use strict;
use warnings;

my ($rtl, $exclusions, $info, @data) = @ARGV;
my (%count, %source);

sub lines_of {
  my ($file) = @_;
  $source{$file} //= do { open my $in, '<', "$rtl/$file" or die "$rtl/$file: $!\n"; [<$in>] };
  return $source{$file};
}

for my $path (@data) {
  open my $in, '<', $path or die "$path: $!\n";
  while (<$in>) {
    next unless /^C '(.*)' (\d+)$/;
    my ($key, $hits) = ($1, $2);
    my %field = map { split /\x02/, $_, 2 } grep { length } split /\x01/, $key;
    next unless $field{f} =~ m{/rtl/((?!check/).*)$};
    my $file = $1;
    my $kind = $field{page} =~ /^v_branch/ ? 'branch' : 'line';
    $count{$file}{$field{l}}{$kind}{"$field{n} $field{o}"} += $hits;
  }
}

my (%excluded, $bad, %entry, @entries);
open my $in, '<', $exclusions or die "$exclusions: $!\n";
while (<$in>) {
  next if /^\s*(#|$)/;
  push @entries, {line => $.} if s/^- /  /;
  if (@entries && /^  (file|text|reason): (?:'(.*)'|(.*?))\s*$/) { ($entries[-1]{$1} = $2 // $3) =~ s/''/'/g }
  else { print "$exclusions:$.: expected file, text or reason of an entry\n"; $bad = 1 }
}
for my $entry (@entries) {
  my $say = sub { print "$exclusions:$entry->{line}: $_[0]\n"; $bad = 1 };
  if (grep { !length($entry->{$_} // '') } qw(file text reason)) { $say->("an entry has file, text and reason"); next }
  if (!-f "$rtl/$entry->{file}") { $say->("no file $entry->{file}"); next }
  my $lines = lines_of($entry->{file});
  my @at = grep { index($lines->[$_ - 1], $entry->{text}) >= 0 } 1 .. @$lines;
  if (@at != 1) { $say->(@at . " lines of $entry->{file} have this text, expected one"); next }
  my $kinds = $count{$entry->{file}}{$at[0]};
  if ($kinds && !grep { $_ == 0 } map { values %$_ } values %$kinds) { $say->("stale: the line is covered"); next }
  delete $count{$entry->{file}}{$at[0]};
}

open my $out, '>', $info or die "$info: $!\n";
my %total = (line => 0, branch => 0);
my %hit = %total;
for my $file (sort keys %count) {
  my (@da, @brda);
  for my $line (sort { $a <=> $b } keys %{$count{$file}}) {
    my ($best, $number) = (0, 0);
    for my $kind (sort keys %{$count{$file}{$line}}) {
      for my $place (sort keys %{$count{$file}{$line}{$kind}}) {
        my $hits = $count{$file}{$line}{$kind}{$place};
        $best = $hits if $hits > $best;
        ++$total{$kind};
        ++$hit{$kind} if $hits;
        push @brda, "BRDA:$line,0," . $number++ . ",$hits\n" if $kind eq 'branch';
        next if $hits;
        my $text = lines_of($file)->[$line - 1];
        $text =~ s/^\s+|\s+$//g;
        my ($column, $what) = split / /, $place, 2;
        print "hole: $file:$line: $kind $what: $text\n";
      }
    }
    push @da, "DA:$line,$best\n";
  }
  print $out "SF:$rtl/$file\n", @brda, @da, "end_of_record\n";
}
printf "%s: %d of %d, %.1f %%\n", $_, $hit{$_}, $total{$_}, $total{$_} ? 100 * $hit{$_} / $total{$_} : 0 for qw(line branch);
exit($bad ? 2 : 0);
