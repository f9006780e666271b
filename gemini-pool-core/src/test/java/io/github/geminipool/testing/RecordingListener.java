package io.github.geminipool.testing;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps all events in the order in which they came. Thread-safe. */
public final class RecordingListener implements EveryEvent {

    private final List<Record> events = new CopyOnWriteArrayList<>();

    @Override
    public void told(Record event) {
        events.add(event);
    }

    /** Returns all events so far. */
    public List<Record> events() {
        return List.copyOf(events);
    }

    /** Returns the events of a type so far. */
    public <E extends Record> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Returns the attempts that have ended. */
    public List<AttemptEnded> attempts() {
        return events(AttemptEnded.class);
    }

    /** Returns the calls that have ended. */
    public List<CallEnded> calls() {
        return events(CallEnded.class);
    }

    /** Forgets all events. */
    public void clear() {
        events.clear();
    }
}
