package io.github.geminipool.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkersTest {

    private static ExecutorService withoutThreads() {
        return new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            throw new OutOfMemoryError("unable to create native thread: a test");
        });
    }

    @Test
    void aCallIsRefusedHereIfNoOtherThreadCanBeStarted() {
        Workers workers = new Workers(withoutThreads(), withoutThreads());
        AtomicReference<Thread> ran = new AtomicReference<>();
        workers.refuse(() -> ran.set(Thread.currentThread()));
        assertThat(ran).hasValue(Thread.currentThread());
    }

    /** What it runs may block, and others wait for the few threads of refusals. */
    @Test
    void whatACallerIsToldTakesNoThreadOfRefusals() throws Exception {
        ExecutorService calls = Executors.newSingleThreadExecutor();
        try {
            CompletableFuture<Thread> ran = new CompletableFuture<>();
            new Workers(calls, withoutThreads()).refuse(() -> ran.complete(Thread.currentThread()));
            assertThat(ran.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
        } finally {
            calls.shutdown();
        }
    }
}
