package io.github.geminipool.simulator.internal.journal;

import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.RequestRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The log of requests: the latest in full, all of them in counts. Thread-safe. */
public final class Journal {
    private final int capacity;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<String, Long> byKey = new LinkedHashMap<>();
    private final Map<Operation, Long> byOperation = new EnumMap<>(Operation.class);
    private final Map<Integer, Long> byStatus = new TreeMap<>();
    private long sequence;
    private long resets;
    private long count;

    /**
     * A log that keeps the latest.
     *
     * @param capacity how many, more than 0
     */
    public Journal(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Writes a request down.
     *
     * @param request without status; its sequence number is given here
     * @return where its status will be written
     */
    public synchronized Entry open(RequestRecord request) {
        Entry entry = new Entry(++sequence, request);
        if (entries.size() == capacity) {
            entries.removeFirst();
        }
        entries.addLast(entry);
        count++;
        byKey.merge(request.key(), 1L, Long::sum);
        byOperation.merge(request.operation(), 1L, Long::sum);
        return entry;
    }

    /** Forgets everything. Requests that are still held are not written down again. */
    public synchronized void reset() {
        entries.clear();
        byKey.clear();
        byOperation.clear();
        byStatus.clear();
        count = 0;
        resets++;
    }

    /**
     * The latest requests.
     *
     * @return in the order of arrival
     */
    public synchronized List<RequestRecord> requests() {
        List<RequestRecord> requests = new ArrayList<>(entries.size());
        entries.forEach(entry -> requests.add(entry.snapshot()));
        return requests;
    }

    /**
     * All requests, also those that are no longer kept.
     *
     * @return how many
     */
    public synchronized long count() {
        return count;
    }

    /**
     * All requests by secret.
     *
     * @return a copy
     */
    public synchronized Map<String, Long> byKey() {
        return new LinkedHashMap<>(byKey);
    }

    /**
     * All requests by operation.
     *
     * @return a copy
     */
    public synchronized Map<Operation, Long> byOperation() {
        return new LinkedHashMap<>(byOperation);
    }

    /**
     * All answered requests by status.
     *
     * @return a copy
     */
    public synchronized Map<Integer, Long> byStatus() {
        return new LinkedHashMap<>(byStatus);
    }

    /** A line of the log. */
    public final class Entry {
        private final long number;
        private final RequestRecord request;
        private final long openedIn = resets;
        private int status;

        private Entry(long number, RequestRecord request) {
            this.number = number;
            this.request = request;
        }

        /**
         * Writes the status down, before a byte of the answer leaves.
         *
         * @param answered of HTTP
         */
        public void answered(int answered) {
            synchronized (Journal.this) {
                status = answered;
                if (openedIn == resets) {
                    byStatus.merge(answered, 1L, Long::sum);
                }
            }
        }

        private RequestRecord snapshot() {
            return new RequestRecord(
                    number,
                    request.time(),
                    request.key(),
                    request.project(),
                    request.model(),
                    request.operation(),
                    status,
                    request.method(),
                    request.path(),
                    request.inputTokens(),
                    request.headers());
        }
    }
}
