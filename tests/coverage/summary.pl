#!/usr/bin/env perl
# What the files of a coverage run say together: summary.pl RTL_FOLDER EXCLUSIONS INFO_FILE DATA...
# A place counts once, however many instances and design points have it, and is covered if any of them ran it. Lines: the
# blocks of statements; branches: the two ways of each if, and the arms; toggles: the bits of ports and handshakes that
# sim/cosim/coverage_scope.h counts. Prints the holes (of toggles a line each) and the percentages, writes an info file (lcov;
# lines and branches). An exclusion (file, text of the line, reason) takes its line out, with bits (FIRST-LAST) only these of the
# ports of that line; one that names no line, or a line that is covered, or a bit that is, is stale. Exit: 0 fine, 2 a stale or
# incomplete exclusion.
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
    next unless $field{f} =~ m{/rtl/((?!check/|watch/).*)$};
    my $file = $1;
    my $kind = $field{page} =~ /^v_(branch|toggle)/ ? $1 : 'line';
    $count{$file}{$field{l}}{$kind}{"$field{n} $field{o}"} += $hits;
  }
}

my (%excluded, $bad, %entry, @entries);
open my $in, '<', $exclusions or die "$exclusions: $!\n";
while (<$in>) {
  next if /^\s*(#|$)/;
  push @entries, {line => $.} if s/^- /  /;
  if (@entries && /^  (file|text|bits|reason): (?:'(.*)'|(.*?))\s*$/) { ($entries[-1]{$1} = $2 // $3) =~ s/''/'/g }
  else { print "$exclusions:$.: expected file, text, bits or reason of an entry\n"; $bad = 1 }
}
for my $entry (@entries) {
  my $say = sub { print "$exclusions:$entry->{line}: $_[0]\n"; $bad = 1 };
  if (grep { !length($entry->{$_} // '') } qw(file text reason)) { $say->("an entry has file, text and reason"); next }
  if (!-f "$rtl/$entry->{file}") { $say->("no file $entry->{file}"); next }
  my $lines = lines_of($entry->{file});
  my @at = grep { index($lines->[$_ - 1], $entry->{text}) >= 0 } 1 .. @$lines;
  if (@at != 1) { $say->(@at . " lines of $entry->{file} have this text, expected one"); next }
  my $kinds = $count{$entry->{file}}{$at[0]};
  if (defined $entry->{bits}) {
    my ($first, $last) = $entry->{bits} =~ /^(\d+)-(\d+)$/ or do { $say->("expected bits FIRST-LAST, found $entry->{bits}"); next };
    my @bits = grep { /\[(\d+)\]$/ && $1 >= $first && $1 <= $last } keys %{$kinds->{toggle} // {}};
    if (grep { $kinds->{toggle}{$_} } @bits) { $say->("stale: one of these bits toggles"); next }
    delete @{$kinds->{toggle}}{@bits};
    next;
  }
  if ($kinds && !grep { $_ == 0 } map { values %$_ } values %$kinds) { $say->("stale: the line is covered"); next }
  delete $count{$entry->{file}}{$at[0]};
}

open my $out, '>', $info or die "$info: $!\n";
my %total = (line => 0, branch => 0, toggle => 0);
my %hit = %total;

# The places of a line that count and the holes among them: lines and branches one by one, bits as how many of them.
sub count_places {
  my ($file, $line, $kind, $places) = @_;
  my @open = grep { !$places->{$_} } sort keys %$places;
  $total{$kind} += keys %$places;
  $hit{$kind} += keys(%$places) - @open;
  return unless @open;
  my $text = lines_of($file)->[$line - 1];
  $text =~ s/^\s+|\s+$//g;
  if ($kind eq 'toggle') {
    print "hole: $file:$line: toggle " . @open . ' of ' . keys(%$places) . " bits: $text\n";
    return;
  }
  for my $place (@open) {
    my ($column, $what) = split / /, $place, 2;
    print "hole: $file:$line: $kind $what: $text\n";
  }
}

for my $file (sort keys %count) {
  my (@da, @brda);
  for my $line (sort { $a <=> $b } keys %{$count{$file}}) {
    my ($best, $number) = (0, 0);
    my $kinds = $count{$file}{$line};
    for my $kind (sort keys %$kinds) {
      count_places($file, $line, $kind, $kinds->{$kind});
      next if $kind eq 'toggle';
      for my $place (sort keys %{$kinds->{$kind}}) {
        my $hits = $kinds->{$kind}{$place};
        $best = $hits if $hits > $best;
        push @brda, "BRDA:$line,0," . $number++ . ",$hits\n" if $kind eq 'branch';
      }
    }
    next if keys %$kinds == 1 && $kinds->{toggle};
    push @da, "DA:$line,$best\n";
  }
  print $out "SF:$rtl/$file\n", @brda, @da, "end_of_record\n";
}
printf "%s: %d of %d, %.1f %%\n", $_, $hit{$_}, $total{$_}, $total{$_} ? 100 * $hit{$_} / $total{$_} : 0 for qw(line branch toggle);
exit($bad ? 2 : 0);
