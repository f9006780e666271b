package io.github.geminipool.internal.http;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the executors of asynchronous calls. */
final class Workers {

    private static final int VIRTUAL_SINCE = 24;
    private static final int REFUSAL_THREADS = 4;

    private Workers() {}

    /** Whether virtual threads are used where nobody says: from 24 on they leave OkHttp's monitors without harm. */
    static boolean virtualByDefault() {
        return Runtime.version().feature() >= VIRTUAL_SINCE;
    }

    /** For calls that have their lease: as many threads as there are such calls. */
    static ExecutorService ofCalls(boolean virtual) {
        if (virtual && Runtime.version().feature() >= 21) {
            return virtualThreads("gemini-pool-call-");
        }
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("gemini-pool-call-"));
    }

    /** For calls that were refused or cancelled and only have to be told: few threads, since they don't wait. */
    static ExecutorService ofRefusals() {
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

    /** {@code newThreadPerTaskExecutor(Thread.ofVirtual().name(prefix, 1).factory())}, unknown to Java 17. */
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
            throw new IllegalStateException("This Java has no virtual threads after all", e);
        }
    }
}
