package io.github.geminipool.simulator.internal.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Notices that a client gave up while it waits for an answer: HTTP/1.1 has no other sign of it than the end of the
 * connection, and Jetty does not read between a request and its answer. A client that sends its next request before it
 * has the answer to this one is taken for gone.
 */
final class Abandonment implements Callback {
    private final AbstractEndPoint endPoint;
    private final Runnable gone;
    private final AtomicBoolean decided = new AtomicBoolean();

    private Abandonment(AbstractEndPoint endPoint, Runnable gone) {
        this.endPoint = endPoint;
        this.gone = gone;
    }

    /** Watches until the client leaves, or {@link #end()}. */
    static Abandonment watch(Request request, Runnable gone) {
        AbstractEndPoint endPoint = (AbstractEndPoint)
                request.getConnectionMetaData().getConnection().getEndPoint();
        Abandonment watch = new Abandonment(endPoint, gone);
        endPoint.fillInterested(watch);
        return watch;
    }

    /**
     * Gives the connection back, so that the answer can be sent; false if the client has gone. Not while a look at the
     * connection is under way, which would go on watching: then nobody else could read from it any more.
     */
    synchronized boolean end() {
        if (!decided.compareAndSet(false, true)) {
            return false;
        }
        endPoint.getFillInterest().onFail(new EofException("no longer watched"));
        return true;
    }

    @Override
    public synchronized void succeeded() {
        if (decided.get()) {
            return;
        }
        if (!silent()) {
            left();
        } else if (!endPoint.tryFillInterested(this)) {
            throw new IllegalStateException("The connection is being read by someone else");
        }
    }

    @Override
    public void failed(Throwable failure) {
        left();
    }

    @Override
    public Invocable.InvocationType getInvocationType() {
        return Invocable.InvocationType.NON_BLOCKING;
    }

    private void left() {
        if (decided.compareAndSet(false, true)) {
            endPoint.close();
            gone.run();
        }
    }

    private boolean silent() {
        try {
            return endPoint.fill(BufferUtil.allocate(1)) == 0;
        } catch (IOException reset) {
            return false;
        }
    }
}
