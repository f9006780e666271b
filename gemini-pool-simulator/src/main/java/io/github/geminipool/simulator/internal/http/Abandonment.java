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
 * Detects that a client disconnects while waiting for a response. In HTTP/1.1 the only sign is the end of the connection, and
 * Jetty does not read between a request and its response. A client that pipelines its next request also counts as gone.
 */
final class Abandonment implements Callback {
    private final AbstractEndPoint endPoint;
    private final Runnable gone;
    private final AtomicBoolean decided = new AtomicBoolean();

    private Abandonment(AbstractEndPoint endPoint, Runnable gone) {
        this.endPoint = endPoint;
        this.gone = gone;
    }

    /** Watches until the client disconnects or {@link #end()} is called. */
    static Abandonment watch(Request request, Runnable gone) {
        AbstractEndPoint endPoint = (AbstractEndPoint)
                request.getConnectionMetaData().getConnection().getEndPoint();
        Abandonment watch = new Abandonment(endPoint, gone);
        endPoint.fillInterested(watch);
        return watch;
    }

    /**
     * Stops watching, so that the response can be sent; returns false if the client is gone. Synchronized with the callback,
     * which might otherwise resume watching, so that nothing else could read from the connection.
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
            throw new IllegalStateException("The connection is already being read");
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
