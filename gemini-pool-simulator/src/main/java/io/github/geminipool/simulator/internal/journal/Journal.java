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

/** The log of requests: keeps the latest requests and counts all. Thread-safe. */
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
     * Creates a log.
     *
     * @param capacity maximum number of requests to keep, at least 1
     */
    public Journal(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Logs a request.
     *
     * @param request the request, without status; its sequence number is assigned here
     * @return the entry for its status
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

    /** Clears the log. The statuses of requests that are still held are not counted later. */
    public synchronized void reset() {
        entries.clear();
        byKey.clear();
        byOperation.clear();
        byStatus.clear();
        count = 0;
        resets++;
    }

    /**
     * Returns the latest requests.
     *
     * @return the requests in order of arrival
     */
    public synchronized List<RequestRecord> requests() {
        List<RequestRecord> requests = new ArrayList<>(entries.size());
        entries.forEach(entry -> requests.add(entry.snapshot()));
        return requests;
    }

    /**
     * Returns the number of all requests, including those no longer kept.
     *
     * @return the number
     */
    public synchronized long count() {
        return count;
    }

    /**
     * Returns the number of requests by secret.
     *
     * @return a copy
     */
    public synchronized Map<String, Long> byKey() {
        return new LinkedHashMap<>(byKey);
    }

    /**
     * Returns the number of requests by operation.
     *
     * @return a copy
     */
    public synchronized Map<Operation, Long> byOperation() {
        return new LinkedHashMap<>(byOperation);
    }

    /**
     * Returns the number of answered requests by status.
     *
     * @return a copy
     */
    public synchronized Map<Integer, Long> byStatus() {
        return new LinkedHashMap<>(byStatus);
    }

    /** An entry of the log. */
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
         * Records the status, before the first byte of the response is sent.
         *
         * @param answered HTTP status
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
                    request.credentials(),
                    request.project(),
                    request.apiVersion(),
                    request.model(),
                    request.operation(),
                    status,
                    request.method(),
                    request.path(),
                    request.requests(),
                    request.inputTokens(),
                    request.uses(),
                    request.serviceTier(),
                    request.streams(),
                    request.hop(),
                    request.headers());
        }
    }
}
