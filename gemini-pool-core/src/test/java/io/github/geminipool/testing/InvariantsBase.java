package io.github.geminipool.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Invariants of the whole process: no threads left, no uncaught exceptions, no secrets in any text. */
public abstract class InvariantsBase implements BeforeEachCallback, AfterEachCallback {

    private static final String OWN_THREADS = "gemini-pool-";

    private final Set<String> secrets = ConcurrentHashMap.newKeySet();
    private final List<String> breaches = new CopyOnWriteArrayList<>();
    private final Queue<String> shown = new ConcurrentLinkedQueue<>();
    private Duration patience = Duration.ofSeconds(5);
    private LogCapture logs;
    private Set<Thread> threadsBefore = Set.of();
    private Thread.UncaughtExceptionHandler handlerBefore;

    /** Sets how long to wait for other threads to finish. */
    public void patience(Duration newPatience) {
        patience = newPatience;
    }

    /** Adds a secret that no text may show. */
    protected void secret(String secret) {
        secrets.add(secret);
    }

    /** Adds an exception, result or event, and returns it; no text of it may show a secret. */
    public <T> T saw(T object) {
        shown.add(object instanceof Throwable e ? Traces.of(e) : String.valueOf(object));
        return object;
    }

    /** Returns the lines logged since the test began. */
    public List<String> logged() {
        return logs.lines();
    }

    /** Checks the texts so far and drops them; for long tests. */
    public void lookSoFar() {
        look("a log line", logs.drain());
        List<String> seen = new ArrayList<>();
        for (String text = shown.poll(); text != null; text = shown.poll()) {
            seen.add(text);
        }
        look("something that was seen", seen);
    }

    protected void breach(String what) {
        breaches.add(what);
    }

    protected boolean eventually(BooleanSupplier condition) {
        return Eventually.holds(condition, patience);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        breaches.clear();
        shown.clear();
        secrets.clear();
        threadsBefore = ownThreads();
        handlerBefore = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> breach("uncaught on " + thread.getName() + ": " + Traces.of(e)));
        logs = new LogCapture();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        List<String> found = finish();
        context.getExecutionException().ifPresent(e -> {
            if (!found.isEmpty()) {
                e.addSuppressed(new AssertionError("Also: " + found));
            }
        });
        if (context.getExecutionException().isEmpty() && !found.isEmpty()) {
            throw new AssertionError("After the test: " + String.join("; ", found));
        }
    }

    /** Checks all invariants and returns the breaches. */
    public List<String> finish() {
        try {
            checkAll();
            if (!eventually(() -> threadsBefore.containsAll(ownThreads()))) {
                breach("threads are left: "
                        + ownThreads().stream().map(Thread::getName).sorted().toList());
            }
        } finally {
            logs.close();
            Thread.setDefaultUncaughtExceptionHandler(handlerBefore);
        }
        look("a log line", logs.lines());
        look("something that was seen", shown);
        return List.copyOf(breaches);
    }

    private void look(String where, Collection<String> texts) {
        for (String text : texts) {
            String secret = Traces.secretIn(text, secrets);
            if (secret != null) {
                String masked = text;
                for (String value : secrets) {
                    masked = masked.replace(value, "<SECRET>")
                            .replace(value.substring(Math.max(0, value.length() - 12)), "<TAIL>");
                }
                breach(where + " shows " + secret + ": " + masked);
            }
        }
    }

    private static Set<Thread> ownThreads() {
        Set<Thread> own = ConcurrentHashMap.newKeySet();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.isAlive() && thread.getName().startsWith(OWN_THREADS)) {
                own.add(thread);
            }
        }
        return own;
    }

    /** Checks and closes the objects that the test built. */
    protected abstract void checkAll();
}
