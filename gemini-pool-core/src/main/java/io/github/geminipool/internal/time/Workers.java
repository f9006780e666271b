package io.github.geminipool.internal.time;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of asynchronous calls: one for each call with a lease, and a few platform threads, or as many virtual ones as needed, to
 * fail the calls that were refused or cancelled. Thread-safe.
 */
public final class Workers {

    private static final int REFUSAL_THREADS = 4;

    private final ExecutorService calls;
    private final ExecutorService refusals;

    /**
     * Creates the workers, without a thread yet.
     *
     * @param virtualThreads whether calls run on virtual threads, if Java has them
     */
    public Workers(boolean virtualThreads) {
        this.calls = ofCalls(virtualThreads);
        // Virtual threads need not be few.
        this.refusals = areVirtual(virtualThreads) ? calls : ofRefusals();
    }

    /** Creates the workers of the given executors. */
    public Workers(ExecutorService calls, ExecutorService refusals) {
        this.calls = calls;
        this.refusals = refusals;
    }

    /** Returns the executor of calls with a lease. */
    public ExecutorService calls() {
        return calls;
    }

    /** Runs a task of a call with a lease. */
    public void run(Runnable task) {
        run(calls, task);
    }

    /** Runs a task of a call, which either has a lease or only fails the call. */
    public void run(boolean hasLease, Runnable task) {
        run(hasLease ? calls : refusals, task);
    }

    /**
     * Runs a task that tells a caller that the pool is closed, on this thread if no other can be started. It runs code of the
     * caller, which may block, and must not keep the refusals of others from being told.
     */
    public void refuse(Runnable task) {
        try {
            run(calls, task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            task.run();
        }
    }

    private static void run(ExecutorService executor, Runnable task) {
        if (executor.isShutdown()) {
            // The pool is closed: the task only fails the call.
            task.run();
        } else {
            executor.execute(task);
        }
    }

    public void shutdown() {
        calls.shutdown();
        refusals.shutdown();
    }

    private static ExecutorService ofCalls(boolean virtual) {
        if (areVirtual(virtual)) {
            return virtualThreads("gemini-pool-call-");
        }
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("gemini-pool-call-"));
    }

    private static boolean areVirtual(boolean virtual) {
        return virtual && Runtime.version().feature() >= 21;
    }

    private static ExecutorService ofRefusals() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                REFUSAL_THREADS,
                REFUSAL_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                daemons("gemini-pool-refusal-"));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private static ThreadFactory daemons(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Calls {@code newThreadPerTaskExecutor(Thread.ofVirtual().name(prefix, 1).factory())}, which Java 17 lacks. */
    private static ExecutorService virtualThreads(String prefix) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Class<?> virtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(virtual));
            MethodHandle name =
                    lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class, long.class));
            MethodHandle factory = lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
            MethodHandle executor = lookup.findStatic(
                    Executors.class,
                    "newThreadPerTaskExecutor",
                    MethodType.methodType(ExecutorService.class, ThreadFactory.class));
            return (ExecutorService) executor.invoke(factory.invoke(name.invoke(ofVirtual.invoke(), prefix, 1L)));
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "Could not create an executor of virtual threads on Java " + Runtime.version(), e);
        }
    }
}
