#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Reads {case: {domain, texts: {name: [text...]}}} and prints {case: "here" | "above" | "nowhere"}: where Mail::DMARC finds
# the policy that covers the domain.
use strict;
use warnings;

package Table;    # in place of a resolver

use Net::DNS;

sub new { my ( $class, $texts ) = @_; return bless { texts => $texts }, $class }

sub send {
    my ( $self, $name, $type ) = @_;
    my $packet = Net::DNS::Packet->new( $name, $type );
    for my $text ( @{ $self->{texts}{$name} || [] } ) {
        my @strings = map { s/([^ !#-\[\]-~])/sprintf '\\%03u', ord $1/ger } $text =~ /(.{1,255})/gs;
        $packet->push( answer => Net::DNS::RR->new( name => $name, type => 'TXT', txtdata => \@strings ) );
    }
    return $packet;
}

package main;

use JSON::PP;
use Mail::DMARC::PurePerl;

local $SIG{__WARN__} = sub { };    # it warns of each record that it can't read
my $questions = decode_json( do { local $/; <STDIN> } );
my %answers;
for my $name ( keys %$questions ) {
    my $dmarc = Mail::DMARC::PurePerl->new;
    $dmarc->set_resolver( Table->new( $questions->{$name}{texts} ) );
    my $domain = $questions->{$name}{domain};
    my $policy = eval { $dmarc->discover_policy($domain) };
    $answers{$name} = !$policy ? 'nowhere' : $policy->domain eq $domain ? 'here' : 'above';
}
print encode_json( \%answers );
