package io.github.geminipool.internal.connection;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/** The addresses of hosts. An address that failed to connect comes last for a while. Thread-safe. */
final class Addresses implements Dns {

    private static final long REMEMBERED_NANOS = 60_000_000_000L;

    private final Dns dns;
    private final LongSupplier nanos;
    private final ConcurrentMap<String, List<InetAddress>> found = new ConcurrentHashMap<>();
    private final ConcurrentMap<InetAddress, Long> failed = new ConcurrentHashMap<>();

    Addresses(Dns dns, LongSupplier nanos) {
        this.dns = dns;
        this.nanos = nanos;
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> all = dns.lookup(host);
        found.put(host, List.copyOf(all));
        return sorted(all);
    }

    /** Returns the addresses of the host to which an address belongs: that one first, unless it failed recently. */
    List<InetAddress> alternativesTo(InetAddress address) {
        for (List<InetAddress> host : found.values()) {
            if (host.contains(address)) {
                List<InetAddress> all = new ArrayList<>(host);
                all.remove(address);
                all.add(0, address);
                return sorted(all);
            }
        }
        return List.of(address);
    }

    private List<InetAddress> sorted(List<InetAddress> addresses) {
        if (failed.isEmpty()) {
            return addresses;
        }
        List<InetAddress> working = new ArrayList<>(addresses);
        List<InetAddress> last = new ArrayList<>();
        working.removeIf(address -> hasFailed(address) && last.add(address));
        working.addAll(last);
        return working;
    }

    private boolean hasFailed(InetAddress address) {
        Long since = failed.get(address);
        return since != null && nanos.getAsLong() - since < REMEMBERED_NANOS;
    }

    void failed(@Nullable InetAddress address) {
        if (address != null) {
            failed.put(address, nanos.getAsLong());
        }
    }

    void connected(InetAddress address) {
        failed.remove(address);
    }
}
