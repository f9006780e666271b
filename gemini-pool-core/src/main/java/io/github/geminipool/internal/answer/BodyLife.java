package io.github.geminipool.internal.answer;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * The life of a {@link WatchedBody}. It ends once: by its reader, by the garbage collector, or because its reader has left and
 * somebody says so. Only one thread at a time reads or closes the body. Thread-safe.
 */
public final class BodyLife extends AbandonedBodies.Watch {

    private static final int IDLE = 0;

    /** A thread reads; whoever wants the body closed leaves that to it. */
    private static final int BUSY = 1;

    /** A bit: the body is closed, or will be by the thread that reads. */
    private static final int OVER = 2;

    final WatchedBody.End end;
    private final ResponseBody body;
    private final @Nullable EventStream events;
    private final AtomicInteger state = new AtomicInteger();

    /** The number of reads so far; not exact, and seen by other threads in a while. */
    private int reads;

    /** Whether the reader waits for a fetch to end. */
    private volatile boolean isAwaited;

    /** Done when the body is not fetched any more; null while it is not. */
    private volatile @Nullable CompletableFuture<@Nullable Void> fetch;

    /**
     * Begins the life of a body.
     *
     * @param source what its reader holds, which must not be reachable from here
     * @param events the events if the body is a stream; else null
     */
    BodyLife(
            AbandonedBodies abandoned,
            Object source,
            ResponseBody body,
            @Nullable EventStream events,
            WatchedBody.End end) {
        super(abandoned, source);
        this.body = body;
        this.events = events;
        this.end = end;
    }

    /** Begins a read, after a {@linkplain #fetch fetch} that is under way; returns false if the body is closed. */
    boolean beginRead() {
        while (!state.compareAndSet(IDLE, BUSY)) {
            if (state.get() >= OVER) {
                return false;
            }
            isAwaited = true;
            CompletableFuture<@Nullable Void> under = fetch;
            if (under == null) {
                Thread.onSpinWait();
            } else {
                under.join();
            }
        }
        isAwaited = false;
        reads++;
        return true;
    }

    /** Ends a read, and closes the body if that was left to the reader. */
    void endRead() {
        if (!state.compareAndSet(BUSY, IDLE)) {
            closeBody();
        }
    }

    private void closeBody() {
        try {
            body.close();
        } catch (VirtualMachineError e) {
            end.endIsUnreported();
            throw e;
        }
    }

    /** Returns whether the caller may close the body: nobody reads it or has closed it. There is no other read after that. */
    boolean beginClose() {
        return state.compareAndSet(IDLE, OVER);
    }

    /**
     * Ends it because nobody will read on, and closes the body, in the thread that reads if there is one. Does not block.
     */
    public void leave() {
        boolean mayClose = beginClose();
        while (!mayClose && !state.compareAndSet(BUSY, BUSY | OVER)) {
            if ((state.get() & OVER) != 0) {
                return;
            }
            // Its reader has begun or ended a read meanwhile.
            mayClose = beginClose();
        }
        try {
            if (end()) {
                // Before the connection is closed: somebody may be waiting for the instance.
                end.closed();
            }
        } finally {
            end.wake();
            if (mayClose) {
                closeBody();
            }
        }
    }

    @Override
    void abandoned() {
        try {
            if (beginClose()) {
                closeBody();
            } else if (state.compareAndSet(BUSY, BUSY | OVER)) {
                end.wake();
            }
        } finally {
            end.abandoned();
        }
    }

    /**
     * Waits in its reader's place until there is something to read, or the wire is at its end. A reader that comes back meanwhile
     * waits for this.
     *
     * @return false if its reader reads or wants to, or the body is closed
     */
    public boolean fetch() {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        fetch = done;
        if (events == null || !state.compareAndSet(IDLE, BUSY)) {
            fetch = null;
            return false;
        }
        boolean isAlone;
        try {
            events.fetch();
        } catch (IOException e) {
            // Its reader will get it as well.
        } finally {
            isAlone = !isAwaited;
            fetch = null;
            try {
                endRead();
            } finally {
                done.complete(null);
            }
        }
        return isAlone;
    }

    /** Returns whether a thread reads it, or it is closed. */
    public boolean isBusy() {
        return state.get() != IDLE;
    }

    /** Returns a number that changes whenever its reader reads. */
    public int reads() {
        return reads;
    }
}
