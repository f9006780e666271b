package io.github.geminipool.internal.event;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.ForeignUse;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.event.KeyPassedOver;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.testing.LoggedEvents;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class ListenersTest {

    private static final Scope SCOPE = new Scope.Key("a");
    private static final Failure FAILURE = new Failure(FailureKind.KEY_REJECTED, SCOPE, null, false, 400, "rejected");
    private static final AttemptStarted STARTED = new AttemptStarted("m", "a", "p", 0);

    /** An event for each method of a listener. */
    private static final Map<String, Record> EVENTS = Map.ofEntries(
            entry("attemptStarted", STARTED),
            entry("attemptEnded", new AttemptEnded("m", "a", "p", 0, null, null, null, true, Duration.ZERO)),
            entry("callEnded", new CallEnded("m", CallEnded.Outcome.SUCCESS, 1, Duration.ZERO, Duration.ZERO)),
            entry("modelFellBack", new ModelFellBack("m", "fallback", FAILURE)),
            entry("scopeExcluded", new ScopeExcluded(SCOPE, null, FAILURE)),
            entry("scopeRestored", new ScopeRestored(SCOPE)),
            entry("instanceRotated", new InstanceRotated("m", 0, "a", "b")),
            entry("keyChanged", new KeyChanged("a", KeyChanged.Change.ADDED, "reason")),
            entry("keyPassedOver", new KeyPassedOver("a", "p", "m", FAILURE, 3, "b")),
            entry("keyLeaked", new KeyLeaked("a", FAILURE)),
            entry("foreignUse", new ForeignUse("p", "m", ForeignUse.Unit.REQUESTS, 60, 1, 59)));

    private final List<String> received = new ArrayList<>();

    @RegisterExtension
    final LoggedEvents logged = new LoggedEvents(PoolListener.class);

    private static List<Method> methods() {
        return List.of(PoolListener.class.getMethods());
    }

    /** A listener that implements all methods, and records their calls. */
    private PoolListener recording(String name) {
        return (PoolListener) Proxy.newProxyInstance(
                PoolListener.class.getClassLoader(), new Class<?>[] {PoolListener.class}, (proxy, method, args) -> {
                    received.add(name + " " + method.getName() + " " + args[0]);
                    return null;
                });
    }

    private static PoolListener failing() {
        return (PoolListener) Proxy.newProxyInstance(
                PoolListener.class.getClassLoader(), new Class<?>[] {PoolListener.class}, (proxy, method, args) -> {
                    throw new StackOverflowError("intended");
                });
    }

    @ParameterizedTest
    @MethodSource("methods")
    void passesEachEventToTheMethodOfAllListeners(Method method) throws ReflectiveOperationException {
        Listeners listeners = new Listeners(List.of(recording("first"), recording("second")));
        Record event = EVENTS.get(method.getName());

        method.invoke(listeners, event);

        assertThat(received)
                .containsExactly("first " + method.getName() + " " + event, "second " + method.getName() + " " + event);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aFailureReachesNeitherTheCallerNorTheNextListener(Method method) throws ReflectiveOperationException {
        Listeners listeners = new Listeners(List.of(failing(), recording("second")));
        Record event = EVENTS.get(method.getName());

        method.invoke(listeners, event);

        assertThat(received).containsExactly("second " + method.getName() + " " + event);
    }

    @Test
    void logsTheFirstFailureOfEachListener() {
        Listeners listeners = new Listeners(List.of(failing(), failing()));

        listeners.attemptStarted(STARTED);
        listeners.attemptStarted(STARTED);
        listeners.scopeRestored(new ScopeRestored(SCOPE));

        assertThat(logged.list()).hasSize(2).allSatisfy(line -> {
            assertThat(line.getFormattedMessage()).contains("listener", "failed");
            assertThat(line.getThrowableProxy().getMessage()).isEqualTo("intended");
        });
    }

    @Test
    void logsAFailureThatCannotSayWhatItIs() {
        PoolListener failing = new PoolListener() {
            @Override
            public void attemptStarted(AttemptStarted event) {
                throw new IllegalStateException() {
                    @Override
                    public String getMessage() {
                        throw new IllegalStateException("intended");
                    }
                };
            }
        };
        Listeners listeners = new Listeners(List.of(failing, recording("second")));

        listeners.attemptStarted(STARTED);

        assertThat(received).containsExactly("second attemptStarted " + STARTED);
        assertThat(logged.list())
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage()).contains("listener", "ListenersTest"));
    }

    private static class Starts implements PoolListener {

        int starts;

        @Override
        public void attemptStarted(AttemptStarted event) {
            starts++;
        }
    }

    private static final class InheritedStarts extends Starts {}

    private interface StartsByDefault extends PoolListener {

        List<AttemptStarted> starts();

        @Override
        default void attemptStarted(AttemptStarted event) {
            starts().add(event);
        }
    }

    private record DefaultStarts(List<AttemptStarted> starts) implements StartsByDefault {}

    private static Channel<AttemptStarted> channel(PoolListener... listeners) {
        List<GuardedListener> guarded = new ArrayList<>();
        for (PoolListener listener : listeners) {
            guarded.add(new GuardedListener(
                    listener, new FailureGuard(LoggerFactory.getLogger(PoolListener.class), "listener", listener)));
        }
        return new Channel<>(guarded, "attemptStarted", AttemptStarted.class, PoolListener::attemptStarted);
    }

    @Test
    void passesNothingToListenersThatDoNotOverrideTheMethod() {
        assertThat(channel(new PoolListener() {}, new KeyLog()).subscribers()).isZero();
        assertThat(channel(new Starts(), new PoolListener() {}).subscribers()).isOne();
    }

    @Test
    void findsMethodsThatAreInherited() {
        InheritedStarts inherited = new InheritedStarts();
        DefaultStarts byDefault = new DefaultStarts(new ArrayList<>());

        channel(inherited, byDefault).publish(STARTED);

        assertThat(inherited.starts).isOne();
        assertThat(byDefault.starts).containsExactly(STARTED);
    }
}
