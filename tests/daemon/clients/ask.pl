# Ask questions through Sys::Virt: ask.pl URI rw|ro CALL... ; one line each:
# CALL <tab> status <tab> code <tab> domain <tab> value
use strict;
use warnings;
use Sys::Virt;
use Sys::Virt::Event;

my ($uri, $mode, @calls) = @ARGV;
Sys::Virt::Event::register_default();

sub cells_of_error {
    my ($status, $error) = @_;
    return join("\t", $status, $error->code, $error->domain, "-") if ref $error;
    $error =~ s/\s+/ /g;
    return join("\t", $status, "-", "-", $error);
}

my $connection = eval { Sys::Virt->new(uri => $uri, readonly => $mode eq "ro") };
my $refusal = $@;

my %extra = (
    domain_event => sub {
        $connection->domain_event_deregister_any(
            $connection->domain_event_register_any(undef, $_[0], sub { }));
        return "registered";
    },
    network_event => sub {
        $connection->network_event_deregister_any(
            $connection->network_event_register_any(undef, $_[0], sub { }));
        return "registered";
    },
    pool_event => sub {
        $connection->storage_pool_event_deregister_any(
            $connection->storage_pool_event_register_any(undef, $_[0], sub { }));
        return "registered";
    },
    nodedev_event => sub {
        $connection->node_device_event_deregister_any(
            $connection->node_device_event_register_any(undef, $_[0], sub { }));
        return "registered";
    },
    secret_event => sub {
        $connection->secret_event_deregister_any(
            $connection->secret_event_register_any(undef, $_[0], sub { }));
        return "registered";
    },
);

for my $call (@calls) {
    my ($name, @arguments) = split / /, $call;
    if (!$connection) {
        print "$call\t" . cells_of_error("no connection", $refusal) . "\n";
        next;
    }
    my @values = eval {
        $extra{$name} ? $extra{$name}->(@arguments) : $connection->$name(@arguments);
    };
    if ($@) {
        print "$call\t" . cells_of_error("error", $@) . "\n";
    } else {
        print join("\t", $call, "ok", "-", "-", join(",", map { $_ // "undef" } @values)) . "\n";
    }
}
