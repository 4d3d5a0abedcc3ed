# How an error is planted; sourced by campaign.sh and by tests/formal/prove.sh. Needs perl.

# Fields of a line of a list, one a line: they are separated by " | ".
fields() { perl -e 'print "$_\n" for split / \| /, $ARGV[0]' "$1"; }

# plant FOLDER FILE TEXT REPLACEMENT: replaces the only occurrence, or says why not.
plant() {
  TEXT=$3 NEW=$4 perl -0777 -i -pe '
    my ($text, $new) = @ENV{"TEXT", "NEW"}; s/\\n/\n/g for $text, $new;
    my $at = index($_, $text);
    die "not found\n" if $at < 0; die "found twice\n" if index($_, $text, $at + 1) >= 0;
    substr($_, $at, length $text) = $new;' "$1/$2" 2>&1 | sed 's/ at -e.*//'
}
